// The pieces of a URL: which text may stand where, and percent-encoding (RFC 3986).
#pragma once

#include <string_view>

#include "unfriend/detail/fixed_writer.hpp"
#include "unfriend/detail/user_id.hpp"

namespace unfriend::detail {

constexpr bool is_alphanumeric(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// Characters that stand for themselves anywhere in a URL (RFC 3986, section 2.3).
constexpr bool is_unreserved(char c) noexcept {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

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
        const bool allowed = is_ipv6 ? is_alphanumeric(c) || c == ':' || c == '.' : is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
        if (!allowed) return false;
    }
    return true;
}

/// Whether every character is one of the alphabet of UserSigs, none of which needs encoding in a query.
constexpr bool is_user_sig_text(std::string_view text) noexcept {
    for (const char c : text) {
        if (!is_alphanumeric(c) && c != '*' && c != '-' && c != '_') return false;
    }
    return !text.empty();
}

class url_writer : private fixed_writer {
public:
    using fixed_writer::fixed_writer;
    using fixed_writer::number;
    using fixed_writer::raw;

    void percent_encoded(std::string_view text) noexcept {
        constexpr const char* digits = "0123456789ABCDEF";
        for (const char c : text) {
            if (is_unreserved(c)) {
                raw(c);
            } else {
                const auto byte = static_cast<unsigned char>(c);
                const char encoded[] = {'%', digits[byte >> 4U], digits[byte & 15U]};
                raw(std::string_view(encoded, sizeof encoded));
            }
        }
    }

    /// What was written, followed by a NUL that is not part of it.
    result<std::string_view> finish() noexcept {
        raw('\0');
        result<std::string_view> url = fixed_writer::finish();
        if (url) url->remove_suffix(1);
        return url;
    }
};

} // namespace unfriend::detail
