// Keeps calls under the service's frequency limit: tells each call how long to wait, and never itself waits.
//
//   unfriend::pacer pacer;                                     // 200 calls a second, one for the whole app
//   if (auto wait = pacer.reserve(now, budget)) …              // send after *wait
//
// Implements the limit of "RESTful API Overview" by the generic cell rate algorithm (GCRA).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace unfriend {

/// A schedule of calls at even distances. Safe to share between threads, lock-free, and exact: each slot is
/// given out once. Knows no clock: `now` is nanoseconds from any fixed moment, and should not go back.
class pacer {
public:
    using duration = std::chrono::nanoseconds;

    /// `calls_per_second`: 1 or more. `burst`: how many calls that were saved up may go out at once; with 1
    /// no second ever has more than `calls_per_second` of them.
    explicit pacer(std::uint32_t calls_per_second = 200, std::uint32_t burst = 1) noexcept
        : fastest_(std::chrono::nanoseconds(std::chrono::seconds(1)).count() /
                   (calls_per_second == 0 ? 1 : calls_per_second)),
          saved_(burst == 0 ? 0 : burst - 1), distance_(fastest_) {}

    /// Takes the next slot and says how long to wait for it; nothing, and no slot taken, when that would be
    /// longer than `patience`.
    std::optional<duration> reserve(duration now, duration patience = duration::max()) noexcept {
        const std::int64_t distance = distance_.load(std::memory_order_relaxed);
        const std::int64_t earliest = now.count() - static_cast<std::int64_t>(saved_) * distance;
        std::int64_t slot = next_.load(std::memory_order_relaxed);
        for (;;) {
            const std::int64_t taken = slot > earliest ? slot : earliest;
            const std::int64_t wait = taken > now.count() ? taken - now.count() : 0;
            if (wait > patience.count()) return std::nullopt;
            if (next_.compare_exchange_weak(slot, taken + distance, std::memory_order_relaxed)) return duration(wait);
        }
    }

    /// The service said that calls come too fast: doubles the distance between them, up to 64 times the least.
    void slow_down() noexcept {
        adjust([](std::int64_t distance) { return distance * 2; });
    }

    /// The service took a call: a sixteenth nearer to full speed again.
    void speed_up() noexcept {
        adjust([](std::int64_t distance) { return distance - distance / 16; });
    }

    /// The distance between calls at present.
    duration distance() const noexcept { return duration(distance_.load(std::memory_order_relaxed)); }

private:
    static constexpr std::int64_t slowest = 64; // times the least distance

    template <class Change>
    void adjust(Change change) noexcept {
        std::int64_t distance = distance_.load(std::memory_order_relaxed);
        std::int64_t changed = 0;
        do {
            changed = change(distance);
            if (changed < fastest_) changed = fastest_;
            if (changed > fastest_ * slowest) changed = fastest_ * slowest;
            if (changed == distance) return;
        } while (!distance_.compare_exchange_weak(distance, changed, std::memory_order_relaxed));
    }

    std::int64_t fastest_;
    std::uint32_t saved_;
    std::atomic<std::int64_t> distance_;
    std::atomic<std::int64_t> next_{INT64_MIN / 2};
};

} // namespace unfriend
