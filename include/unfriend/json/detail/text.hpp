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
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const auto left = static_cast<std::size_t>(end - text);
    const unsigned lead = byte(0);
    if (lead < 0xE0) return lead >= 0xC2 && left >= 2 && is_tail(1) ? 2 : 0;
    if (lead < 0xF0) {
        if (left < 3 || !is_tail(1) || !is_tail(2)) return 0;
        return (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ? 0 : 3;
    }
    return lead <= 0xF4 && left >= 4 && utf8_matching(text, 4) == 4 ? 4 : 0;
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

/// The values of hexadecimal digits; negative for any other byte.
inline constexpr std::array<std::int8_t, 256> hex_values = [] {
    std::array<std::int8_t, 256> values{};
    for (std::size_t byte = 0; byte < values.size(); ++byte)
        values[byte] = static_cast<std::int8_t>(hex_value(static_cast<char>(byte)));
    return values;
}();

// The code unit of `\uXXXX` at the start of `[text, end)`; negative when it is not valid.
inline std::int32_t escaped_unit(const char* text, const char* end) noexcept {
    if (end - text < 6 || text[0] != '\\' || text[1] != 'u') return -1;
    const auto digit = [&](std::size_t i) -> std::int32_t { return hex_values[static_cast<unsigned char>(text[i])]; };
    return digit(2) * 0x1000 | digit(3) * 0x100 | digit(4) * 0x10 | digit(5);
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

inline bool is_short_escape(const char* text, const char* end) noexcept {
    return end - text > 1 && *text == '\\' && short_escape(text[1]) != '\0';
}

/// An escape: how long it is, where a surrogate pair is one escape, and its character. The size is 0 when it is
/// invalid.
struct json_escape {
    std::size_t size = 0;
    std::uint32_t point = 0;
};

/// The escape at the start of `[text, end)`, of one code unit or two.
inline json_escape read_unit_escape(const char* text, const char* end) noexcept {
    const std::int32_t unit = escaped_unit(text, end);
    if (unit < 0 || is_low_surrogate(unit)) return {};
    if (!is_high_surrogate(unit)) return {6, static_cast<std::uint32_t>(unit)};
    const std::int32_t low = escaped_unit(text + 6, end);
    if (!is_low_surrogate(low)) return {};
    const auto above = static_cast<std::uint32_t>(unit - 0xD800) << 10U | static_cast<std::uint32_t>(low - 0xDC00);
    return {12, 0x10000U + above};
}

/// The escape at the start of `[text, end)`.
inline json_escape read_escape(const char* text, const char* end) noexcept {
    if (is_short_escape(text, end)) return {2, static_cast<unsigned char>(short_escape(text[1]))};
    return read_unit_escape(text, end);
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
    void append_few(const char*, std::size_t) noexcept {}
    void put(char) noexcept {}
    void put_code_point(std::uint32_t) noexcept {}
};

/// An output over the bytes that were read. A value is never longer than its text.
struct in_place_output {
    char* end;

    void append(const char* text, std::size_t size) noexcept {
        if (end != text && size != 0) std::memmove(end, text, size);
        end += size;
    }
    void append_few(const char* text, std::size_t size) noexcept {
        for (std::size_t i = 0; end != text && i < size; ++i) end[i] = text[i];
        end += size;
    }
    void put(char c) noexcept { *end++ = c; }
    void put_code_point(std::uint32_t point) noexcept { end = write_utf8(point, end); }
};

/// An output elsewhere, with room for as many bytes as are read.
struct copied_output : in_place_output {
    void append(const char* text, std::size_t size) noexcept {
        copy_plain(text, size, end);
        end += size;
    }
};

/// `is_verbatim` of every byte.
inline constexpr std::array<bool, 256> verbatim_bytes = [] {
    std::array<bool, 256> verbatim{};
    for (std::size_t byte = 0; byte < verbatim.size(); ++byte) verbatim[byte] = is_verbatim(static_cast<char>(byte));
    return verbatim;
}();

/// As many letters are not worth the look at a block.
inline constexpr int few_letters = 4;

/// Reads what is not verbatim, which seldom stands alone, and the few letters between. Returns where it ends.
template <class Output>
inline const char* read_special(const char* text, const char* end, Output& output, bool& escaped) noexcept {
    Output out = output; // in a register: for all the compiler knows, a character that is written may change it
    for (int letters = 0; text != end; ++letters) {
        if (verbatim_bytes[static_cast<unsigned char>(*text)]) {
            if (letters == few_letters) break;
            out.put(*text++);
            continue;
        }
        letters = -1;
        if (is_short_escape(text, end)) {
            do {
                out.put(short_escape(text[1]));
                text += 2;
            } while (is_short_escape(text, end));
            escaped = true;
        } else if (*text == '\\') {
            const json_escape escape = read_unit_escape(text, end);
            if (escape.size == 0) break;
            out.put_code_point(escape.point);
            text += escape.size;
            escaped = true;
        } else {
            const std::size_t size = (*text & 0x80) != 0 ? utf8_sequence(text, end) : 0;
            if (size == 0) break;
            out.append_few(text, size);
            text += size;
        }
    }
    output = out;
    return text;
}

/// Checks the inside of a string, from `text` up to its closing quote, and writes its value to `output`.
template <class Output>
inline text_end read_json_text(const char* text, const char* end, Output& output) noexcept {
    Output out = output;
    bool escaped = false;
    for (;;) {
        const char* const special = skip_verbatim(text, end);
        out.append(text, static_cast<std::size_t>(special - text));
        text = special;
        if (text == end || *text == '"') break;
        text = read_special(special, end, out, escaped);
        if (text == special) break;
    }
    output = out;
    return {text, text != end && *text == '"', escaped};
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
