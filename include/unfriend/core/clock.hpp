// The time as the library is told it: it has no clock of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace unfriend {

/// One moment, on two clocks: one that never goes back, for waits and deadlines, and the calendar's, for UserSigs.
struct moment {
    std::chrono::nanoseconds elapsed{}; ///< since any fixed moment, within a century of it; never goes back
    std::int64_t unix_time = 0;         ///< seconds
};

/// The system's clocks.
struct system_clock {
    moment operator()() const noexcept {
        return {std::chrono::steady_clock::now().time_since_epoch(), static_cast<std::int64_t>(std::time(nullptr))};
    }
};

} // namespace unfriend
