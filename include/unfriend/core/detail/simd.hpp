// Operations on blocks of bytes: find the end of the verbatim part of a JSON string, compare two runs, check the
// alphabet of a UserSig. Every implementation of the block interface is tested against the one that has one byte:
//
//   width                 bytes in a block
//   find_special(block)   index of the first byte that is not verbatim, or `width`
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

#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif
#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

#include "unfriend/core/detail/ascii.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

constexpr bool is_verbatim(char c) noexcept {
    return static_cast<unsigned char>(c - 0x20) < 0x60 && c != '"' && c != '\\';
}

constexpr bool is_plain(char c) noexcept { return is_verbatim(c) && c != 0x7F; }

constexpr bool is_token_character(char c) noexcept { return is_alphanumeric(c) || c == '*' || c == '-' || c == '_'; }

struct byte_block { // the reference
    static constexpr std::size_t width = 1;
    static std::size_t find_special(const char* block) noexcept { return is_verbatim(*block) ? 1 : 0; }
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

/// The index of the lowest set bit of `mask`, which is not zero.
inline std::size_t lowest_bit(unsigned mask) noexcept {
#if defined(_MSC_VER) && !defined(__clang__)
    unsigned long index;
    _BitScanForward(&index, mask);
    return index;
#else
    return static_cast<unsigned>(__builtin_ctz(mask));
#endif
}

struct sse2_block {
    static constexpr std::size_t width = 16;

    /// Marks the bytes that are not verbatim. As signed numbers, those above 0x7F are below 0x20 too.
    static unsigned special_bytes(const char* block) noexcept {
        const __m128i bytes = load(block);
        return mask_of(_mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)), marked(bytes)));
    }

    static std::size_t find_special(const char* block) noexcept {
        const unsigned special = special_bytes(block);
        return special == 0 ? width : lowest_bit(special);
    }

    static bool all_plain(const char* block) noexcept {
        const __m128i bytes = load(block);
        // Only the high bit counts. Adding 1 sets it for bytes above 0x7E, subtracting 0x20 for those below 0x20.
        const __m128i unprintable =
            _mm_or_si128(_mm_add_epi8(bytes, _mm_set1_epi8(1)), _mm_sub_epi8(bytes, _mm_set1_epi8(0x20)));
        return mask_of(_mm_or_si128(unprintable, marked(bytes))) == 0;
    }

    static bool equal(const char* left, const char* right) noexcept {
        return mask_of(_mm_cmpeq_epi8(load(left), load(right))) == all;
    }

    static bool is_token(const char* block) noexcept {
        const __m128i bytes = load(block);
        const __m128i letter = is_among(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
        const __m128i sign = _mm_or_si128(
            _mm_cmpeq_epi8(bytes, _mm_set1_epi8('*')),
            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('_'))));
        return mask_of(_mm_or_si128(_mm_or_si128(letter, is_among(bytes, '0', 10)), sign)) == all;
    }

private:
    static constexpr unsigned all = 0xFFFF; ///< a bit for each byte

    static unsigned mask_of(__m128i bytes) noexcept { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }

    static __m128i marked(__m128i bytes) noexcept {
        return _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    }

    /// Marks the bytes in [first, first + count): they are moved to the bottom of the signed range and compared.
    static __m128i is_among(__m128i bytes, int first, int count) noexcept {
        const __m128i moved = _mm_add_epi8(bytes, _mm_set1_epi8(static_cast<char>(-128 - first)));
        return _mm_cmplt_epi8(moved, _mm_set1_epi8(static_cast<char>(-128 + count)));
    }

    static __m128i load(const char* block) noexcept {
        __m128i bytes;
        std::memcpy(&bytes, block, sizeof bytes);
        return bytes;
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
        const uint8x16_t special = vorrq_u8(outside, marked(bytes));
        const uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(special), 4);
        return vget_lane_u64(vreinterpret_u64_u8(nibbles), 0);
    }

    static std::size_t find_special(const char* block) noexcept {
        const std::uint64_t special = special_bytes(block);
        return special == 0 ? width : static_cast<std::size_t>(__builtin_ctzll(special)) / 4;
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

/// The first byte of `[text, end)` that is not verbatim, or `end`. Reads no byte outside.
template <class Block = native_block, class Window = native_window>
inline const char* skip_verbatim(const char* text, const char* end) noexcept {
    while (static_cast<std::size_t>(end - text) >= Window::width) {
        const std::size_t index = Window::find_special(text);
        text += index;
        if (index != Window::width) return text;
    }
    while (static_cast<std::size_t>(end - text) >= Block::width) {
        const std::size_t index = Block::find_special(text);
        text += index;
        if (index != Block::width) return text;
    }
    while (text != end && is_verbatim(*text)) ++text;
    return text;
}

/// Whether the sixteen bytes of two words are plain.
template <class Block>
inline bool are_plain(std::uint64_t first, std::uint64_t second) noexcept {
    const std::uint64_t words[] = {first, second};
    char bytes[sizeof words];
    std::memcpy(bytes, words, sizeof words);
    bool plain = true;
    for (std::size_t at = 0; at != sizeof bytes; at += Block::width) plain &= Block::all_plain(bytes + at);
    return plain;
}

/// Copies the bytes of one `Word`, and returns it.
template <class Word>
inline Word copy_word(const char* from, char* to) noexcept {
    Word word;
    std::memcpy(&word, from, sizeof word);
    std::memcpy(to, &word, sizeof word);
    return word;
}

/// Copies `size` bytes and returns whether all of them are plain. Reads and writes no other byte.
template <class Block = native_block>
inline bool copy_plain(const char* from, std::size_t size, char* to) noexcept {
    // The last two pieces overlap.
    if (size >= 16) {
        bool plain = true;
        const auto copy_block = [&](std::size_t at) {
            plain &= Block::all_plain(from + at);
            std::memcpy(to + at, from + at, Block::width);
        };
        for (std::size_t at = 0; at + Block::width < size; at += Block::width) copy_block(at);
        copy_block(size - Block::width);
        return plain;
    }
    if (size >= 8) {
        const auto first = copy_word<std::uint64_t>(from, to);
        return are_plain<Block>(first, copy_word<std::uint64_t>(from + size - 8, to + size - 8));
    }
    if (size >= 4) {
        const std::uint64_t first = copy_word<std::uint32_t>(from, to);
        const std::uint64_t word = first << 32U | copy_word<std::uint32_t>(from + size - 4, to + size - 4);
        return are_plain<Block>(word, word);
    }
    if (size >= 2) {
        const std::uint64_t first = copy_word<std::uint16_t>(from, to);
        const std::uint64_t word = first << 16U | copy_word<std::uint16_t>(from + size - 2, to + size - 2);
        return are_plain<Block>(word | word << 32U, word | word << 32U);
    }
    if (size == 0) return true;
    *to = *from;
    return is_plain(*from);
}

/// Whether `text` is not empty and consists of the alphabet of UserSigs.
template <class Block = native_block>
inline bool is_token(const char* text, std::size_t size) noexcept {
    if (size < Block::width) {
        for (std::size_t at = 0; at < size; ++at) {
            if (!is_token_character(text[at])) return false;
        }
        return size != 0;
    }
    const std::size_t last = size - Block::width;
    for (std::size_t at = 0; at < last; at += Block::width) {
        if (!Block::is_token(text + at)) return false;
    }
    return Block::is_token(text + last);
}

/// Whether the words at both ends of two runs are equal; they overlap in runs of less than two words.
template <class Word>
inline bool equal_ends(const char* left, const char* right, std::size_t size) noexcept {
    const auto equal_at = [&](std::size_t at) {
        Word one;
        Word other;
        std::memcpy(&one, left + at, sizeof one);
        std::memcpy(&other, right + at, sizeof other);
        return one == other;
    };
    return equal_at(0) && equal_at(size - sizeof(Word));
}

/// Whether `size` bytes are equal. Reads no other byte, and few beyond the first that differs.
template <class Block = native_block>
inline bool equal_run(const char* left, const char* right, std::size_t size) noexcept {
    if (size >= Block::width) {
        const std::size_t last = size - Block::width;
        for (std::size_t at = 0; at < last; at += Block::width) {
            if (!Block::equal(left + at, right + at)) return false;
        }
        return Block::equal(left + last, right + last);
    }
    if (size >= 8) return equal_ends<std::uint64_t>(left, right, size);
    if (size >= 4) return equal_ends<std::uint32_t>(left, right, size);
    for (std::size_t at = 0; at < size; ++at) {
        if (left[at] != right[at]) return false;
    }
    return true;
}

}}} // namespace unfriend::v0_2::detail
