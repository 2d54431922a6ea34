// What a failed attempt means for the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <system_error>

#include "unfriend/core/error.hpp"

namespace unfriend::detail {

enum class try_again : std::uint8_t { no, at_other_host, yes };

struct judgement {
    try_again advice = try_again::no;
    bool is_answer_lost = false; ///< the attempt may have reached the service
    bool is_unreachable = false; ///< the host, and the other one may be better
};

/// Of a transport's own error. An error that is none of these conditions may have come at any time.
inline judgement judge_transport(const std::error_code& code) noexcept {
    constexpr std::errc nothing_was_sent[] = {
        std::errc::not_connected, std::errc::connection_refused,  std::errc::host_unreachable,
        std::errc::network_down,  std::errc::network_unreachable, std::errc::address_not_available,
    };
    if (code == std::errc::operation_canceled) return {try_again::no, true, false};
    if (code == std::errc::permission_denied) return {try_again::at_other_host, false, true};
    for (const std::errc condition : nothing_was_sent) {
        if (code == condition) return {try_again::yes, false, true};
    }
    return {try_again::yes, true, true};
}

/// Of a status that is not 200, which comes from something between here and the service.
inline judgement judge_status(std::size_t status) noexcept {
    if (status < 100) return {try_again::yes, true, true}; // of a transport that has no other way to say so
    const bool is_server_error = status >= 500;
    const bool is_taken = status / 100 == 2 || status == 408; // by something that does not pass on the answer
    return {is_server_error || status == 429 ? try_again::yes : try_again::no, is_server_error || is_taken, false};
}

/// Of a failed attempt: the transport's error, a status, or an answer that cannot be read.
inline judgement judge(const error& failure) noexcept {
    if (failure.code().category() != category() || failure == errc::transport_failed)
        return judge_transport(failure.code());
    if (failure == errc::http_status) return judge_status(failure.detail());
    return {failure == errc::body_too_large ? try_again::no : try_again::yes, true, false};
}

} // namespace unfriend::detail
