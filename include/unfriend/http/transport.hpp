// What a transport is: a callable that takes an `http_request` and yields a status and bytes. There is nothing to
// inherit from and nothing to register. Three shapes are understood:
//
//   reply returning(const unfriend::http_request&);                                     // has .status and .body
//   std::error_code appending(const unfriend::http_request&, unfriend::http_response&); // appends to a buffer
//   unfriend::result<reply> expecting(const unfriend::http_request&);                   // any type with * and .error()
//
// A transport that finishes later has the shape of completion.hpp. A reply may have a member .retry_after, the text of
// the response's `Retry-After` header.
//
// What an error means for the call depends on the `std::errc` that it compares equal to:
//
//   not_connected             nothing was sent: no account is unknown, and the next attempt tries the other host.
//                             Likewise connection_refused, host_unreachable, network_unreachable, network_down and
//                             address_not_available
//   permission_denied         nothing was sent, since the host is not the one that it claims to be: this call does not
//                             try it again
//   operation_canceled        the program cancelled it: the call ends, and its accounts are unknown
//   anything else             the service may have acted: the accounts are unknown until a later attempt settles them
//
// So a transport maps those of its errors that come before the request is sent. HTTP stacks have one time-out error for
// a connection that is not made in time and for an answer that does not come. A transport separates the two, or else
// accounts that no request has reached are unknown, and strangers are already gone. Two ways: a time-out for connecting
// (2 s in the examples); a note that the stack has asked for the body. A name that cannot be resolved is
// `not_connected` too.
//
// One attempt is one request. A transport sends a request once and follows no redirect. Many HTTP stacks send a POST
// again when a kept connection turns out to be closed. If the service acted on the first one, it answers the second one
// with 31704, and a deletion is reported as failed. How to prevent it:
//
//   libcurl         The body comes from a CURLOPT_READFUNCTION, and once it has been asked for, the
//   CURLOPT_SEEKFUNCTION
//                   returns CURL_SEEKFUNC_FAIL: what cannot be rewound is not sent again. No error after that is
//                   `not_connected`: libcurl connects again first, and reports why that failed. Or set
//                   CURLOPT_FRESH_CONNECT. A body in CURLOPT_POSTFIELDS is sent again.
//   Boost.Beast     Nothing to do: it writes to the stream that it is given. Do not write again after an error.
//   cpp-httplib     Leave set_keep_alive(false), the default. With true it repeats a request over TLS when the server
//                   had closed the connection.
//   WinHTTP         Leave WINHTTP_OPTION_FAILED_CONNECTION_RETRIES alone. Its documents do not exclude that a kept
//                   connection is replaced: WINHTTP_DISABLE_KEEP_ALIVE, by WINHTTP_OPTION_DISABLE_FEATURE, does.
//   Unreal Engine   FHttpModule works over libcurl and owns the body. Set bForbidReuse=true in [HTTP.Curl] of
//                   Engine.ini, and do not make the request with FHttpRetrySystem.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/error.hpp"

namespace unfriend { inline namespace v0_2 {

/// One HTTP request. Its views are valid during the transport's call or, for a transport that finishes later, until the
/// completion is called or destroyed. "RESTful API Overview": HTTPS only, POST only.
struct http_request {
    std::string_view method = "POST";
    std::string_view url; ///< absolute; `url.data()` is NUL-terminated
    std::string_view content_type = "application/json";
    std::string_view body;
    std::chrono::milliseconds timeout{0}; ///< connecting included; 0: the transport's own

    /// HOST or HOST:PORT of the URL, for a `Host` header: "gateway.example:8443".
    std::string_view authority() const noexcept { return url.substr(scheme_size(), target_offset() - scheme_size()); }
    /// The path and the query of the URL, for the request line: "/v4/sns/friend_delete?sdkappid=…".
    std::string_view target() const noexcept { return url.substr(target_offset()); }

private:
    std::size_t scheme_size() const noexcept {
        const std::size_t separator = url.find("://");
        return separator == std::string_view::npos ? 0 : separator + 3;
    }
    std::size_t target_offset() const noexcept {
        const std::size_t slash = url.find('/', scheme_size());
        return slash == std::string_view::npos ? url.size() : slash;
    }
};

/// Where a transport puts the response: a status, and bytes appended to a buffer of the call's. Owns nothing and
/// allocates nothing. Bytes that do not fit are refused and not dropped silently.
class http_response {
public:
    explicit http_response(char_span buffer) noexcept : buffer_(buffer) {}

    /// The HTTP status; a transport that appends sets it.
    int status = 0;

    /// Copies `size` bytes behind those that are there. False when they do not fit: the call fails with
    /// `errc::body_too_large`, so the transport may stop reading.
    bool append(const void* bytes, std::size_t size) noexcept {
        if (overflowed_ || size > buffer_.size() - size_) {
            overflowed_ = true;
            return false;
        }
        if (size != 0) std::memcpy(buffer_.data() + size_, bytes, size);
        size_ += size;
        return true;
    }

    /// Keeps the value of the `Retry-After` header. A longer one than 40 bytes, which is none of RFC 9110's, is left
    /// out.
    void set_retry_after(std::string_view value) noexcept {
        retry_after_size_ = value.size() <= sizeof retry_after_ ? value.size() : 0;
        if (retry_after_size_ != 0) std::memcpy(retry_after_, value.data(), retry_after_size_);
    }

    /// Forgets the bytes, the status and the header, for a transport that starts over.
    void clear() noexcept {
        status = 0;
        size_ = 0;
        overflowed_ = false;
        retry_after_size_ = 0;
    }

    char_span body() const noexcept { return {buffer_.data(), size_}; }
    std::size_t capacity() const noexcept { return buffer_.size(); }
    bool overflowed() const noexcept { return overflowed_; }
    /// Empty when there is no such header. See retry_after.hpp.
    std::string_view retry_after() const noexcept { return {retry_after_, retry_after_size_}; }

private:
    char_span buffer_;
    std::size_t size_ = 0;
    bool overflowed_ = false;
    char retry_after_[40] = {};
    std::size_t retry_after_size_ = 0;
};

namespace detail {

template <class T, class = void>
struct is_reply : std::false_type {};
template <class T>
struct is_reply<T,
                std::void_t<decltype(static_cast<int>(std::declval<T&>().status)),
                            decltype(std::data(std::declval<T&>().body)), decltype(std::size(std::declval<T&>().body))>>
    : std::bool_constant<sizeof(*std::data(std::declval<T&>().body)) == 1> {};

template <class T, class = void>
struct is_expected_reply : std::false_type {};
template <class T>
struct is_expected_reply<T, std::void_t<decltype(static_cast<bool>(std::declval<T&>())), decltype(*std::declval<T&>()),
                                        decltype(std::declval<T&>().error())>>
    : std::bool_constant<is_reply<std::remove_reference_t<decltype(*std::declval<T&>())>>::value &&
                         std::is_convertible_v<decltype(std::declval<T&>().error()), error>> {};

enum class transport_shape { unknown, returns_reply, returns_expected, appends };

template <class Transport>
constexpr transport_shape shape_of() noexcept {
    if constexpr (std::is_invocable_v<Transport&, const http_request&, http_response&>) {
        using answer = std::invoke_result_t<Transport&, const http_request&, http_response&>;
        return std::is_convertible_v<answer, error> ? transport_shape::appends : transport_shape::unknown;
    } else if constexpr (std::is_invocable_v<Transport&, const http_request&>) {
        using answer = std::remove_reference_t<std::invoke_result_t<Transport&, const http_request&>>;
        if (is_reply<answer>::value) return transport_shape::returns_reply;
        return is_expected_reply<answer>::value ? transport_shape::returns_expected : transport_shape::unknown;
    } else {
        return transport_shape::unknown;
    }
}

template <class T, class = void>
struct has_retry_after : std::false_type {};
template <class T>
struct has_retry_after<T, std::void_t<decltype(std::declval<T&>().retry_after)>> : std::true_type {
    static_assert(std::is_convertible_v<decltype((std::declval<T&>().retry_after)), std::string_view>,
                  "unfriend: reply.retry_after is the text of the response's Retry-After header");
};

template <class Reply>
error take_reply(Reply& reply, http_response& response) {
    if constexpr (has_retry_after<Reply>::value) response.set_retry_after(reply.retry_after);
    response.status = static_cast<int>(reply.status);
    response.append(std::data(reply.body), std::size(reply.body));
    return {};
}

} // namespace detail

/// Whether `Transport` has one of the three shapes.
template <class Transport>
inline constexpr bool is_transport = detail::shape_of<Transport>() != detail::transport_shape::unknown;

/// Sends `request` through any transport and collects its answer in `response`. Fails with the transport's
/// own error, or with `body_too_large` (detail: bytes allowed); any HTTP status is a success here.
template <class Transport>
error perform(Transport& transport, const http_request& request, http_response& response) {
    static_assert(
        is_transport<Transport>,
        "unfriend: a transport is a callable of one of three shapes: reply(const http_request&) with reply.status "
        "and reply.body; std::error_code(const http_request&, http_response&); or an expected<reply> of a "
        "std::error_code, with operator* and error()");
    constexpr detail::transport_shape shape = detail::shape_of<Transport>();
    error failure;
    if constexpr (shape == detail::transport_shape::returns_reply) {
        auto&& reply = transport(request);
        failure = detail::take_reply(reply, response);
    } else if constexpr (shape == detail::transport_shape::returns_expected) {
        auto&& reply = transport(request);
        failure = reply ? detail::take_reply(*reply, response) : error(reply.error());
        if (!reply && !failure) failure = errc::transport_failed;
    } else if constexpr (shape == detail::transport_shape::appends) {
        failure = transport(request, response);
    }
    if (response.overflowed()) return {errc::body_too_large, response.capacity()};
    return failure;
}

}} // namespace unfriend::v0_2
