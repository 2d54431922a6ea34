// What the failure of an attempt means for the next one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <system_error>

#include "unfriend/core/error.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

enum class retry_action : std::uint8_t { stop, retry_at_other_host, retry };

/// What the end of an attempt says of its host.
enum class host_state : std::uint8_t { unknown, reached, unreachable };

struct retry_decision {
    retry_action action = retry_action::stop;
    bool may_have_applied = false; ///< the service may have received the request
    host_state host = host_state::unknown;
};

/// For a transport's own error. One that is none of these conditions may have come at any time.
inline retry_decision decide_on_transport(const std::error_code& code) noexcept {
    constexpr std::errc nothing_was_sent[] = {
        std::errc::not_connected, std::errc::connection_refused,  std::errc::host_unreachable,
        std::errc::network_down,  std::errc::network_unreachable, std::errc::address_not_available,
    };
    if (code == std::errc::operation_canceled) return {retry_action::stop, true, host_state::unknown};
    if (code == std::errc::permission_denied)
        return {retry_action::retry_at_other_host, false, host_state::unreachable};
    for (const std::errc condition : nothing_was_sent) {
        if (code == condition) return {retry_action::retry, false, host_state::unreachable};
    }
    return {retry_action::retry, true, host_state::unreachable};
}

/// For a status that is not 200, which comes from something between here and the service.
inline retry_decision decide_on_status(std::size_t status) noexcept {
    // Of a transport that has no other way to report its failure.
    if (status < 100) return {retry_action::retry, true, host_state::unreachable};
    const bool is_server_error = status >= 500;
    const bool is_request_timeout = status == 408;
    const bool is_not_taken = status == 425 || status == 429; // too early, too many: no request was forwarded
    const bool may_be_forwarded = status / 100 == 2;          // the gateway keeps the response to itself
    return {is_server_error || is_request_timeout || is_not_taken ? retry_action::retry : retry_action::stop,
            is_server_error || is_request_timeout || may_be_forwarded, host_state::reached};
}

/// For a failed attempt: the transport's error, a status, or a body that cannot be decoded.
inline retry_decision decide(const error& failure) noexcept {
    if (failure.code().category() != category() || failure == errc::transport_failed)
        return decide_on_transport(failure.code());
    if (failure == errc::http_status) return decide_on_status(failure.detail());
    return {failure == errc::body_too_large ? retry_action::stop : retry_action::retry, true, host_state::reached};
}

}}} // namespace unfriend::v0_2::detail
