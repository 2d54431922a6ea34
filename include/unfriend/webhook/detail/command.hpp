// Finds the event of a body before it is decoded.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/json/detail/text.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// `CallbackCommand` of "After a Friend Is Deleted".
inline constexpr std::string_view friend_delete_callback = "Sns.CallbackFriendDelete";

/// Removes white space and then `prefix` from the front of `text`. False when something else stands there.
inline bool consume_prefix(std::string_view& text, std::string_view prefix) noexcept {
    const char* const end = text.data() + text.size();
    text.remove_prefix(static_cast<std::size_t>(skip_space(text.data(), end) - text.data()));
    if (text.substr(0, prefix.size()) != prefix) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// Whether the first member of a body is the `CallbackCommand` of another event. False if the body does not begin like
/// those of the service. Changes nothing.
inline bool begins_with_other_command(std::string_view body) noexcept {
    if (!consume_prefix(body, "{") || !consume_prefix(body, R"("CallbackCommand")") || !consume_prefix(body, ":") ||
        !consume_prefix(body, R"(")") || body.empty()) {
        return false;
    }
    const text_end scanned = scan_json_text(body.data(), body.data() + body.size());
    if (!scanned.closed || scanned.escaped) return false;
    const std::string_view command = body.substr(0, static_cast<std::size_t>(scanned.stop - body.data()));
    return !command.empty() && command != friend_delete_callback;
}

}}} // namespace unfriend::v0_2::detail
