// The blocking client: makes a call, and comes back when it is over.
//
//   unfriend::signer signer{1400000000, "administrator", unfriend::secret(key)};
//   unfriend::client client{signer, unfriend::region::singapore, my_transport};
//   const auto response = client(unfriend::friend_delete_request{"alice", friends});
//   if (!response.answered()) log(response.last_error().message());
//   for (const auto& account : response.failures()) …
#pragma once

#include <chrono>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/channel.hpp"
#include "unfriend/call/detail/thrown.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/call/policy.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/clients/detail/sleep.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/owned.hpp"
#include "unfriend/http/endpoint.hpp"
#include "unfriend/http/transport.hpp"

namespace unfriend { inline namespace v0_2 {

/// The default way to wait.
struct thread_sleep {
    void operator()(std::chrono::nanoseconds duration) const { detail::sleep_for(duration); }
};

/// Calls the service through `Transport`, as often as the channel's policy allows and it takes.
///
/// `Channel`: a `channel`, or a reference to one that others use too. `Clock`: a callable that yields a
/// `timestamp`. `Wait`: one that takes the nanoseconds to wait.
template <class Channel, class Transport, class Clock = default_clock, class Wait = thread_sleep>
class client {
    static_assert(
        is_transport<Transport>,
        "unfriend: a transport is a callable of one of three shapes: reply(const http_request&) with reply.status "
        "and reply.body; std::error_code(const http_request&, http_response&); or an expected<reply> of a "
        "std::error_code, with operator* and error()");

public:
    /// With a channel of its own, and so with a pace and a retry budget of its own: several clients of one app
    /// share a channel instead. `credentials` must outlive the client.
    template <class Credentials>
    client(Credentials& credentials UNFRIEND_LIFETIMEBOUND, endpoint where, Transport transport,
           const call_policy& policy = {}, Clock clock = {}, Wait wait = {})
        : channel_(credentials, where, policy), transport_(std::move(transport)), clock_(std::move(clock)),
          wait_(std::move(wait)) {}
    /// Refused: temporary credentials.
    template <class Credentials, class = std::enable_if_t<!std::is_lvalue_reference_v<Credentials>>>
    client(Credentials&& credentials, endpoint where, Transport transport, const call_policy& policy = {})
        : client(credentials, where, std::move(transport), policy) {
        detail::refuse_temporary<Credentials>();
    }
    /// With a channel that others use too, which must outlive the client.
    client(Channel shared UNFRIEND_LIFETIMEBOUND, Transport transport, Clock clock = {}, Wait wait = {})
        : channel_(std::forward<Channel>(shared)), transport_(std::move(transport)), clock_(std::move(clock)),
          wait_(std::move(wait)) {}

    /// Makes a call and returns its report, whose texts live until the client's next call. One thread at a time: the
    /// call works in memory of the client's, which the first call allocates. The call ends by the policy's deadline, or
    /// by its own.
    ///
    /// A transport that throws a `std::exception` has failed, and may have sent the request: the error is the code of a
    /// `std::system_error`, else `transport_failed`. Any other exception leaves the call, and nothing is known of its
    /// accounts.
    ///
    /// `last_error()`, when there was no answer: what is wrong with the request, the credentials or the endpoint,
    /// before anything is sent; the transport's own; `http_status`; `body_too_large`; those of `decode`;
    /// `missing_member` for an answer that does not say how the call went; `deadline_exceeded`; `out_of_memory`.
    template <class Request>
    call_result operator()(const Request& request) UNFRIEND_LIFETIMEBOUND {
        return (*this)(request, channel_.policy().call_timeout);
    }
    template <class Request>
    call_result operator()(const Request& request, std::chrono::milliseconds timeout) UNFRIEND_LIFETIMEBOUND {
        if (!own_) own_.reset(new (std::nothrow) workspace<>);
        if (!own_) return call_result({errc::out_of_memory, sizeof(workspace<>)});
        return (*this)(request, *own_, timeout);
    }

    /// The same in memory of the caller's: allocates nothing outside the transport. As safe to share between
    /// threads as the channel and the transport are.
    template <class Request>
    call_result operator()(const Request& request, call_memory memory UNFRIEND_LIFETIMEBOUND) {
        return (*this)(request, memory, channel_.policy().call_timeout);
    }
    template <class Request>
    call_result operator()(const Request& request, call_memory memory UNFRIEND_LIFETIMEBOUND,
                           std::chrono::milliseconds timeout) {
        operation<std::remove_reference_t<Channel>> call(channel_, memory);
        step next = call.start(request, clock_(), timeout);
        while (next.kind != step_kind::done) {
            if (next.kind == step_kind::wait) {
                if (next.duration > std::chrono::nanoseconds::zero()) wait_(next.duration);
                next = call.resume(clock_());
            } else {
                const error failure = detail::perform_caught(transport_, next.request, call.answer());
                next = call.complete(clock_(), failure);
            }
        }
        return call.result();
    }

private:
    Channel channel_;
    Transport transport_;
    Clock clock_;
    Wait wait_;
    detail::owned<workspace<>> own_;
};

template <class Credentials, class Transport>
client(Credentials&, region, Transport, const call_policy& = {}) -> client<channel<Credentials>, Transport>;
template <class Credentials, class Transport>
client(Credentials&, endpoint, Transport, const call_policy& = {}) -> client<channel<Credentials>, Transport>;
template <class Credentials, class Host, class Transport,
          class = std::enable_if_t<std::is_convertible_v<const Host&, std::string_view>>>
client(Credentials&, const Host&, Transport, const call_policy& = {}) -> client<channel<Credentials>, Transport>;
template <class Credentials, class Where, class Transport, class = detail::enable_if_temporary<Credentials, Where>>
client(Credentials&&, const Where&, Transport, const call_policy& = {}) -> client<channel<Credentials>, Transport>;
template <class... Parts, class Transport>
client(channel<Parts...>&, Transport) -> client<channel<Parts...>&, Transport>;
template <class... Parts, class Transport, class Clock, class Wait>
client(channel<Parts...>&, Transport, Clock, Wait) -> client<channel<Parts...>&, Transport, Clock, Wait>;

}} // namespace unfriend::v0_2
