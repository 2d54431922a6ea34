// What the transports over libcurl have in common: its errors as `std::error_code`s, its global state, the options, and
// one request on one handle. HTTPS alone, TLS 1.2 or later, certificate and host name verified; no redirect is
// followed, no proxy is taken from the environment, no request is sent twice behind the caller's back, nothing is
// logged.
#pragma once

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include <curl/curl.h>

// The library as many headers or as one, whichever is there.
#ifndef UNFRIEND_SINGLE_HEADER
#if __has_include(<unfriend/http/transport.hpp>)
#include <unfriend/http/transport.hpp>
#else
#include "unfriend.hpp"
#endif
#endif

namespace example {

// A class in a header has its vtable in every translation unit, and its one object has nothing to destroy.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wweak-vtables"
#pragma clang diagnostic ignored "-Wexit-time-destructors"
#pragma clang diagnostic ignored "-Wglobal-constructors"
#endif

/// libcurl's codes as `std::error_code`s. Where it matters what a failure means for the request, the code compares
/// equal to a `std::errc`:
///
///     not_connected         nothing was sent: no connection was made, or not in time
///     permission_denied     the server is not to be trusted, or the request not allowed: nothing was sent, and
///                           the same happens again
///     timed_out             the time was up after the request was sent
class curl_error_category final : public std::error_category {
public:
    /// Added to the code of a failure that came before anything of the request's body was sent. libcurl itself has one
    /// code, CURLE_OPERATION_TIMEDOUT, for a connection that was not made in time and for an answer that did not come.
    static constexpr int nothing_sent = 0x10000;
    /// Added to the code of one that came after. libcurl itself reports, of a request whose kept connection closed, why
    /// it could not make another connection to repeat it.
    static constexpr int body_begun = 0x20000;

    const char* name() const noexcept override { return "libcurl"; }

    std::string message(int code) const override { return curl_easy_strerror(static_cast<CURLcode>(plain(code))); }

    std::error_condition default_error_condition(int code) const noexcept override {
        const auto* const known = std::find_if(std::begin(meanings), std::end(meanings), [code](const meaning& each) {
            return static_cast<int>(each.code) == plain(code);
        });
        if ((code & body_begun) != 0 && plain(code) != CURLE_OPERATION_TIMEDOUT) return std::errc::connection_aborted;
        if (known != std::end(meanings) && known->condition == std::errc::permission_denied) return known->condition;
        if ((code & nothing_sent) != 0) return std::errc::not_connected;
        return known != std::end(meanings) ? std::error_condition(known->condition) : std::error_condition(code, *this);
    }

private:
    static constexpr int plain(int code) noexcept { return code & ~(nothing_sent | body_begun); }

    struct meaning {
        CURLcode code;
        std::errc condition;
    };
    static constexpr meaning meanings[] = {
        {CURLE_COULDNT_RESOLVE_HOST, std::errc::not_connected},
        {CURLE_COULDNT_CONNECT, std::errc::not_connected},
        {CURLE_SSL_CONNECT_ERROR, std::errc::not_connected},
        {CURLE_PEER_FAILED_VERIFICATION, std::errc::permission_denied},
        {CURLE_SSL_CACERT_BADFILE, std::errc::permission_denied},
        {CURLE_UNSUPPORTED_PROTOCOL, std::errc::permission_denied},
        {CURLE_OPERATION_TIMEDOUT, std::errc::timed_out},
        {CURLE_OUT_OF_MEMORY, std::errc::not_enough_memory},
    };
};

namespace detail {
inline const curl_error_category curl_category_instance{};
} // namespace detail

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

inline const std::error_category& curl_category() noexcept { return detail::curl_category_instance; }

/// libcurl's global state. Make one, before the program starts threads, and let it outlive every transport.
class curl_library {
public:
    curl_library() noexcept : status_(curl_global_init(CURL_GLOBAL_DEFAULT)) {}
    curl_library(const curl_library&) = delete;
    curl_library& operator=(const curl_library&) = delete;
    ~curl_library() {
        if (status_ == CURLE_OK) curl_global_cleanup();
    }

    CURLcode status() const noexcept { return status_; }

private:
    CURLcode status_;
};

struct curl_options {
    std::string ca_file;                             ///< PEM: trust these alone; empty: the system's
    std::string proxy;                               ///< its URL; empty: none, whatever the environment says
    std::string user_agent = "unfriend";             ///< who calls, for the logs of the other side
    std::chrono::milliseconds connect_timeout{2000}; ///< name, TCP and TLS
    std::chrono::milliseconds timeout{30000};        ///< all of a request that brings no timeout of its own
};

/// An easy handle that makes one request after the other. What is wrong with the options is reported by each request
/// and not by the constructor. One thread at a time; a moved-from one is not to be used.
class curl_request {
public:
    /// `library` must outlive it.
    curl_request(const curl_library& library, const curl_options& options)
        : status_(library.status()), timeout_(options.timeout) {
        if (status_ != CURLE_OK) return;
        handle_.reset(curl_easy_init());
        if (handle_ == nullptr) {
            status_ = CURLE_FAILED_INIT;
            return;
        }
        secure(options.ca_file);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_FOLLOWLOCATION, 0L);
        set(CURLOPT_PROXY, options.proxy.c_str());
        set(CURLOPT_USERAGENT, options.user_agent.c_str());
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options.connect_timeout));
        set(CURLOPT_POST, 1L);
        set(CURLOPT_READFUNCTION, &send_body);
        set(CURLOPT_SEEKFUNCTION, &refuse_to_rewind);
        set(CURLOPT_WRITEFUNCTION, &take_body);
    }

    /// Makes the handle ready to send `request` and to append the body of the answer to `response`; an answer that does
    /// not fit is abandoned. Neither may go away or move, nor this, before the transfer is over.
    CURLcode prepare(const unfriend::http_request& request, unfriend::http_response& response) {
        response.clear();
        if (status_ == CURLE_OK) use_content_type(request.content_type);
        upload_ = {request.body, false};
        set(CURLOPT_URL, request.url.data());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_READDATA, &upload_);
        set(CURLOPT_SEEKDATA, &upload_);
        set(CURLOPT_WRITEDATA, &response);
        set(CURLOPT_TIMEOUT_MS, milliseconds(request.timeout.count() > 0 ? request.timeout : timeout_));
        return status_;
    }

    /// Null when `prepare` fails.
    CURL* handle() const noexcept { return handle_.get(); }

    /// Takes over what the head of the answer says: the status, 0 when there is none, and `Retry-After`. In
    /// parentheses, here and below, are the functions that libcurl hides behind macros of the same names.
    void finish(unfriend::http_response& response) const {
        long status = 0;
        (curl_easy_getinfo)(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
        response.status = static_cast<int>(status);
        curl_off_t seconds = 0;
        (curl_easy_getinfo)(handle_.get(), CURLINFO_RETRY_AFTER, &seconds);
        if (seconds > 0) response.set_retry_after(std::to_string(seconds));
    }

    /// How the transfer ended. libcurl asks for the body once it has a connection and has sent the head. Before that
    /// the service has no request to act on.
    std::error_code error_of(CURLcode code) const noexcept {
        if (code == CURLE_OK) return {};
        const int when = upload_.has_begun ? curl_error_category::body_begun : curl_error_category::nothing_sent;
        return {static_cast<int>(code) | when, curl_category()};
    }

private:
    struct upload {
        std::string_view unsent;
        bool has_begun = false;
    };

    struct deleter {
        void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
        void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
    };

    template <class Value>
    void set(CURLoption option, Value value) noexcept {
        if (status_ == CURLE_OK) status_ = (curl_easy_setopt)(handle_.get(), option, value);
    }

    void secure(const std::string& ca_file) noexcept {
#if LIBCURL_VERSION_NUM >= 0x075500
        set(CURLOPT_PROTOCOLS_STR, "https");
#else
        set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTPS));
#endif
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        set(CURLOPT_SSL_VERIFYPEER, 1L);
        set(CURLOPT_SSL_VERIFYHOST, 2L);
        if (ca_file.empty()) return;
        set(CURLOPT_CAINFO, ca_file.c_str());
        // Or the system's directory of authorities would be trusted besides the file.
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }

    void use_content_type(std::string_view content_type) {
        const std::string header = std::string("Content-Type: ").append(content_type);
        if (headers_ != nullptr && header == headers_->data) return;
        headers_.reset(curl_slist_append(nullptr, header.c_str()));
        // An empty "Expect" keeps libcurl from waiting for leave to send a large body.
        if (headers_ == nullptr || curl_slist_append(headers_.get(), "Expect:") == nullptr)
            status_ = CURLE_OUT_OF_MEMORY;
        set(CURLOPT_HTTPHEADER, headers_.get());
    }

    static long milliseconds(std::chrono::milliseconds duration) noexcept {
        return static_cast<long>(std::clamp<long long>(duration.count(), 1, LONG_MAX));
    }

    static std::size_t send_body(char* buffer, std::size_t size, std::size_t count, void* body) noexcept {
        upload& request = *static_cast<upload*>(body);
        request.has_begun = true;
        const std::size_t taken = request.unsent.copy(buffer, size * count);
        request.unsent.remove_prefix(taken);
        return taken;
    }

    // One attempt is one request. libcurl by itself sends a request again when a kept connection closes without an
    // answer, if it can rewind the body (CURLOPT_SEEKFUNCTION); with CURLOPT_POSTFIELDS it always can. It may do so
    // before the next request of the handle, of whose body nothing is sent.
    static int refuse_to_rewind(void* body, curl_off_t, int) noexcept {
        return static_cast<const upload*>(body)->has_begun ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
    }

    static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* response) noexcept {
        return static_cast<unfriend::http_response*>(response)->append(bytes, size * count) ? size * count : 0;
    }

    CURLcode status_;
    std::chrono::milliseconds timeout_;
    upload upload_{};
    std::unique_ptr<curl_slist, deleter> headers_; // outlives the handle that refers to it
    std::unique_ptr<CURL, deleter> handle_;
};

} // namespace example
