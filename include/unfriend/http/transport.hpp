// What a transport is: any callable that takes an `http_request` and yields a status and bytes. There is
// nothing to inherit from and nothing to register. Three shapes are understood:
//
//   reply returning(const unfriend::http_request&);                                     // has .status and .body
//   std::error_code appending(const unfriend::http_request&, unfriend::http_response&); // appends to a buffer
//   unfriend::result<reply> expecting(const unfriend::http_request&);                   // any type with * and .error()
//
// (and, for transports that finish later, the one of completion.hpp). A reply may have a member .retry_after too, the
// text of the response's `Retry-After` header. What a transport's error means for the call is told by the condition
// that it compares equal to:
//
//   std::errc::not_connected, connection_refused,             nothing was sent: it may be tried again, elsewhere first
//     host_unreachable, network_unreachable, network_down,
//     address_not_available
//   std::errc::permission_denied                              the host is not to be trusted: never there again
//   std::errc::operation_canceled                             the program does not want it any more
//   anything else                                             the request may have arrived, and the answer is lost
#pragma once

#include <chrono>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/error.hpp"

namespace unfriend {

/// One HTTP request. The views are valid during the transport's call, or for one that completes later,
/// until its completion. "RESTful API Overview": HTTPS only, POST only.
struct http_request {
    std::string_view method = "POST";
    std::string_view url; ///< absolute; `url.data()` is NUL-terminated
    std::string_view content_type = "application/json";
    std::string_view body;
    std::chrono::milliseconds timeout{0}; ///< give up after so long; 0: the transport's own choice

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

/// The answer as a transport delivers it into memory of the caller's: a status, and bytes appended.
/// Owns nothing and allocates nothing; bytes beyond the buffer are refused, not dropped silently.
class http_response {
public:
    explicit http_response(char_span buffer) noexcept : buffer_(buffer) {}

    /// The HTTP status; a transport that appends sets it.
    int status = 0;

    /// Copies `size` bytes behind those that are there. False when they do not fit, after which a transport
    /// does best to give up: the call fails with `errc::body_too_large`.
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

} // namespace unfriend
