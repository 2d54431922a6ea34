// The default random number generator.
//
//   unfriend::random_sequence random;
//   std::uint32_t number = random(); // for the `random` parameter of a request's URL
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// Generates 32-bit numbers (SplitMix64). They are not unpredictable, and need not be: the service's `random` parameter
/// protects nothing. A program that needs unpredictable ones passes a callable of its own instead. Safe to share
/// between threads; allocates nothing.
class random_sequence {
public:
    /// Seeds the generator with the time and the address of this object.
    random_sequence() noexcept
        : random_sequence(static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count()) ^
                          reinterpret_cast<std::uintptr_t>(this)) {}
    /// Generates the same numbers for the same `seed`.
    explicit random_sequence(std::uint64_t seed) noexcept : state_(seed) {}
    /// Continues the sequence of `other`.
    random_sequence(random_sequence&& other) noexcept : state_(other.state_.load(std::memory_order_relaxed)) {}

    /// The next number.
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

}} // namespace unfriend::v0_2
