// What an `operation` asks of its driver.
//
//   if (next.kind == unfriend::step_kind::wait) sleep(next.duration);
#pragma once

#include <chrono>
#include <cstdint>

#include "unfriend/http/endpoint.hpp"
#include "unfriend/http/transport.hpp"

namespace unfriend { inline namespace v0_2 {

/// What the driver of a call does next.
enum class step_kind : std::uint8_t {
    send, ///< send `request`, and report with `complete` how that ended
    wait, ///< do nothing for at least `duration`, then `resume`
    done, ///< ask for the `result`
};

/// The next step of a call.
struct step {
    step_kind kind = step_kind::done;
    http_request request{};              ///< its views live until `complete`
    host_name host{};                    ///< where the request goes; the URL names it too
    std::chrono::nanoseconds duration{}; ///< zero after `start`: the first attempt is due at once
};

}} // namespace unfriend::v0_2
