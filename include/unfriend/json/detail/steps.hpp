// The small steps through JSON text: white space, names, integers, texts, values that are skipped.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/json/detail/layout.hpp"
#include "unfriend/json/detail/number.hpp"
#include "unfriend/json/detail/text.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A member's name as the service writes it, with quotes and colon: `"ResultCode":`.
template <const auto& members, std::size_t index>
struct member_literal {
    static constexpr std::size_t size = members[index].name.size() + 3;

    static constexpr std::array<char, size> text = [] {
        std::array<char, size> literal{};
        std::size_t at = 0;
        literal[at++] = '"';
        for (const char c : members[index].name) literal[at++] = c;
        literal[at++] = '"';
        literal[at++] = ':';
        return literal;
    }();
};

/// Each step takes a position and returns the one behind what it read, or null at anything else. Changes no byte,
/// except those of texts that are decoded in place.
class json_steps {
public:
    explicit json_steps(char_span text) noexcept : begin_(text.data()), end_(text.data() + text.size()) {}

    const char* begin() const noexcept { return begin_; }
    const char* end() const noexcept { return end_; }
    std::size_t offset_of(const char* at) const noexcept { return static_cast<std::size_t>(at - begin_); }
    /// The byte at which the last step found that a text is not valid; null when it did not.
    const char* invalid_text() const noexcept { return invalid_text_; }

    bool is_at(const char* at, char c) const noexcept { return at != end_ && *at == c; }

    const char* skip_space(const char* at) const noexcept {
        return at != end_ && static_cast<unsigned char>(*at) <= ' ' ? detail::skip_space(at, end_) : at;
    }

    /// Moves past a member's name and colon, up to its value. Sets the member's index: the number of members for an
    /// unknown name. The member that is expected is found fastest. `name` is set for the others, until the next call.
    template <const auto& members>
    const char* read_name(const char* at, std::size_t expected, std::size_t& member, std::string_view& name) noexcept {
        constexpr std::size_t size = std::size(members);
        member = expected;
        if (const char* const behind = match_literal<members>(at, expected, std::make_index_sequence<size>())) {
            return skip_space(behind);
        }
        at = read_unexpected_name(at, name);
        member = find_member(members, name, expected);
        return at == nullptr ? nullptr : move_to_value(at);
    }

    /// Moves past any name and its colon, up to its value.
    const char* skip_name(const char* at) noexcept {
        if (!is_at(at, '"')) return nullptr;
        bool escaped = false;
        at = skip_text(at + 1, escaped);
        return at == nullptr ? nullptr : move_to_value(at);
    }

    /// Reads a text and decodes it in place. `escaped` is set if it has escapes.
    const char* read_text(const char* at, std::string_view& text, bool& escaped) noexcept {
        if (!is_at(at, '"')) return nullptr;
        char* const first = begin_ + offset_of(at) + 1;
        in_place_output output{first};
        at = behind(read_json_text(first, end_, output), escaped);
        text = std::string_view(first, static_cast<std::size_t>(output.end - first));
        return at;
    }

    /// Reads an integer of up to 18 digits, which fits into 64 bits. RapidJSON reads longer ones.
    const char* read_integer(const char* at, std::int64_t& value) const noexcept {
        const bool negative = is_at(at, '-');
        if (negative) ++at;
        const char* const first = at;
        const char* const last = end_ - at > 18 ? at + 18 : end_;
        value = 0;
        for (; at != last && is_digit(*at); ++at) value = value * 10 + (*at - '0');
        if (at == first || (*first == '0' && at - first > 1) || at == end_ || continues_number(*at)) return nullptr;
        if (negative) value = -value;
        return at;
    }

    /// Moves past a value that is neither an object nor an array.
    const char* skip_scalar(const char* at) noexcept {
        if (at == end_) return nullptr;
        bool escaped = false;
        switch (*at) {
        case '"': return skip_text(at + 1, escaped);
        case 'n': return match_word(at, "null");
        case 't': return match_word(at, "true");
        case 'f': return match_word(at, "false");
        default: return skip_number(at, end_);
        }
    }

private:
    static constexpr std::ptrdiff_t longest_escaped_name = 128; ///< of a known member: one of at most 21 bytes

    /// The position behind the closing quote.
    const char* behind(const text_end& read, bool& escaped) noexcept {
        if (!read.closed) {
            invalid_text_ = read.stop;
            return nullptr;
        }
        escaped = escaped || read.escaped;
        return read.stop + 1;
    }

    /// Moves past the text whose opening quote stands before `at`.
    const char* skip_text(const char* at, bool& escaped) noexcept { return behind(scan_json_text(at, end_), escaped); }

    /// Moves past the colon behind a name. Without one, what is not valid is found at the closing quote: the name need
    /// not be read again.
    const char* move_to_value(const char* at) noexcept {
        const char* const colon = skip_space(at);
        if (is_at(colon, ':')) return skip_space(colon + 1);
        invalid_text_ = at - 1;
        return nullptr;
    }

    /// Moves past any name. One with escapes is decoded elsewhere, because the place before it is the last checkpoint;
    /// one that is longer than any of ours with escapes is empty.
    const char* read_unexpected_name(const char* at, std::string_view& name) noexcept {
        if (!is_at(at, '"')) return nullptr;
        const char* const first = at + 1;
        const char* const special = skip_verbatim(first, end_);
        if (is_at(special, '"')) {
            name = std::string_view(first, static_cast<std::size_t>(special - first));
            return special + 1;
        }
        const char* const last = end_ - first > longest_escaped_name ? first + longest_escaped_name : end_;
        copied_output output{{spelled_name_}};
        const text_end read = read_json_text(first, last, output);
        bool escaped = false;
        if (!read.closed) return skip_text(first, escaped);
        name = std::string_view(spelled_name_, static_cast<std::size_t>(output.end - spelled_name_));
        return read.stop + 1;
    }

    const char* match_word(const char* at, std::string_view word) const noexcept {
        if (static_cast<std::size_t>(end_ - at) < word.size()) return nullptr;
        return std::memcmp(at, word.data(), word.size()) == 0 ? at + word.size() : nullptr;
    }

    template <const auto& members, std::size_t index>
    const char* match_literal(const char* at) const noexcept {
        using literal = member_literal<members, index>;
        if (static_cast<std::size_t>(end_ - at) < literal::size) return nullptr;
        return std::memcmp(at, literal::text.data(), literal::size) == 0 ? at + literal::size : nullptr;
    }

    template <const auto& members, std::size_t... indices>
    const char* match_literal(const char* at, std::size_t expected, std::index_sequence<indices...>) const noexcept {
        const char* behind = nullptr;
        const bool found = ((expected == indices && (behind = match_literal<members, indices>(at)) != nullptr) || ...);
        return found ? behind : nullptr;
    }

    char* begin_;
    const char* end_;
    const char* invalid_text_ = nullptr;
    char spelled_name_[longest_escaped_name];
};

}}} // namespace unfriend::v0_2::detail
