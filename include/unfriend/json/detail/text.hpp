// The inside of a JSON string: its validity and its value (RFC 8259, RFC 3629).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/simd.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The first byte of `[text, end)` that is not white space of JSON, or `end`.
inline const char* skip_space(const char* text, const char* end) noexcept {
    constexpr std::uint64_t spaces = each_byte(' ');
    while (text != end && is_space(*text)) {
        ++text;
        // Indentation, and what is made to be slow to read, is mostly spaces.
        for (std::uint64_t word = spaces; static_cast<std::size_t>(end - text) >= sizeof word; text += sizeof word) {
            std::memcpy(&word, text, sizeof word);
            if (word != spaces) break;
        }
    }
    return text;
}

/// The size of the UTF-8 sequence that begins with `lead`; 0 when none does. RFC 3629 excludes overlong forms,
/// surrogates and everything beyond U+10FFFF.
constexpr std::size_t utf8_sequence_size(unsigned lead) noexcept {
    if (lead < 0xC2 || lead > 0xF4) return 0;
    return lead >= 0xF0 ? 4U : (lead >= 0xE0 ? 3U : 2U);
}

/// The number of bytes, of the first `size` of `text`, that can be part of one UTF-8 sequence beyond ASCII: all of
/// them, or those before the first invalid one.
inline std::size_t utf8_matching(const char* text, std::size_t size) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    const unsigned second_min = lead == 0xE0 ? 0xA0U : (lead == 0xF0 ? 0x90U : 0x80U);
    const unsigned second_max = lead == 0xED ? 0x9FU : (lead == 0xF4 ? 0x8FU : 0xBFU);
    if (size < 2 || byte(1) < second_min || byte(1) > second_max) return 1;
    std::size_t matching = 2;
    while (matching < size && (byte(matching) & 0xC0U) == 0x80U) ++matching;
    return matching;
}

/// The size of the UTF-8 sequence beyond ASCII at the start of `[text, end)`; 0 when there is none.
inline std::size_t utf8_sequence(const char* text, const char* end) noexcept {
    const std::size_t size = utf8_sequence_size(static_cast<unsigned char>(*text));
    if (size == 0 || static_cast<std::size_t>(end - text) < size) return 0;
    return utf8_matching(text, size) == size ? size : 0;
}

/// Where a UTF-8 sequence begins that the end of `[text, end)` cuts short; `end` when there is none.
inline const char* find_cut_sequence(const char* text, const char* end) noexcept {
    for (std::size_t left = 1; left < 4 && static_cast<std::size_t>(end - text) >= left; ++left) {
        const char* const begin = end - left;
        if (left < utf8_sequence_size(static_cast<unsigned char>(*begin)) && utf8_matching(begin, left) == left) {
            return begin;
        }
    }
    return end;
}

// The code unit of `\uXXXX` at the start of `[text, end)`; negative when it is not valid.
inline std::int32_t escaped_unit(const char* text, const char* end) noexcept {
    if (end - text < 6 || text[0] != '\\' || text[1] != 'u') return -1;
    std::int32_t unit = 0;
    for (std::size_t i = 2; i < 6; ++i) {
        const int digit = hex_value(text[i]);
        if (digit < 0) return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

constexpr bool is_high_surrogate(std::int32_t unit) noexcept { return unit >= 0xD800 && unit <= 0xDBFF; }
constexpr bool is_low_surrogate(std::int32_t unit) noexcept { return unit >= 0xDC00 && unit <= 0xDFFF; }

/// The characters of the two-character escapes, by their letters; NUL for any other byte.
inline constexpr std::array<char, 256> short_escapes = [] {
    std::array<char, 256> characters{};
    characters['"'] = '"';
    characters['\\'] = '\\';
    characters['/'] = '/';
    characters['b'] = '\b';
    characters['f'] = '\f';
    characters['n'] = '\n';
    characters['r'] = '\r';
    characters['t'] = '\t';
    return characters;
}();

constexpr char short_escape(char letter) noexcept { return short_escapes[static_cast<unsigned char>(letter)]; }

/// The size of the escape at the start of `[text, end)`, where a surrogate pair is one escape; 0 when invalid.
inline std::size_t escape_size(const char* text, const char* end) noexcept {
    if (end - text < 2) return 0;
    if (text[1] != 'u') return short_escape(text[1]) != '\0' ? 2 : 0;
    const std::int32_t unit = escaped_unit(text, end);
    if (unit < 0 || is_low_surrogate(unit)) return 0;
    if (!is_high_surrogate(unit)) return 6;
    return is_low_surrogate(escaped_unit(text + 6, end)) ? 12 : 0;
}

/// Writes a code point as UTF-8. Returns the end of what it wrote.
inline char* write_utf8(std::uint32_t point, char* out) noexcept {
    const auto tail = [&](std::uint32_t shift) { *out++ = static_cast<char>(0x80U | (point >> shift & 0x3FU)); };
    if (point < 0x80) {
        *out++ = static_cast<char>(point);
    } else if (point < 0x800) {
        *out++ = static_cast<char>(0xC0U | point >> 6U);
        tail(0);
    } else if (point < 0x10000) {
        *out++ = static_cast<char>(0xE0U | point >> 12U);
        tail(6);
        tail(0);
    } else {
        *out++ = static_cast<char>(0xF0U | point >> 18U);
        tail(12);
        tail(6);
        tail(0);
    }
    return out;
}

/// Where the reading of a string's inside ended.
struct text_end {
    const char* stop; ///< the closing quote; else the first byte that is not valid, or the end
    bool closed;      ///< whether it is the quote
    bool escaped;     ///< whether there are escapes before it
};

/// An output that keeps nothing.
struct no_output {
    void append(const char*, std::size_t) noexcept {}
    void put(char) noexcept {}
    void put_code_point(std::uint32_t) noexcept {}
};

/// An output over the bytes that were read. A value is never longer than its text.
struct in_place_output {
    char* end;

    void append(const char* text, std::size_t size) noexcept {
        if (end != text) std::memmove(end, text, size);
        end += size;
    }
    void put(char c) noexcept { *end++ = c; }
    void put_code_point(std::uint32_t point) noexcept { end = write_utf8(point, end); }
};

/// The code point of an escape whose size `escape_size` has found.
inline std::uint32_t escaped_code_point(const char* text, std::size_t size) noexcept {
    const std::int32_t unit = escaped_unit(text, text + size);
    if (!is_high_surrogate(unit)) return static_cast<std::uint32_t>(unit);
    const std::int32_t low = escaped_unit(text + 6, text + size);
    return 0x10000U + (static_cast<std::uint32_t>(unit - 0xD800) << 10U) + static_cast<std::uint32_t>(low - 0xDC00);
}

/// Checks the inside of a string, from `text` up to its closing quote, and writes its value to `output`.
template <class Output>
inline text_end read_json_text(const char* text, const char* end, Output& output) noexcept {
    bool escaped = false;
    while (text != end) {
        std::size_t size = 0;
        if (*text == '"') return {text, true, escaped};
        if (*text == '\\') {
            if (end - text > 1 && short_escape(text[1]) != '\0') {
                output.put(short_escape(text[1]));
                size = 2;
            } else if (size = escape_size(text, end); size != 0) {
                output.put_code_point(escaped_code_point(text, size));
            }
            escaped = escaped || size != 0;
        } else if ((*text & 0x80) != 0) {
            size = utf8_sequence(text, end);
            output.append(text, size);
        } else {
            size = static_cast<std::size_t>(skip_verbatim(text, end) - text);
            output.append(text, size);
        }
        if (size == 0) break;
        text += size;
    }
    return {text, false, escaped};
}

/// Checks the inside of a string. Changes nothing.
inline text_end scan_json_text(const char* text, const char* end) noexcept {
    no_output output;
    return read_json_text(text, end, output);
}

/// Decodes, in place, the escapes of a text that `scan_json_text` found valid. `data` is the first byte of `text`,
/// writable.
inline std::string_view unescape_in_place(char* data, std::string_view text) noexcept {
    in_place_output output{data};
    read_json_text(text.data(), text.data() + text.size(), output);
    return {data, static_cast<std::size_t>(output.end - data)};
}

}}} // namespace unfriend::v0_2::detail
