// A transport for coroutines over standalone Asio and OpenSSL, to be copied, with http_text.hpp, into any program that
// has both; it finds unfriend as one header or as many:
//
//   asio::ssl::context trust(asio::ssl::context::tls_client);
//   unfriend::coroutine_client client{channel, example::asio_transport(trust), example::asio_timer(),
//                                     unfriend::default_clock(), example::asio_limit()};
//   auto response = co_await client(unfriend::friend_delete_request{from, accounts});
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include <asio.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/ssl.hpp>

// The library as many headers or as one, whichever is there.
#ifndef UNFRIEND_SINGLE_HEADER
#if __has_include(<unfriend/http/transport.hpp>)
#include <unfriend/http/transport.hpp>
#else
#include "unfriend.hpp"
#endif
#endif

#include "http_text.hpp"

namespace example {

/// Waits without holding up the thread.
struct asio_timer {
    asio::awaitable<void> operator()(std::chrono::nanoseconds duration) const {
        asio::steady_timer timer(co_await asio::this_coro::executor, duration);
        std::error_code ended_early;
        co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended_early));
    }
};

/// Ends a piece of work when its time is up, and waits until it has ended.
struct asio_limit {
    template <class T>
    asio::awaitable<std::optional<T>> operator()(asio::awaitable<T> work, std::chrono::nanoseconds duration) const {
        using namespace asio::experimental::awaitable_operators;
        asio::steady_timer timer(co_await asio::this_coro::executor, duration);
        auto first = co_await(std::move(work) || timer.async_wait(asio::use_awaitable));
        if (first.index() != 0) co_return std::nullopt;
        co_return std::get<0>(std::move(first));
    }
};

/// One connection a request, any number of them at a time, with the certificate and the host's name verified whatever
/// the context says. Nothing is thrown: Asio's errors become the result.
class asio_transport {
public:
    /// What the context trusts is trusted; it must outlive the transport. `connect_timeout`: for name, TCP and TLS.
    explicit asio_transport(asio::ssl::context& trust,
                            std::chrono::milliseconds connect_timeout = std::chrono::seconds(2)) noexcept
        : trust_(&trust), connect_timeout_(connect_timeout) {}

    /// Sends `request` and appends the body of the answer to `response`. Whatever the HTTP status, an answer is a
    /// success here. An error from before the request was sent compares equal to `std::errc::not_connected` or,
    /// where the server is not to be trusted, `std::errc::permission_denied`.
    asio::awaitable<std::error_code> operator()(const unfriend::http_request& request,
                                                unfriend::http_response& response) {
        std::shared_ptr<connection> attempt;
        try {
            attempt = std::make_shared<connection>(co_await asio::this_coro::executor, *trust_);
            const auto begin = std::chrono::steady_clock::now();
            const auto end = begin + (request.timeout.count() > 0 ? request.timeout : std::chrono::seconds(30));
            attempt->limit(std::min(begin + connect_timeout_, end));
            std::error_code failure = co_await attempt->open(split_authority(request.authority()));
            attempt->limit(end);
            if (!failure) failure = co_await attempt->exchange(request, response);
            attempt->close();
            co_return failure;
        } catch (const std::system_error& thrown) {
            if (attempt != nullptr) attempt->close();
            co_return thrown.code(); // it was cancelled, or a timer or a TLS session could not be made
        }
    }

private:
    class connection : public std::enable_shared_from_this<connection> {
    public:
        connection(const asio::any_io_executor& executor, asio::ssl::context& trust)
            : resolver_(executor), stream_(executor, trust), timer_(executor) {}

        /// Closes it at `end`, and not at an earlier one that was set before.
        void limit(std::chrono::steady_clock::time_point end) {
            timer_.expires_at(end);
            timer_.async_wait([self = shared_from_this()](std::error_code cancelled) {
                if (cancelled) return;
                self->is_late_ = true;
                self->close();
            });
        }

        void close() {
            std::error_code ignored;
            timer_.cancel();
            resolver_.cancel();
            stream_.lowest_layer().close(ignored);
        }

        asio::awaitable<std::error_code> open(const host_and_port& where) {
            std::error_code failure;
            auto token = asio::redirect_error(asio::use_awaitable, failure);
            stream_.set_verify_mode(asio::ssl::verify_peer, failure);
            stream_.set_verify_callback(asio::ssl::host_name_verification(where.host), failure);
            std::string name = where.host;
            SSL* const tls = stream_.native_handle();
            SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
            const auto addresses = co_await resolver_.async_resolve(where.host, where.port, token);
            if (failure || is_late_) co_return std::make_error_code(std::errc::not_connected);
            co_await asio::async_connect(stream_.next_layer(), addresses, token);
            if (!failure) co_await stream_.async_handshake(asio::ssl::stream_base::client, token);
            if (!failure) co_return std::error_code();
            const bool is_untrusted = SSL_get_verify_result(tls) != X509_V_OK;
            co_return std::make_error_code(is_untrusted ? std::errc::permission_denied : std::errc::not_connected);
        }

        asio::awaitable<std::error_code> exchange(const unfriend::http_request& request,
                                                  unfriend::http_response& response) {
            std::error_code failure;
            auto token = asio::redirect_error(asio::use_awaitable, failure);
            std::array<char, max_head_size> head;
            const std::string_view start = write_head(request, head);
            if (start.empty() || is_late_) co_return std::make_error_code(std::errc::not_connected);
            const std::array<asio::const_buffer, 2> whole{asio::buffer(start), asio::buffer(request.body)};
            co_await asio::async_write(stream_, whole, token);
            std::string bytes(max_head_size + response.capacity() + 1, '\0');
            http_answer answer;
            for (std::size_t size = 0; !failure && answer.state == http_answer::incomplete && size < bytes.size();) {
                size += co_await stream_.async_read_some(asio::buffer(bytes.data() + size, bytes.size() - size), token);
                answer = read_answer({bytes.data(), size});
            }
            if (answer.state == http_answer::incomplete && is_late_)
                co_return std::make_error_code(std::errc::timed_out);
            if (answer.state == http_answer::malformed) co_return std::make_error_code(std::errc::protocol_error);
            response.status = answer.status;
            response.set_retry_after(answer.retry_after);
            response.append(answer.body.data(), answer.body.size()); // one that does not fit is the caller's to tell
            co_return failure;
        }

    private:
        asio::ip::tcp::resolver resolver_;
        asio::ssl::stream<asio::ip::tcp::socket> stream_;
        asio::steady_timer timer_;
        bool is_late_ = false;
    };

    asio::ssl::context* trust_;
    std::chrono::milliseconds connect_timeout_;
};

} // namespace example
