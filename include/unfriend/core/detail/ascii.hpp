// ASCII: classes of characters, hexadecimal digits, comparison without case, and the characters of a UserID.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

constexpr bool is_printable_ascii(char c) noexcept { return c >= 0x20 && c <= 0x7E; }

constexpr bool is_printable_ascii(std::string_view text) noexcept {
    for (const char c : text) {
        if (!is_printable_ascii(c)) return false;
    }
    return true;
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr bool is_alphanumeric(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c);
}

/// White space of JSON.
constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// The value of a hexadecimal digit; negative for any other character.
constexpr int hex_value(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

constexpr char to_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (to_lower(left[i]) != to_lower(right[i])) return false;
    }
    return true;
}

constexpr bool is_user_id(std::string_view text, std::size_t max_size) noexcept {
    return !text.empty() && text.size() <= max_size && is_printable_ascii(text);
}

}}} // namespace unfriend::v0_2::detail
