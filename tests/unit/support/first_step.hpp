// The first step of a call that does anything.
#pragma once

#include "unfriend/call/operation.hpp"
#include "unfriend/core/clock.hpp"

/// Starts a call and resumes it, since `start` sends nothing.
template <class Call, class Request, class... Timeout>
unfriend::step first_step(Call& call, const Request& request, unfriend::timestamp now, Timeout... timeout) {
    const unfriend::step first = call.start(request, now, timeout...);
    return first.kind == unfriend::step_kind::wait ? call.resume(now) : first;
}
