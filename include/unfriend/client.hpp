// The blocking client: signs, addresses, encodes, calls the transport, checks and decodes.
//
//   unfriend::signer signer{1400000000, "administrator", unfriend::secret(key)};
//   unfriend::client client{signer, unfriend::region::singapore, my_transport};
//   auto response = client(unfriend::friend_delete_request{"alice", friends});
//   if (!response) return log(response.error().message());
//   for (const auto& item : response->failures()) …
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include "unfriend/endpoint.hpp"
#include "unfriend/limits.hpp"
#include "unfriend/random.hpp"
#include "unfriend/result.hpp"
#include "unfriend/transport.hpp"
#include "unfriend/workspace.hpp"

namespace unfriend {

/// The default clock: the system's, in Unix seconds.
struct system_unix_time {
    std::int64_t operator()() const noexcept { return static_cast<std::int64_t>(std::time(nullptr)); }
};

namespace detail {

/// Signs, addresses and encodes: all that is needed before anything is sent.
template <class Limits, class Request, class Credentials>
result<http_request> prepare(const Request& request, Credentials& credentials, host_name host, std::int64_t now,
                             std::uint32_t random, const call_buffers& buffers) {
    const result<std::string_view> body = encode<Limits>(request, buffers.request);
    if (!body) return body.error();
    const result<std::string_view> user_sig = credentials.user_sig(now, buffers.user_sig);
    if (!user_sig) return user_sig.error();
    const url_query query{credentials.sdk_app_id(), credentials.identifier(), *user_sig, random};
    const result<std::string_view> url = encode_url<Limits>(host, Request::command::path, query, buffers.url);
    if (!url) return url.error();
    http_request prepared;
    prepared.url = *url;
    prepared.body = *body;
    return prepared;
}

/// Checks the HTTP status and decodes.
template <class Limits, class Response>
error conclude(const http_response& answer, Response& response) {
    if (answer.status != 200) return {errc::http_status, static_cast<std::size_t>(answer.status)};
    return decode<Limits>(answer.body(), response);
}

} // namespace detail

/// Calls the service through `Transport`, one attempt a call.
///
/// `Credentials`: `signer`, `fixed_credentials` or a type of the same shape; referred to, not copied.
/// `Random`: a callable that yields the `random` of each request. `Clock`: one that yields Unix seconds.
template <class Credentials, class Transport, class Limits = default_limits, class Random = random_sequence,
          class Clock = system_unix_time>
class client {
    static_assert(
        is_transport<Transport>,
        "unfriend: a transport is a callable of one of three shapes: reply(const http_request&) with reply.status "
        "and reply.body; std::error_code(const http_request&, http_response&); or an expected<reply> of a "
        "std::error_code, with operator* and error()");

public:
    /// `credentials` and the texts of `where` must outlive the client. Allocates nothing.
    client(Credentials& credentials, endpoint where, Transport transport, Random random = {}, Clock clock = {})
        : credentials_(credentials), endpoint_(where), transport_(std::move(transport)), random_(std::move(random)),
          clock_(std::move(clock)) {}

    /// Sends `request` and returns the service's answer, whose texts live until the client's next call.
    /// One thread at a time: it works in memory of the client's own, allocated by the first call.
    ///
    /// Errors: whatever is wrong with the request, credentials or endpoint, before anything is sent; the
    /// transport's own; `http_status` (detail: the status); `body_too_large`; those of `decode`;
    /// `out_of_memory`. That the service refused the call is not an error: `response->ok()` tells.
    template <class Request>
    result<typename Request::command::response> operator()(const Request& request) {
        result<typename Request::command::response> response(std::in_place);
        if (own_ == nullptr) own_.reset(new (std::nothrow) workspace<>);
        const error failure = own_ == nullptr ? error(errc::out_of_memory, sizeof(workspace<>))
                                              : call(request, *response, own_->buffers());
        if (failure) response.fail(failure);
        return response;
    }

    /// The same into a response of the caller's choice and in memory of the caller's: allocates nothing
    /// outside the transport. As safe to share between threads as the credentials and the transport are.
    template <class Request, class Response>
    error call(const Request& request, Response& response, const call_buffers& buffers) {
        const result<http_request> prepared =
            detail::prepare<Limits>(request, credentials_, endpoint_.host(), clock_(), random_(), buffers);
        if (!prepared) return prepared.error();
        http_response answer(buffers.answer);
        if (const error failure = perform(transport_, *prepared, answer)) return failure;
        return detail::conclude<Limits>(answer, response);
    }

private:
    Credentials& credentials_;
    endpoint endpoint_;
    Transport transport_;
    Random random_;
    Clock clock_;
    std::unique_ptr<workspace<>> own_;
};

template <class Credentials, class Transport>
client(Credentials&, region, Transport) -> client<Credentials, Transport>;
template <class Credentials, class Transport>
client(Credentials&, endpoint, Transport) -> client<Credentials, Transport>;

} // namespace unfriend
