// What came of a call, attempts and all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/call/account_result.hpp"
#include "unfriend/core/detail/filtered.hpp"
#include "unfriend/core/error.hpp"

namespace unfriend {

/// Why a call made no further attempt.
enum class call_end : std::uint8_t {
    settled,      ///< nothing was left to do
    not_retried,  ///< another attempt would fare no better, or the request or credentials are wrong
    attempts,     ///< it had as many as its policy allows
    retry_budget, ///< the channel's retries were used up
    deadline,     ///< there was not enough time left
    cancelled,    ///< it was told to stop
};

/// The reason in a word or two, for logs.
constexpr std::string_view name(call_end end) noexcept {
    switch (end) {
    case call_end::settled: return "settled";
    case call_end::not_retried: return "not retried";
    case call_end::attempts: return "attempts used up";
    case call_end::retry_budget: return "retry budget used up";
    case call_end::deadline: return "deadline";
    case call_end::cancelled: break;
    }
    return "cancelled";
}

/// A sequence of results in memory of the call's.
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

/// What became of the accounts, and the service's last words. Owns nothing.
struct call_report {
    /// One for each account of the request, in its order; none for friend_delete_all, nor of a request that is
    /// refused here.
    account_results items;
    /// Of all of them: `unknown` when that of any is; else `failed` when any failed; else `already_gone` when
    /// any was; else `deleted`. Of friend_delete_all: what became of the list.
    outcome became = outcome::failed;
    std::int32_t error_code = absent_code; ///< the service's last `ErrorCode`; absent when it never answered
    std::string_view error_info;           ///< what the last answer said, if the last attempt had one
    std::string_view error_display;
    std::uint32_t attempts = 0; ///< how many were made
    call_end end = call_end::settled;

    /// All is deleted.
    bool ok() const noexcept { return became == outcome::deleted || became == outcome::already_gone; }
    /// The accounts that are not deleted, or not known to be, in order, found as one goes.
    auto failures() const { return detail::filtered<const account_result*, is_failure>(items.begin(), items.end()); }

private:
    struct is_failure {
        bool operator()(const account_result& item) const noexcept { return !item.ok(); }
    };
};

/// A report, and the error that the last attempt ended with, if it was one.
///
/// True when the service answered any of the attempts: then each account tells what became of it. False when
/// it never did; even then there is a report, which tells the accounts that were never sent (`failed`) from
/// those whose answer was lost (`unknown`). Copying is cheap: the report's texts live in the call's memory.
class [[nodiscard]] call_result {
public:
    call_result(bool is_answered, unfriend::error failure, const call_report& report) noexcept
        : is_answered_(is_answered), error_(failure), report_(report) {}

    explicit operator bool() const noexcept { return is_answered_; }
    bool has_value() const noexcept { return is_answered_; }

    /// Why the last attempt had no answer; never success when there was none at all.
    const unfriend::error& error() const noexcept { return error_; }

    const call_report& operator*() const noexcept { return report_; }
    const call_report* operator->() const noexcept { return &report_; }

private:
    bool is_answered_;
    unfriend::error error_;
    call_report report_;
};

} // namespace unfriend
