// Base64 (RFC 4648, section 4), and the alphabet of UserSigs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

struct base64_alphabet {
    const char* letters; ///< 64 characters
    char pad;
};

inline constexpr base64_alphabet standard_base64{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                                                 '='};
/// "Generating UserSig": `+` `/` `=` are written `*` `-` `_`.
inline constexpr base64_alphabet user_sig_base64{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-",
                                                 '_'};

constexpr std::size_t base64_size(std::size_t size) noexcept { return (size + 2) / 3 * 4; }

/// Writes `base64_size(bytes.size())` characters to `out`.
inline void encode_base64(std::string_view bytes, const base64_alphabet& alphabet, char* out) noexcept {
    const auto byte = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(bytes[i]); };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const std::uint32_t bits = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
        *out++ = alphabet.letters[bits >> 18U];
        *out++ = alphabet.letters[bits >> 12U & 63U];
        *out++ = alphabet.letters[bits >> 6U & 63U];
        *out++ = alphabet.letters[bits & 63U];
    }
    if (i == bytes.size()) return;
    const bool two = i + 2 == bytes.size();
    const std::uint32_t bits = byte(i) << 16U | (two ? byte(i + 1) << 8U : 0U);
    *out++ = alphabet.letters[bits >> 18U];
    *out++ = alphabet.letters[bits >> 12U & 63U];
    *out++ = two ? alphabet.letters[bits >> 6U & 63U] : alphabet.pad;
    *out++ = alphabet.pad;
}

constexpr int base64_value(char c, const base64_alphabet& alphabet) noexcept {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == alphabet.letters[62]) return 62;
    return c == alphabet.letters[63] ? 63 : -1;
}

/// The number of bytes that `text` decodes to, if it is base64.
constexpr std::size_t base64_decoded_size(std::string_view text, const base64_alphabet& alphabet) noexcept {
    std::size_t size = text.size() / 4 * 3;
    for (std::size_t pads = 0; pads < 2 && size != 0; ++pads) {
        if (text[text.size() - 1 - pads] == alphabet.pad) --size;
    }
    return size;
}

/// Writes `base64_decoded_size(text)` bytes to `out`. False if `text` is not base64, or has unused bits that are not
/// zero.
inline bool decode_base64(std::string_view text, const base64_alphabet& alphabet, char* out) noexcept {
    if (text.size() % 4 != 0) return false;
    std::size_t left = base64_decoded_size(text, alphabet);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        const std::size_t bytes = left < 3 ? left : 3;
        std::uint32_t bits = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const bool is_pad = j > bytes;
            const int value = is_pad ? 0 : base64_value(text[i + j], alphabet);
            if (value < 0 || (is_pad && text[i + j] != alphabet.pad)) return false;
            bits = bits << 6U | static_cast<std::uint32_t>(value);
        }
        for (std::size_t j = 0; j < bytes; ++j) *out++ = static_cast<char>(bits >> (16U - 8U * j) & 255U);
        const std::uint32_t unused_bits = 0xFFFFFFU >> 8U * bytes;
        if ((bits & unused_bits) != 0) return false;
        left -= bytes;
    }
    return true;
}

}}} // namespace unfriend::v0_2::detail
