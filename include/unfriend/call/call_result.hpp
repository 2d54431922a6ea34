// The report of a call, with the outcome of each account.
//
//   const auto response = client(request);
//   if (!response.answered()) log(response.last_error().message()); // there are outcomes all the same
//   for (const auto& account : response.failures()) …
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

namespace detail {

struct is_failure {
    template <class Account>
    bool operator()(const Account& account) const noexcept {
        return !account.ok();
    }
};

/// The accounts of a range that were not deleted.
template <class Account, class Accounts>
auto failures_of(const Accounts& accounts) noexcept {
    return filtered<const Account*, is_failure>(accounts.data(), accounts.data() + accounts.size());
}

/// Whether no account of a report is a friend any more.
template <class Report>
bool all_gone(const Report& report) noexcept {
    if (report.items.empty()) return report.ok();
    for (const auto& each : report.items) {
        if (!each.is_gone()) return false;
    }
    return true;
}

} // namespace detail

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

class owned_call_result; // defined in call/owned_call_result.hpp

/// What a call did: the outcome of every account, what the service said last, and why the call ended. There is a report
/// whether or not the service answered; one without an answer separates the accounts that were never sent (`failed`)
/// from those that may have been deleted (`unknown`). Its texts and items live in the memory of the call; copying the
/// report copies neither.
struct [[nodiscard]] call_result {
    /// Of a call that was not made, for the reason given.
    explicit call_result(const error& why) noexcept : last_error_(why) {}

    /// One for each account of the request, in its order. Empty for friend_delete_all, and for a request that is
    /// refused before it is sent.
    account_results items;
    /// Of all accounts together: `unknown` if any is unknown; else `failed` if any failed; else `already_gone` if any
    /// is; else `deleted`. Of friend_delete_all: that of the whole list.
    unfriend::outcome outcome = unfriend::outcome::failed;
    unfriend::stop_reason stop_reason = unfriend::stop_reason::not_retryable;
    std::optional<std::int32_t> error_code; ///< the service's last `ErrorCode`; empty when it never answered
    std::string_view error_info;            ///< `ErrorInfo` of the last attempt, if it was answered
    std::string_view error_display;         ///< `ErrorDisplay` of the last attempt, if it was answered
    /// `RequestId` of the last attempt that was answered, which the service's support asks for. Empty when the service
    /// sent none, or one of more than 64 bytes before another attempt.
    std::string_view request_id;
    std::uint32_t attempts = 0; ///< how many were made
    std::uint32_t answers = 0;  ///< how many of them the service answered

    /// The service answered one of the attempts at least.
    bool answered() const noexcept { return answers != 0; }
    /// Why the last attempt got no answer, or why there was none after it; false when it got one. There is an error
    /// whenever the call is not `answered()`.
    const error& last_error() const noexcept { return last_error_; }

    /// This call deleted every account.
    bool ok() const noexcept {
        return outcome == unfriend::outcome::deleted || outcome == unfriend::outcome::already_gone;
    }
    /// No account is a friend any more: each one `is_gone()`. Of friend_delete_all and of a request that is refused
    /// before it is sent: `ok()`. Takes time linear in the accounts.
    bool all_gone() const noexcept { return detail::all_gone(*this); }
    /// The accounts that are not deleted, or not known to be, in the order of the request. A lazy view.
    auto failures() const noexcept { return detail::failures_of<account_result>(items); }

    /// A copy that owns its texts. Allocates them, and a vector of the items. Include call/owned_call_result.hpp.
    owned_call_result to_owned() const;

    explicit operator bool() const = delete; // a report is neither true nor false: ask answered(), ok() or all_gone()

private:
    error last_error_;
};

}} // namespace unfriend::v0_2
