// The little of HTTP/1.0 that a program needs which has sockets and TLS but no HTTP client: one request a connection,
// and an answer of a known length. Allocates nothing but the host's name.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

// The library as many headers or as one, whichever is there.
#ifndef UNFRIEND_SINGLE_HEADER
#if __has_include(<unfriend/http/transport.hpp>)
#include <unfriend/core/text.hpp>
#include <unfriend/http/transport.hpp>
#else
#include "unfriend.hpp"
#endif
#endif

namespace example {

struct host_and_port {
    std::string host; ///< without the brackets of an IPv6 address
    std::string port;
};

/// Of `HOST` or `HOST:PORT`, the port being that of HTTPS unless it says otherwise.
inline host_and_port split_authority(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const bool has_port = colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos;
    std::string_view host = has_port ? text.substr(0, colon) : text;
    if (!host.empty() && host.front() == '[') host = host.substr(1, host.size() - 2);
    return {std::string(host), has_port ? std::string(text.substr(colon + 1)) : "443"};
}

/// Bytes enough for any head that `write_head` writes, and for any that `read_answer` accepts.
inline constexpr std::size_t max_head_size = 4096;

/// Writes what goes before the body; empty when there is no room for it.
inline std::string_view write_head(const unfriend::http_request& request, unfriend::char_span buffer) {
    const std::string_view authority = request.authority();
    const std::string_view target = request.target();
    const auto length = [](std::string_view text) { return static_cast<int>(text.size()); };
    const int size =
        std::snprintf(buffer.data(), buffer.size(),
                      "%.*s %.*s HTTP/1.0\r\nHost: %.*s\r\nContent-Type: %.*s\r\nContent-Length: %zu\r\n\r\n",
                      length(request.method), request.method.data(), length(target), target.data(), length(authority),
                      authority.data(), length(request.content_type), request.content_type.data(), request.body.size());
    const bool fits = size >= 0 && static_cast<std::size_t>(size) < buffer.size();
    return fits ? std::string_view(buffer.data(), static_cast<std::size_t>(size)) : std::string_view();
}

struct http_answer {
    enum progress { incomplete, complete, malformed };
    progress state = incomplete;
    int status = 0;
    std::string_view body;        ///< looks into the bytes read, as does
    std::string_view retry_after; ///< the value of that header, if any
};

/// The value of a header; empty when there is none. `name`: in lower case.
inline std::string_view header(std::string_view head, std::string_view name) {
    const auto is_same = [](char lower, char any) {
        return any == lower || (any >= 'A' && any <= 'Z' && any - 'A' + 'a' == lower);
    };
    for (std::size_t line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n", line)) {
        line += 2;
        const std::string_view rest = head.substr(line);
        if (rest.size() <= name.size() || rest[name.size()] != ':') continue;
        if (!std::equal(name.begin(), name.end(), rest.begin(), is_same)) continue;
        std::string_view value = rest.substr(name.size() + 1, rest.find('\r') - name.size() - 1);
        value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
        return value.substr(0, value.find_last_not_of(" \t") + 1);
    }
    return {};
}

/// What the bytes received so far amount to.
inline http_answer read_answer(std::string_view bytes) {
    constexpr std::size_t status_begin = std::string_view("HTTP/1.x ").size();
    const auto is_number = [](std::string_view text, auto& value) {
        const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
        return failure == std::errc() && rest == text.data() + text.size();
    };
    http_answer answer;
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() > max_head_size) answer.state = http_answer::malformed;
        return answer;
    }
    const std::string_view head = bytes.substr(0, end + 2);
    std::size_t size = 0;
    const bool is_whole = head.substr(0, 7) == "HTTP/1." && head.size() > status_begin + 3 &&
                          is_number(head.substr(status_begin, 3), answer.status) &&
                          is_number(header(head, "content-length"), size);
    answer.body = bytes.substr(end + 4);
    answer.retry_after = header(head, "retry-after");
    if (!is_whole || answer.body.size() > size) {
        answer.state = http_answer::malformed;
    } else if (answer.body.size() == size) {
        answer.state = http_answer::complete;
    }
    return answer;
}

} // namespace example
