// When a call may make its next attempt: attempts, deadline and back-off. Knows nothing of what the attempts do.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/policy.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/detail/durations.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The time of a call that is part of a job. The call's own `timeout` begins with its first attempt and stands still
/// while the call waits for the pacer.
struct job_terms {
    std::chrono::milliseconds timeout;
    std::chrono::nanoseconds deadline; ///< of the job, on the clock of `timestamp::monotonic`: nothing is sent after it
    bool forgives_throttling = true;   ///< a throttled attempt does not count
};

/// What a retry takes. Paid: from the retry budget, and with back-off. Free: with back-off alone. At once: neither.
/// Throttled: as free; in a job that forgives throttling the attempt does not count, and the back-off is part of the
/// wait for the pacer.
enum class retry_terms : std::uint8_t { paid, free, at_once, throttled };

class retry_schedule {
    using nanoseconds = std::chrono::nanoseconds;

public:
    /// A call begins: it has made no attempt, and all of `timeout` is left.
    void begin(nanoseconds now, std::chrono::milliseconds timeout) noexcept {
        deadline_ = latest_deadline_ = now + to_nanoseconds(timeout);
        is_of_job_ = forgives_throttling_ = false;
        clear();
        begin_pace_wait(now);
        ready_at_ = now;
    }
    void begin(nanoseconds now, const job_terms& terms) noexcept {
        latest_deadline_ = terms.deadline;
        deadline_ = smaller(now + to_nanoseconds(terms.timeout), latest_deadline_);
        is_of_job_ = true;
        forgives_throttling_ = terms.forgives_throttling;
        clear();
        begin_pace_wait(now);
        ready_at_ = now;
    }
    /// No call is to be made: no attempt, and no time for one.
    void clear() noexcept { attempts_ = uncounted_ = 0; }

    /// How long the next attempt has to wait for its back-off; zero or less: not any more.
    nanoseconds backoff_left(nanoseconds now) const noexcept { return ready_at_ - now; }
    /// Puts the next attempt off by its back-off, or by `retry_after` if that is longer. Why there can be none; nothing
    /// when there can. `random`: yields 32-bit numbers.
    template <class Random>
    std::optional<stop_reason> plan_retry(const call_policy& policy, nanoseconds now, retry_terms terms,
                                          nanoseconds retry_after, Random&& random) {
        const bool is_forgiven = terms == retry_terms::throttled && forgives_throttling_;
        if (is_forgiven) ++uncounted_;
        if (attempts_ - uncounted_ >= larger(policy.max_attempts, std::uint32_t{1}))
            return stop_reason::attempts_exhausted;
        const nanoseconds backoff_time =
            terms == retry_terms::at_once ? nanoseconds::zero() : backoff(policy, random());
        const nanoseconds delay = larger(backoff_time, retry_after);
        ready_at_ = now + delay;
        const bool is_in_time =
            is_forgiven ? delay <= max_pace_wait(policy, now) : put_off(policy, now, delay, retry_after == delay);
        if (!is_in_time) return stop_reason::deadline_exceeded;
        return std::nullopt;
    }

    bool is_of_job() const noexcept { return is_of_job_; }
    nanoseconds deadline() const noexcept { return deadline_; }
    std::uint32_t attempts() const noexcept { return attempts_; }
    void count_attempt() noexcept { ++attempts_; }
    /// The last attempt was not made after all.
    void withdraw_attempt() noexcept { --attempts_; }

    /// From `since` on the call waits for the pacer, until its next attempt. In a job this takes none of its time.
    /// After an attempt that was throttled the wait goes on as if there had been no attempt.
    void begin_pace_wait(nanoseconds since) noexcept { pace_wait_begin_ = since; }
    void end_pace_wait(nanoseconds now) noexcept {
        if (now <= pace_wait_begin_) return;
        if (is_of_job_) deadline_ = smaller(deadline_ + (now - pace_wait_begin_), latest_deadline_);
        pace_wait_begin_ = now;
    }
    bool is_pace_wait(nanoseconds now) const noexcept { return now >= pace_wait_begin_; }

    /// How long an attempt may still be put off; negative when there is no time for one.
    nanoseconds max_wait(const call_policy& policy, nanoseconds now) const noexcept {
        return deadline_ - now - min_attempt_time(policy);
    }
    /// The same for the wait for the pacer.
    nanoseconds max_pace_wait(const call_policy& policy, nanoseconds now) const noexcept {
        return latest_deadline_ - now - min_attempt_time(policy);
    }

    /// For an attempt that is made now, at least 1 ms; 0 where the transport's own holds.
    std::chrono::milliseconds attempt_timeout(const call_policy& policy, nanoseconds now) const noexcept {
        const nanoseconds own = to_nanoseconds(policy.attempt_timeout);
        if (own == nanoseconds::zero()) return {};
        const nanoseconds most = smaller(deadline_ - now, own);
        return larger(std::chrono::duration_cast<std::chrono::milliseconds>(most), std::chrono::milliseconds(1));
    }

private:
    /// The next attempt is put off by `delay`, after one that was not throttled. In a job a wait that the service asks
    /// for is part of the wait for the pacer. False when there is no time for it.
    bool put_off(const call_policy& policy, nanoseconds now, nanoseconds delay, bool is_asked_for) noexcept {
        const bool is_pace_wait = is_of_job_ && is_asked_for;
        begin_pace_wait(is_pace_wait ? now : now + delay);
        return delay <= (is_pace_wait ? max_pace_wait(policy, now) : max_wait(policy, now));
    }

    /// The wait before the next attempt: exponential, with full jitter out of a random 32-bit number.
    nanoseconds backoff(const call_policy& policy, std::uint32_t random) const noexcept {
        constexpr std::uint32_t most_doublings = 20;
        nanoseconds most = smaller(to_nanoseconds(policy.max_backoff), nanoseconds(std::chrono::hours(1)));
        const nanoseconds initial = smaller(to_nanoseconds(policy.initial_backoff), most);
        const std::uint32_t counted = larger(attempts_ - uncounted_, std::uint32_t{1});
        most = smaller(most, initial * (std::int64_t{1} << smaller(counted - 1, most_doublings)));
        // In microseconds: an hour of them leaves room for the product.
        const auto microseconds = static_cast<std::uint64_t>(most.count() / 1000);
        return std::chrono::microseconds(microseconds * random >> 32U);
    }

    static nanoseconds min_attempt_time(const call_policy& policy) noexcept {
        return to_nanoseconds(larger(policy.min_attempt_time, std::chrono::milliseconds(1)));
    }

    nanoseconds ready_at_{}; // earliest time of the next attempt
    nanoseconds deadline_{};
    nanoseconds latest_deadline_{};
    nanoseconds pace_wait_begin_{};
    std::uint32_t attempts_ = 0;
    std::uint32_t uncounted_ = 0;
    bool is_of_job_ = false;
    bool forgives_throttling_ = false;
};

}}} // namespace unfriend::v0_2::detail
