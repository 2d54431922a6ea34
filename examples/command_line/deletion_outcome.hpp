// What the command says of an account, and of the call that carried it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <unfriend/call/call_result.hpp>
#include <unfriend/clients/bulk.hpp>
#include <unfriend/core/error.hpp>
#include <unfriend/messages/service_code.hpp>

#include "exit_code.hpp"

namespace example {

/// What became of an account, in texts of its own.
struct deletion_outcome {
    unfriend::outcome outcome = unfriend::outcome::failed;
    std::optional<std::int32_t> result_code; ///< the service's last word, if there was one
    std::string result_info;                 ///< the service's, or why there is none
    bool is_about_call = false;              ///< `result_info` is a sentence of its own, which has the code
    std::string request_id{};                ///< of the answer that failed it, if the service sent one
};

/// The account is deleted, or was no friend when the service first looked.
inline bool is_gone(const deletion_outcome& account) noexcept {
    if (account.outcome == unfriend::outcome::deleted || account.outcome == unfriend::outcome::already_gone)
        return true;
    return unfriend::kind_of(account.result_code) == unfriend::code_kind::already_gone;
}

/// The call was stopped before its first attempt, by its caller or by its deadline.
inline bool is_unsent(const unfriend::call_result& response) noexcept {
    return response.attempts == 0 && (response.stop_reason == unfriend::stop_reason::cancelled ||
                                      response.last_error() == unfriend::errc::deadline_exceeded);
}

/// Why a call failed as a whole; empty when it succeeded, whatever the outcome of single accounts.
inline std::string complaint(const unfriend::call_result& response) {
    if (is_unsent(response)) return "it was not sent";
    if (response.last_error() == unfriend::errc::missing_member)
        return "the answer does not say that the call succeeded";
    if (response.last_error()) return response.last_error().message();
    if (response.error_code == 0) return {};
    std::string text = "the service refused the call: " + std::to_string(*response.error_code) + ", ";
    text.append(unfriend::describe(response.error_code));
    if (!response.error_info.empty()) text.append(" (\"").append(response.error_info).append("\")");
    return text;
}

/// The exit status of a call by itself.
inline exit_code status_of(const unfriend::call_result& response) noexcept {
    const bool is_local = response.attempts == 0 && response.stop_reason == unfriend::stop_reason::not_retryable;
    if (response.last_error()) return is_local ? exit_code::bad_input : exit_code::transport;
    if (response.error_code != 0) return exit_code::refused;
    return response.ok() ? exit_code::done : exit_code::account_failed;
}

/// The account is no UserID, so that no call can carry it.
inline bool is_invalid(const unfriend::account_result& account) noexcept {
    return account.result_info == unfriend::describe(unfriend::errc::invalid_to_account);
}

inline deletion_outcome outcome_of(const unfriend::bulk_item& item) {
    deletion_outcome result;
    result.outcome = item.account.outcome;
    result.result_info = item.account.result_info;
    result.result_code = item.account.result_code;
    const bool is_of_call = item.account.result_code == item.call.error_code && !item.account.ok();
    const bool is_unsaid = !item.account.result_code && !is_invalid(item.account) && item.call.last_error();
    // The report has the identifier of the last answer, which need not be the one that failed the account.
    const bool is_of_last_answer =
        item.call.answers == 1 || is_of_call || (item.account.retryable() && !item.call.last_error());
    if (!item.account.ok() && item.account.result_code && is_of_last_answer) result.request_id = item.call.request_id;
    result.is_about_call = is_of_call || is_unsaid;
    if (result.is_about_call) result.result_info = complaint(item.call);
    return result;
}

} // namespace example
