// Blocks of bytes: however many are looked at in one go, the answer is that of one byte at a time.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <random>
#include <string>
#include <string_view>

#include "unfriend/core/detail/simd.hpp"

#include "bytes.hpp"
#include "check.hpp"

namespace {

using namespace unfriend::detail;

#if defined(__OPTIMIZE__)
constexpr std::size_t longest = 80;
#else
constexpr std::size_t longest = 40; // in a build for finding faults, which is slow
#endif

/// Calls `check` for every length up to `longest`, every position and every byte there, all others being `usual`.
/// The bytes are on the heap and are of exactly that length.
template <class Check>
void for_each_single_byte(char usual, const Check& check) {
    for (std::size_t size = 0; size <= longest; ++size) {
        const exact_bytes bytes(std::string(size, usual));
        check(bytes.span());
        for (std::size_t at = 0; at != size; ++at) {
            for (unsigned byte = 0; byte != 256; ++byte) {
                bytes.span().data()[at] = static_cast<char>(byte);
                check(bytes.span());
            }
            bytes.span().data()[at] = usual;
        }
    }
}

/// Calls `check` for texts of every length with bytes of any kind, but mostly plain ones.
template <class Check>
void for_each_mixture(const Check& check) {
    std::mt19937 chance(1);
    for (std::size_t round = 0; round != 200; ++round) {
        for (std::size_t size = 0; size <= longest; ++size) {
            const exact_bytes bytes(size);
            for (std::size_t at = 0; at != size; ++at) {
                const bool any = chance() % (1 + round % 64) == 0;
                bytes.span().data()[at] = static_cast<char>(any ? chance() : 'a' + chance() % 26);
            }
            check(bytes.span());
        }
    }
}

template <class Check>
void for_each_text(char usual, const Check& check) {
    for_each_single_byte(usual, check);
    for_each_mixture(check);
}

template <class Block, class Window = Block>
std::size_t verbatim_size(unfriend::char_span text) {
    const char* const end = text.data() + text.size();
    return static_cast<std::size_t>(skip_verbatim<Block, Window>(text.data(), end) - text.data());
}

template <class Block, class Window = Block>
void check_skip_verbatim() {
    bool same = true;
    for_each_text('a', [&](unfriend::char_span text) {
        same = same && verbatim_size<Block, Window>(text) == verbatim_size<byte_block>(text);
    });
    CHECK(same);
}

template <class Block>
void check_skip_space() {
    bool same = true;
    for (const char usual : {' ', '\n'}) {
        for_each_single_byte(usual, [&](unfriend::char_span text) {
            const std::string_view bytes(text.data(), text.size());
            const char* const found = skip_space<Block>(text.data(), text.data() + text.size());
            const std::size_t expected = (std::min)(bytes.find_first_not_of(" \n\r\t"), text.size());
            same = same && static_cast<std::size_t>(found - text.data()) == expected;
        });
    }
    CHECK(same);
}

bool is_all_plain(unfriend::char_span text) {
    const std::string_view bytes(text.data(), text.size());
    return std::all_of(bytes.begin(), bytes.end(), [](char c) { return is_plain(c); });
}

template <class Block>
void check_copy_plain() {
    bool same = true;
    bool copied = true;
    for_each_text('~', [&](unfriend::char_span text) {
        const exact_bytes copy(text.size());
        const bool plain = copy_plain<Block>(text.data(), text.size(), copy.span().data());
        same = same && plain == is_all_plain(text);
        copied =
            copied && std::string_view(copy.span().data(), text.size()) == std::string_view(text.data(), text.size());
    });
    CHECK(same);
    CHECK(copied);
}

template <class Block>
void check_is_token() {
    bool same = true;
    for_each_text('Z', [&](unfriend::char_span text) {
        same = same && is_token<Block>(text.data(), text.size()) == is_token<byte_block>(text.data(), text.size());
    });
    CHECK(same);
}

template <class Block>
void check_equal_run() {
    bool same = true;
    for (const char usual : {'a', '\0', '\xFF'}) {
        for_each_single_byte(usual, [&](unfriend::char_span text) {
            const exact_bytes all_usual(std::string(text.size(), usual));
            const std::string_view bytes(text.data(), text.size());
            const bool equal = bytes == std::string_view(all_usual.span().data(), text.size());
            same = same && equal_run<Block>(text.data(), all_usual.span().data(), text.size()) == equal;
        });
    }
    CHECK(same);
}

template <class Block>
void check_all() {
    check_skip_verbatim<Block>();
    check_skip_space<Block>();
    check_copy_plain<Block>();
    check_is_token<Block>();
    check_equal_run<Block>();
}

} // namespace

TEST_CASE("verbatim is ASCII that a JSON string may contain as it is, and plain is what is printable of it") {
    for (unsigned byte = 0; byte != 256; ++byte) {
        const exact_bytes text(std::string(1, static_cast<char>(byte)));
        const bool verbatim = byte >= 0x20 && byte <= 0x7F && byte != 0x22 && byte != 0x5C;
        CHECK(is_verbatim(static_cast<char>(byte)) == verbatim);
        CHECK(is_plain(static_cast<char>(byte)) == (verbatim && byte != 0x7F));
        CHECK(verbatim_size<byte_block>(text.span()) == (verbatim ? 1 : 0));
    }
}

TEST_CASE("one byte at a time, a token is of letters, digits, and the signs of UserSigs") {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-_";
    for (unsigned byte = 0; byte != 256; ++byte) {
        const char character = static_cast<char>(byte);
        CHECK(is_token<byte_block>(&character, 1) == (alphabet.find(character) != std::string_view::npos));
    }
    CHECK_FALSE(is_token<byte_block>("", 0));
}

TEST_CASE("one byte at a time, runs are equal when each byte is") {
    CHECK(equal_run<byte_block>("abc", "abd", 2));
    CHECK_FALSE(equal_run<byte_block>("abc", "abd", 3));
    CHECK_FALSE(equal_run<byte_block>("abc", "bbc", 3));
}

TEST_CASE("a 64-bit word at a time says what a byte at a time does") { check_all<word_block>(); }

TEST_CASE("the block of this machine says what a byte at a time does") {
    check_all<native_block>();
    check_skip_verbatim<native_block, native_window>();
    check_skip_verbatim<byte_block, native_window>();
}
