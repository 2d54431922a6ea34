// A transport over libcurl with many requests in flight on one thread, to be copied, with curl_request.hpp, into any
// program that has libcurl; it finds unfriend as one header or as many:
//
//   curl_library library;                                // once a program, before its threads start
//   curl_multi_transport transport(library, {}, 16);
//   unfriend::async_client client{channel, std::ref(transport), 16};
//   auto started = client.start(request, now(), [](const unfriend::call_result& response) { … });
//   while (client.in_flight() != 0) transport.run(client.poll(now()));
#pragma once

#include <algorithm>
#include <chrono>
#include <climits>
#include <cstddef>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <curl/curl.h>

// The library as many headers or as one, whichever is there.
#ifndef UNFRIEND_SINGLE_HEADER
#if __has_include(<unfriend/http/transport.hpp>)
#include <unfriend/core/error.hpp>
#include <unfriend/core/text.hpp>
#include <unfriend/http/completion.hpp>
#include <unfriend/http/transport.hpp>
#else
#include "unfriend.hpp"
#endif
#endif

#include "curl_request.hpp"

namespace example {

/// A bounded number of connections, kept alive and used again; further requests wait for one, within their time-outs.
/// One thread at a time. Handles and their buffers are allocated when first needed and used again.
class curl_multi_transport {
public:
    /// `library` must outlive the transport. `max_answer_size`: bytes of the largest body to accept.
    curl_multi_transport(const curl_library& library, const curl_options& options, std::size_t max_connections,
                         std::size_t max_answer_size = 256 * 1024)
        : library_(library), options_(options), max_answer_size_(max_answer_size) {
        if (library.status() == CURLE_OK) multi_.reset(curl_multi_init());
        const auto most = static_cast<long>(std::clamp<std::size_t>(max_connections, 1, INT_MAX));
        set(CURLMOPT_MAX_TOTAL_CONNECTIONS, most);
        set(CURLMOPT_MAXCONNECTS, most);
    }
    curl_multi_transport(const curl_multi_transport&) = delete;
    curl_multi_transport& operator=(const curl_multi_transport&) = delete;
    /// Requests in flight end without an answer.
    ~curl_multi_transport() { give_up(); }

    /// Begins a request, which a later `run` brings forward. Whatever the HTTP status, an answer is a success here.
    void operator()(const unfriend::http_request& request, unfriend::completion done) {
        if (multi_ == nullptr) return done(failure(CURLE_FAILED_INIT));
        if (idle_.empty()) idle_.push_back(std::make_unique<transfer>(library_, options_, max_answer_size_));
        transfer& chosen = *idle_.back();
        const CURLcode prepared = chosen.request.prepare(request, chosen.response);
        if (prepared != CURLE_OK) return done(chosen.request.error_of(prepared));
        if (curl_multi_add_handle(multi_.get(), chosen.request.handle()) != CURLM_OK)
            return done(failure(CURLE_FAILED_INIT));
        chosen.done = std::move(done);
        busy_.push_back(std::move(idle_.back()));
        idle_.pop_back();
    }

    /// Sends and receives, and ends the requests that are over. When none is, waits until something moves or a signal
    /// comes, `at_most` and a millisecond.
    void run(std::chrono::nanoseconds at_most) { run(at_most, -1); }
    /// The same; waits no longer than until the descriptor can be read, unless it is -1.
    void run(std::chrono::nanoseconds at_most, int descriptor) {
        if (multi_ == nullptr || advance()) return;
        const auto longest = std::chrono::ceil<std::chrono::milliseconds>(at_most).count();
        const auto wait = static_cast<int>(std::clamp<long long>(longest, 0, INT_MAX));
        // Whatever it returns, what is to be done next shows it.
        curl_waitfd extra{};
        extra.fd = descriptor;
        extra.events = CURL_WAIT_POLLIN;
        curl_multi_poll(multi_.get(), &extra, descriptor < 0 ? 0 : 1, wait, nullptr);
        advance();
    }

    /// How many requests have neither an answer nor an error.
    std::size_t in_flight() const noexcept { return busy_.size(); }

private:
    struct transfer {
        transfer(const curl_library& library, const curl_options& options, std::size_t max_answer_size)
            : request(library, options), buffer(new char[max_answer_size]),
              response(unfriend::char_span(buffer.get(), max_answer_size)) {}

        curl_request request;
        std::unique_ptr<char[]> buffer; // left as it is: pages that no answer reaches take no memory
        unfriend::http_response response;
        unfriend::completion done{};
    };

    struct deleter {
        void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
    };

    static std::error_code failure(CURLcode code) noexcept {
        return {static_cast<int>(code) | curl_error_category::nothing_sent, curl_category()};
    }

    void set(CURLMoption option, long value) noexcept {
        if (multi_ != nullptr && (curl_multi_setopt)(multi_.get(), option, value) != CURLM_OK) multi_.reset();
    }

    /// True when some request is over.
    bool advance() {
        const std::size_t before = busy_.size();
        int running = 0;
        if (curl_multi_perform(multi_.get(), &running) != CURLM_OK) give_up();
        int left = 0;
        while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
            if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
        }
        return busy_.size() != before;
    }

    /// The request of this handle is over.
    void finish(CURL* handle, CURLcode outcome) {
        const auto has_handle = [&](const auto& each) { return each->request.handle() == handle; };
        const auto found = std::find_if(busy_.begin(), busy_.end(), has_handle);
        curl_multi_remove_handle(multi_.get(), handle);
        idle_.push_back(std::move(*found));
        *found = std::move(busy_.back());
        busy_.pop_back();
        transfer& over = *idle_.back();
        over.request.finish(over.response);
        const unfriend::char_span body = over.response.body();
        const bool is_too_large = over.response.overflowed();
        if (is_too_large && over.response.status == 200) {
            over.done(unfriend::error(unfriend::errc::body_too_large, over.response.capacity()));
        } else if (outcome != CURLE_OK && !is_too_large) {
            over.done(over.request.error_of(outcome));
        } else { // of a page too large, which is not the service's, the status counts alone
            over.done(over.response.status, {body.data(), body.size()}, over.response.retry_after());
        }
    }

    /// Drops the requests in flight, which ends them with `errc::transport_failed`.
    void give_up() noexcept {
        for (const std::unique_ptr<transfer>& each : busy_)
            curl_multi_remove_handle(multi_.get(), each->request.handle());
        busy_.clear();
    }

    const curl_library& library_;
    curl_options options_;
    std::size_t max_answer_size_;
    std::unique_ptr<CURLM, deleter> multi_;
    std::vector<std::unique_ptr<transfer>> busy_;
    std::vector<std::unique_ptr<transfer>> idle_;
};

} // namespace example
