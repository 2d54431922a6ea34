// Points in time. The caller passes them in: the library does not read a clock.
//
//   unfriend::default_clock now;
//   call.poll(now());
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <type_traits>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// A point in time on two clocks: a monotonic one for waits and deadlines, and Unix time for UserSigs.
struct timestamp {
    /// `monotonic_time`: time since any fixed point, at most a century; it never decreases. `unix_time`: seconds.
    constexpr timestamp(std::chrono::nanoseconds monotonic_time, std::int64_t unix_time) noexcept
        : monotonic(monotonic_time), unix_seconds(unix_time) {}

    /// Refused: one clock is not enough.
    template <class Rep, class Period>
    constexpr timestamp(std::chrono::duration<Rep, Period>) noexcept {
        static_assert(!std::is_same_v<Rep, Rep>,
                      "unfriend: a timestamp has two clocks: {monotonic time, Unix seconds}");
    }
    template <class Clock, class Duration>
    constexpr timestamp(std::chrono::time_point<Clock, Duration> time) noexcept : timestamp(time.time_since_epoch()) {}

    std::chrono::nanoseconds monotonic; ///< since any fixed point
    std::int64_t unix_seconds;          ///< Unix time
};

/// Reads the clocks of the system.
struct default_clock {
    /// The present, by `std::chrono::steady_clock` and `std::time`.
    timestamp operator()() const noexcept {
        return {std::chrono::steady_clock::now().time_since_epoch(), static_cast<std::int64_t>(std::time(nullptr))};
    }
};

}} // namespace unfriend::v0_2
