// An engine's own networking layer, over sockets and OpenSSL: a fixed number of connections, none of which ever blocks.
// Each makes one request at a time and is closed behind it.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

// The library as many headers or as one, whichever is there.
#ifndef UNFRIEND_SINGLE_HEADER
#if __has_include(<unfriend/http/transport.hpp>)
#include <unfriend/core/error.hpp>
#include <unfriend/http/completion.hpp>
#include <unfriend/http/transport.hpp>
#else
#include "unfriend.hpp"
#endif
#endif

#include "engine_memory.hpp"
#include "http_text.hpp"

namespace example {

class engine_connection {
public:
    static constexpr std::size_t max_answer_size = std::size_t{16} * 1024;
    static constexpr std::chrono::nanoseconds connect_timeout = std::chrono::seconds(2); ///< TCP and TLS

    engine_connection() noexcept = default;
    engine_connection(const engine_connection&) = delete;
    engine_connection& operator=(const engine_connection&) = delete;
    ~engine_connection() { close(); }

    bool is_free() const noexcept { return !done_; }

    /// `request` lives until `done` is called. The certificate must be that of `host`. `now`: see `advance`.
    void begin(SSL_CTX* trust, const std::string& host, const addrinfo& address, const unfriend::http_request& request,
               unfriend::completion done, std::chrono::nanoseconds now) {
        done_ = std::move(done);
        give_up_at_ = now + (request.timeout.count() > 0 ? request.timeout : std::chrono::seconds(30));
        connected_by_ = std::min(now + connect_timeout, give_up_at_);
        received_ = 0;
        unsent_head_ = write_head(request, head_);
        unsent_body_ = request.body;
        state_ = state::connecting;
        events_ = POLLOUT;
        tls_.reset(SSL_new(trust));
        socket_ = socket(address.ai_family, SOCK_STREAM, 0);
        const bool is_ready = !unsent_head_.empty() && tls_ != nullptr && socket_ >= 0 &&
                              fcntl(socket_, F_SETFL, O_NONBLOCK) == 0 && fcntl(socket_, F_SETFD, FD_CLOEXEC) == 0 &&
                              expect(host) && SSL_set_fd(tls_.get(), socket_) == 1;
        if (!is_ready) return end(std::errc::not_connected);
        if (connect(socket_, address.ai_addr, address.ai_addrlen) != 0 && errno != EINPROGRESS)
            end(std::errc::not_connected);
    }

    /// Goes as far as it can without waiting.
    void advance(std::chrono::nanoseconds now) {
        if (is_free()) return;
        // What ends before anything was sent says so: the call may then be made again with no doubt left.
        const bool is_sent = state_ == state::sending || state_ == state::receiving;
        if (now >= (is_sent ? give_up_at_ : connected_by_))
            return end(is_sent ? std::errc::timed_out : std::errc::not_connected);
        if (state_ == state::connecting && !finish_connecting()) return;
        if (state_ == state::handshaking && !shake_hands()) return;
        if (state_ == state::sending && !(send(unsent_head_) && send(unsent_body_))) return;
        state_ = state::receiving;
        receive();
    }

    /// For poll(2).
    pollfd interest() const noexcept { return {socket_, events_, 0}; }

private:
    enum class state { connecting, handshaking, sending, receiving };
    struct deleter {
        void operator()(SSL* tls) const noexcept { SSL_free(tls); }
    };

    /// By name or, where `host` is a numeric address, by that.
    bool expect(const std::string& host) noexcept {
        if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), host.c_str()) == 1) return true;
        std::string name = host;
        return SSL_set1_host(tls_.get(), name.c_str()) == 1 &&
               SSL_ctrl(tls_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
    }

    bool finish_connecting() {
        pollfd socket = interest();
        if (poll(&socket, 1, 0) <= 0) return false;
        int failure = 0;
        socklen_t size = sizeof failure;
        if (getsockopt(socket_, SOL_SOCKET, SO_ERROR, &failure, &size) != 0 || failure != 0) {
            end(std::errc::not_connected);
            return false;
        }
        state_ = state::handshaking;
        return true;
    }

    bool shake_hands() {
        ERR_clear_error();
        const int outcome = SSL_connect(tls_.get());
        if (outcome == 1) {
            state_ = state::sending;
            return true;
        }
        const bool is_untrusted = SSL_get_verify_result(tls_.get()) != X509_V_OK;
        if (!will_go_on(outcome)) end(is_untrusted ? std::errc::permission_denied : std::errc::not_connected);
        return false;
    }

    bool send(std::string_view& unsent) {
        while (!unsent.empty()) {
            ERR_clear_error();
            std::size_t sent = 0;
            const int outcome = SSL_write_ex(tls_.get(), unsent.data(), unsent.size(), &sent);
            if (outcome != 1) {
                if (!will_go_on(outcome)) end(std::errc::connection_reset);
                return false;
            }
            unsent.remove_prefix(sent);
        }
        return true;
    }

    void receive() {
        for (;;) {
            ERR_clear_error();
            std::size_t size = 0;
            const int outcome = SSL_read_ex(tls_.get(), bytes_ + received_, sizeof bytes_ - received_, &size);
            if (outcome != 1) {
                if (!will_go_on(outcome)) end(std::errc::connection_reset);
                return;
            }
            received_ += size;
            const http_answer answer = read_answer({bytes_, received_});
            if (answer.state == http_answer::complete) return end({}, answer);
            if (answer.state == http_answer::malformed) return end(std::errc::protocol_error);
            if (received_ != sizeof bytes_) continue;
            if (answer.status == 200) return end({unfriend::errc::body_too_large, max_answer_size});
            return end({}, answer); // a page too large, of which the status counts alone
        }
    }

    /// Whether OpenSSL only waits for the socket.
    bool will_go_on(int outcome) noexcept {
        const int reason = SSL_get_error(tls_.get(), outcome);
        events_ = reason == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN;
        return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
    }

    void end(std::errc failure) { end(std::make_error_code(failure), {}); }
    void end(unfriend::error failure, const http_answer& answer = {}) {
        close();
        unfriend::completion done = std::move(done_);
        if (failure) return done(failure);
        done(answer.status, answer.body, answer.retry_after);
    }

    void close() noexcept {
        tls_.reset();
        if (socket_ >= 0) ::close(socket_);
        socket_ = -1;
    }

    std::unique_ptr<SSL, deleter> tls_;
    int socket_ = -1;
    short events_ = 0;
    state state_ = state::connecting;
    std::chrono::nanoseconds give_up_at_{};
    std::chrono::nanoseconds connected_by_{};
    std::string_view unsent_head_;
    std::string_view unsent_body_;
    unfriend::completion done_;
    std::size_t received_ = 0;
    char head_[max_head_size];
    char bytes_[max_head_size + max_answer_size];
};

/// The transport. It has the time from `advance`, and nothing in it waits except `wait`.
class engine_network {
public:
    engine_network(SSL_CTX* trust, std::size_t connections, arena& memory)
        : trust_(trust), connections_(connections, memory), polled_(connections, memory) {}

    /// Looks up the one `HOST:PORT` that requests go to, which may take its time: to be called before the loop.
    bool resolve(std::string_view where) {
        const host_and_port parts = split_authority(where);
        addrinfo wanted{};
        wanted.ai_family = AF_INET;
        wanted.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        if (getaddrinfo(parts.host.c_str(), parts.port.c_str(), &wanted, &found) != 0) return false;
        address_.reset(found);
        host_ = parts.host;
        return true;
    }

    void operator()(const unfriend::http_request& request, unfriend::completion done) {
        const auto is_free = [](const engine_connection& each) { return each.is_free(); };
        const auto chosen = std::find_if(connections_.begin(), connections_.end(), is_free);
        if (chosen == connections_.end()) return done(std::make_error_code(std::errc::not_connected));
        chosen->begin(trust_, host_, *address_, request, std::move(done), now_);
    }

    void advance(std::chrono::nanoseconds now) {
        now_ = now;
        for (engine_connection& each : connections_) each.advance(now);
    }

    /// Waits until something moves, `at_most` and a millisecond: the rest of a tick.
    void wait(std::chrono::nanoseconds at_most) {
        const auto interest = [](const engine_connection& each) { return each.interest(); };
        std::transform(connections_.begin(), connections_.end(), polled_.begin(), interest);
        const auto longest = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
        poll(polled_.data(), static_cast<nfds_t>(polled_.size()),
             static_cast<int>(std::max(longest, decltype(longest)())));
    }

private:
    struct deleter {
        void operator()(addrinfo* addresses) const noexcept { freeaddrinfo(addresses); }
    };

    SSL_CTX* trust_;
    std::string host_;
    std::unique_ptr<addrinfo, deleter> address_;
    std::vector<engine_connection, arena_allocator<engine_connection>> connections_;
    std::vector<pollfd, arena_allocator<pollfd>> polled_;
    std::chrono::nanoseconds now_{};
};

} // namespace example
