// One call as a state machine: sign, send, wait, retry, finish. It has no clock, no socket and no thread: the driver
// passes in the time and what happened, and gets back what to do next.
//
//   unfriend::operation call{channel, memory};
//   unfriend::step next = call.start(request, now());
//   while (next.kind != unfriend::step_kind::done) {
//       if (next.kind == unfriend::step_kind::wait) { sleep(next.duration); next = call.resume(now()); }
//       else { auto failure = post(next.request, call.answer()); next = call.complete(now(), failure); }
//   }
//   unfriend::call_result response = call.result();
//
// `client`, `pending_call`, `async_client`, `bulk` and `coroutine_client` are drivers over it.
//
//   state     event       next
//   idle      start       waiting, for no time; idle when the request is refused
//   idle      reject      idle: every account failed, with a reason of the caller's
//   waiting   resume      waiting, until the back-off and the pacer allow an attempt; then sending; idle when no time
//                         is left
//   sending   complete    idle when nothing is pending or nothing can help; else waiting for the next attempt
//   sending   expire      idle: the pending accounts are unknown
//   any       cancel      idle: the pending accounts are unknown if an attempt was under way, else failed
//
// An event that does not fit the state changes nothing; its answer is the step that is due.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/detail/call_watch.hpp"
#include "unfriend/call/detail/exchange.hpp"
#include "unfriend/call/detail/paced_attempts.hpp"
#include "unfriend/call/detail/pending_account.hpp"
#include "unfriend/call/detail/retry_decision.hpp"
#include "unfriend/call/detail/retry_schedule.hpp"
#include "unfriend/call/observer.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/call/step.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/http/transport.hpp"

namespace unfriend { inline namespace v0_2 {

/// One call after the other, over a `channel`. One thread at a time. Allocates nothing, and throws only what a
/// caller's own type does. The channel and the memory must outlive it.
///
/// - An attempt is retried only when that can help: after a transport failure, after HTTP status 5xx and 429, after a
///   body that cannot be decoded, and after codes that the catalogue marks so. Only pending accounts are sent again.
/// - A UserSig that the service reports as expired is replaced at once, once a call.
/// - The host changes after the transport failed, and never after the service answered.
/// - A retry takes from the channel's retry budget, except after an attempt that settled some account or was refused
///   for its UserSig or as one too many. Every retry counts as an attempt.
/// - Each attempt asks the pacer for permission when it is about to be sent. None is sent before the time that the last
///   response asks for (`Retry-After`).
template <class Channel>
class operation {
    using nanoseconds = std::chrono::nanoseconds;

public:
    operation(Channel& channel UNFRIEND_LIFETIMEBOUND, const call_memory& memory) noexcept
        : channel_(&channel), exchange_(channel, memory) {}

    /// Begins a call with the time-out of the policy or with terms of its own (milliseconds, or those of a job), and
    /// sends nothing yet. The request is copied. An invalid request ends the call at once, with the error that `encode`
    /// gives.
    template <class Request>
    step start(const Request& request, timestamp now) {
        return start(request, now, channel_->policy().call_timeout);
    }
    template <class Request, class Terms>
    step start(const Request& request, timestamp now, const Terms& terms) {
        cancelled_ = {};
        watch_.load(now);
        const error failure = exchange_.load(request);
        schedule_.begin(now.monotonic, terms);
        pace_.begin_call(schedule_.is_of_job() ? call_priority::bulk : call_priority::interactive);
        if (failure) return finish(stop_reason::not_retryable, failure);
        if (exchange_.accounts().is_done()) return finish(stop_reason::not_retryable, errc::invalid_to_account);
        return wait(nanoseconds::zero());
    }

    /// Adds what has come since to a request of `bulk`, in a call that has sent nothing yet. Nothing happens to any
    /// other.
    template <class Request>
    void extend(const Request& request) {
        if (state_ == state::waiting && schedule_.attempts() == 0) exchange_.extend(request);
    }
    /// Takes a request and ends the call for a reason of the caller's: its accounts are reported as failed, not sent.
    template <class Request>
    step reject(const Request& request, error why) {
        if (const error failure = exchange_.load(request)) why = failure;
        schedule_.clear();
        exchange_.fail(why);
        end(stop_reason::cancelled);
        return {};
    }

    /// The wait is over, or part of it.
    step resume(timestamp now) {
        if (state_ != state::waiting) return current(now);
        watch_.at(now);
        watch_.begin(*channel_, exchange_, pace_.priority(), schedule_.deadline());
        const nanoseconds backoff_left = schedule_.backoff_left(now.monotonic);
        if (backoff_left > nanoseconds::zero()) return wait(backoff_left);
        schedule_.end_pace_wait(now.monotonic);
        const nanoseconds max_wait = schedule_.max_pace_wait(channel_->policy(), now.monotonic);
        if (max_wait < nanoseconds::zero()) return finish(stop_reason::deadline_exceeded);
        const std::optional<nanoseconds> delay = pace_.try_acquire(channel_->pacer(), now.monotonic, max_wait);
        if (!delay) return finish(stop_reason::deadline_exceeded);
        if (*delay <= nanoseconds::zero()) return send(now);
        watch_.wait(*channel_, schedule_.attempts(), wait_kind::pace, *delay);
        return wait(*delay);
    }

    /// Where the transport puts the answer to the attempt.
    http_response& answer() noexcept { return exchange_.answer(); }

    /// The attempt has ended: with an answer, or with the transport's error.
    step complete(timestamp now, error failure = {}) {
        if (state_ != state::sending) return current(now);
        watch_.at(now);
        const detail::verdict verdict = exchange_.complete(now, failure, watch_);
        watch_.take_old_rate(*channel_);
        pace_.on_answer(channel_->pacer(), now.monotonic, verdict.pace, verdict.retry_after);
        watch_.take_new_rate(*channel_);
        if (!verdict.retry) return finish(verdict.reason);
        if (cancelled_) return finish(stop_reason::cancelled, cancelled_);
        return retry(now, *verdict.retry, verdict.retry_after);
    }

    /// The step to send was not followed: ends the call as if it had never come.
    step withdraw(timestamp now, error why) {
        if (state_ != state::sending) return current(now);
        schedule_.withdraw_attempt();
        watch_.at(now);
        exchange_.withdraw(now, watch_);
        return finish(stop_reason::cancelled, why);
    }

    /// Ends the call: nothing more is sent. If an attempt is under way, its accounts are unknown.
    step cancel(timestamp now, error why = errc::cancelled) {
        if (state_ == state::idle) return {};
        watch_.at(now);
        if (state_ == state::sending) exchange_.abandon(now, detail::host_state::unknown, why, watch_);
        return finish(stop_reason::cancelled, why);
    }
    /// The same when the attempt has ended: what its answer says is kept, and no other attempt follows.
    step complete_and_cancel(timestamp now, error failure, error why = errc::cancelled) {
        cancelled_ = why;
        return complete(now, failure);
    }

    /// The deadline has passed, and the transport has not reported how its attempt ended.
    step expire(timestamp now) {
        if (state_ == state::idle) return {};
        const error why = std::make_error_code(std::errc::timed_out);
        watch_.at(now);
        if (state_ == state::sending) exchange_.abandon(now, detail::host_state::unreachable, why, watch_);
        return finish(stop_reason::deadline_exceeded, why);
    }

    /// No call is under way.
    bool is_done() const noexcept { return state_ == state::idle; }
    /// An attempt is under way.
    bool is_sending() const noexcept { return state_ == state::sending; }
    /// Only the pace keeps the next attempt back, and no back-off.
    bool is_waiting_for_pace(timestamp now) const noexcept {
        return state_ == state::waiting && schedule_.is_pace_wait(now.monotonic);
    }
    /// How many attempts of the last call were made, and how many of them the service answered.
    std::uint32_t attempts() const noexcept { return schedule_.attempts(); }
    std::uint32_t answers() const noexcept { return exchange_.record().answers(); }
    /// The accounts that are still to be sent. Lives in the call's memory.
    detail::pending_names pending() const noexcept UNFRIEND_LIFETIMEBOUND { return exchange_.accounts().pending(); }

    /// When the call ends at the latest, on the clock of `timestamp::monotonic`.
    nanoseconds deadline() const noexcept { return schedule_.deadline(); }

    /// The From_Account of the last call. Lives in the call's memory.
    std::string_view from_account() const noexcept { return exchange_.accounts().from_account(); }

    /// The report of the last call. Its texts live in the call's memory, until the next call begins.
    call_result result() const noexcept {
        return exchange_.record().report(exchange_.accounts(), schedule_.attempts());
    }

private:
    enum class state : std::uint8_t { idle, waiting, sending };

    /// The step that is due already.
    step current(timestamp now) noexcept {
        if (state_ == state::waiting)
            return wait(detail::larger(schedule_.backoff_left(now.monotonic), nanoseconds(1)));
        if (state_ == state::idle) return {};
        return {step_kind::send, exchange_.request(), exchange_.host(), {}};
    }

    step wait(nanoseconds duration) noexcept {
        state_ = state::waiting;
        return {step_kind::wait, {}, {}, duration};
    }

    step finish(stop_reason reason, const error& why) {
        exchange_.fail(why);
        return finish(reason);
    }
    step finish(stop_reason reason) {
        end(reason);
        watch_.begin(*channel_, exchange_, pace_.priority(), schedule_.deadline());
        watch_.end_attempt(*channel_);
        watch_.end(*channel_, *this, exchange_.accounts());
        return {};
    }
    void end(stop_reason reason) {
        state_ = state::idle;
        pace_.cancel(channel_->pacer());
        exchange_.end(reason);
    }

    step send(timestamp now) {
        const call_policy& policy = channel_->policy();
        schedule_.end_pace_wait(now.monotonic);
        if (schedule_.max_wait(policy, now.monotonic) < nanoseconds::zero())
            return finish(stop_reason::deadline_exceeded);
        const std::chrono::milliseconds timeout = schedule_.attempt_timeout(policy, now.monotonic);
        const nanoseconds left = schedule_.deadline() - now.monotonic;
        if (const error failure = exchange_.prepare(now, timeout, left, schedule_.attempts() != 0))
            return finish(stop_reason::not_retryable, failure);
        schedule_.count_attempt();
        state_ = state::sending;
        const std::size_t accounts = exchange_.command().has_items ? pending().size() : 0;
        watch_.send(*channel_, exchange_.last_attempt(), schedule_.attempts(), accounts);
        return current(now);
    }

    step retry(timestamp now, detail::retry_terms terms, nanoseconds retry_after) {
        const std::optional<stop_reason> refusal = schedule_.plan_retry(
            channel_->policy(), now.monotonic, terms, retry_after, [this] { return channel_->random(); });
        if (refusal) return finish(*refusal);
        if (terms == detail::retry_terms::paid && !channel_->retry_budget().spend())
            return finish(stop_reason::budget_exhausted);
        state_ = state::waiting;
        watch_.put_off(*channel_, schedule_.attempts(), schedule_.backoff_left(now.monotonic), retry_after);
        return resume(now);
    }

    Channel* channel_;
    detail::call_watch<Channel> watch_;
    detail::exchange<Channel> exchange_;
    detail::retry_schedule schedule_;
    detail::paced_attempts<typename Channel::pacer_type> pace_;
    state state_ = state::idle;
    error cancelled_; // why no further attempt is made
};

}} // namespace unfriend::v0_2
