// Operations on blocks of bytes: find the end of the plain part of a JSON string, compare two runs, check the alphabet
// of a UserSig. Every implementation of the block interface is tested against the one that has one byte:
//
//   width                 bytes in a block
//   find_special(block)   index of the first byte that is not plain, or `width`
//   all_plain(block)      whether all bytes are plain
//   difference(left, right)   the bits in which two blocks differ
//   either(one, other)    the union of two differences
//   is_none(difference)   whether the blocks are equal
//   is_token(block)       whether all bytes are in the alphabet of UserSigs: letters, digits, `*` `-` `_`
//
// Plain is printable ASCII that needs no escape in a JSON string: 0x20 to 0x7E except `"` and `\`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__AVX2__)
#include <immintrin.h>
#elif defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif
#if defined(_MSC_VER) && !defined(__clang__)
#include <intrin.h>
#endif

#include "unfriend/core/detail/ascii.hpp"

namespace unfriend::detail {

constexpr bool is_plain(char c) noexcept { return c >= 0x20 && c <= 0x7E && c != '"' && c != '\\'; }

constexpr bool is_token_character(char c) noexcept { return is_alphanumeric(c) || c == '*' || c == '-' || c == '_'; }

/// The reference: one byte at a time.
struct byte_block {
    static constexpr std::size_t width = 1;
    static std::size_t find_special(const char* block) noexcept { return all_plain(block) ? 1 : 0; }
    static bool all_plain(const char* block) noexcept { return is_plain(*block); }
    static unsigned difference(const char* left, const char* right) noexcept {
        return static_cast<unsigned char>(*left) ^ static_cast<unsigned>(static_cast<unsigned char>(*right));
    }
    static unsigned either(unsigned one, unsigned other) noexcept { return one | other; }
    static bool is_none(unsigned difference) noexcept { return difference == 0; }
    static bool is_token(const char* block) noexcept { return is_token_character(*block); }
};

/// A byte, repeated eight times.
constexpr std::uint64_t each_byte(std::uint64_t byte) noexcept { return byte * 0x0101010101010101U; }

/// Eight bytes in a 64-bit word, for any machine and either byte order.
struct word_block {
    static constexpr std::size_t width = 8;

    static std::size_t find_special(const char* block) noexcept {
        return all_plain(block) ? width : find_special_byte(block);
    }

    static bool all_plain(const char* block) noexcept {
        const std::uint64_t word = load(block);
        // A byte's high bit survives where it is below 0x20, equal to the quote or backslash, or above 0x7E.
        // Only special bytes cause borrows and carries, so a word without any gives no false positive.
        const std::uint64_t special = word | (word + each_byte(1)) | (word - each_byte(0x20)) |
                                      ((word ^ each_byte('"')) - each_byte(1)) |
                                      ((word ^ each_byte('\\')) - each_byte(1));
        return (special & each_byte(0x80)) == 0;
    }

    static std::uint64_t difference(const char* left, const char* right) noexcept { return load(left) ^ load(right); }
    static std::uint64_t either(std::uint64_t one, std::uint64_t other) noexcept { return one | other; }
    static bool is_none(std::uint64_t difference) noexcept { return difference == 0; }

    static bool is_token(const char* block) noexcept {
        bool token = true;
        for (std::size_t i = 0; i < width; ++i) token = token && is_token_character(block[i]);
        return token;
    }

private:
    static std::uint64_t load(const char* block) noexcept {
        std::uint64_t word;
        std::memcpy(&word, block, sizeof word);
        return word;
    }

    static std::size_t find_special_byte(const char* block) noexcept {
        std::size_t index = 0;
        while (index < width && is_plain(block[index])) ++index;
        return index;
    }
};

#if defined(__SSE2__) || defined(__AVX2__) || defined(_M_X64)

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

    static std::size_t find_special(const char* block) noexcept {
        const unsigned special = special_bytes(block);
        return special == 0 ? width : lowest_bit(special);
    }

    static bool all_plain(const char* block) noexcept { return special_bytes(block) == 0; }

    static __m128i difference(const char* left, const char* right) noexcept {
        return _mm_xor_si128(load(left), load(right));
    }
    static __m128i either(__m128i one, __m128i other) noexcept { return _mm_or_si128(one, other); }
    static bool is_none(__m128i difference) noexcept {
        return mask_of(_mm_cmpeq_epi8(difference, _mm_setzero_si128())) == all;
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

    static unsigned special_bytes(const char* block) noexcept {
        const __m128i bytes = load(block);
        // Only the high bit counts. Adding 1 sets it for bytes above 0x7E, subtracting 0x20 for those below 0x20.
        const __m128i unprintable =
            _mm_or_si128(_mm_add_epi8(bytes, _mm_set1_epi8(1)), _mm_sub_epi8(bytes, _mm_set1_epi8(0x20)));
        const __m128i marked =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        return mask_of(_mm_or_si128(unprintable, marked));
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
#endif

#if defined(__AVX2__)
/// For runs only, because identifiers are shorter than a block.
struct avx2_block {
    static constexpr std::size_t width = 32;

    static __m256i difference(const char* left, const char* right) noexcept {
        return _mm256_xor_si256(load(left), load(right));
    }
    static __m256i either(__m256i one, __m256i other) noexcept { return _mm256_or_si256(one, other); }
    static bool is_none(__m256i difference) noexcept { return _mm256_testz_si256(difference, difference) != 0; }

private:
    static __m256i load(const char* block) noexcept {
        __m256i bytes;
        std::memcpy(&bytes, block, sizeof bytes);
        return bytes;
    }
};
#endif

#if defined(__ARM_NEON) && defined(__aarch64__)
struct neon_block {
    static constexpr std::size_t width = 16;

    static std::size_t find_special(const char* block) noexcept {
        // Four bits for each byte, in the order of the bytes.
        const uint8x8_t nibbles = vshrn_n_u16(vreinterpretq_u16_u8(special_bytes(block)), 4);
        const std::uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(nibbles), 0);
        return mask == 0 ? width : static_cast<std::size_t>(__builtin_ctzll(mask)) / 4;
    }

    static bool all_plain(const char* block) noexcept { return vmaxvq_u8(special_bytes(block)) == 0; }

    static uint8x16_t difference(const char* left, const char* right) noexcept {
        return veorq_u8(load(left), load(right));
    }
    static uint8x16_t either(uint8x16_t one, uint8x16_t other) noexcept { return vorrq_u8(one, other); }
    static bool is_none(uint8x16_t difference) noexcept { return vmaxvq_u8(difference) == 0; }

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
    static uint8x16_t special_bytes(const char* block) noexcept {
        const uint8x16_t bytes = load(block);
        return vorrq_u8(vorrq_u8(vcltq_u8(bytes, vdupq_n_u8(0x20)), vcgtq_u8(bytes, vdupq_n_u8(0x7E))),
                        vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')), vceqq_u8(bytes, vdupq_n_u8('\\'))));
    }

    static uint8x16_t load(const char* block) noexcept {
        uint8x16_t bytes;
        std::memcpy(&bytes, block, sizeof bytes);
        return bytes;
    }
};
#endif

#if defined(__SSE2__) || defined(__AVX2__) || defined(_M_X64)
using native_block = sse2_block;
#elif defined(__ARM_NEON) && defined(__aarch64__)
using native_block = neon_block;
#else
using native_block = word_block;
#endif

#if defined(__AVX2__)
using native_run_block = avx2_block;
#else
using native_run_block = native_block;
#endif

/// The first byte of `[text, end)` that is not plain, or `end`. Reads no byte outside.
template <class Block = native_block>
inline const char* skip_plain(const char* text, const char* end) noexcept {
    while (static_cast<std::size_t>(end - text) >= Block::width) {
        const std::size_t index = Block::find_special(text);
        text += index;
        if (index != Block::width) return text;
    }
    while (text != end && is_plain(*text)) ++text;
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

/// The first byte of `[text, end)` that is not ASCII, or `end`.
inline const char* skip_ascii(const char* text, const char* end) noexcept {
    for (std::uint64_t word = 0; static_cast<std::size_t>(end - text) >= sizeof word; text += sizeof word) {
        std::memcpy(&word, text, sizeof word);
        if ((word & each_byte(0x80)) != 0) break;
    }
    while (text != end && (*text & 0x80) == 0) ++text;
    return text;
}

/// Whether `size` bytes are equal. Reads no other byte.
template <class Block = native_run_block>
inline bool equal_run(const char* left, const char* right, std::size_t size) noexcept {
    if (size < Block::width) {
        if constexpr (Block::width > native_block::width) {
            return equal_run<native_block>(left, right, size);
        } else {
            return size == 0 || std::memcmp(left, right, size) == 0;
        }
    }
    const std::size_t last = size - Block::width;
    // They usually are equal: one test for all blocks costs less than one for each.
    auto difference = Block::difference(left + last, right + last);
    for (std::size_t i = 0; i < last; i += Block::width) {
        difference = Block::either(difference, Block::difference(left + i, right + i));
    }
    return Block::is_none(difference);
}

} // namespace unfriend::detail
