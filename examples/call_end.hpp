// How a call ended, what that means for trying again, and what to say of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <system_error>

#include <unfriend/error.hpp>
#include <unfriend/service_code.hpp>

#include "exit_code.hpp"

namespace example {

struct call_end {
    unfriend::error failure; ///< there is no answer, for this reason
    std::int32_t error_code =
        0;                  ///< the service refused the call; `absent_code`: there is an answer, and it does not say
    std::string error_info; ///< what the service said with it

    /// There is an answer for each account.
    bool is_answered() const noexcept { return !failure && error_code == 0; }

    exit_code status() const noexcept;

    /// A later attempt may fare better.
    bool may_pass() const noexcept;

    /// The service may have acted, and its answer is lost.
    bool lost_answer() const noexcept;

    std::string message() const;
};

namespace detail {

enum class failure_kind : std::uint8_t { local, unreadable_answer, http_status, other };

inline failure_kind classify(const unfriend::error& failure) noexcept {
    using unfriend::errc;
    constexpr errc local[] = {
        errc::invalid_from_account, errc::invalid_to_account, errc::no_accounts,           errc::too_many_accounts,
        errc::buffer_too_small,     errc::invalid_sdk_app_id, errc::invalid_identifier,    errc::invalid_secret_key,
        errc::invalid_expire,       errc::user_buf_too_large, errc::invalid_user_sig_text, errc::invalid_host,
        errc::hmac_failed,          errc::compression_failed, errc::out_of_memory,
    };
    if (failure.code().category() != unfriend::category()) return failure_kind::other;
    if (failure == errc::transport_failed) return failure_kind::other;
    if (failure == errc::http_status) return failure_kind::http_status;
    const bool is_local = std::any_of(std::begin(local), std::end(local), [&](errc each) { return failure == each; });
    return is_local ? failure_kind::local : failure_kind::unreadable_answer;
}

} // namespace detail

inline exit_code call_end::status() const noexcept {
    if (failure)
        return detail::classify(failure) == detail::failure_kind::local ? exit_code::bad_input : exit_code::transport;
    if (error_code == unfriend::absent_code) return exit_code::transport;
    return error_code == 0 ? exit_code::done : exit_code::refused;
}

inline bool call_end::may_pass() const noexcept {
    if (!failure) return unfriend::retryable(error_code);
    switch (detail::classify(failure)) {
    case detail::failure_kind::local: return false;
    case detail::failure_kind::unreadable_answer: return failure != unfriend::errc::body_too_large;
    case detail::failure_kind::http_status: return failure.detail() >= 500 || failure.detail() == 429;
    case detail::failure_kind::other: break;
    }
    return failure.code() != std::errc::permission_denied;
}

inline bool call_end::lost_answer() const noexcept {
    if (!failure) return error_code == unfriend::absent_code;
    switch (detail::classify(failure)) {
    case detail::failure_kind::local: return false;
    case detail::failure_kind::unreadable_answer: return true;
    case detail::failure_kind::http_status: return failure.detail() >= 500;
    case detail::failure_kind::other: break;
    }
    return failure.code() != std::errc::not_connected && failure.code() != std::errc::permission_denied;
}

inline std::string call_end::message() const {
    if (failure) return failure.message();
    if (error_code == unfriend::absent_code) return "the answer does not say that the call succeeded";
    std::string text = "the service refused the call: " + std::to_string(error_code) + ", ";
    text.append(unfriend::describe(error_code));
    if (!error_info.empty()) text.append(" (\"").append(error_info).append("\")");
    return text;
}

} // namespace example
