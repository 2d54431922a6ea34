// Whether the two hosts of an endpoint can be reached, as all calls of a channel know it.
//
//   unfriend::circuit host;
//   if (!host.is_closed() && !host.begin_probe(now, now + timeout)) return use_backup();
//
//   closed      calls go to the host
//   open        several calls in a row could not reach it: they avoid it until a cool-down is over
//   half open   the cool-down is over: one call at a time probes the host, the others still avoid it
//
// An answer closes the circuit again, whatever the answer says.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <string_view>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// The states of the table above.
enum class circuit_state : std::uint8_t { closed, open, half_open };

/// The state in a word. Static text.
constexpr std::string_view to_string(circuit_state state) noexcept {
    switch (state) {
    case circuit_state::closed: return "closed";
    case circuit_state::open: return "open";
    case circuit_state::half_open: break;
    }
    return "half_open";
}

/// The circuit of one host. Safe to share between threads, lock-free. It has no clock: `now` is the time since any
/// fixed point.
class circuit {
public:
    using duration = std::chrono::nanoseconds;

    /// Calls go to the host.
    bool is_closed() const noexcept { return retry_at_.load(std::memory_order_relaxed) == closed; }

    /// True for one caller at a time, once the cool-down is over: the caller probes the host and reports how that went.
    /// If it has not by `until`, another may probe.
    bool begin_probe(duration now, duration until) noexcept {
        std::int64_t retry_at = retry_at_.load(std::memory_order_relaxed);
        return retry_at != closed && now.count() >= retry_at &&
               retry_at_.compare_exchange_strong(retry_at, until.count(), std::memory_order_relaxed);
    }

    /// The host answered. True when this closed the circuit.
    bool on_answer() noexcept {
        if (failures_.load(std::memory_order_relaxed) != 0) failures_.store(0, std::memory_order_relaxed);
        return !is_closed() && retry_at_.exchange(closed, std::memory_order_relaxed) != closed;
    }

    /// A call could not reach the host. `threshold`: as many calls in a row open the circuit. True when this opened it.
    bool on_failure(duration now, duration cool_down, std::uint32_t threshold) noexcept {
        const std::uint32_t failures = failures_.fetch_add(1, std::memory_order_relaxed) + 1;
        std::int64_t expected = closed;
        return failures >= threshold &&
               retry_at_.compare_exchange_strong(expected, (now + cool_down).count(), std::memory_order_relaxed);
    }

    /// A probe ended: the host could not be reached, or nothing is known of it (`cool_down` of zero). The answer of
    /// another call, which closed the circuit meanwhile, counts for more. True when the circuit is open again.
    bool end_probe(duration now, duration cool_down) noexcept {
        std::int64_t retry_at = retry_at_.load(std::memory_order_relaxed);
        return retry_at != closed &&
               retry_at_.compare_exchange_strong(retry_at, (now + cool_down).count(), std::memory_order_relaxed);
    }

private:
    static constexpr std::int64_t closed = (std::numeric_limits<std::int64_t>::min)();

    std::atomic<std::int64_t> retry_at_{closed};
    std::atomic<std::uint32_t> failures_{0}; // in a row
};

/// One circuit for each host of an endpoint.
struct host_circuits {
    circuit primary;
    circuit backup;
};

}} // namespace unfriend::v0_2
