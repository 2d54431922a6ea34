// Numbers that RapidJSON refuses although they are JSON: those beyond the range of `double`, such as 1e400.
#pragma once

#include <cstddef>
#include <cstring>

#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/bounds.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

constexpr bool begins_number(char c) noexcept { return is_digit(c) || c == '-'; }

/// Whether a number of two or more characters can have this one as its second.
constexpr bool continues_number(char c) noexcept { return is_digit(c) || c == '.' || c == 'e' || c == 'E'; }

inline char* skip_digits(char* text, char* end) noexcept {
    while (text != end && is_digit(*text)) ++text;
    return text;
}

/// The size of the shortest number beyond the range of `double`: 1e309.
inline constexpr std::ptrdiff_t shortest_beyond_double = 5;

/// Replaces the number at `text` with 9e99 (of the same sign and size) if it may exceed the range of `double`. No
/// member takes either of the two, and RapidJSON then passes over the number where a member is unknown.
inline void limit_number(char* text, char* end) noexcept {
    constexpr std::ptrdiff_t max_digits = 300; // of about 308
    char* const first = *text == '-' ? text + 1 : text;
    char* next = skip_digits(first, end);
    if (next == first || (*first == '0' && next - first > 1)) return; // not a number: RapidJSON says why
    std::ptrdiff_t digits = next - first;
    if (next != end && *next == '.') {
        char* const fraction = next + 1;
        next = skip_digits(fraction, end);
        if (next == fraction) return;
    }
    if (next != end && (*next == 'e' || *next == 'E')) {
        char* exponent = next + 1;
        const bool negative = exponent != end && *exponent == '-';
        if (exponent != end && (*exponent == '+' || *exponent == '-')) ++exponent;
        next = skip_digits(exponent, end);
        if (next == exponent) return;
        std::ptrdiff_t value = 0;
        for (const char* digit = exponent; digit != next; ++digit) {
            value = smaller<std::ptrdiff_t>(value * 10 + (*digit - '0'), max_digits + 1);
        }
        if (!negative) digits += value;
    }
    if (digits <= max_digits) return;
    std::memset(first, '0', static_cast<std::size_t>(next - first));
    first[0] = '9';
    first[1] = 'e';
    next[-2] = '9';
    next[-1] = '9';
}

}}} // namespace unfriend::v0_2::detail
