// A position in JSON text, and the small steps that move it: single characters, white space, names, integers, texts.
// A step that fails may leave the cursor anywhere: the caller goes back to its last checkpoint.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "unfriend/core/char_span.hpp"
#include "unfriend/json/detail/layout.hpp"
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

/// Reads `[begin, end)` from the front. Changes no byte, except in `unescape`.
class cursor {
public:
    static constexpr auto not_a_name = static_cast<std::size_t>(-1);
    /// Bytes that are read between two checkpoints, at most twice: what is longer may have been read in vain.
    static constexpr std::size_t max_unchecked = 2048;

    explicit cursor(char_span text) noexcept : begin_(text.data()), at_(text.data()), end_(text.data() + text.size()) {}

    const char* position() const noexcept { return at_; }
    const char* end() const noexcept { return end_; }
    std::size_t offset() const noexcept { return offset_of(at_); }
    std::size_t offset_of(const char* position) const noexcept { return static_cast<std::size_t>(position - begin_); }
    bool at_end() const noexcept { return at_ == end_; }

    void move_to(const char* position) noexcept { at_ = position; }

    void skip_space() noexcept { at_ = detail::skip_space(at_, end_); }

    /// Moves past `c`, or returns false and stays.
    bool consume(char c) noexcept {
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }

    /// Moves past a member's name and colon, up to its value. Returns the member's index, the number of members for
    /// an unknown name, or `not_a_name`. The member that is expected is found fastest. `name` is set for the others.
    template <const auto& members>
    std::size_t consume_name(std::size_t expected, std::string_view& name) noexcept {
        constexpr std::size_t size = std::size(members);
        if (consume_literal<members>(expected, std::make_index_sequence<size>())) {
            skip_space();
            return expected;
        }
        bool escaped = false;
        if (!consume('"') || !read_text(name, escaped) || escaped || !consume_colon()) return not_a_name;
        return find_member(members, name, expected);
    }

    /// Reads the text whose opening quote was consumed. Keeps its escapes, and sets `escaped` if there are any.
    /// RapidJSON reads longer texts than `max_unchecked`.
    bool read_text(std::string_view& text, bool& escaped) noexcept {
        const auto left = static_cast<std::size_t>(end_ - at_);
        const text_end scanned = scan_json_text(at_, at_ + (left < max_unchecked ? left : max_unchecked));
        if (!scanned.closed) return false;
        text = std::string_view(at_, static_cast<std::size_t>(scanned.stop - at_));
        escaped = escaped || scanned.escaped;
        at_ = scanned.stop + 1;
        return true;
    }

    /// Reads an integer of up to nine digits, which fits into 32 bits. RapidJSON reads longer ones.
    bool read_integer(std::int64_t& value) noexcept {
        const bool negative = consume('-');
        const char* const first = at_;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9' && at_ - first < 10) value = value * 10 + (*at_++ - '0');
        const auto digits = at_ - first;
        if (digits == 0 || digits > 9 || (*first == '0' && digits > 1)) return false;
        if (at_ == end_ || *at_ == '.' || *at_ == 'e' || *at_ == 'E') return false;
        if (negative) value = -value;
        return true;
    }

    /// Reads the value of a known member. Texts keep their escapes.
    template <class Owner>
    bool read_value(Owner& owner, const json_member<Owner>& member, bool& escaped) noexcept {
        if (member.text != nullptr) return consume('"') && read_text(owner.*member.text, escaped);
        std::int64_t value = 0;
        if (!read_integer(value)) return false;
        if (member.int64 != nullptr) {
            owner.*member.int64 = value;
        } else {
            owner.*member.int32 = static_cast<std::int32_t>(value);
        }
        return true;
    }

    /// Moves past a value that is neither an object nor an array.
    bool skip_scalar() noexcept {
        if (at_ == end_) return false;
        switch (*at_) {
        case '"': {
            ++at_;
            std::string_view text;
            bool escaped = false;
            return read_text(text, escaped);
        }
        case 'n': return consume_word("null");
        case 't': return consume_word("true");
        case 'f': return consume_word("false");
        default: {
            std::int64_t value = 0;
            return read_integer(value);
        }
        }
    }

    /// Decodes the escapes of a member's text in place.
    template <class Owner>
    void unescape(Owner& owner, const json_member<Owner>& member) const noexcept {
        if (member.text == nullptr) return;
        std::string_view& text = owner.*member.text;
        if (!text.empty()) text = unescape_in_place(begin_ + offset_of(text.data()), text);
    }

private:
    bool consume_word(std::string_view word) noexcept {
        if (static_cast<std::size_t>(end_ - at_) < word.size()) return false;
        if (std::memcmp(at_, word.data(), word.size()) != 0) return false;
        at_ += word.size();
        return true;
    }

    bool consume_colon() noexcept {
        skip_space();
        if (!consume(':')) return false;
        skip_space();
        return true;
    }

    template <const auto& members, std::size_t index>
    bool consume_literal() noexcept {
        using literal = member_literal<members, index>;
        if (static_cast<std::size_t>(end_ - at_) < literal::size) return false;
        if (std::memcmp(at_, literal::text.data(), literal::size) != 0) return false;
        at_ += literal::size;
        return true;
    }

    template <const auto& members, std::size_t... indices>
    bool consume_literal(std::size_t expected, std::index_sequence<indices...>) noexcept {
        return ((expected == indices && consume_literal<members, indices>()) || ...);
    }

    char* begin_;
    const char* at_;
    const char* end_;
};

}}} // namespace unfriend::v0_2::detail
