// The few functions of rates and curves, without <cmath>: that header is slow to include, and does not compile after
// the macros `min` and `max` of windows.h. Relative errors are below a thousandth for the exponents that occur.
#pragma once

#include <cstdint>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// e to the `exponent`, which is at most 40; exponents below -40 give 0.
constexpr double exponential(double exponent) noexcept {
    if (exponent < -40) return 0;
    constexpr int halvings = 20;
    double power = 1 + exponent / (1 << halvings); // e^(x / n) is almost 1 + x / n for a large n
    for (int i = 0; i < halvings; ++i) power *= power;
    return power;
}

/// 2 to the `exponent`, which is at most 50.
constexpr double power_of_two(double exponent) noexcept { return exponential(exponent * 0.69314718055994531); }

/// The cube root of a number that is not negative, by Newton's method.
constexpr double cube_root(double value) noexcept {
    if (value <= 0) return 0;
    double root = value < 1 ? 1 : value;
    for (int i = 0; i < 200; ++i) {
        const double next = (2 * root + value / (root * root)) / 3;
        if (next >= root) break;
        root = next;
    }
    return root;
}

/// The next integer that is not smaller than `value`, which fits.
constexpr std::int64_t round_up(double value) noexcept {
    const auto whole = static_cast<std::int64_t>(value);
    return static_cast<double>(whole) < value ? whole + 1 : whole;
}

}}} // namespace unfriend::v0_2::detail
