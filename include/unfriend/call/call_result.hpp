// The report of a call, with the outcome of each account.
//
//   auto response = client(request);
//   if (!response) log(response.error().message());              // the service answered no attempt
//   for (const auto& item : response->failures()) …              // there is a report all the same
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/call/account_result.hpp"
#include "unfriend/core/detail/filtered.hpp"
#include "unfriend/core/error.hpp"

namespace unfriend { inline namespace v0_2 {

/// Why a call made no further attempt.
enum class stop_reason : std::uint8_t {
    completed,          ///< every account is settled
    not_retryable,      ///< another attempt would fail too, or the request or the credentials are wrong
    attempts_exhausted, ///< the policy allows no more attempts
    budget_exhausted,   ///< the channel's retry budget is used up
    deadline_exceeded,  ///< not enough time was left
    cancelled,          ///< the caller cancelled it
};

/// The reason in a word or two, for logs. Static text.
constexpr std::string_view to_string(stop_reason reason) noexcept {
    switch (reason) {
    case stop_reason::completed: return "completed";
    case stop_reason::not_retryable: return "not retryable";
    case stop_reason::attempts_exhausted: return "attempts exhausted";
    case stop_reason::budget_exhausted: return "retry budget exhausted";
    case stop_reason::deadline_exceeded: return "deadline exceeded";
    case stop_reason::cancelled: break;
    }
    return "cancelled";
}

/// A sequence of results in the memory of a call.
class account_results {
public:
    account_results() noexcept = default;
    account_results(const account_result* data, std::size_t size) noexcept : data_(data), size_(size) {}

    const account_result* begin() const noexcept { return data_; }
    const account_result* end() const noexcept { return data_ + size_; }
    const account_result* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    const account_result& operator[](std::size_t index) const noexcept { return data_[index]; }

private:
    const account_result* data_ = nullptr;
    std::size_t size_ = 0;
};

/// The outcome of every account, and the service's last `ErrorCode` and texts. Owns nothing: its texts and items live
/// in the memory of the call.
struct call_report {
    /// One for each account of the request, in its order. Empty for friend_delete_all, and for a request that is
    /// refused before it is sent.
    account_results items;
    /// Of all accounts together: `unknown` if any is unknown; else `failed` if any failed; else `already_gone` if any
    /// is; else `deleted`. Of friend_delete_all: that of the whole list.
    unfriend::outcome outcome = unfriend::outcome::failed;
    std::optional<std::int32_t> error_code; ///< the service's last `ErrorCode`; empty when it never answered
    std::string_view error_info;            ///< `ErrorInfo` of the last attempt, if it was answered
    std::string_view error_display;         ///< `ErrorDisplay` of the last attempt, if it was answered
    std::uint32_t attempts = 0;             ///< how many were made
    unfriend::stop_reason stop_reason = unfriend::stop_reason::completed;

    /// This call deleted every account.
    bool ok() const noexcept {
        return outcome == unfriend::outcome::deleted || outcome == unfriend::outcome::already_gone;
    }
    /// No account is a friend any more: each one `is_gone()`. Of friend_delete_all and of a request that is refused
    /// before it is sent: `ok()`. Takes time linear in the accounts.
    bool all_gone() const noexcept {
        if (items.empty()) return ok();
        for (const account_result& each : items) {
            if (!each.is_gone()) return false;
        }
        return true;
    }
    /// The accounts that are not deleted, or not known to be, in the order of the request. A lazy view.
    auto failures() const { return detail::filtered<const account_result*, is_failure>(items.begin(), items.end()); }

private:
    struct is_failure {
        bool operator()(const account_result& item) const noexcept { return !item.ok(); }
    };
};

/// A report, and the error of the last attempt, if it ended with one.
///
/// True when the service answered any of the attempts. False when it never did; even then there is a report, which
/// separates the accounts that were never sent (`failed`) from those that may have been deleted (`unknown`). Copying
/// is cheap: the texts of the report live in the memory of the call.
class [[nodiscard]] call_result {
public:
    call_result(bool is_answered, unfriend::error failure, const call_report& report) noexcept
        : is_answered_(is_answered), error_(failure), report_(report) {}

    explicit operator bool() const noexcept { return is_answered_; }
    bool has_value() const noexcept { return is_answered_; }

    /// Why the last attempt got no answer; never success when no attempt got one.
    const unfriend::error& error() const noexcept { return error_; }

    const call_report& operator*() const noexcept { return report_; }
    const call_report* operator->() const noexcept { return &report_; }

private:
    bool is_answered_;
    unfriend::error error_;
    call_report report_;
};

}} // namespace unfriend::v0_2
