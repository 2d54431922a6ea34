// Numbers that RapidJSON refuses although they are JSON: those beyond the range of `double`, such as 1e400.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/detail/simd.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

constexpr bool begins_number(char c) noexcept { return is_digit(c) || c == '-'; }

/// Whether a number of two or more characters can have this one as its second.
constexpr bool continues_number(char c) noexcept { return is_digit(c) || c == '.' || c == 'e' || c == 'E'; }

/// Whether the eight bytes at `text` are digits: their high halves are those of '0', and stay so when 6 is added.
inline bool are_digits(const char* text) noexcept {
    std::uint64_t word;
    std::memcpy(&word, text, sizeof word);
    constexpr std::uint64_t high = each_byte(0xF0);
    return ((word & high) | ((word + each_byte(6)) & high) >> 4U) == each_byte(0x33);
}

/// The first byte of `[text, end)` that is not a digit, or `end`.
template <class Char>
inline Char* skip_digits(Char* text, Char* end) noexcept {
    for (std::size_t few = 8; few != 0; --few) { // most numbers have no more
        if (text == end || !is_digit(*text)) return text;
        ++text;
    }
    while (end - text >= 8 && are_digits(text)) text += 8;
    while (text != end && is_digit(*text)) ++text;
    return text;
}

/// The end of the number at the start of `[text, end)`, of any size; null when there is none.
inline const char* skip_number(const char* text, const char* end) noexcept {
    if (text != end && *text == '-') ++text;
    const char* const first = text;
    text = skip_digits(first, end);
    if (text == first || (*first == '0' && text - first > 1)) return nullptr;
    if (text != end && *text == '.') {
        const char* const fraction = ++text;
        text = skip_digits(fraction, end);
        if (text == fraction) return nullptr;
    }
    if (text != end && (*text == 'e' || *text == 'E')) {
        ++text;
        if (text != end && (*text == '+' || *text == '-')) ++text;
        const char* const exponent = text;
        text = skip_digits(exponent, end);
        if (text == exponent) return nullptr;
    }
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
