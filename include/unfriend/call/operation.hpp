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
#include "unfriend/call/detail/account_table.hpp"
#include "unfriend/call/detail/attempt.hpp"
#include "unfriend/call/detail/command_entry.hpp"
#include "unfriend/call/detail/paced_attempts.hpp"
#include "unfriend/call/detail/retry_decision.hpp"
#include "unfriend/call/detail/retry_schedule.hpp"
#include "unfriend/call/detail/settlement.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/call/step.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/http/transport.hpp"
#include "unfriend/messages/items.hpp"
#include "unfriend/messages/service_code.hpp"

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
    using limits = typename Channel::limits;
    using nanoseconds = std::chrono::nanoseconds;

public:
    operation(Channel& channel, const call_memory& memory) noexcept
        : channel_(&channel), memory_(memory), attempt_(memory),
          table_(memory, limits::max_user_id_size, limits::max_accounts) {}

    /// Begins a call with the time-out of the policy or with terms of its own (milliseconds, or those of a job), and
    /// sends nothing yet. The request is copied. An invalid request ends the call at once, with the error that `encode`
    /// gives.
    template <class Request>
    step start(const Request& request, timestamp now) {
        return start(request, now, channel_->policy().call_timeout);
    }
    template <class Request, class Terms>
    step start(const Request& request, timestamp now, const Terms& terms) {
        const error failure = load(request);
        schedule_.begin(now.monotonic, terms);
        pace_.begin_call(schedule_.is_of_job() ? call_priority::bulk : call_priority::interactive);
        ready_at_ = now.monotonic;
        if (failure) return finish(stop_reason::not_retryable, failure);
        if (table_.is_done()) return finish(stop_reason::not_retryable, errc::invalid_to_account); // every one of them
        return wait(nanoseconds::zero());
    }

    /// Adds accounts to a call that has sent nothing yet. Nothing happens to any other.
    template <class Request>
    void extend(const Request& request) {
        if (state_ == state::waiting && schedule_.attempts() == 0)
            (void)detail::command_of<typename Request::command, limits>::fill(table_, request);
    }
    /// Takes a request and ends the call for a reason of the caller's: its accounts are reported as failed, not sent.
    template <class Request>
    step reject(const Request& request, error why) {
        if (const error failure = load(request)) why = failure;
        schedule_.clear();
        return finish(stop_reason::cancelled, why);
    }

    /// The wait is over, or part of it.
    step resume(timestamp now) {
        if (state_ != state::waiting) return current(now);
        if (now.monotonic < ready_at_) return wait(ready_at_ - now.monotonic);
        schedule_.end_pace_wait(now.monotonic);
        const nanoseconds max_wait = schedule_.max_pace_wait(channel_->policy(), now.monotonic);
        if (max_wait < nanoseconds::zero()) return finish(stop_reason::deadline_exceeded, last_failure_);
        const std::optional<nanoseconds> delay = pace_.try_acquire(channel_->pacer(), now.monotonic, max_wait);
        if (!delay) return finish(stop_reason::deadline_exceeded, last_failure_);
        return *delay > nanoseconds::zero() ? wait(*delay) : send(now);
    }

    /// Where the transport puts the answer to the attempt.
    http_response& answer() noexcept { return attempt_.answer(); }

    /// The attempt has ended: with an answer, or with the transport's error.
    step complete(timestamp now, error failure = {}) {
        if (state_ != state::sending) return current(now);
        detail::decoded_answer response{{memory_.items, memory_.max_accounts}};
        retry_after_ = attempt_.retry_after(now);
        failure = attempt_.read_answer(failure, response);
        error_info_ = response.error_info;
        error_display_ = response.error_display;
        if (failure) return handle_failure(now, failure);
        attempt_.judge_host(*channel_, now, detail::host_state::reached);
        ++answers_;
        last_failure_ = {};
        error_code_ = response.error_code;
        return error_code_ == 0 ? handle_items(now, response.items) : handle_refusal(now);
    }

    /// The step to send was not followed: ends the call as if it had never come.
    step withdraw(timestamp now, error why) {
        if (state_ != state::sending) return current(now);
        schedule_.withdraw_attempt();
        attempt_.judge_host(*channel_, now, detail::host_state::unknown);
        state_ = state::waiting;
        return cancel(now, why);
    }

    /// Ends the call: nothing more is sent. If an attempt is under way, its accounts are unknown.
    step cancel(timestamp now, error why = errc::cancelled) {
        if (state_ == state::idle) return {};
        if (state_ == state::sending) {
            table_.mark_unknown();
            attempt_.judge_host(*channel_, now, detail::host_state::unknown);
        }
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
        if (state_ == state::sending) {
            table_.mark_unknown();
            attempt_.judge_host(*channel_, now, detail::host_state::unreachable);
        }
        return finish(stop_reason::deadline_exceeded, std::make_error_code(std::errc::timed_out));
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
    std::uint32_t answers() const noexcept { return answers_; }
    /// The accounts that are still to be sent. Lives in the call's memory.
    detail::pending_names pending() const noexcept { return table_.pending(); }

    /// When the call ends at the latest, on the clock of `timestamp::monotonic`.
    nanoseconds deadline() const noexcept { return schedule_.deadline(); }

    /// The From_Account of the last call. Lives in the call's memory.
    std::string_view from_account() const noexcept { return table_.from_account(); }

    /// The result of the last call. Its texts live in the call's memory, until the next call begins.
    call_result result() const noexcept {
        call_report report;
        report.items = {table_.results(), table_.listed()};
        report.outcome = detail::overall_outcome(table_.results(), table_.size());
        report.error_code = error_code_;
        report.error_info = error_info_;
        report.error_display = error_display_;
        report.attempts = schedule_.attempts();
        report.stop_reason = stop_reason_;
        return {answers_ != 0, last_failure_, report};
    }

private:
    enum class state : std::uint8_t { idle, waiting, sending };

    /// What a retry takes: from the retry budget and with back-off; with back-off alone; neither; of a job after a
    /// throttled answer, with a back-off that is part of the wait for the pacer.
    enum class retry_terms : std::uint8_t { paid, free, at_once, throttled };

    template <class Request>
    error load(const Request& request) {
        using command = detail::command_of<typename Request::command, limits>;
        command_ = &command::entry;
        answers_ = 0;
        attempt_.begin_call();
        last_failure_ = cancelled_ = {};
        error_code_.reset();
        error_info_ = error_display_ = {};
        return command::fill(table_, request);
    }

    /// The step that is due already.
    step current(timestamp now) noexcept {
        if (state_ == state::waiting) return wait(detail::larger(ready_at_ - now.monotonic, nanoseconds(1)));
        step same;
        if (state_ == state::idle) return same;
        same.kind = step_kind::send;
        same.request = attempt_.request();
        same.host = attempt_.host();
        return same;
    }

    step wait(nanoseconds duration) noexcept {
        state_ = state::waiting;
        return {step_kind::wait, {}, {}, duration};
    }

    step finish(stop_reason reason, error failure) {
        state_ = state::idle;
        pace_.cancel(channel_->pacer());
        stop_reason_ = reason;
        last_failure_ = failure;
        if (!failure && answers_ == 0) last_failure_ = errc::deadline_exceeded;
        const bool is_of_transport = last_failure_.code().category() != category();
        if (last_failure_) table_.explain_unsettled(is_of_transport ? "the transport failed" : last_failure_.what());
        return {};
    }

    step send(timestamp now) {
        const call_policy& policy = channel_->policy();
        schedule_.end_pace_wait(now.monotonic);
        if (schedule_.max_wait(policy, now.monotonic) < nanoseconds::zero())
            return finish(stop_reason::deadline_exceeded, last_failure_);
        if (schedule_.attempts() != 0) table_.save_result_info();
        error_info_ = error_display_ = {};
        const std::chrono::milliseconds timeout = schedule_.attempt_timeout(policy, now.monotonic);
        const nanoseconds left = schedule_.deadline() - now.monotonic;
        if (const error failure = attempt_.prepare(*channel_, *command_, table_, now, timeout, left))
            return finish(stop_reason::not_retryable, failure);
        schedule_.count_attempt();
        state_ = state::sending;
        return current(now);
    }

    /// The attempt got no answer.
    step handle_failure(timestamp now, const error& failure) {
        const detail::retry_decision decision = detail::decide(failure);
        last_failure_ = failure;
        if (decision.may_have_applied) table_.mark_unknown();
        const bool is_throttled = failure == errc::http_status && failure.detail() == 429;
        if (is_throttled) pace_.on_answer(channel_->pacer(), now.monotonic, code_kind::throttled, retry_after_);
        attempt_.judge_host(*channel_, now, decision.host);
        const bool is_other_host_needed = decision.action == detail::retry_action::retry_at_other_host;
        if (decision.action == detail::retry_action::stop || (is_other_host_needed && !attempt_.distrust_host()))
            return finish(stop_reason::not_retryable, failure);
        return retry(now, terms_after(is_throttled, retry_terms::paid));
    }

    /// The service refused the call as a whole.
    step handle_refusal(timestamp now) {
        const service_code code = lookup(*error_code_);
        table_.mark_refused(code, error_info_);
        pace_.on_answer(channel_->pacer(), now.monotonic, code.kind, retry_after_);
        if (code.retry == retry_advice::with_backoff)
            return retry(now, terms_after(code.kind == code_kind::throttled, retry_terms::paid));
        if (code.retry == retry_advice::with_new_user_sig && attempt_.renew_user_sig(*channel_))
            return retry(now, retry_terms::at_once);
        return finish(stop_reason::not_retryable, {});
    }

    /// The service took the call; each account has its own result.
    step handle_items(timestamp now, const item_span<result_item>& items) {
        channel_->retry_budget().earn();
        detail::item_summary summary;
        if (command_->has_items) {
            summary = table_.apply_items(items.data(), items.size());
        } else {
            table_.apply_success_to_everyone();
        }
        pace_.on_answer(channel_->pacer(), now.monotonic, summary.kind(), retry_after_);
        if (table_.is_done()) return finish(stop_reason::completed, {});
        const bool is_only_throttled = summary.is_throttled && !summary.is_charged;
        return retry(now, terms_after(is_only_throttled, summary.is_progress ? retry_terms::free : retry_terms::paid));
    }

    retry_terms terms_after(bool is_throttled, retry_terms others) const noexcept {
        if (!is_throttled) return others;
        return schedule_.forgives_throttling() ? retry_terms::throttled : retry_terms::free;
    }

    step retry(timestamp now, retry_terms terms) {
        const call_policy& policy = channel_->policy();
        const bool is_throttled = terms == retry_terms::throttled;
        if (is_throttled) schedule_.forgive_attempt();
        if (cancelled_) return finish(stop_reason::cancelled, cancelled_);
        if (!schedule_.has_attempt_left(policy)) return finish(stop_reason::attempts_exhausted, last_failure_);
        const nanoseconds backoff =
            terms == retry_terms::at_once ? nanoseconds::zero() : schedule_.backoff(policy, channel_->random());
        const nanoseconds delay = detail::larger(backoff, retry_after_);
        const bool is_in_time = is_throttled ? delay <= schedule_.max_pace_wait(policy, now.monotonic)
                                             : schedule_.put_off(policy, now.monotonic, delay, retry_after_ == delay);
        if (!is_in_time) return finish(stop_reason::deadline_exceeded, last_failure_);
        if (terms == retry_terms::paid && !channel_->retry_budget().spend())
            return finish(stop_reason::budget_exhausted, last_failure_);
        state_ = state::waiting;
        ready_at_ = now.monotonic + delay;
        return resume(now);
    }

    Channel* channel_;
    call_memory memory_;
    detail::attempt<Channel> attempt_;
    detail::account_table table_;
    detail::retry_schedule schedule_;
    detail::paced_attempts<typename Channel::pacer_type> pace_;
    const detail::command_entry* command_ = nullptr;
    state state_ = state::idle;
    unfriend::stop_reason stop_reason_ = unfriend::stop_reason::completed;
    std::uint32_t answers_ = 0;
    std::optional<std::int32_t> error_code_;
    nanoseconds ready_at_{};    // earliest time of the next attempt
    nanoseconds retry_after_{}; // zero: the last response does not ask for it
    std::string_view error_info_;
    std::string_view error_display_;
    error last_failure_;
    error cancelled_; // why no further attempt is made
};

}} // namespace unfriend::v0_2
