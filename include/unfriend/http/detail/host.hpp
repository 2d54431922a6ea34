// Which text is a host (RFC 3986, section 3.2.2), with or without a port.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"

namespace unfriend::detail {

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

} // namespace unfriend::detail
