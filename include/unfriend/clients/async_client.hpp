// Many calls at a time on one thread: each with a callback, all of them polled together.
//
//   unfriend::async_client client{channel, transport, 64};
//   auto id = client.start(request, now(), [](const unfriend::call_result& response) { … });
//   while (client.in_flight() != 0) wait_for_events(client.poll(now()));
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector> // and std::allocator with its traits

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/clients/detail/callback.hpp"
#include "unfriend/clients/pending_call.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/result.hpp"

namespace unfriend { inline namespace v0_2 {

/// Identifies a call of an `async_client`. No two calls have the same.
struct call_id {
    std::size_t slot = 0;
    std::uint64_t generation = 0;
};

/// A bounded number of calls in flight over one channel and one transport that finishes later.
///
/// Everything but the transport's completions is for one thread at a time. Callbacks run inside `poll` alone, and may
/// start and cancel calls, but not poll or destroy the client. Memory for each call (see `Workspace`) is allocated when
/// it is first needed and used again; a callback that starts a call while all others are in flight needs memory for one
/// more. When the client is destroyed, calls in flight end without their callbacks. `start` and `poll` take time linear
/// in `max_in_flight`. Throws what `Allocator`, the transport and moving a callback do.
template <class Channel, class Transport, class Workspace = small_workspace, class Allocator = std::allocator<char>>
class async_client {
public:
    /// Any callable of a `const call_result&`, or none. It is moved, and need not be copyable.
    using callback = detail::callback<const call_result&>;

    /// `channel` must outlive the client. `max_in_flight`: more calls are refused.
    async_client(Channel& channel UNFRIEND_LIFETIMEBOUND, Transport transport, std::size_t max_in_flight,
                 const Allocator& allocator = {})
        : channel_(channel), transport_(std::move(transport)), allocator_(allocator), max_in_flight_(max_in_flight),
          calls_(allocator) {
        calls_.reserve(max_in_flight + 1); // one more than are in flight: the call whose callback is running
    }
    async_client(const async_client&) = delete;
    async_client& operator=(const async_client&) = delete;

    /// Begins a call. A later `poll` calls `on_done` once, with the result, which lives until `on_done` returns.
    /// Nothing is sent before the next `poll`. The request is copied. Error: `too_many_calls`.
    template <class Request>
    result<call_id> start(const Request& request, timestamp now, callback on_done) {
        return start(request, now, std::move(on_done), channel_.policy().call_timeout);
    }
    template <class Request>
    result<call_id> start(const Request& request, timestamp now, callback on_done, std::chrono::milliseconds timeout) {
        if (in_flight_ >= max_in_flight_) return {errc::too_many_calls, max_in_flight_};
        const std::size_t slot = find_free();
        if (slot == calls_.size()) calls_.emplace_back(channel_, transport_, allocator_);
        entry& chosen = calls_[slot];
        chosen.call.start(request, now, timeout);
        chosen.on_done = std::move(on_done);
        chosen.generation = ++started_;
        ++in_flight_;
        return call_id{slot, chosen.generation};
    }

    /// Does what is due at `now`, and calls back for each call that is over. Returns how long nothing is due unless a
    /// completion comes. Zero: poll again with the time as it is then.
    std::chrono::nanoseconds poll(timestamp now) {
        auto idle_time = pending::never;
        for (std::size_t slot = 0; slot < calls_.size(); ++slot) {
            entry& each = calls_[slot];
            if (each.generation == 0 || each.is_ending) continue;
            idle_time = detail::smaller(idle_time, each.call.poll(now));
            if (!each.call.is_done()) continue;
            const call_end_guard over(each, in_flight_);
            callback on_done = std::move(each.on_done);
            if (on_done) on_done(each.call.result());
            idle_time = std::chrono::nanoseconds::zero(); // so that nobody waits for more when this was the last
        }
        return idle_time;
    }

    /// Ends a call, if it is still in flight: the next `poll` calls back. What a delivered answer says is kept.
    void cancel(call_id id, timestamp now) {
        if (id.slot < calls_.size() && calls_[id.slot].generation == id.generation) calls_[id.slot].call.cancel(now);
    }
    void cancel_all(timestamp now) {
        for (entry& each : calls_) each.call.cancel(now);
    }

    /// How many calls have not called back; the one whose callback is running does not count.
    std::size_t in_flight() const noexcept { return in_flight_; }

private:
    using pending = pending_call<Channel, Transport&, Workspace, Allocator>;
    struct entry {
        entry(Channel& channel, Transport& transport, const Allocator& allocator)
            : call(channel, transport, allocator) {}
        pending call;
        callback on_done{};
        std::uint64_t generation = 0; // 0: free
        bool is_ending = false;
    };
    /// Gives the slot of a call back once its callback has returned or thrown.
    class call_end_guard {
    public:
        call_end_guard(entry& over, std::size_t& in_flight) noexcept : over_(over) {
            over_.is_ending = true;
            --in_flight;
        }
        call_end_guard(const call_end_guard&) = delete;
        call_end_guard& operator=(const call_end_guard&) = delete;
        ~call_end_guard() {
            over_.on_done.reset();
            over_.generation = 0;
            over_.is_ending = false;
        }

    private:
        entry& over_;
    };
    using entry_allocator = typename std::allocator_traits<Allocator>::template rebind_alloc<entry>;

    std::size_t find_free() const noexcept {
        std::size_t slot = 0;
        while (slot != calls_.size() && calls_[slot].generation != 0) ++slot;
        return slot;
    }

    Channel& channel_;
    Transport transport_;
    Allocator allocator_;
    std::size_t max_in_flight_;
    std::vector<entry, entry_allocator> calls_; // never grows beyond what is reserved
    std::uint64_t started_ = 0;
    std::size_t in_flight_ = 0;
};

template <class Channel, class Transport>
async_client(Channel&, Transport, std::size_t) -> async_client<Channel, Transport>;

}} // namespace unfriend::v0_2
