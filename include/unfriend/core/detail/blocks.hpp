// Blocks of bytes that the machine looks at in one go. Every implementation is tested against the one that has one
// byte:
//
//   width                 bytes in a block
//   find_special(block)   index of the first byte that is not verbatim, or `width`
//   find_token(block)     index of the first byte that is not white space of JSON, or `width`
//   all_plain(block)      whether all bytes are plain
//   equal(left, right)    whether two blocks are equal
//   is_token(block)       whether all bytes are in the alphabet of UserSigs: letters, digits, `*` `-` `_`
//
// Verbatim is ASCII that a JSON string may contain as it is: 0x20 to 0x7F except `"` and `\`. Plain is the printable
// part of it, which excludes 0x7F.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/sse2.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

constexpr bool is_verbatim(char c) noexcept {
    return static_cast<unsigned char>(c - 0x20) < 0x60 && c != '"' && c != '\\';
}

constexpr bool is_plain(char c) noexcept { return is_verbatim(c) && c != 0x7F; }

constexpr bool is_token_character(char c) noexcept { return is_alphanumeric(c) || c == '*' || c == '-' || c == '_'; }

struct byte_block { // the reference
    static constexpr std::size_t width = 1;
    static std::size_t find_special(const char* block) noexcept { return is_verbatim(*block) ? 1 : 0; }
    static std::size_t find_token(const char* block) noexcept { return is_space(*block) ? 1 : 0; }
    static bool all_plain(const char* block) noexcept { return is_plain(*block); }
    static bool equal(const char* left, const char* right) noexcept { return *left == *right; }
    static bool is_token(const char* block) noexcept { return is_token_character(*block); }
};

/// A byte, repeated eight times.
constexpr std::uint64_t each_byte(std::uint64_t byte) noexcept { return byte * 0x0101010101010101U; }

/// Eight bytes in a 64-bit word, for any machine and either byte order.
struct word_block {
    static constexpr std::size_t width = 8;

    static std::size_t find_special(const char* block) noexcept {
        if ((not_verbatim(load(block)) & each_byte(0x80)) == 0) return width;
        std::size_t index = 0;
        while (index < width && is_verbatim(block[index])) ++index;
        return index;
    }

    static std::size_t find_token(const char* block) noexcept {
        if (load(block) == each_byte(' ')) return width;
        std::size_t index = 0;
        while (index < width && is_space(block[index])) ++index;
        return index;
    }

    static bool all_plain(const char* block) noexcept {
        const std::uint64_t word = load(block);
        return ((not_verbatim(word) | (word + each_byte(1))) & each_byte(0x80)) == 0;
    }

    static bool equal(const char* left, const char* right) noexcept { return load(left) == load(right); }

    static bool is_token(const char* block) noexcept {
        std::size_t index = 0;
        while (index < width && is_token_character(block[index])) ++index;
        return index == width;
    }

private:
    static std::uint64_t load(const char* block) noexcept {
        std::uint64_t word;
        std::memcpy(&word, block, sizeof word);
        return word;
    }

    /// Sets the high bit of a byte that is below 0x20, the quote, the backslash, or above 0x7F. Only such bytes cause
    /// borrows, so a word without any gives no false positive.
    static std::uint64_t not_verbatim(std::uint64_t word) noexcept {
        return word | (word - each_byte(0x20)) | ((word ^ each_byte('"')) - each_byte(1)) |
               ((word ^ each_byte('\\')) - each_byte(1));
    }
};

#if defined(__SSE2__) || defined(_M_X64)

struct sse2_block {
    static constexpr std::size_t width = sizeof(byte_vector);

    /// Marks the bytes that are not verbatim. As signed numbers, those above 0x7F are below 0x20 too.
    static unsigned special_bytes(const char* block) noexcept {
        const byte_vector bytes = load(block);
        return high_bits(either(is_below(bytes, 0x20), marked(bytes)));
    }

    static std::size_t find_special(const char* block) noexcept {
        const unsigned special = special_bytes(block);
        return special == 0 ? width : lowest_bit(special);
    }

    static std::size_t find_token(const char* block) noexcept {
        const byte_vector bytes = load(block);
        const byte_vector space = either(either(is_same(bytes, each(' ')), is_same(bytes, each('\n'))),
                                         either(is_same(bytes, each('\r')), is_same(bytes, each('\t'))));
        const unsigned tokens = high_bits(space) ^ all;
        return tokens == 0 ? width : lowest_bit(tokens);
    }

    static bool all_plain(const char* block) noexcept {
        const byte_vector bytes = load(block);
        // Only the high bit counts. Adding 1 sets it for bytes above 0x7E, subtracting 0x20 for those below 0x20.
        return high_bits(either(either(plus(bytes, 1), plus(bytes, -0x20)), marked(bytes))) == 0;
    }

    static bool equal(const char* left, const char* right) noexcept {
        return high_bits(is_same(load(left), load(right))) == all;
    }

    static bool is_token(const char* block) noexcept {
        const byte_vector bytes = load(block);
        const byte_vector letter = is_among(either(bytes, each(0x20)), 'a', 26);
        const byte_vector sign =
            either(is_same(bytes, each('*')), either(is_same(bytes, each('-')), is_same(bytes, each('_'))));
        return high_bits(either(either(letter, is_among(bytes, '0', 10)), sign)) == all;
    }

private:
    static constexpr unsigned all = 0xFFFF; ///< a bit for each byte

    static byte_vector marked(byte_vector bytes) noexcept {
        return either(is_same(bytes, each('"')), is_same(bytes, each('\\')));
    }

    /// Marks the bytes in [first, first + count): they are moved to the bottom of the signed range and compared.
    static byte_vector is_among(byte_vector bytes, int first, int count) noexcept {
        return is_below(plus(bytes, -128 - first), -128 + count);
    }
};

/// Two blocks as one: texts shorter than this are scanned without a branch that depends on their length.
struct sse2_window {
    static constexpr std::size_t width = 2 * sse2_block::width;

    static std::size_t find_special(const char* window) noexcept {
        const unsigned special =
            sse2_block::special_bytes(window) | sse2_block::special_bytes(window + sse2_block::width) << 16U;
        return special == 0 ? width : lowest_bit(special);
    }
};
#endif

#if defined(__ARM_NEON) && defined(__aarch64__)
struct neon_block {
    static constexpr std::size_t width = 16;

    /// Four bits for each byte, in the order of the bytes: set for those that are not verbatim.
    static std::uint64_t special_bytes(const char* block) noexcept {
        const uint8x16_t bytes = load(block);
        const uint8x16_t outside = vorrq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)), vcgtq_u8(bytes, vdupq_n_u8(0x7F)));
        return nibbles_of(vorrq_u8(outside, marked(bytes)));
    }

    static std::size_t find_special(const char* block) noexcept { return first_of(special_bytes(block)); }

    static std::size_t find_token(const char* block) noexcept {
        const uint8x16_t bytes = load(block);
        const uint8x16_t space =
            vorrq_u8(vorrq_u8(vceqq_u8(bytes, vdupq_n_u8(' ')), vceqq_u8(bytes, vdupq_n_u8('\n'))),
                     vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('\r')), vceqq_u8(bytes, vdupq_n_u8('\t'))));
        return first_of(~nibbles_of(space));
    }

    static bool all_plain(const char* block) noexcept {
        const uint8x16_t bytes = load(block);
        const uint8x16_t outside = vorrq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)), vcgtq_u8(bytes, vdupq_n_u8(0x7E)));
        return vmaxvq_u8(vorrq_u8(outside, marked(bytes))) == 0;
    }

    static bool equal(const char* left, const char* right) noexcept {
        return vminvq_u8(vceqq_u8(load(left), load(right))) == 0xFF;
    }

    static bool is_token(const char* block) noexcept {
        const uint8x16_t bytes = load(block);
        const uint8x16_t letter =
            vcltq_u8(vsubq_u8(vorrq_u8(bytes, vdupq_n_u8(0x20)), vdupq_n_u8('a')), vdupq_n_u8(26));
        const uint8x16_t digit = vcltq_u8(vsubq_u8(bytes, vdupq_n_u8('0')), vdupq_n_u8(10));
        const uint8x16_t sign = vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('*')),
                                         vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('-')), vceqq_u8(bytes, vdupq_n_u8('_'))));
        return vminvq_u8(vorrq_u8(vorrq_u8(letter, digit), sign)) == 0xFF;
    }

private:
    static std::uint64_t nibbles_of(uint8x16_t marked) noexcept {
        return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(marked), 4)), 0);
    }

    static std::size_t first_of(std::uint64_t nibbles) noexcept {
        return nibbles == 0 ? width : static_cast<std::size_t>(__builtin_ctzll(nibbles)) / 4;
    }

    static uint8x16_t marked(uint8x16_t bytes) noexcept {
        return vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')), vceqq_u8(bytes, vdupq_n_u8('\\')));
    }

    static uint8x16_t load(const char* block) noexcept {
        uint8x16_t bytes;
        std::memcpy(&bytes, block, sizeof bytes);
        return bytes;
    }
};
#endif

#if defined(__SSE2__) || defined(_M_X64)
using native_block = sse2_block;
using native_window = sse2_window;
#elif defined(__ARM_NEON) && defined(__aarch64__)
using native_block = neon_block;
using native_window = neon_block;
#else
using native_block = word_block;
using native_window = word_block;
#endif

}}} // namespace unfriend::v0_2::detail
