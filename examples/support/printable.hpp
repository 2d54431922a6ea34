// Text of others' on a terminal: control characters become visible instead of acting.
#pragma once

#include <string>
#include <string_view>

namespace example {

/// `text` with each control character written in hexadecimal; everything else, UTF-8 included, as it is.
inline std::string printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    unsigned char previous = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_ascii_control = byte < 0x20 || byte == 0x7F;
        // U+0080 to U+009F are control characters, too: C2 80 to C2 9F in UTF-8.
        const bool is_c1_control = previous == 0xC2 && byte >= 0x80 && byte < 0xA0;
        if (is_c1_control) shown.pop_back();
        if (is_ascii_control || is_c1_control) {
            shown.append("\\x").append(1, digits[byte >> 4U]).append(1, digits[byte & 15U]);
        } else {
            shown += c;
        }
        previous = byte;
    }
    return shown;
}

} // namespace example
