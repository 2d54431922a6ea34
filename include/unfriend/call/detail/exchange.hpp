// What a call says to the service, and what it learns from each attempt. Knows nothing of waits, pace and deadlines.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/detail/account_table.hpp"
#include "unfriend/call/detail/attempt.hpp"
#include "unfriend/call/detail/call_record.hpp"
#include "unfriend/call/detail/command_entry.hpp"
#include "unfriend/call/detail/pending_account.hpp"
#include "unfriend/call/detail/retry_decision.hpp"
#include "unfriend/call/detail/retry_schedule.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/http/transport.hpp"
#include "unfriend/messages/items.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// What the end of an attempt means for the call: a retry on these terms, or the end for this reason.
struct verdict {
    std::optional<retry_terms> retry{};
    unfriend::stop_reason reason = unfriend::stop_reason::not_retryable;
    code_kind pace = code_kind::transient;  ///< what the answer says of the pace; `transient`: nothing
    std::chrono::nanoseconds retry_after{}; ///< how long the answer asks to wait; zero: not at all
};

template <class Channel>
class exchange {
    using limits = typename Channel::limits;

public:
    exchange(Channel& channel, const call_memory& memory) noexcept
        : channel_(&channel), attempt_(memory), accounts_(memory, limits::max_user_id_size, limits::max_accounts) {}

    /// A call begins: copies the request.
    template <class Request>
    error load(const Request& request) {
        command_ = &command_of<typename Request::command, limits>::entry;
        attempt_.begin_call();
        record_.begin();
        return command_of<typename Request::command, limits>::fill(accounts_, request);
    }
    /// Adds what has come since to a request that takes its accounts from a source.
    template <class Request>
    void extend(const Request& request) {
        using command = command_of<typename Request::command, limits>;
        static_assert(command::is_extensible, "unfriend: this request names all its accounts: start another call");
        (void)command::fill(accounts_, request);
    }

    /// An attempt begins: encodes, signs and addresses it. `time`: what is left of the call's.
    error prepare(timestamp now, std::chrono::milliseconds timeout, std::chrono::nanoseconds time, bool is_retry) {
        if (is_retry) accounts_.save_result_info();
        record_.begin_attempt();
        return attempt_.prepare(*channel_, *command_, accounts_, now, timeout, time);
    }
    const http_request& request() const noexcept { return attempt_.request(); }
    host_name host() const noexcept { return attempt_.host(); }
    http_response& answer() noexcept { return attempt_.answer(); }

    /// The attempt has ended: with an answer, or with the transport's error.
    template <class Watch>
    verdict complete(timestamp now, error failure, Watch& watch) {
        decoded_answer response{attempt_.items()};
        watch.take_response(attempt_.answer());
        const std::chrono::nanoseconds retry_after = attempt_.retry_after(now);
        failure = attempt_.read_answer(failure, response);
        record_.keep_texts(response);
        verdict result = failure ? judge_failure(now, failure, watch) : judge_answer(now, response, watch);
        result.retry_after = retry_after;
        return result;
    }
    /// The call does not wait for the attempt any more, which may have been applied.
    template <class Watch>
    void abandon(timestamp now, host_state host, const error& why, Watch& watch) noexcept {
        accounts_.mark_unknown();
        watch.take_failure(why);
        watch.take_circuit(attempt_.judge_host(*channel_, now, host));
    }
    /// The attempt was not made.
    template <class Watch>
    void withdraw(timestamp now, Watch& watch) noexcept {
        watch.take_withdrawal();
        watch.take_circuit(attempt_.judge_host(*channel_, now, host_state::unknown));
    }

    /// Something else than an attempt has failed.
    void fail(const error& why) noexcept { record_.on_failure(why); }
    /// The call ends.
    void end(stop_reason reason) noexcept {
        record_.end(reason);
        if (record_.last_error()) accounts_.explain_unsettled(record_.explanation());
    }

    const command_entry& command() const noexcept { return *command_; }
    const attempt<Channel>& last_attempt() const noexcept { return attempt_; }
    const account_table& accounts() const noexcept { return accounts_; }
    const call_record& record() const noexcept { return record_; }

private:
    template <class Watch>
    verdict judge_failure(timestamp now, const error& failure, Watch& watch) {
        const retry_decision decision = decide(failure);
        record_.on_failure(failure);
        watch.take_failure(failure);
        if (decision.may_have_applied) accounts_.mark_unknown();
        watch.take_circuit(attempt_.judge_host(*channel_, now, decision.host));
        verdict result;
        const bool is_throttled = failure == errc::http_status && failure.detail() == 429;
        if (is_throttled) result.pace = code_kind::throttled;
        const bool is_other_host_needed = decision.action == retry_action::retry_at_other_host;
        if (decision.action == retry_action::stop || (is_other_host_needed && !attempt_.distrust_host())) return result;
        result.retry = is_throttled ? retry_terms::throttled : retry_terms::paid;
        return result;
    }

    template <class Watch>
    verdict judge_answer(timestamp now, const decoded_answer& response, Watch& watch) {
        watch.take_circuit(attempt_.judge_host(*channel_, now, host_state::reached));
        watch.take_answer(*response.error_code, response.request_id);
        record_.on_answer(*response.error_code, response.request_id);
        return *response.error_code == 0 ? judge_items(response.items) : judge_refusal(*response.error_code, watch);
    }

    /// The service refused the call as a whole.
    template <class Watch>
    verdict judge_refusal(std::int32_t error_code, Watch& watch) {
        const service_code code = lookup(error_code);
        accounts_.mark_refused(code, record_.error_info());
        verdict result;
        result.pace = code.kind;
        if (code.retry == retry_advice::with_backoff) {
            result.retry = code.kind == code_kind::throttled ? retry_terms::throttled : retry_terms::paid;
        } else if (code.retry == retry_advice::with_new_user_sig && attempt_.renew_user_sig(*channel_)) {
            watch.take_renewal();
            result.retry = retry_terms::at_once;
        }
        return result;
    }

    /// The service took the call; each account has its own result.
    verdict judge_items(const item_span<result_item>& items) {
        channel_->retry_budget().earn();
        item_summary summary;
        if (command_->has_items) {
            summary = accounts_.apply_items(items.data(), items.size());
        } else {
            accounts_.apply_success_to_everyone();
        }
        verdict result;
        result.pace = summary.kind();
        result.reason = stop_reason::completed;
        if (accounts_.is_done()) return result;
        const bool is_only_throttled = summary.is_throttled && !summary.is_charged;
        result.retry = is_only_throttled     ? retry_terms::throttled
                       : summary.is_progress ? retry_terms::free
                                             : retry_terms::paid;
        return result;
    }

    Channel* channel_;
    attempt<Channel> attempt_;
    account_table accounts_;
    call_record record_;
    const command_entry* command_ = nullptr;
};

}}} // namespace unfriend::v0_2::detail
