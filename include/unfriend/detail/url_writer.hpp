// The pieces of a URL: which text may stand where, and percent-encoding (RFC 3986).
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "unfriend/detail/simd.hpp"

#include "unfriend/detail/user_id.hpp"

namespace unfriend::detail {

/// Characters that stand for themselves anywhere in a URL (RFC 3986, section 2.3).
constexpr bool is_unreserved(char c) noexcept {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/// How many bytes each byte takes when it is percent-encoded, by its value.
inline constexpr auto percent_encoded_sizes = [] {
    std::array<unsigned char, 256> sizes{};
    for (std::size_t byte = 0; byte < sizes.size(); ++byte)
        sizes[byte] = is_unreserved(static_cast<char>(byte)) ? 1 : 3;
    return sizes;
}();

/// Whether `text` is HOST or HOST:PORT, HOST being a name, an IPv4 address or an IPv6 address in brackets.
constexpr bool is_host(std::string_view text) noexcept {
    std::string_view host = text;
    const std::size_t bracket = text.rfind(']');
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        const std::string_view port = text.substr(colon + 1);
        if (port.empty() || port.size() > 5) return false;
        unsigned number = 0;
        for (const char c : port) {
            if (c < '0' || c > '9') return false;
            number = number * 10 + static_cast<unsigned>(c - '0');
        }
        if (number == 0 || number > 65535) return false;
        host = text.substr(0, colon);
    }
    const bool is_ipv6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (is_ipv6) host = host.substr(1, host.size() - 2);
    if (host.empty() || host.size() > 253) return false;
    for (const char c : host) {
        const bool allowed = is_ipv6 ? is_alphanumeric(c) || c == ':' || c == '.'
                                     : is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
        if (!allowed) return false;
    }
    return true;
}

constexpr std::size_t percent_encoded_size(std::string_view text) noexcept {
    std::size_t size = 0;
    for (const char c : text) size += percent_encoded_sizes[static_cast<unsigned char>(c)];
    return size;
}

// Writers to memory that is known to suffice; each answers where it ended.

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

} // namespace unfriend::detail
