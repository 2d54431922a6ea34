// What passes between a call and the pacer: permission for each attempt, and how the attempt ended.
#pragma once

#include <chrono>
#include <optional>

#include "unfriend/call/pacing.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The attempts of one call after the other, as `Pacer` sees them.
template <class Pacer>
class paced_attempts {
    using nanoseconds = std::chrono::nanoseconds;

public:
    void begin_call(call_priority priority) noexcept { priority_ = priority; }
    call_priority priority() const noexcept { return priority_; }

    /// See `unpaced::try_acquire`. With permission, the attempt is sent now.
    std::optional<nanoseconds> try_acquire(Pacer& pacer, nanoseconds now, nanoseconds max_wait) {
        sent_at_ = now;
        return pacer.try_acquire(ticket_, now, max_wait, priority_);
    }
    /// The call does not wait for permission, or not any more.
    void cancel(Pacer& pacer) { pacer.cancel(ticket_); }

    /// The service answered the attempt. Any answer but trouble of its own shows that the pace is right, or is not.
    /// `retry_after`: how long the answer asks to wait; zero: not at all.
    void on_answer(Pacer& pacer, nanoseconds now, code_kind kind, nanoseconds retry_after) {
        const bool is_objection = kind == code_kind::security_policy;
        if (kind == code_kind::transient) return;
        if (kind != code_kind::throttled && !is_objection) return pacer.on_success(now, sent_at_);
        pacer.on_throttled(now, sent_at_, is_objection ? throttle_kind::security_policy : throttle_kind::frequency);
        if (retry_after > nanoseconds::zero()) pacer.hold_until(now + smaller(retry_after, longest_hold));
    }

private:
    // One response does not hold up the calls of others for longer. Its own call waits as long as it asks.
    static constexpr nanoseconds longest_hold = std::chrono::minutes(1);

    typename Pacer::ticket ticket_{};
    call_priority priority_ = call_priority::interactive;
    nanoseconds sent_at_{};
};

}}} // namespace unfriend::v0_2::detail
