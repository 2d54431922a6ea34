// Whether there is any use in going on with a bulk job. Knows calls and times, and nothing of pairs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/call_result.hpp"
#include "unfriend/clients/bulk_options.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/detail/durations.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

class bulk_stop_rule {
    using nanoseconds = std::chrono::nanoseconds;

public:
    explicit bulk_stop_rule(const bulk_options& options) noexcept
        : max_unanswered_(larger(options.max_consecutive_failures, std::uint32_t{1})),
          max_stall_(to_nanoseconds(options.max_stall)) {}

    /// `completed` while the job should go on.
    job_stop_reason reason() const noexcept { return reason_; }
    /// The error of the last call without a response, when that is the reason.
    const error& failure() const noexcept { return failure_; }
    /// The `ErrorCode` of the refusal that is the reason; otherwise empty.
    std::optional<std::int32_t> refusal() const noexcept { return refusal_; }

    /// Time passes. `is_active`: since the last time some call waited for a response or for its back-off.
    void pass(nanoseconds now, bool is_active) noexcept {
        if (is_active && is_stalling_) stalled_ += now - last_;
        last_ = now;
        if (is_stalling_ && stalled_ >= max_stall_) stop(job_stop_reason::stalled);
    }

    /// The service answered an attempt. `is_progress`: it settled some account.
    void on_answer(bool is_progress) noexcept {
        if (is_progress) return on_progress();
        is_stalling_ = true;
    }

    /// A call has ended, and its accounts are reported.
    void on_call(const call_result& response) noexcept {
        on_progress();
        if (response.attempts == 0) return; // it says nothing of the service
        unanswered_ = response.answered() ? 0 : unanswered_ + 1;
        if (unanswered_ >= max_unanswered_) {
            failure_ = response.last_error();
            stop(job_stop_reason::unanswered);
        }
        if (!response.answered()) return;
        const code_kind kind = kind_of(response.error_code);
        objections_ = is_objection(response, kind) ? objections_ + 1 : 0;
        if (objections_ == max_objections) refuse(job_stop_reason::security_policy, response.error_code);
        if (kind == code_kind::credentials || kind == code_kind::permission || kind == code_kind::quota)
            refuse(job_stop_reason::refused, response.error_code);
    }

private:
    static constexpr std::uint32_t max_objections = 3;

    /// The security policy refused the call, or accounts of it while none was deleted.
    static bool is_objection(const call_result& response, code_kind kind) noexcept {
        if (kind == code_kind::security_policy) return true;
        bool is_any_filtered = false;
        for (const account_result& item : response.items) {
            if (item.ok()) return false;
            is_any_filtered = is_any_filtered || kind_of(item.result_code) == code_kind::security_policy;
        }
        return is_any_filtered;
    }

    void on_progress() noexcept {
        is_stalling_ = false;
        stalled_ = {};
    }

    void stop(job_stop_reason reason) noexcept {
        if (reason_ == job_stop_reason::completed) reason_ = reason;
    }
    void refuse(job_stop_reason reason, std::optional<std::int32_t> code) noexcept {
        if (reason_ == job_stop_reason::completed) refusal_ = code;
        stop(reason);
    }

    std::uint32_t max_unanswered_;
    nanoseconds max_stall_;
    job_stop_reason reason_ = job_stop_reason::completed;
    std::uint32_t unanswered_ = 0; // in a row
    std::uint32_t objections_ = 0; // in a row
    std::optional<std::int32_t> refusal_;
    error failure_;
    bool is_stalling_ = false; // the service has answered since the last progress
    nanoseconds stalled_{};
    nanoseconds last_{};
};

}}} // namespace unfriend::v0_2::detail
