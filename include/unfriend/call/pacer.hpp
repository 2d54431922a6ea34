// Keeps calls under the service's frequency limit ("RESTful API Overview": 200 calls a second).
//
//   unfriend::pacer pacer;                                    // one for the whole app
//   unfriend::pacer::ticket ticket;                           // one for each call
//   auto wait = pacer.try_acquire(ticket, now, max_wait);     // zero: send; more: ask again after that time
//   pacer.on_success(now, sent_at);                           // or on_throttled: the rate adapts
//
// The quota is the app's and not the process's. Several processes find their shares by themselves, at the price of some
// refusals; they keep to one quota exactly with a pacer that asks a common place (examples/pacers/redis_pacer.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "unfriend/call/detail/adaptive_rate.hpp"
#include "unfriend/call/detail/rate_math.hpp"
#include "unfriend/call/detail/send_queue.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/detail/lock.hpp"

namespace unfriend { inline namespace v0_2 {

/// Gives calls permission to send, one after another, at an adaptive rate.
///
/// A call asks when it is about to send, and holds nothing while it waits: a throttled answer slows all calls that
/// wait, and a call that gives up costs nobody anything. First come, first served: the call that waits longest has the
/// turn. If it does not ask within an interval of its turn, the turn goes to the next call that asks. It keeps its
/// place for when it does ask. Interactive calls go before calls of bulk jobs, which keep every fourth turn.
///
/// Safe to share between threads. Each function holds a lock for a short time: constant, but for the end of a wait,
/// which takes time logarithmic in the number of calls that wait (amortised). Allocates nothing. Knows no clock: times
/// are nanoseconds from any fixed point in time, and should not go back.
class pacer {
public:
    using duration = std::chrono::nanoseconds;

    /// A call's place in the line. It belongs to one pacer at a time, which must outlive it or its wait.
    class ticket {
    public:
        ticket() noexcept = default;
        ticket(const ticket&) = delete;
        ticket& operator=(const ticket&) = delete;
        ~ticket() {
            if (line_ != nullptr) line_->cancel(*this);
        }

    private:
        friend class pacer;
        pacer* line_ = nullptr; // while the call waits
        detail::queue_entry entry_;
    };

    /// `calls_per_second`: 0.001 to 1,000,000,000; what is beyond counts as the nearest. `jitter`: how much the times
    /// between permission and arrival may differ, 0 to an hour. Two thirds of it are for the network, one third is for
    /// callers that come late for their turns. As long as that holds, no second has more calls than allowed: they are
    /// spread over a second and `jitter`.
    explicit pacer(double calls_per_second = 200, duration jitter = std::chrono::milliseconds(45)) noexcept
        : jitter_(detail::smaller<duration>(detail::larger(jitter, duration::zero()), std::chrono::hours(1))),
          rate_(allowed(calls_per_second)) {
        update_intervals();
    }

    /// Asks for permission to send at once, first or again. Zero: the call may send. More: not yet; ask again after
    /// that time. Asking earlier does no harm. Nothing: it certainly takes longer than `max_wait`, and the call does
    /// not wait any more.
    std::optional<duration> try_acquire(ticket& mine, duration now, duration max_wait = (duration::max)(),
                                        call_priority priority = call_priority::interactive) noexcept {
        const detail::lock_guard locked(lock_);
        join(mine, now, priority);
        const duration due = due_time();
        bool is_first = queue_.front() == &mine.entry_;
        if (!is_first && now >= due && is_turn_lost(now, due)) {
            queue_.pass_over_absent();
            queue_.come_back(mine.entry_, now);
            is_first = true;
        }
        if (is_first && now >= due - head_start(mine)) {
            grant(mine, now, due);
            return duration::zero();
        }
        const std::uint64_t ahead = is_first ? 0 : queue_.ahead_of(mine.entry_);
        const duration until_due = detail::larger(due - now, duration::zero());
        if (until_due + times(ahead, shortest_interval_) > max_wait) {
            leave(mine);
            return std::nullopt;
        }
        if (now >= due) return nap(turn_end(due) - now, max_wait);
        return nap(until_due + times(ahead == 0 ? 0 : ahead - 1, interval_), max_wait);
    }

    /// The call does not wait any more. Nothing happens when it did not.
    void cancel(ticket& mine) noexcept {
        if (mine.line_ == nullptr) return;
        const detail::lock_guard locked(lock_);
        leave(mine);
    }

    /// The service took a call that was sent at `sent_at`: brings a reduced rate back, step by step. Full speed takes
    /// ten seconds or so.
    void on_success(duration now, duration sent_at) noexcept {
        const detail::lock_guard locked(lock_);
        rate_.on_success(now, sent_at);
        update_intervals();
    }

    /// The service refused a call that was sent at `sent_at` as one too many: cuts the rate by a fifth, or to a
    /// sixteenth for a while when the security policy objects. Nothing happens when the call was sent before the last
    /// cut. From then on no call goes out faster, those that wait included.
    void on_throttled(duration now, duration sent_at, throttle_kind kind = throttle_kind::frequency) noexcept {
        const detail::lock_guard locked(lock_);
        const bool is_cut = kind == throttle_kind::security_policy ? rate_.on_security_policy(now, sent_at)
                                                                   : rate_.on_throttled(now, sent_at);
        if (!is_cut) return;
        slot_ = detail::larger(slot_, last_granted_);
        is_just_cut_ = true;
        update_intervals();
    }

    /// Gives no permission before `time`.
    void hold_until(duration time) noexcept {
        const detail::lock_guard locked(lock_);
        hold_until_ = detail::larger(hold_until_, time);
    }

    /// Changes the allowed rate, for calls that wait too. A rate that is reduced at present stays reduced.
    void set_rate(double calls_per_second) noexcept {
        const detail::lock_guard locked(lock_);
        rate_.set_max(allowed(calls_per_second));
        update_intervals();
    }

    /// The calls a second that are allowed at present.
    double rate() const noexcept {
        const detail::lock_guard locked(lock_);
        return rate_.rate();
    }
    /// The time between two calls at present.
    duration interval() const noexcept {
        const detail::lock_guard locked(lock_);
        return interval_;
    }

private:
    static constexpr duration never = (duration::min)() / 2;
    static constexpr duration shortest_nap = std::chrono::milliseconds(100);

    static double allowed(double calls_per_second) noexcept {
        if (!(calls_per_second > 0.001)) return 0.001; // not a number included
        return detail::smaller(calls_per_second, 1e9);
    }

    duration interval_at(double rate) const noexcept {
        const duration spread = std::chrono::seconds(1) + jitter_;
        return duration(detail::round_up(static_cast<double>(spread.count()) / rate));
    }

    void update_intervals() noexcept {
        interval_ = interval_at(rate_.rate());
        shortest_interval_ = interval_at(rate_.max_rate());
    }

    /// When the next call may send.
    duration due_time() const noexcept { return detail::larger(slot_ + interval_, hold_until_); }

    /// A call that lost its turn is served a little early the next time, so that one that is polled at long intervals
    /// has its turn among others that are punctual.
    duration head_start(const ticket& mine) const noexcept {
        return mine.entry_.is_passed_over && !is_just_cut_ ? jitter_ / 15 : duration::zero();
    }
    duration longest_delay() const noexcept { return jitter_ * 4 / 15; } // with the head start: a third

    void join(ticket& mine, duration now, call_priority priority) noexcept {
        if (mine.line_ != nullptr) {
            queue_.come_back(mine.entry_, now);
            return;
        }
        if (queue_.empty()) slot_ = detail::larger(slot_, now - interval_); // time without calls is not saved up
        queue_.enter(mine.entry_, priority, now);
        mine.line_ = this;
    }

    /// The turn is lost when its owner does not ask within an interval, nor within a quarter of one after another call
    /// asked: calls that are polled together come in any order.
    bool is_turn_lost(duration now, duration due) noexcept {
        if (contested_since_ <= queue_.front()->asked_at) contested_since_ = now;
        return now >= turn_end(due);
    }
    duration turn_end(duration due) const noexcept {
        return detail::larger(due + interval_, contested_since_ + interval_ / 4);
    }

    void grant(ticket& mine, duration now, duration due) noexcept {
        slot_ = detail::larger(due, now - longest_delay());
        last_granted_ = now;
        is_just_cut_ = false;
        rate_.on_sent(now);
        queue_.leave_with_permission(mine.entry_);
        mine.line_ = nullptr;
    }

    void leave(ticket& mine) noexcept {
        queue_.leave(mine.entry_);
        mine.line_ = nullptr;
    }

    /// `count` intervals, or a time that is as good as for ever.
    static duration times(std::uint64_t count, duration interval) noexcept {
        const std::int64_t most = (duration::max)().count() / 4 / interval.count();
        return interval * static_cast<std::int64_t>(detail::smaller(count, static_cast<std::uint64_t>(most)));
    }

    /// Others may leave the line or the rate may rise meanwhile: nobody sleeps through all of a long wait.
    static duration nap(duration wait, duration max_wait) noexcept {
        return detail::larger(detail::smaller(detail::smaller(wait, detail::larger(shortest_nap, wait / 2)), max_wait),
                              duration(1));
    }

    const duration jitter_;
    mutable detail::mutex lock_;
    detail::adaptive_rate rate_;
    detail::send_queue queue_;
    duration interval_{};
    duration shortest_interval_{};
    duration slot_ = never; // on the schedule, of the last call; permission may have come later
    duration last_granted_ = never;
    duration hold_until_ = never;
    duration contested_since_ = never; // a call asked whose turn it is not, and the owner of the turn not since
    bool is_just_cut_ = false;         // no permission since
};

}} // namespace unfriend::v0_2
