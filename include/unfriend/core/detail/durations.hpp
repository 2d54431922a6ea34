// Durations that stay in range.
#pragma once

#include <chrono>

namespace unfriend::detail {

/// Long enough for anything, and short enough to be added to any time.
inline constexpr std::chrono::nanoseconds longest = std::chrono::hours(24 * 365 * 50);

/// Nanoseconds, 0 to `longest`.
constexpr std::chrono::nanoseconds to_nanoseconds(std::chrono::milliseconds duration) noexcept {
    if (duration.count() < 0) return {};
    if (duration > std::chrono::duration_cast<std::chrono::milliseconds>(longest)) return longest;
    return duration;
}

} // namespace unfriend::detail
