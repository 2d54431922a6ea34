// Checks the host of a URL, with or without a port: RFC 3986, sections 3.2.2 and 3.2.3, and for domain names RFC 1123,
// section 2.1.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Bytes that a host with a port can have: 253 of a name, or an address in brackets, and `:65535`.
inline constexpr std::size_t max_host_size = 262;

/// A decimal number from 0 to `max`, which has at most 5 digits; without leading zeros.
constexpr bool is_decimal(std::string_view text, unsigned max) noexcept {
    if (text.empty() || text.size() > 5 || (text.size() > 1 && text[0] == '0')) return false;
    unsigned number = 0;
    for (const char c : text) {
        if (!is_digit(c)) return false;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return number <= max;
}

/// Four decimal numbers: `IPv4address`.
constexpr bool is_ipv4(std::string_view text) noexcept {
    for (int dots = 0; dots < 3; ++dots) {
        const std::size_t dot = text.find('.');
        if (dot == std::string_view::npos || !is_decimal(text.substr(0, dot), 255)) return false;
        text.remove_prefix(dot + 1);
    }
    return is_decimal(text, 255);
}

/// 16 bits of an IPv6 address: 1 to 4 hexadecimal digits.
constexpr bool is_ipv6_group(std::string_view text) noexcept {
    for (const char c : text) {
        if (hex_value(c) < 0) return false;
    }
    return !text.empty() && text.size() <= 4;
}

/// How many groups `text` has between single colons, 0 if it is empty. `is_end`: the last 32 bits of the address may be
/// an IPv4 address, which counts as two groups. 9, one more than any address has, if `text` is malformed.
constexpr std::size_t count_ipv6_groups(std::string_view text, bool is_end) noexcept {
    constexpr std::size_t malformed = 9;
    if (text.empty()) return 0;
    for (std::size_t groups = 0;; ++groups) {
        const std::size_t colon = text.find(':');
        const std::string_view group = text.substr(0, colon);
        const bool is_last = colon == std::string_view::npos;
        if (is_last && is_end && is_ipv4(group)) return groups + 2;
        if (!is_ipv6_group(group)) return malformed;
        if (is_last) return groups + 1;
        text.remove_prefix(colon + 1);
    }
}

/// `IPv6address`: 8 groups, or fewer with one `::` in place of those that are zero. No zone.
constexpr bool is_ipv6(std::string_view text) noexcept {
    const std::size_t zeros = text.find("::");
    if (zeros == std::string_view::npos) return count_ipv6_groups(text, true) == 8;
    return count_ipv6_groups(text.substr(0, zeros), false) + count_ipv6_groups(text.substr(zeros + 2), true) <= 7;
}

/// 1 to 63 letters, digits, hyphens and underscores, without a hyphen at either end. RFC 1123 has no underscore;
/// names inside container networks do.
constexpr bool is_label(std::string_view text) noexcept {
    if (text.empty() || text.size() > 63 || text.front() == '-' || text.back() == '-') return false;
    for (const char c : text) {
        if (!is_alphanumeric(c) && c != '-' && c != '_') return false;
    }
    return true;
}

/// Whether resolvers read `label` as a number: decimal, octal, or hexadecimal after `0x`.
constexpr bool is_number(std::string_view label) noexcept {
    const bool is_hexadecimal = label.size() > 1 && label[0] == '0' && to_lower(label[1]) == 'x';
    for (const char c : label.substr(is_hexadecimal ? 2 : 0)) {
        if (is_hexadecimal ? hex_value(c) < 0 : !is_digit(c)) return false;
    }
    return true;
}

/// Labels with dots between them, 253 bytes at most, and perhaps a dot at the end. The last label is not a number:
/// many resolvers take `127.1` and `0x7f000001` for addresses.
constexpr bool is_domain_name(std::string_view text) noexcept {
    if (!text.empty() && text.back() == '.') text.remove_suffix(1);
    if (text.size() > 253) return false;
    for (;;) {
        const std::size_t dot = text.find('.');
        const std::string_view label = text.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos) return !is_number(label);
        text.remove_prefix(dot + 1);
    }
}

/// Whether `text` is HOST or HOST:PORT. HOST is a domain name, an IPv4 address or an IPv6 address in brackets; PORT is
/// 1 to 65535.
constexpr bool is_host(std::string_view text) noexcept {
    const bool is_bracketed = !text.empty() && text.front() == '[';
    const std::size_t bracket = is_bracketed ? text.find(']') : 0;
    if (bracket == std::string_view::npos) return false;
    const std::size_t host_size = is_bracketed ? bracket + 1 : text.find(':');
    const std::string_view host = text.substr(0, host_size);
    if (host.size() != text.size()) {
        const std::string_view port = text.substr(host.size() + 1);
        if (text[host.size()] != ':' || port == "0" || !is_decimal(port, 65535)) return false;
    }
    return is_bracketed ? is_ipv6(host.substr(1, host.size() - 2)) : is_ipv4(host) || is_domain_name(host);
}

}}} // namespace unfriend::v0_2::detail
