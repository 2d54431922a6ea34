// Text of others' as UTF-8, whatever its bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace example {

/// How many bytes the character at the front of `text` has; 0 when there is none that RFC 3629 allows.
inline std::size_t utf8_size(std::string_view text) noexcept {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    if (text.empty()) return 0;
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
    }
    const bool is_overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool is_out_of_range = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
    return is_overlong || is_out_of_range ? 0 : size;
}

/// The first `most` bytes of `text`, or fewer: no character is cut.
inline std::string_view cut_utf8(std::string_view text, std::size_t most) noexcept {
    if (text.size() <= most) return text;
    for (std::size_t begin = most - std::min<std::size_t>(most, 3); begin < most; ++begin) {
        if (begin + utf8_size(text.substr(begin)) > most) return text.substr(0, begin);
    }
    return text.substr(0, most);
}

/// `text` with U+FFFD in the place of each byte that belongs to no character.
inline std::string valid_utf8(std::string_view text) {
    std::string valid;
    while (!text.empty()) {
        const std::size_t size = utf8_size(text);
        valid.append(size == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, size));
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return valid;
}

} // namespace example
