// A call that is made while the program does other things: polled from a game loop or an event loop.
//
//   unfriend::pending_call call{channel, transport};
//   call.start(request, now());
//   …
//   call.poll(now());                                      // each tick
//   if (call.is_done()) use(call.result());
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <string_view>

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/detail/durations.hpp"
#include "unfriend/http/completion.hpp"
#include "unfriend/http/transport.hpp"

namespace unfriend {

/// One call after the other, each in memory of its own that it allocates once, through `Allocator`.
///
/// `Transport`: one that finishes later (completion.hpp), or a blocking one. Everything but the completion is
/// for one thread at a time; nothing calls back but the transport, and only out of `poll`. A call that is
/// destroyed or cancelled leaves a transport that still works on it unharmed: their memory lives until the
/// transport lets go of its completion. One that never does holds the call until its deadline. Throws what
/// `Allocator` and a blocking transport do.
template <class Channel, class Transport, class Workspace = workspace<>, class Allocator = std::allocator<char>>
class pending_call {
    static_assert(is_transport<Transport> || is_async_transport<Transport>,
                  "unfriend: a transport for calls that are polled is a callable of (const http_request&, completion), "
                  "or a blocking one of the shapes of transport.hpp");

public:
    /// No time of its own at which to be polled: only a completion can bring the call forward.
    static constexpr std::chrono::nanoseconds never = std::chrono::nanoseconds::max();

    /// Both must outlive the call.
    pending_call(Channel& channel, Transport& transport, const Allocator& allocator = {})
        : channel_(&channel), transport_(&transport), allocator_(allocator) {}
    pending_call(pending_call&&) noexcept = default;
    pending_call(const pending_call&) = delete;
    pending_call& operator=(const pending_call&) = delete;
    ~pending_call() {
        if (place_ != nullptr) detach();
    }

    /// Begins a call, with the policy's deadline or one of its own; a call under way is given up. The request is
    /// copied. Nothing is sent before the next `poll`.
    template <class Request>
    void start(const Request& request, moment now) {
        start(request, now, channel_->policy().deadline);
    }
    template <class Request>
    void start(const Request& request, moment now, std::chrono::milliseconds deadline) {
        take_place();
        proceed(place_->call.accept(request, now, deadline), now);
    }

    /// A call that is over before it begins, its accounts not sent.
    template <class Request>
    void refuse(const Request& request, error why) {
        take_place();
        if (const error failure = place_->call.load(request)) why = failure;
        proceed(place_->call.cancel(why), {});
    }

    /// Does what is due at `now`: takes an answer, ends a wait, sends the next attempt. Returns how long there
    /// is nothing to do unless a completion comes; zero: look whether the call is done, or poll again, with the time
    /// as it is then.
    std::chrono::nanoseconds poll(moment now) {
        if (is_done()) return never;
        if (next_.what == step::wait) {
            if (now.elapsed < wake_at_) return wake_at_ - now.elapsed;
            proceed(place_->call.resume(now), now);
        } else {
            error failure;
            if (collect(failure)) {
                proceed(place_->call.complete(now, failure), now);
            } else if (now.elapsed >= place_->call.deadline()) {
                detach();
                proceed(place_->call.expire(now), now);
            } else {
                return place_->call.deadline() - now.elapsed;
            }
        }
        if (next_.what == step::send) send();
        return std::chrono::nanoseconds::zero();
    }

    /// Gives the call up: nothing more is sent, and what the attempt under way was to do is unknown.
    void cancel(error why = errc::cancelled) {
        if (is_done()) return;
        detach();
        proceed(place_->call.cancel(why), {});
    }

    /// No call is under way.
    bool is_done() const noexcept { return place_ == nullptr || place_->call.is_done(); }

    /// What came of the last call; ask only after a `start`. Its texts live until the next one, or the end of this.
    call_result result() const noexcept { return place_->call.result(); }
    std::string_view from_account() const noexcept { return place_->call.from_account(); }

private:
    struct place {
        explicit place(Channel& channel) noexcept : call(channel, memory) {}
        Workspace memory;
        operation<Channel> call;
        detail::mailbox box;
    };

    /// The place of the last call, unless a transport still has to do with it.
    void take_place() {
        if (place_ != nullptr && detach()) place_ = nullptr;
        if (place_ == nullptr) place_ = std::allocate_shared<place>(allocator_, *channel_);
    }

    /// From here on no completion counts. True when there is one.
    bool detach() noexcept {
        const std::lock_guard<std::mutex> locked(place_->box.lock);
        place_->box.answer = nullptr;
        place_->box.is_delivered = false;
        return place_->box.is_lent;
    }

    bool collect(error& failure) noexcept {
        const std::lock_guard<std::mutex> locked(place_->box.lock);
        if (!place_->box.is_delivered) return false;
        place_->box.is_delivered = false;
        failure = place_->box.failure;
        return true;
    }

    void send() {
        const http_request request = next_.request; // which the transport may outlive by cancelling the call
        if constexpr (is_transport<Transport>) {
            place_->box.failure = errc::transport_failed; // unless it comes back
            place_->box.is_delivered = true;
            place_->box.failure = perform(*transport_, request, place_->call.answer());
        } else {
            {
                const std::lock_guard<std::mutex> locked(place_->box.lock);
                place_->box.answer = &place_->call.answer();
                place_->box.is_lent = true;
            }
            (*transport_)(request, completion(std::shared_ptr<detail::mailbox>(place_, &place_->box)));
        }
    }

    void proceed(const step& next, moment now) noexcept {
        next_ = next;
        if (next.what == step::wait) wake_at_ = now.elapsed + next.duration;
    }

    Channel* channel_;
    Transport* transport_;
    Allocator allocator_;
    std::shared_ptr<place> place_;
    step next_;
    std::chrono::nanoseconds wake_at_{};
};

} // namespace unfriend
