// The inside of JSON strings: every short sequence of bytes, every escape and every character, against a plain
// reading of RFC 3629 and RFC 8259.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/json/detail/text.hpp"

#include "bytes.hpp"
#include "check.hpp"

namespace {

using namespace unfriend::detail;

constexpr std::uint32_t last_code_point = 0x10FFFF;

constexpr bool is_surrogate(std::uint32_t point) { return point >= 0xD800 && point <= 0xDFFF; }

/// UTF-8 as the table of RFC 3629, section 3, has it.
std::string utf8(std::uint32_t point) {
    const auto byte = [](std::uint32_t bits) { return static_cast<char>(bits); };
    if (point < 0x80) return {byte(point)};
    if (point < 0x800) return {byte(0xC0 + (point >> 6U)), byte(0x80 + point % 64)};
    if (point < 0x10000) {
        return {byte(0xE0 + (point >> 12U)), byte(0x80 + (point >> 6U) % 64), byte(0x80 + point % 64)};
    }
    return {byte(0xF0 + (point >> 18U)), byte(0x80 + (point >> 12U) % 64), byte(0x80 + (point >> 6U) % 64),
            byte(0x80 + point % 64)};
}

/// Which sequences of two and of three bytes are a character.
class characters {
public:
    characters() : two_(1U << 16U), three_(1U << 24U) {
        for (std::uint32_t point = 0x80; point < 0x10000; ++point) {
            if (is_surrogate(point)) continue;
            const std::string bytes = utf8(point);
            (bytes.size() == 2 ? two_ : three_)[number(bytes)] = true;
        }
    }

    /// The length of the character at the start of up to three bytes; 0: none, or one of four.
    std::size_t size(std::string_view bytes) const {
        if (static_cast<unsigned char>(bytes.front()) < 0x80) return 1;
        if (bytes.size() >= 2 && two_[number(bytes.substr(0, 2))]) return 2;
        if (bytes.size() >= 3 && three_[number(bytes.substr(0, 3))]) return 3;
        return 0;
    }

private:
    static std::size_t number(std::string_view bytes) {
        std::size_t number = 0;
        for (const char c : bytes) number = number << 8U | static_cast<unsigned char>(c);
        return number;
    }

    std::vector<bool> two_;
    std::vector<bool> three_;
};

/// Where the string in up to three bytes and a quote ends, read one character at a time; null when it is invalid.
const char* closing_quote(const characters& known, std::string_view bytes, bool& escaped) {
    while (!bytes.empty()) {
        const char c = bytes.front();
        if (c == '"') return bytes.data();
        std::size_t size = c == '\\' ? 2 : known.size(bytes);
        if (static_cast<unsigned char>(c) < 0x20 || size == 0 || size > bytes.size()) return nullptr;
        if (c == '\\') {
            // Of \uXXXX there is never enough here.
            if (std::string_view(R"("\/bfnrt)").find(bytes[1]) == std::string_view::npos) return nullptr;
            escaped = true;
        }
        bytes.remove_prefix(size);
    }
    return nullptr;
}

/// Calls `check` for every sequence of `size` bytes, with `behind` after it. In a build for finding faults, which is
/// slow, the last of three bytes is only one from the edges of UTF-8's and JSON's ranges.
template <class Check>
void for_each_sequence(std::size_t size, std::string_view behind, const Check& check) {
    std::vector<unsigned> last_bytes;
    for (unsigned byte = 0; byte != 256; ++byte) {
#if defined(__OPTIMIZE__)
        last_bytes.push_back(byte);
#else
        const bool edge = byte % 16 == 0 || byte % 16 == 15 || byte == '"' || byte == '\\' || byte == 'n';
        if (size < 3 || edge) last_bytes.push_back(byte);
#endif
    }
    const exact_bytes bytes(std::string(size, '\0').append(behind));
    char* const data = bytes.span().data();
    const std::size_t beginnings = std::size_t{1} << 8U * (size - 1);
    for (std::size_t beginning = 0; beginning != beginnings; ++beginning) {
        for (std::size_t i = 0; i + 1 < size; ++i) data[i] = static_cast<char>(beginning >> 8U * i & 255U);
        for (const unsigned byte : last_bytes) {
            data[size - 1] = static_cast<char>(byte);
            check(std::string_view(data, bytes.span().size()));
        }
    }
}

/// What a string that is valid spells.
std::string spelled(std::string_view text) {
    const exact_bytes bytes(text);
    const unfriend::char_span span = bytes.span();
    return std::string(unescape_in_place(span.data(), {span.data(), span.size()}));
}

/// The size of the escape that the whole text is, or 0. Anything but the whole text is a failure.
bool is_escape(std::string_view text) {
    const exact_bytes bytes(text);
    const std::size_t size = read_escape(bytes.span().data(), bytes.span().data() + text.size()).size;
    CHECK((size == 0 || size == text.size()));
    return size != 0;
}

std::string unit_escape(std::uint32_t unit, std::string_view digits = "0123456789abcdef") {
    std::string text = "\\u";
    for (const std::uint32_t shift : {12U, 8U, 4U, 0U}) text += digits[unit >> shift & 15U];
    return text;
}

} // namespace

TEST_CASE("a sequence of one to three bytes is a character only if RFC 3629 says so") {
    const characters known;
    for (const std::size_t size : {1U, 2U, 3U}) {
        bool same = true;
        for_each_sequence(size, "", [&](std::string_view bytes) {
            if (static_cast<unsigned char>(bytes.front()) < 0x80) return;
            same = same && utf8_sequence(bytes.data(), bytes.data() + bytes.size()) == known.size(bytes);
        });
        CHECK(same);
    }
}

TEST_CASE("every character beyond ASCII is one, and no other sequence of four bytes") {
    bool accepted = true;
    for (std::uint32_t point = 0x80; point <= last_code_point; ++point) {
        if (is_surrogate(point)) continue;
        const std::string bytes = utf8(point);
        accepted = accepted && utf8_sequence(bytes.data(), bytes.data() + bytes.size()) == bytes.size();
        accepted = accepted && utf8_sequence(bytes.data(), bytes.data() + bytes.size() - 1) == 0;
    }
    CHECK(accepted);

    bool refused = true;
    for (unsigned lead = 0xF0; lead != 0x100; ++lead) {
        for (unsigned second = 0; second != 0x100; ++second) {
            for (const unsigned third : {0x00U, 0x7FU, 0x80U, 0xBFU, 0xC0U, 0xFFU}) {
                for (const unsigned fourth : {0x00U, 0x7FU, 0x80U, 0xBFU, 0xC0U, 0xFFU}) {
                    const std::array<char, 4> bytes{static_cast<char>(lead), static_cast<char>(second),
                                                    static_cast<char>(third), static_cast<char>(fourth)};
                    const auto is_tail = [](unsigned byte) { return byte >= 0x80 && byte <= 0xBF; };
                    const unsigned lowest = lead == 0xF0 ? 0x90 : 0x80;
                    const unsigned highest = lead == 0xF4 ? 0x8F : 0xBF;
                    const bool valid =
                        lead <= 0xF4 && second >= lowest && second <= highest && is_tail(third) && is_tail(fourth);
                    refused = refused && utf8_sequence(bytes.data(), bytes.data() + 4) == (valid ? 4U : 0U);
                }
            }
        }
    }
    CHECK(refused);
}

TEST_CASE("a text that ends inside a character is cut where the character begins") {
    const auto cut_of = [](std::string_view text) {
        const exact_bytes bytes(text);
        const char* const begin = bytes.span().data();
        return static_cast<std::size_t>(find_cut_sequence(begin, begin + text.size()) - begin);
    };
    for (const std::string_view before : {"", "a", "abc", "\xC3\xA9", "\xF0\x9F\x98\x80"}) {
        for (const std::string_view character : {"\xC3\xA9", "\xE5\xA5\xBD", "\xF0\x9F\x98\x80"}) {
            for (std::size_t kept = 0; kept <= character.size(); ++kept) {
                const std::string text = std::string(before).append(character.substr(0, kept));
                CHECK(cut_of(text) == (kept == character.size() ? text.size() : before.size()));
            }
        }
        for (const std::string_view wrong : {"\xA9", "\xC0", "\xED\xA0", "\xE0\x80", "\xF5", "\xFF", "\xF0\x80"}) {
            const std::string text = std::string(before).append(wrong);
            CHECK(cut_of(text) == text.size());
        }
    }
}

TEST_CASE("a string of one to three bytes ends where a reading character by character says") {
    const characters known;
    for (const std::size_t size : {1U, 2U, 3U}) {
        bool same = true;
        bool same_escaped = true;
        for_each_sequence(size, "\"", [&](std::string_view bytes) {
            bool escaped = false;
            const char* const quote = closing_quote(known, bytes, escaped);
            const text_end scanned = scan_json_text(bytes.data(), bytes.data() + bytes.size());
            same = same && (scanned.closed ? scanned.stop : nullptr) == quote;
            same_escaped = same_escaped && (quote == nullptr || scanned.escaped == escaped);
        });
        CHECK(same);
        CHECK(same_escaped);
    }
}

TEST_CASE("a string without an end is refused, however long it is") {
    for (std::size_t size = 0; size != 100; ++size) {
        const exact_bytes text(std::string(size, 'a'));
        const text_end scanned = scan_json_text(text.span().data(), text.span().data() + size);
        CHECK_FALSE(scanned.closed);
        CHECK(scanned.stop == text.span().data() + size);
    }
}

TEST_CASE("the short escapes are the eight of RFC 8259") {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    for (unsigned byte = 0; byte != 256; ++byte) {
        const std::string text{'\\', static_cast<char>(byte)};
        const std::size_t index = letters.find(text[1]);
        CHECK(is_escape(text) == (index != std::string_view::npos));
        if (index != std::string_view::npos) CHECK(spelled(text) == meanings.substr(index, 1));
    }
    CHECK_FALSE(is_escape("\\"));
}

TEST_CASE("every escape of a code unit spells its character, but for a surrogate alone") {
    bool same = true;
    for (std::uint32_t unit = 0; unit != 0x10000; ++unit) {
        for (const std::string_view digits : {"0123456789abcdef", "0123456789ABCDEF"}) {
            const std::string text = unit_escape(unit, digits);
            const bool valid = is_escape(text);
            same = same && valid == !is_surrogate(unit) && (!valid || spelled(text) == utf8(unit));
        }
    }
    CHECK(same);
}

TEST_CASE("an escape of a code unit has four hexadecimal digits") {
    for (unsigned byte = 0; byte != 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool digit = std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos;
        for (std::size_t at = 2; at != 6; ++at) {
            std::string text = "\\u0041";
            text[at] = c;
            CHECK(is_escape(text) == digit);
        }
    }
    for (std::size_t size = 2; size != 6; ++size) CHECK_FALSE(is_escape(std::string_view("\\u0041").substr(0, size)));
}

TEST_CASE("every surrogate pair spells its character") {
    bool same = true;
    // Beside the edges, every 37th: its escapes go through all digits in all places.
    for (std::uint32_t point = 0x10000; point <= last_code_point; point += point < 0x10FFF0 ? 37 : 1) {
        const std::string pair = unit_escape(0xD800 + ((point - 0x10000) >> 10U)) + unit_escape(0xDC00 + point % 0x400);
        same = same && is_escape(pair) && spelled(pair) == utf8(point);
    }
    CHECK(same);
}

TEST_CASE("a high surrogate is followed by the escape of a low one") {
    for (const std::string_view second : {R"(\uD7FF)", R"(\uD800)", R"(\uDBFF)", R"(\uE000)", R"(\u0041)", R"(\n)",
                                          "ABCDEF", R"(\uDC0)", R"(\UDC00)", R"(/uDC00)", ""}) {
        CAPTURE(second);
        for (const std::string_view first : {R"(\uD800)", R"(\uDBFF)"}) {
            CHECK_FALSE(is_escape(std::string(first).append(second)));
        }
    }
    for (const std::string_view second : {R"(\uDC00)", R"(\uDFFF)"}) {
        CHECK(is_escape(std::string(R"(\uD800)").append(second)));
        CHECK(is_escape(std::string(R"(\uDBFF)").append(second)));
    }
}

TEST_CASE("escapes among other characters leave these as they are") {
    CHECK(spelled("") == "");
    CHECK(spelled("plain") == "plain");
    CHECK(spelled(R"(a\nb\\nc)") == "a\nb\\nc");
    CHECK(spelled("\xC3\xA9\\u00e9\xC3\xA9") == "\xC3\xA9\xC3\xA9\xC3\xA9");
    CHECK(spelled(R"(\u0000\ud83d\ude00\u0000)") == std::string_view("\0\xF0\x9F\x98\x80\0", 6));
}
