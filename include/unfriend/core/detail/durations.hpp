// Durations that can be added to any time without overflow.
#pragma once

#include <chrono>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// 50 years.
inline constexpr std::chrono::nanoseconds max_duration = std::chrono::hours(24 * 365 * 50);

/// `duration` in nanoseconds, limited to 0 to `max_duration`.
constexpr std::chrono::nanoseconds to_nanoseconds(std::chrono::milliseconds duration) noexcept {
    if (duration.count() < 0) return {};
    if (duration > std::chrono::duration_cast<std::chrono::milliseconds>(max_duration)) return max_duration;
    return duration;
}

}}} // namespace unfriend::v0_2::detail
