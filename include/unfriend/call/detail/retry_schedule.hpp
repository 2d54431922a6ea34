// When a call may make its next attempt: attempts, deadline and back-off. Knows nothing of what the attempts do.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "unfriend/call/policy.hpp"
#include "unfriend/core/detail/durations.hpp"

namespace unfriend::detail {

class retry_schedule {
    using nanoseconds = std::chrono::nanoseconds;

public:
    /// A call begins: it has made no attempt, and all of `timeout` is left.
    void begin(nanoseconds now, std::chrono::milliseconds timeout) noexcept {
        deadline_ = now + to_nanoseconds(timeout);
        attempts_ = 0;
    }
    /// No call is to be made: no attempt, and no time for one.
    void clear() noexcept { attempts_ = 0; }

    nanoseconds deadline() const noexcept { return deadline_; }
    std::uint32_t attempts() const noexcept { return attempts_; }
    void count_attempt() noexcept { ++attempts_; }

    bool has_attempt_left(const call_policy& policy) const noexcept { return attempts_ < policy.max_attempts; }

    /// How long an attempt may still be put off; negative when there is no time for one.
    nanoseconds max_wait(const call_policy& policy, nanoseconds now) const noexcept {
        return deadline_ - now - to_nanoseconds(std::max(policy.min_attempt_time, std::chrono::milliseconds(1)));
    }

    /// For an attempt that is made now, at least 1 ms.
    std::chrono::milliseconds attempt_timeout(const call_policy& policy, nanoseconds now) const noexcept {
        const nanoseconds most = std::min(deadline_ - now, to_nanoseconds(policy.attempt_timeout));
        return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(most), std::chrono::milliseconds(1));
    }

    /// The wait before the next attempt: exponential, with full jitter out of a random 32-bit number.
    nanoseconds backoff(const call_policy& policy, std::uint32_t random) const noexcept {
        constexpr std::uint32_t most_doublings = 20;
        nanoseconds most = std::min(to_nanoseconds(policy.max_backoff), nanoseconds(std::chrono::hours(1)));
        const nanoseconds initial = std::min(to_nanoseconds(policy.initial_backoff), most);
        most = std::min(most, initial * (std::int64_t{1} << std::min(attempts_ - 1, most_doublings)));
        // In microseconds: an hour of them leaves room for the product.
        const auto microseconds = static_cast<std::uint64_t>(most.count() / 1000);
        return std::chrono::microseconds(microseconds * random >> 32U);
    }

private:
    nanoseconds deadline_{};
    std::uint32_t attempts_ = 0;
};

} // namespace unfriend::detail
