// The inside of a JSON string: its validity and its value (RFC 8259, RFC 3629).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/simd.hpp"

namespace unfriend::detail {

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

/// Whether `[text, end)`, which is not empty, is the beginning of a UTF-8 sequence whose rest is missing.
inline bool is_cut_sequence(const char* text, const char* end) noexcept {
    const auto left = static_cast<std::size_t>(end - text);
    return left < utf8_sequence_size(static_cast<unsigned char>(*text)) && utf8_matching(text, left) == left;
}

/// Whether all of `[text, end)` is UTF-8.
inline bool is_utf8(const char* text, const char* end) noexcept {
    while (text != end) {
        text = skip_ascii(text, end);
        while (text != end && (*text & 0x80) != 0) {
            const std::size_t size = utf8_sequence(text, end);
            if (size == 0) return false;
            text += size;
        }
    }
    return true;
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

/// The character of a two-character escape; NUL when there is no such escape.
constexpr char short_escape(char c) noexcept {
    switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '\0';
    }
}

/// The size of the escape at the start of `[text, end)`, where a surrogate pair is one escape; 0 when invalid.
inline std::size_t escape_size(const char* text, const char* end) noexcept {
    if (end - text < 2) return 0;
    if (text[1] != 'u') return short_escape(text[1]) != '\0' ? 2 : 0;
    const std::int32_t unit = escaped_unit(text, end);
    if (unit < 0 || is_low_surrogate(unit)) return 0;
    if (!is_high_surrogate(unit)) return 6;
    return is_low_surrogate(escaped_unit(text + 6, end)) ? 12 : 0;
}

struct scanned_text {
    const char* quote; ///< the closing quote; null when the string is invalid or has no end
    bool escaped;      ///< whether it has escapes
};

/// Checks the inside of a string, from `text` up to its closing quote. Changes nothing.
inline scanned_text scan_json_text(const char* text, const char* end) noexcept {
    bool escaped = false;
    for (;;) {
        text = skip_plain(text, end);
        if (text == end) return {nullptr, escaped};
        if (*text == '"') return {text, escaped};
        if (*text == '\\') {
            const std::size_t size = escape_size(text, end);
            if (size == 0) return {nullptr, true};
            escaped = true;
            text += size;
            continue;
        }
        if (*text == '\x7F') {
            ++text;
            continue;
        }
        do {
            const std::size_t size = utf8_sequence(text, end);
            if (size == 0) return {nullptr, escaped};
            text += size;
        } while (text != end && (*text & 0x80) != 0);
    }
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

/// Decodes, in place, the escapes of a text that `scan_json_text` found valid. The value is never longer than the
/// text. `data` is the first byte of `text`, writable.
inline std::string_view unescape_in_place(char* data, std::string_view text) noexcept {
    const char* from = data;
    const char* const end = data + text.size();
    char* to = data;
    while (from != end) {
        if (*from != '\\') {
            *to++ = *from++;
        } else if (from[1] != 'u') {
            *to++ = short_escape(from[1]);
            from += 2;
        } else {
            const std::int32_t unit = escaped_unit(from, end);
            auto point = static_cast<std::uint32_t>(unit);
            from += 6;
            if (is_high_surrogate(unit)) {
                const std::int32_t low = escaped_unit(from, end);
                point = 0x10000U + (static_cast<std::uint32_t>(unit - 0xD800) << 10U) +
                        static_cast<std::uint32_t>(low - 0xDC00);
                from += 6;
            }
            to = write_utf8(point, to);
        }
    }
    return {data, static_cast<std::size_t>(to - data)};
}

} // namespace unfriend::detail
