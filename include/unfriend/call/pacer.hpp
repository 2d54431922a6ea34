// Keeps calls under the service's frequency limit: tells each call how long to wait, and never itself waits.
//
//   unfriend::pacer pacer;                                     // 200 calls a second, one for the whole app
//   if (auto wait = pacer.reserve(now, max_wait)) …            // send after *wait
//
// The quota is the app's and not the process's: a program of several processes gives each a share, or writes a
// pacer of the same three functions that asks a common place (examples/pacers/redis_pacer.hpp).
//
// Implements the limit of "RESTful API Overview" by the generic cell rate algorithm (GCRA).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

namespace unfriend {

/// A schedule of calls at even intervals. Safe to share between threads, lock-free, and exact: each slot is
/// given out once. Knows no clock: `now` is nanoseconds from any fixed moment, and should not go back.
class pacer {
public:
    using duration = std::chrono::nanoseconds;

    /// `calls_per_second`: 1 or more; 0 counts as 1. `jitter`: by how much calls may be late for
    /// their slots, the network's and the caller's own delays together, 0 to an hour. As long as that holds, no
    /// second has more than `calls_per_second` calls: so many are spread over a second and `jitter`.
    explicit pacer(std::uint32_t calls_per_second = 200, duration jitter = duration::zero()) noexcept
        : fastest_((one_second + clamped(jitter).count() + (calls_per_second == 0 ? 0 : calls_per_second - 1)) /
                   (calls_per_second == 0 ? 1 : calls_per_second)),
          interval_(fastest_) {}

    /// Takes the next slot and says how long to wait for it; nothing, and no slot taken, when that would be
    /// longer than `max_wait`.
    std::optional<duration> reserve(duration now, duration max_wait = (duration::max)()) noexcept {
        const std::int64_t interval = interval_.load(std::memory_order_relaxed);
        std::int64_t slot = next_.load(std::memory_order_relaxed);
        for (;;) {
            const std::int64_t taken = slot > now.count() ? slot : now.count();
            if (taken - now.count() > max_wait.count()) return std::nullopt;
            if (next_.compare_exchange_weak(slot, taken + interval, std::memory_order_relaxed))
                return duration(taken - now.count());
        }
    }

    /// The service said that calls come too fast: gives out no slot for the next second, in which the service
    /// counts what it took, and doubles the interval between calls from then on `doublings` times, up to 64
    /// times the least. Until then it does nothing more: calls that were under way tell nothing new.
    void on_throttled(duration now, unsigned doublings = 1) noexcept {
        const std::int64_t again = now.count() + one_second;
        std::int64_t holdoff_until = throttled_holdoff_until_.load(std::memory_order_relaxed);
        if (now.count() < holdoff_until) return;
        if (!throttled_holdoff_until_.compare_exchange_strong(holdoff_until, again, std::memory_order_relaxed)) return;
        success_holdoff_until_.store(again, std::memory_order_relaxed);
        adjust([=](std::int64_t interval) { return interval << (doublings < 6 ? doublings : 6); });
        std::int64_t slot = next_.load(std::memory_order_relaxed);
        while (slot < again && !next_.compare_exchange_weak(slot, again, std::memory_order_relaxed)) continue;
    }

    /// The service took a call: a sixteenth nearer to full speed again, but sixteen times a second at most, and not
    /// in the second after a slow-down, when what is answered was sent before it.
    void on_success(duration now) noexcept {
        std::int64_t holdoff_until = success_holdoff_until_.load(std::memory_order_relaxed);
        if (now.count() < holdoff_until || interval_.load(std::memory_order_relaxed) == fastest_) return;
        const std::int64_t again = now.count() + one_second / 16;
        if (!success_holdoff_until_.compare_exchange_strong(holdoff_until, again, std::memory_order_relaxed)) return;
        adjust([](std::int64_t interval) { return interval - interval / 16; });
    }

    /// The interval between calls at present.
    duration interval() const noexcept { return duration(interval_.load(std::memory_order_relaxed)); }

private:
    static constexpr std::int64_t slowest = 64; // times the least interval
    static constexpr std::int64_t one_second = std::chrono::nanoseconds(std::chrono::seconds(1)).count();
    static constexpr std::int64_t long_ago = (std::numeric_limits<std::int64_t>::min)() / 2;

    static constexpr duration clamped(duration jitter) noexcept {
        const duration most = std::chrono::hours(1);
        return jitter < duration::zero() ? duration::zero() : jitter < most ? jitter : most;
    }

    template <class Change>
    void adjust(Change change) noexcept {
        std::int64_t interval = interval_.load(std::memory_order_relaxed);
        std::int64_t changed = 0;
        do {
            changed = change(interval);
            if (changed < fastest_) changed = fastest_;
            if (changed > fastest_ * slowest) changed = fastest_ * slowest;
            if (changed == interval) return;
        } while (!interval_.compare_exchange_weak(interval, changed, std::memory_order_relaxed));
    }

    std::int64_t fastest_;
    std::atomic<std::int64_t> interval_;
    std::atomic<std::int64_t> next_{long_ago};
    std::atomic<std::int64_t> throttled_holdoff_until_{long_ago};
    std::atomic<std::int64_t> success_holdoff_until_{long_ago};
};

/// For calls that need no pacing, or are paced elsewhere.
struct unpaced {
    std::optional<std::chrono::nanoseconds> reserve(std::chrono::nanoseconds, std::chrono::nanoseconds) const noexcept {
        return std::chrono::nanoseconds::zero();
    }
    void on_throttled(std::chrono::nanoseconds, unsigned = 1) const noexcept {}
    void on_success(std::chrono::nanoseconds) const noexcept {}
};

} // namespace unfriend
