// Percent-encoding (RFC 3986, section 2.1).
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Whether `c` needs no encoding anywhere in a URL (RFC 3986, section 2.3).
constexpr bool is_unreserved(char c) noexcept {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/// The number of bytes that each byte takes when it is percent-encoded.
inline constexpr auto percent_encoded_sizes = [] {
    std::array<unsigned char, 256> sizes{};
    for (std::size_t byte = 0; byte < sizes.size(); ++byte)
        sizes[byte] = is_unreserved(static_cast<char>(byte)) ? 1 : 3;
    return sizes;
}();

constexpr std::size_t percent_encoded_size(std::string_view text) noexcept {
    std::size_t size = 0;
    for (const char c : text) size += percent_encoded_sizes[static_cast<unsigned char>(c)];
    return size;
}

/// Whether `text` is an absolute path that needs no percent-encoding.
constexpr bool is_path(std::string_view text) noexcept {
    for (const char c : text) {
        if (percent_encoded_sizes[static_cast<unsigned char>(c)] != 1 && c != '/') return false;
    }
    return !text.empty() && text.front() == '/';
}

// Each of these writes to memory that is large enough and returns the end of what it wrote.

/// `text` is not empty.
inline char* write_text(std::string_view text, char* out) noexcept {
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

inline char* write_percent_encoded(std::string_view text, char* out) noexcept {
    constexpr const char* digits = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_unreserved(c)) {
            *out++ = c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            *out++ = '%';
            *out++ = digits[byte >> 4U];
            *out++ = digits[byte & 15U];
        }
    }
    return out;
}

}}} // namespace unfriend::v0_2::detail
