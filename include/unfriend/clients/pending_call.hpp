// A call that is made while the program does other things: polled from a game loop or an event loop.
//
//   unfriend::pending_call call{channel, transport};
//   call.start(request, now());
//   …
//   call.poll(now());                                      // each tick
//   if (call.is_done()) use(call.result());
#pragma once

#include <chrono>
#include <cstdint>
#include <string> // std::allocator and its traits
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/clients/detail/call_state.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/durations.hpp"
#include "unfriend/http/completion.hpp"
#include "unfriend/http/transport.hpp"

namespace unfriend { inline namespace v0_2 {

/// One call after the other, in memory that is allocated once, through `Allocator`.
///
/// `Transport`: one that finishes later (completion.hpp), or a blocking one. Everything but the completion is for one
/// thread at a time. The transport is called from `poll` alone. A call may be destroyed or cancelled while its
/// transport works on it: their memory lives until the last completion is called or dropped. Without a completion the
/// call ends with its deadline. Throws what `Allocator` and the transport do; what a transport had sent when it threw
/// is unknown, and the call goes on with the next `poll`.
template <class Channel, class Transport, class Workspace = small_workspace, class Allocator = std::allocator<char>>
class pending_call {
    static_assert(is_transport<Transport> || is_async_transport<Transport>,
                  "unfriend: a transport for calls that are polled is a callable of (const http_request&, completion), "
                  "or a blocking one of the shapes of transport.hpp");

public:
    /// What `poll` returns when nothing will be due.
    static constexpr std::chrono::nanoseconds never = (std::chrono::nanoseconds::max)();

    /// `channel` must outlive the call, as must a transport that is passed by `std::ref`.
    pending_call(Channel& channel UNFRIEND_LIFETIMEBOUND, Transport transport, const Allocator& allocator = {})
        : channel_(&channel), transport_(std::forward<Transport>(transport)), allocator_(allocator) {}
    pending_call(pending_call&& other) noexcept(std::is_nothrow_constructible_v<Transport, Transport&&>)
        : channel_(other.channel_), transport_(std::forward<Transport>(other.transport_)),
          allocator_(std::move(other.allocator_)), state_(std::exchange(other.state_, nullptr)), next_(other.next_) {}
    pending_call(const pending_call&) = delete;
    pending_call& operator=(const pending_call&) = delete;
    ~pending_call() {
        if (state_ == nullptr) return;
        state_->abandon();
        state_->drop_owner();
    }

    /// Begins a call, with the policy's time-out or terms of its own (see `operation`). A call under way is cancelled.
    /// The request is copied. Nothing is sent before the next `poll`.
    template <class Request>
    void start(const Request& request, timestamp now) {
        start(request, now, channel_->policy().call_timeout);
    }
    template <class Request, class Terms>
    void start(const Request& request, timestamp now, const Terms& terms) {
        cancel(now);
        take_state();
        expect_more();
        next_ = state_->call.start(request, now, terms);
    }
    /// The same as that of `operation`: for `bulk`.
    template <class Request>
    void extend(const Request& request) {
        state_->call.extend(request);
    }

    /// Takes a request and ends the call at once, for the reason given: its accounts are reported as failed, with
    /// nothing sent.
    template <class Request>
    void fail(const Request& request, error why) {
        take_state();
        next_ = state_->call.reject(request, why);
    }

    /// Does what is due at `now`: takes an answer, ends a wait, sends the next attempt. Returns how long nothing is due
    /// unless a completion comes. Zero: the call is done, or is to be polled again with the time as it is then.
    std::chrono::nanoseconds poll(timestamp now) {
        return poll(now, [](const operation<Channel>&) { return true; });
    }
    /// The same; `may_send(operation)` is asked right before each attempt. False ends the call with nothing sent.
    template <class MaySend>
    std::chrono::nanoseconds poll(timestamp now, MaySend may_send) {
        if (is_done()) return never;
        if (next_.kind == step_kind::wait) {
            next_ = state_->call.resume(now);
            if (next_.kind == step_kind::wait) return next_.duration;
        } else {
            error failure;
            const bool is_late = now.monotonic >= state_->call.deadline();
            const bool is_delivered = is_late ? state_->close(failure) : state_->collect(failure);
            if (!is_delivered && !is_late) return state_->call.deadline() - now.monotonic;
            expect_more();
            next_ = is_delivered ? state_->call.complete(now, failure) : state_->call.expire(now);
        }
        if (next_.kind == step_kind::send) {
            if (may_send(state_->call)) {
                send();
            } else {
                next_ = state_->call.withdraw(now, errc::cancelled);
            }
        }
        return std::chrono::nanoseconds::zero();
    }

    /// Ends the call: nothing more is sent. What a delivered answer says is kept; without one, the accounts of the
    /// attempt under way are unknown.
    void cancel(timestamp now, error why = errc::cancelled) {
        if (is_done()) return;
        error failure;
        const bool is_delivered = next_.kind == step_kind::send && state_->close(failure);
        next_ = is_delivered ? state_->call.complete_and_cancel(now, failure, why) : state_->call.cancel(now, why);
    }

    /// No call is under way.
    bool is_done() const noexcept { return state_ == nullptr || state_->call.is_done(); }

    /// The result of the last call; only after a `start`. Its texts live until the next one, or as long as this object.
    call_result result() const noexcept UNFRIEND_LIFETIMEBOUND { return state_->call.result(); }
    std::string_view from_account() const noexcept UNFRIEND_LIFETIMEBOUND { return state_->call.from_account(); }
    /// The call as a state machine; only after a `start`.
    const operation<Channel>& machine() const noexcept UNFRIEND_LIFETIMEBOUND { return state_->call; }

private:
    using shared_state = detail::call_state<Channel, Workspace, Allocator>;

    /// The state of the last call, unless a transport still has to do with it.
    void take_state() {
        if (state_ != nullptr && state_->abandon()) std::exchange(state_, nullptr)->drop_owner();
        if (state_ == nullptr) state_ = shared_state::make(allocator_, *channel_);
    }

    /// The next step is not in the mailbox, even when an exception of the observer keeps the step from being returned.
    void expect_more() noexcept { next_ = {step_kind::wait, {}, {}, {}}; }

    void send() {
        const http_request request = next_.request; // which the transport may outlive by cancelling the call
        const std::uint64_t attempt = state_->begin(state_->call.answer());
        completion done(*state_, attempt);
        if constexpr (is_transport<Transport>) {
            // If the transport throws, the completion is dropped, which ends the attempt.
            state_->end(attempt, perform(transport_, request, state_->call.answer()));
        } else {
            transport_(request, std::move(done));
        }
    }

    Channel* channel_;
    Transport transport_;
    Allocator allocator_;
    shared_state* state_ = nullptr;
    step next_;
};

template <class Channel, class Transport>
pending_call(Channel&, Transport) -> pending_call<Channel, Transport>;
template <class Channel, class Transport, class Allocator>
pending_call(Channel&, Transport, const Allocator&) -> pending_call<Channel, Transport, small_workspace, Allocator>;

}} // namespace unfriend::v0_2
