// What a UserID may look like.
#pragma once

#include <cstddef>
#include <string_view>

namespace unfriend::detail {

constexpr bool is_printable_ascii(char c) noexcept { return c >= 0x20 && c <= 0x7E; }

constexpr bool is_printable_ascii(std::string_view text) noexcept {
    for (const char c : text) {
        if (!is_printable_ascii(c)) return false;
    }
    return true;
}

constexpr bool is_user_id(std::string_view text, std::size_t max_size) noexcept {
    return !text.empty() && text.size() <= max_size && is_printable_ascii(text);
}

} // namespace unfriend::detail
