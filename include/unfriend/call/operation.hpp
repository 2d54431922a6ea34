// One call as a state machine: sign, send, wait, try again, give up. It has no clock, no socket and no thread: it
// is told the time and what happened, and answers what to do next.
//
//   unfriend::operation call{channel, memory};
//   unfriend::step next = call.start(request, now());
//   while (next.what != unfriend::step::done) {
//       if (next.what == unfriend::step::wait) { sleep(next.duration); next = call.resume(now()); }
//       else { auto failure = post(next.request, call.answer()); next = call.complete(now(), failure); }
//   }
//   unfriend::call_result response = call.result();
//
// `client`, `pending_call`, `async_client`, `bulk` and `coroutine_client` are drivers over it.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/detail/account_table.hpp"
#include "unfriend/call/detail/command_entry.hpp"
#include "unfriend/call/detail/retry_decision.hpp"
#include "unfriend/call/policy.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/detail/durations.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/http/endpoint.hpp"
#include "unfriend/http/transport.hpp"
#include "unfriend/http/url.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend {

/// What a call wants done next.
struct step {
    enum action : std::uint8_t {
        send, ///< send `request` and say how it ended: `complete`
        wait, ///< do nothing for `duration` at least, then `resume`
        done, ///< ask for the `result`
    };
    action what = done;
    http_request request{};              ///< its views live until `complete`
    host_name host{};                    ///< where the request goes, as its URL says
    std::chrono::nanoseconds duration{}; ///< more than zero, but after `accept`
};

/// One call after the other, over a `channel`. One thread at a time. Allocates nothing, and never throws unless
/// a caller's own type does. The channel and the memory must outlive it.
///
/// - Tried again is only what can succeed: transport failures, the statuses 5xx and 429, answers that cannot be
///   read, and codes of the catalogue that say so; of the accounts, only those still to do are sent again.
/// - A UserSig that the service says has expired is replaced at once, once a call.
/// - The host changes after the transport failed and never after the service answered.
/// - Retries are paid from the channel's budget, unless the attempt before has settled some account or was
///   refused for its UserSig. All of them count as attempts.
template <class Channel>
class operation {
    using limits = typename Channel::limits;
    using nanoseconds = std::chrono::nanoseconds;

public:
    operation(Channel& channel, const call_memory& memory) noexcept
        : channel_(&channel), memory_(memory), answer_(memory.answer),
          table_(memory, limits::max_user_id_size, limits::max_accounts) {}

    /// Begins a call with the policy's deadline or one of its own. The request is copied: it need not live on.
    /// What is wrong with it ends the call, with nothing sent and the error that `encode` would give.
    template <class Request>
    step start(const Request& request, moment now) {
        return start(request, now, channel_->policy().deadline);
    }
    template <class Request>
    step start(const Request& request, moment now, std::chrono::milliseconds deadline) {
        return accept(request, now, deadline).what == step::wait ? resume(now) : step();
    }

    /// Begins a call as `start` does, but leaves its first attempt to `resume`: a wait of no time.
    template <class Request>
    step accept(const Request& request, moment now, std::chrono::milliseconds deadline) {
        if (const error failure = load(request)) return finish(call_end::not_retried, failure);
        if (table_.is_done()) return finish(call_end::not_retried, errc::no_accounts);
        deadline_ = now.elapsed + detail::to_nanoseconds(deadline);
        ready_at_ = now.elapsed;
        return wait(nanoseconds::zero());
    }

    /// The wait is over, or part of it.
    step resume(moment now) {
        if (state_ != state::waiting) return current(now);
        if (now.elapsed < ready_at_) return wait(ready_at_ - now.elapsed);
        if (!has_slot_) {
            if (!is_in_time(now)) return finish(call_end::deadline, last_failure_);
            const nanoseconds patience = deadline_ - now.elapsed - shortest_attempt();
            const std::optional<nanoseconds> slot = channel_->pacer().reserve(now.elapsed, patience);
            if (!slot) return finish(call_end::deadline, last_failure_);
            has_slot_ = true;
            ready_at_ = now.elapsed + *slot;
            if (*slot > nanoseconds::zero()) return wait(*slot);
        }
        return send(now);
    }

    /// Where the transport puts the answer to the attempt.
    http_response& answer() noexcept { return answer_; }

    /// The attempt has ended: with an answer, or with the transport's error.
    step complete(moment now, error failure = {}) {
        if (state_ != state::sending) return current(now);
        if (!failure && answer_.overflowed()) failure = {errc::body_too_large, answer_.capacity()};
        const bool is_large_page = failure == errc::body_too_large && answer_.status != 0; // of a proxy, say
        if ((!failure || is_large_page) && answer_.status != 200)
            failure = {errc::http_status, static_cast<std::size_t>(std::max(answer_.status, 0))};
        friend_delete_response<item_span<result_item>> response{{memory_.items, memory_.max_accounts}};
        if (!failure) {
            failure = decode<limits>(answer_.body(), response);
            if (failure == errc::too_many_items) failure = {};
        }
        if (failure) return take_failure(now, failure);
        const bool contradicts_itself = !detail::is_success(response.action_status, response.error_code);
        error_info_ = response.error_info;
        error_display_ = response.error_display;
        if (response.error_code == absent_code || (response.error_code == 0 && contradicts_itself))
            return take_failure(now, {errc::missing_member, answer_.body().size()});
        is_answered_ = true;
        last_failure_ = {};
        error_code_ = response.error_code;
        return error_code_ == 0 ? take_items(now, response.items) : take_refusal(now);
    }

    /// Ends the call: nothing more is sent. Whatever was to be done by an attempt under way is then unknown.
    step cancel(error why = errc::cancelled) {
        if (state_ == state::idle) return {};
        if (state_ == state::sending) table_.lose();
        return finish(call_end::cancelled, why);
    }

    /// The deadline has passed, and the transport still has not said how its attempt ended.
    step expire(moment now) {
        if (state_ == state::idle) return {};
        if (state_ == state::sending) {
            table_.lose();
            fail_over(now);
        }
        return finish(call_end::deadline, std::make_error_code(std::errc::timed_out));
    }

    /// Takes the accounts of a request without beginning the call: for `cancel` to report as not done.
    template <class Request>
    error load(const Request& request) {
        using command = detail::command_of<typename Request::command, limits>;
        command_ = &command::entry;
        state_ = state::waiting;
        attempts_ = 0;
        is_answered_ = has_slot_ = is_renewed_ = false;
        is_untrusted_[0] = is_untrusted_[1] = false;
        last_failure_ = {};
        error_code_ = absent_code;
        error_info_ = error_display_ = {};
        return command::fill(table_, request);
    }

    /// No call is under way.
    bool is_done() const noexcept { return state_ == state::idle; }

    /// When the call is over at the latest, on the clock of `moment::elapsed`.
    nanoseconds deadline() const noexcept { return deadline_; }

    /// From whose list the accounts of the last call are deleted. Lives in the call's memory.
    std::string_view from_account() const noexcept { return table_.from_account(); }

    /// What came of the last call. Its texts live in the call's memory, until the next one begins.
    call_result result() const noexcept {
        call_report report;
        report.items = {table_.results(), table_.listed()};
        report.became = summary();
        report.error_code = error_code_;
        report.error_info = error_info_;
        report.error_display = error_display_;
        report.attempts = attempts_;
        report.end = end_;
        return {is_answered_, last_failure_, report};
    }

private:
    enum class state : std::uint8_t { idle, waiting, sending };

    nanoseconds shortest_attempt() const noexcept {
        return detail::to_nanoseconds(std::max(channel_->policy().shortest_attempt, std::chrono::milliseconds(1)));
    }

    /// What was wanted already.
    step current(moment now) const noexcept {
        if (state_ == state::waiting) return wait(std::max(ready_at_ - now.elapsed, nanoseconds(1)));
        step same;
        if (state_ == state::idle) return same;
        same.what = step::send;
        same.request = request_;
        same.host = host_;
        return same;
    }

    static step wait(nanoseconds duration) noexcept {
        step next;
        next.what = step::wait;
        next.duration = duration;
        return next;
    }

    step finish(call_end end, error failure) {
        state_ = state::idle;
        end_ = end;
        last_failure_ = failure;
        if (!failure && !is_answered_) last_failure_ = errc::deadline_passed;
        const bool is_of_transport = last_failure_.code().category() != category();
        if (last_failure_) table_.give_up(is_of_transport ? "the transport failed" : last_failure_.what());
        return {};
    }

    /// An attempt may be begun after `delay`.
    bool is_in_time(moment now, nanoseconds delay = {}) const noexcept {
        return deadline_ - now.elapsed - shortest_attempt() >= delay;
    }

    step send(moment now) {
        if (!is_in_time(now)) return finish(call_end::deadline, last_failure_);
        if (attempts_ != 0) table_.keep_notes();
        error_info_ = error_display_ = {};
        choose_host(now);
        const error failure = prepare(now);
        if (failure) return finish(call_end::not_retried, failure);
        const nanoseconds most =
            std::min(deadline_ - now.elapsed, detail::to_nanoseconds(channel_->policy().attempt_timeout));
        request_.timeout =
            std::max(std::chrono::duration_cast<std::chrono::milliseconds>(most), std::chrono::milliseconds(1));
        answer_.clear();
        ++attempts_;
        state_ = state::sending;
        return current(now);
    }

    /// The host that failed over to, unless it proved to be an impostor.
    void choose_host(moment now) noexcept {
        const bool has_backup = channel_->endpoint().backup_host().valid();
        is_backup_ = has_backup && channel_->failover().prefers_backup(now.elapsed);
        if (has_backup && is_untrusted_[is_backup_ ? 1 : 0]) is_backup_ = !is_backup_;
        host_ = is_backup_ ? channel_->endpoint().backup_host() : channel_->endpoint().host();
    }

    void fail_over(moment now) noexcept {
        const nanoseconds cool_down = detail::to_nanoseconds(channel_->policy().failover_cool_down);
        channel_->failover().failed(is_backup_, now.elapsed, cool_down);
    }

    /// Encodes, signs and addresses.
    error prepare(moment now) {
        auto& credentials = channel_->credentials();
        const unfriend::result<std::string_view> body = command_->encode(table_, memory_.request);
        if (!body) return body.error();
        const unfriend::result<std::string_view> user_sig = credentials.user_sig(now.unix_time, memory_.user_sig);
        if (!user_sig) return user_sig.error();
        user_sig_ = *user_sig;
        const url_query query{credentials.sdk_app_id(), credentials.identifier(), user_sig_, channel_->random()};
        const unfriend::result<std::string_view> url = encode_url<limits>(host_, command_->path, query, memory_.url);
        if (!url) return url.error();
        request_ = {};
        request_.url = *url;
        request_.body = *body;
        return {};
    }

    /// There is no answer.
    step take_failure(moment now, const error& failure) {
        const detail::judgement verdict = detail::judge(failure);
        last_failure_ = failure;
        if (verdict.is_answer_lost) table_.lose();
        if (failure == errc::http_status && failure.detail() == 429) channel_->pacer().slow_down(now.elapsed);
        if (verdict.is_unreachable) fail_over(now);
        if (verdict.advice == detail::try_again::no) return finish(call_end::not_retried, failure);
        if (verdict.advice == detail::try_again::at_other_host) {
            is_untrusted_[is_backup_ ? 1 : 0] = true;
            const bool is_other_left = channel_->endpoint().backup_host().valid() && !is_untrusted_[is_backup_ ? 0 : 1];
            if (!is_other_left) return finish(call_end::not_retried, failure);
        }
        return try_again(now, true);
    }

    /// The service answers that it did not take the call.
    step take_refusal(moment now) {
        table_.refuse(error_code_, error_info_);
        const service_code code = lookup(error_code_);
        if (code.kind == code_class::throttled) channel_->pacer().slow_down(now.elapsed);
        if (code.kind == code_class::policy) channel_->pacer().slow_down(now.elapsed, hard);
        if (code.retry == retry_advice::later) return try_again(now, true);
        if (code.retry == retry_advice::new_sig && renew()) return try_again(now, false, false);
        return finish(call_end::not_retried, {});
    }

    /// The service took the call, which says nothing yet of the accounts.
    step take_items(moment now, const item_span<result_item>& items) {
        channel_->retry_budget().earn();
        detail::item_signs signs;
        if (command_->has_items) {
            signs = table_.settle(items.data(), items.size());
        } else {
            table_.settle_everyone();
        }
        if (signs.is_filtered) {
            channel_->pacer().slow_down(now.elapsed, hard);
        } else if (signs.is_throttled) {
            channel_->pacer().slow_down(now.elapsed);
        } else {
            channel_->pacer().speed_up(now.elapsed);
        }
        return table_.is_done() ? finish(call_end::settled, {}) : try_again(now, !signs.is_progress);
    }

    /// Once a call, and only where the credentials can make another.
    bool renew() {
        if (is_renewed_) return false;
        is_renewed_ = true;
        if constexpr (can_renew<decltype(channel_->credentials())>(0)) {
            channel_->credentials().refuse(user_sig_);
            return true;
        }
        return false;
    }

    step try_again(moment now, bool is_paid, bool backs_off = true) {
        if (attempts_ >= channel_->policy().max_attempts) return finish(call_end::attempts, last_failure_);
        const nanoseconds delay = backs_off ? back_off() : nanoseconds::zero();
        if (!is_in_time(now, delay)) return finish(call_end::deadline, last_failure_);
        if (is_paid && !channel_->retry_budget().spend()) return finish(call_end::retry_budget, last_failure_);
        state_ = state::waiting;
        has_slot_ = false;
        ready_at_ = now.elapsed + delay;
        return resume(now);
    }

    /// Exponential, with full jitter.
    nanoseconds back_off() {
        constexpr std::uint32_t most_doublings = 20;
        const call_policy& policy = channel_->policy();
        nanoseconds longest = std::min(detail::to_nanoseconds(policy.max_backoff), nanoseconds(std::chrono::hours(1)));
        const nanoseconds first = std::min(detail::to_nanoseconds(policy.first_backoff), longest);
        longest = std::min(longest, first * (std::int64_t{1} << std::min(attempts_ - 1, most_doublings)));
        // In microseconds, which an hour of leaves room for the product.
        const auto microseconds = static_cast<std::uint64_t>(longest.count() / 1000);
        return std::chrono::microseconds(microseconds * channel_->random() >> 32U);
    }

    template <class Credentials>
    static constexpr auto can_renew(int) -> decltype(std::declval<Credentials>().refuse(std::string_view()), true) {
        return true;
    }
    template <class Credentials>
    static constexpr bool can_renew(long) {
        return false;
    }

    outcome summary() const noexcept {
        if (table_.size() == 0) return outcome::failed;
        bool is_any_failed = false;
        bool is_any_gone = false;
        for (std::size_t i = 0; i < table_.size(); ++i) {
            const outcome each = table_.results()[i].became;
            if (each == outcome::unknown) return each;
            is_any_failed = is_any_failed || each == outcome::failed;
            is_any_gone = is_any_gone || each == outcome::already_gone;
        }
        return is_any_failed ? outcome::failed : is_any_gone ? outcome::already_gone : outcome::deleted;
    }

    static constexpr unsigned hard = 4; // doublings: to a sixteenth of the speed

    Channel* channel_;
    call_memory memory_;
    http_response answer_;
    detail::account_table table_;
    const detail::command_entry* command_ = nullptr;
    state state_ = state::idle;
    call_end end_ = call_end::settled;
    bool is_answered_ = false;
    bool has_slot_ = false;     // of the pacer's, for the next attempt
    bool is_backup_ = false;    // the attempt under way goes there
    bool is_untrusted_[2] = {}; // primary, backup: no second attempt there
    bool is_renewed_ = false;   // the UserSig, in this call
    std::uint32_t attempts_ = 0;
    std::int32_t error_code_ = absent_code;
    nanoseconds deadline_{};
    nanoseconds ready_at_{};
    host_name host_;
    http_request request_;
    std::string_view user_sig_;
    std::string_view error_info_;
    std::string_view error_display_;
    error last_failure_;
};

} // namespace unfriend
