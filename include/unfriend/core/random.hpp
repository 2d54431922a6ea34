// The default source of the `random` parameter.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace unfriend {

/// A sequence of 32-bit numbers (SplitMix64) that differs from process to process. The service's `random`
/// tells requests apart and protects nothing, so it need not be unpredictable; a program that wants it
/// so injects a callable of its own. Safe to share between threads; allocates nothing.
class random_sequence {
public:
    /// Seeded from the clock and from where the object happens to stand in memory.
    random_sequence() noexcept
        : random_sequence(static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^
                          reinterpret_cast<std::uintptr_t>(this)) {}
    /// The same numbers for the same seed.
    explicit random_sequence(std::uint64_t seed) noexcept : state_(seed) {}
    random_sequence(random_sequence&& other) noexcept : state_(other.state_.load(std::memory_order_relaxed)) {}

    std::uint32_t operator()() noexcept {
        constexpr std::uint64_t step = 0x9E3779B97F4A7C15U;
        std::uint64_t bits = state_.fetch_add(step, std::memory_order_relaxed) + step;
        bits = (bits ^ bits >> 30U) * 0xBF58476D1CE4E5B9U;
        bits = (bits ^ bits >> 27U) * 0x94D049BB133111EBU;
        return static_cast<std::uint32_t>((bits ^ bits >> 31U) >> 32U);
    }

private:
    std::atomic<std::uint64_t> state_;
};

} // namespace unfriend
