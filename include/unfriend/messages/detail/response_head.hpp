// The members that every response has.
// Implements "RESTful API Overview": ActionStatus, ErrorCode, ErrorInfo, ErrorDisplay; and the RequestId of newer
// commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/json/detail/layout.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The members as decoded: views into the bytes of the response.
struct response_head {
    std::string_view action_status;
    std::optional<std::int32_t> error_code;
    std::string_view error_info;
    std::string_view error_display;
    std::string_view request_id;
};

inline constexpr json_member<response_head> response_head_members[] = {
    {"ActionStatus", &response_head::action_status}, {"ErrorCode", &response_head::error_code},
    {"ErrorInfo", &response_head::error_info},       {"ErrorDisplay", &response_head::error_display},
    {"RequestId", &response_head::request_id},
};

/// Whether a call succeeded: ErrorCode is 0, and ActionStatus, if present, is OK.
constexpr bool is_success(std::string_view action_status, std::optional<std::int32_t> error_code) noexcept {
    return error_code == 0 && (action_status.empty() || action_status == "OK");
}

/// Copies the members to those of a response, which may own their text.
template <class Response>
void assign_head(Response& response, const response_head& head) {
    using text = decltype(response.action_status);
    response.action_status = text(head.action_status.data(), head.action_status.size());
    response.error_code = head.error_code;
    response.error_info = text(head.error_info.data(), head.error_info.size());
    response.error_display = text(head.error_display.data(), head.error_display.size());
    response.request_id = text(head.request_id.data(), head.request_id.size());
}

}}} // namespace unfriend::v0_2::detail
