// Operations on runs of bytes, a block at a time (blocks.hpp): find the end of the verbatim part of a JSON string or of
// white space, compare two runs, copy what is plain, check the alphabet of a UserSig. They read no byte outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/core/detail/blocks.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

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

/// The first byte of `[text, end)` that is not white space of JSON, or `end`. Not inline, to keep those small that call
/// it: between most tokens there is no white space.
template <class Block = native_block>
#if defined(__GNUC__)
[[gnu::noinline]]
#endif
const char*
skip_space(const char* text, const char* end) noexcept {
    while (static_cast<std::size_t>(end - text) >= Block::width) {
        const std::size_t index = Block::find_token(text);
        text += index;
        if (index != Block::width) return text;
    }
    while (text != end && is_space(*text)) ++text;
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
