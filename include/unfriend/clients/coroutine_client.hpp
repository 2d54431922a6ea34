// The client for coroutines: `co_await client(request)`, over any transport whose answer can be awaited.
//
//   unfriend::coroutine_client client{channel, transport, timer};
//   asio::awaitable<void> forget(std::string_view from, std::string_view to)
//   {
//       std::array accounts{to};
//       auto response = co_await client(unfriend::friend_delete_request{from, accounts});
//       …
//   }
#pragma once

#if defined(__cpp_impl_coroutine) && __has_include(<coroutine>)

#include <chrono>
#include <coroutine>
#include <exception>
#include <new>
#include <optional>
#include <system_error>
#include <type_traits>
#include <utility>

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/detail/thrown.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/call/owned_call_result.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/detail/owned.hpp"
#include "unfriend/http/transport.hpp"

namespace unfriend { inline namespace v0_2 {

namespace detail {

/// The same kind of coroutine as `Task`, yielding a `T`.
template <class Task, class T>
struct rebound_task;
template <template <class, class...> class Task, class Old, class... Rest, class T>
struct rebound_task<Task<Old, Rest...>, T> {
    using type = Task<T, Rest...>;
};

} // namespace detail

/// The limit of a `coroutine_client` that has none: nothing can cancel its transport.
struct no_limit {};

/// Makes calls inside coroutines of the kind that the transport returns: `asio::awaitable`, for example, or an engine's
/// own task.
///
/// `Transport`: `task<reply>(const http_request&)` with `reply.status` and `reply.body`, or
/// `task<std::error_code>(const http_request&, http_response&)`. One that throws a `std::exception` has failed (see
/// `client`). `Timer`: a callable that takes nanoseconds and returns what is to be awaited for as long. `Channel`: a
/// `channel`, which must outlive the client.
///
/// `Limit`: a callable `(task<T>, nanoseconds)` whose result is awaited for a `std::optional<T>`: the task's result or,
/// when the time is up first, nothing, after it has cancelled the task and the task has ended. With it a call ends by
/// its deadline. Without it a call ends when its transport does: a transport that ignores the time-out of its request
/// holds the call beyond the deadline, and one that never ends holds it for ever.
template <class Channel, class Transport, class Timer, class Clock = default_clock, class Limit = no_limit>
class coroutine_client {
    static constexpr bool appends = std::is_invocable_v<Transport&, const http_request&, http_response&>;
    template <class T, bool = appends>
    struct answer_of {
        using type = std::invoke_result_t<T&, const http_request&, http_response&>;
    };
    template <class T>
    struct answer_of<T, false> {
        using type = std::invoke_result_t<T&, const http_request&>;
    };
    template <class T>
    using task = typename detail::rebound_task<typename answer_of<Transport>::type, T>::type;

public:
    coroutine_client(Channel& channel UNFRIEND_LIFETIMEBOUND, Transport transport, Timer timer, Clock clock = {},
                     Limit limit = {})
        : channel_(channel), transport_(std::move(transport)), timer_(std::move(timer)), clock_(std::move(clock)),
          limit_(std::move(limit)) {}

    /// Makes a call, with the policy's deadline or its own. The report owns its texts. Memory is allocated for the call
    /// and given back at its end; without any, the error is `out_of_memory`. Any number of calls may be under way; the
    /// client must outlive them. `request` is taken by value: what it refers to must live until the coroutine runs and
    /// first suspends.
    template <class Request>
    task<owned_call_result> operator()(Request request) {
        return (*this)(std::move(request), channel_.policy().call_timeout);
    }
    template <class Request>
    task<owned_call_result> operator()(Request request, std::chrono::milliseconds timeout) {
        detail::owned<workspace<>> memory(new (std::nothrow) workspace<>);
        if (!memory) co_return call_result({errc::out_of_memory, sizeof(workspace<>)}).to_owned();
        const call_result response = co_await(*this)(std::move(request), memory->memory(), timeout);
        co_return response.to_owned();
    }

    /// The same in memory of the caller's, which must outlive the call and its result.
    template <class Request>
    task<call_result> operator()(Request request, call_memory memory) {
        return (*this)(std::move(request), memory, channel_.policy().call_timeout);
    }
    template <class Request>
    task<call_result> operator()(Request request, call_memory memory, std::chrono::milliseconds timeout) {
        operation<Channel> call(channel_, memory);
        step next = call.start(request, clock_(), timeout);
        while (next.kind != step_kind::done) {
            if (next.kind == step_kind::wait) {
                if (next.duration > std::chrono::nanoseconds::zero()) co_await timer_(next.duration);
                next = call.resume(clock_());
                continue;
            }
            std::optional<error> ended; // nothing when the deadline passed first
#if defined(__cpp_exceptions)
            try {
#endif
                if constexpr (!has_limit && appends) {
                    ended = error(co_await transport_(next.request, call.answer()));
                } else if constexpr (!has_limit) {
                    auto reply = co_await transport_(next.request);
                    ended = detail::take_reply(reply, call.answer());
                } else if constexpr (appends) {
                    const auto code = co_await limit_(transport_(next.request, call.answer()), left(call));
                    if (code) ended = error(*code);
                } else {
                    auto reply = co_await limit_(transport_(next.request), left(call));
                    if (reply) ended = detail::take_reply(*reply, call.answer());
                }
#if defined(__cpp_exceptions)
            } catch (const std::system_error& thrown) {
                ended = detail::error_of(thrown);
            } catch (const std::exception&) {
                ended = errc::transport_failed;
            }
#endif
            next = ended ? call.complete(clock_(), *ended) : call.expire(clock_());
        }
        co_return call.result();
    }

private:
    static constexpr bool has_limit = !std::is_same_v<Limit, no_limit>;

    std::chrono::nanoseconds left(const operation<Channel>& call) {
        return detail::larger(call.deadline() - clock_().monotonic, std::chrono::nanoseconds::zero());
    }

    Channel& channel_;
    Transport transport_;
    Timer timer_;
    Clock clock_;
    Limit limit_;
};

template <class Channel, class Transport, class Timer>
coroutine_client(Channel&, Transport, Timer) -> coroutine_client<Channel, Transport, Timer>;
template <class Channel, class Transport, class Timer, class Clock>
coroutine_client(Channel&, Transport, Timer, Clock) -> coroutine_client<Channel, Transport, Timer, Clock>;
template <class Channel, class Transport, class Timer, class Clock, class Limit>
coroutine_client(Channel&, Transport, Timer, Clock, Limit) -> coroutine_client<Channel, Transport, Timer, Clock, Limit>;

}} // namespace unfriend::v0_2

#endif
