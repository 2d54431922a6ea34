// UTF-8 by its definition, to judge by: RFC 3629 read as arithmetic, sharing nothing with the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The UTF-8 of a code point, by the table of RFC 3629.
inline std::string utf8_of(std::uint32_t point) {
    const auto byte = [](std::uint32_t value) { return std::string(1, static_cast<char>(value)); };
    if (point < 0x80) return byte(point);
    if (point < 0x800) return byte(0xC0 + point / 64) + byte(0x80 + point % 64);
    if (point < 0x10000) return byte(0xE0 + point / 4096) + byte(0x80 + point / 64 % 64) + byte(0x80 + point % 64);
    return byte(0xF0 + point / 262144) + byte(0x80 + point / 4096 % 64) + byte(0x80 + point / 64 % 64) +
           byte(0x80 + point % 64);
}

/// Whether `text` is a sequence of whole characters: each is taken for the code point that its bits spell, and
/// must be what that code point is written as.
inline bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto lead = static_cast<unsigned char>(text[0]);
        const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        if (text.size() < size) return false;
        std::uint32_t point = size == 1 ? lead : lead % (1U << (7 - size));
        for (std::size_t i = 1; i < size; ++i) point = point * 64 + static_cast<unsigned char>(text[i]) % 64U;
        if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000) || text.substr(0, size) != utf8_of(point))
            return false;
        text.remove_prefix(size);
    }
    return true;
}
