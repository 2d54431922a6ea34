// Reads a message faster than a JSON parser can, as long as it holds no surprise.
//
// The members are expected in the documented order and looked for in any. The bytes from one item's first
// text to the next one's ("…","ResultCode":0,"ResultInfo":""},{"To_Account":"…) mostly repeat, white space
// included, but for the texts that the layout says vary: they are learned from the first items, and an item
// whose bytes equal them has equal values and is not parsed at all. Anything else (an unknown member, a value
// of another type, an error) is a surprise: the reader stops at the last place between two values, and
// RapidJSON reads on from there.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/detail/simd.hpp"
#include "unfriend/json/detail/layout.hpp"
#include "unfriend/json/detail/reader_state.hpp"
#include "unfriend/json/detail/text.hpp"

namespace unfriend::detail {

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

template <class Layout>
class speculative_reader {
public:
    speculative_reader(char_span body, message_state<Layout>& state) noexcept
        : state_(state), data_(body.data()), at_(body.data()), end_(body.data() + body.size()) {}

    /// True when the whole message was read; false when `state` says from where to read on.
    bool read() {
        skip_space();
        if (!take('{')) return false;
        std::size_t expected = 0;
        do {
            skip_space();
            if (!read_head_member(expected)) return false;
            stand(reading_place::member);
            skip_space();
        } while (take(','));
        if (!take('}')) return false;
        skip_space();
        return at_ == end_;
    }

private:
    using item_type = typename Layout::item;

    static constexpr auto not_a_name = static_cast<std::size_t>(-1);

    static constexpr std::size_t varying = Layout::varying_texts;

    /// The bytes behind each text that varies, up to the next one; behind the last, up to the first of the
    /// next item.
    struct run {
        std::string_view gaps[varying]{};
        std::size_t item_end = 0; ///< where in the last gap the item ends
        item_type item{};         ///< of which the first texts vary
    };

    void stand(reading_place place) noexcept {
        state_.place = place;
        state_.offset = static_cast<std::size_t>(at_ - data_);
    }

    void skip_space() noexcept {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    }

    bool take(char c) noexcept {
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }

    bool take_colon() noexcept {
        skip_space();
        if (!take(':')) return false;
        skip_space();
        return true;
    }

    template <const auto& members, std::size_t index>
    bool take_literal() noexcept {
        using literal = member_literal<members, index>;
        if (static_cast<std::size_t>(end_ - at_) < literal::size) return false;
        if (std::memcmp(at_, literal::text.data(), literal::size) != 0) return false;
        at_ += literal::size;
        return true;
    }

    template <const auto& members, std::size_t... indices>
    bool take_literal(std::size_t expected, std::index_sequence<indices...>) noexcept {
        return ((expected == indices && take_literal<members, indices>()) || ...);
    }

    /// Reads a name and colon, up to the value. Answers the member's index, `size` for a name that no member
    /// has, or `not_a_name`.
    template <const auto& members>
    std::size_t take_member(std::size_t expected, std::string_view& name) noexcept {
        constexpr std::size_t size = std::size(members);
        if (take_literal<members>(expected, std::make_index_sequence<size>())) {
            skip_space();
            return expected;
        }
        bool escaped = false;
        if (!take('"') || !read_text(name, escaped) || escaped || !take_colon()) return not_a_name;
        return find_member(members, name, expected);
    }

    bool read_head_member(std::size_t& expected) {
        std::string_view name;
        const std::size_t member = take_member<Layout::head_members>(expected, name);
        if (member == not_a_name) return false;
        if (member == std::size(Layout::head_members)) {
            if constexpr (!Layout::list_name.empty()) {
                if (name == Layout::list_name) return read_list();
            }
            return skip_scalar();
        }
        expected = member + 1;
        bool escaped = false;
        if (!read_value(state_.head, Layout::head_members[member], escaped)) return false;
        if (escaped) unescape(state_.head, Layout::head_members[member]);
        return true;
    }

    /// Passes over the value of a member that is not known, if it is neither an object nor an array.
    bool skip_scalar() noexcept {
        std::string_view text;
        bool escaped = false;
        if (take('"')) return read_text(text, escaped);
        for (const std::string_view literal :
             {std::string_view("null"), std::string_view("true"), std::string_view("false")}) {
            if (std::string_view(at_, static_cast<std::size_t>(end_ - at_)).substr(0, literal.size()) != literal)
                continue;
            at_ += literal.size();
            return true;
        }
        std::int64_t value = 0;
        return read_integer(value);
    }

    template <class Owner>
    bool read_value(Owner& owner, const json_member<Owner>& member, bool& escaped) noexcept {
        if (member.text != nullptr) {
            if (!take('"')) return false;
            return read_text(owner.*member.text, escaped);
        }
        std::int64_t value = 0;
        if (!read_integer(value)) return false;
        if (member.int64 != nullptr) {
            owner.*member.int64 = value;
        } else {
            owner.*member.int32 = static_cast<std::int32_t>(value);
        }
        return true;
    }

    /// The text whose opening quote was taken; still with its escapes, if any.
    bool read_text(std::string_view& text, bool& escaped) noexcept {
        const scanned_text scanned = scan_json_text(at_, end_);
        if (scanned.quote == nullptr) return false;
        text = std::string_view(at_, static_cast<std::size_t>(scanned.quote - at_));
        escaped = escaped || scanned.escaped;
        at_ = scanned.quote + 1;
        return true;
    }

    template <class Owner>
    void unescape(Owner& owner, const json_member<Owner>& member) noexcept {
        if (member.text == nullptr) return;
        std::string_view& text = owner.*member.text;
        if (!text.empty()) text = unescape_in_place(data_ + (text.data() - data_), text);
    }

    /// An integer of up to nine digits, which fits into 32 bits; longer ones are left to RapidJSON.
    bool read_integer(std::int64_t& value) noexcept {
        const bool negative = take('-');
        const char* const first = at_;
        while (at_ != end_ && *at_ >= '0' && *at_ <= '9' && at_ - first < 10) value = value * 10 + (*at_++ - '0');
        const auto digits = at_ - first;
        if (digits == 0 || digits > 9 || (*first == '0' && digits > 1)) return false;
        if (at_ == end_ || *at_ == '.' || *at_ == 'e' || *at_ == 'E') return false;
        if (negative) value = -value;
        return true;
    }

    bool read_list() {
        if (state_.list_seen || !take('[')) return false;
        state_.list_seen = true;
        state_.items.seen = 0;
        stand(reading_place::first_item);
        skip_space();
        if (take(']')) return true;
        run learned;
        run candidate;
        do {
            skip_space();
            if (!read_item(learned, candidate)) return false;
            stand(reading_place::item);
            skip_space();
        } while (take(','));
        return take(']');
    }

    /// Reads one item and, before it, as many as are like the ones that came before.
    bool read_item(run& learned, run& candidate) {
        if (!take('{')) return false;
        skip_space();
        item_type item{};
        std::size_t expected = 0;
        bool escaped = false;
        bool alike = true; // the texts that vary are members that come first, in order and once
        if (take('}')) return keep(item, candidate, false, escaped);
        std::size_t position = 0;
        do {
            skip_space();
            std::string_view name;
            const std::size_t member = take_member<Layout::item_members>(expected, name);
            if (member == not_a_name) return false;
            alike = alike && (position < varying ? member == position : member >= varying);
            expected = member + 1;
            std::string_view& last_gap = candidate.gaps[varying - 1];
            if (member == 0 && position == 0 && last_gap.data() != nullptr && take('"')) {
                last_gap = std::string_view(last_gap.data(), static_cast<std::size_t>(at_ - last_gap.data()));
                if (!read_alike(learned) && read_alike(candidate)) learned = candidate;
                if (!read_text(item.*Layout::item_members[0].text, escaped)) return false;
            } else if (member == std::size(Layout::item_members)) {
                if (!skip_scalar()) return false;
            } else if (!read_value(item, Layout::item_members[member], escaped)) {
                return false;
            }
            ++position;
            skip_space();
        } while (take(','));
        return take('}') && keep(item, candidate, alike && position >= varying, escaped);
    }

    /// Reads the texts that vary, from within the quotes of the first, if what follows each is the learned gap.
    /// Answers where the last one ends, or null.
    const char* match(const run& learned, std::string_view (&texts)[varying]) const noexcept {
        const char* text = at_;
        const char* quote = nullptr;
        for (std::size_t i = 0; i < varying; ++i) {
            const std::string_view gap = learned.gaps[i];
            quote = skip_plain(text, end_);
            if (Layout::wants_every_text && quote == text) return nullptr;
            if (static_cast<std::size_t>(end_ - quote) < gap.size()) return nullptr;
            if (!equal_run(quote, gap.data(), gap.size())) return nullptr;
            texts[i] = std::string_view(text, static_cast<std::size_t>(quote - text));
            text = quote + gap.size();
        }
        return quote;
    }

    /// Reads items, from within the quotes of the first one's first text, as long as they are like the learned
    /// run. Stops within the quotes of the first text of the item that is not alike; false when that is the one
    /// it began with.
    bool read_alike(const run& learned) {
        const std::size_t last_gap = learned.gaps[varying - 1].size();
        if (last_gap == 0) return false;
        const char* last = nullptr;
        std::string_view texts[varying];
        while (const char* const quote = match(learned, texts)) {
            if (state_.items.has_room()) {
                item_type& item = *state_.items.next++;
                item = learned.item;
                for (std::size_t i = 0; i < varying; ++i) item.*Layout::item_members[i].text = texts[i];
            }
            ++state_.items.seen;
            last = quote;
            at_ = quote + last_gap;
        }
        if (last == nullptr) return false;
        state_.place = reading_place::item;
        state_.offset = static_cast<std::size_t>(last - data_) + learned.item_end;
        return true;
    }

    /// Adds an item that was read, and notes it as one that others may be like; false when it lacks a text.
    bool keep(item_type& item, run& candidate, bool alike, bool escaped) {
        if (Layout::wants_every_text && lacks_text(item, Layout::item_members)) return false;
        // A run that is decoded in place no longer has the bytes that it was sent with.
        learn(candidate, alike && !escaped ? &item : nullptr);
        if (escaped) {
            for (const auto& member : Layout::item_members) unescape(item, member);
        }
        if (state_.items.has_room()) *state_.items.next++ = item;
        ++state_.items.seen;
        return true;
    }

    /// Notes what stands behind the texts of `item` that vary; the last gap only gets its beginning. Null: nothing.
    void learn(run& candidate, const item_type* item) const noexcept {
        candidate.gaps[varying - 1] = {};
        if (item == nullptr) return;
        for (std::size_t i = 0; i < varying; ++i) {
            const std::string_view text = item->*Layout::item_members[i].text;
            const char* const quote = text.data() + text.size();
            const char* const next = i + 1 < varying ? (item->*Layout::item_members[i + 1].text).data() : quote;
            candidate.gaps[i] = std::string_view(quote, static_cast<std::size_t>(next - quote));
        }
        candidate.item_end = static_cast<std::size_t>(at_ - candidate.gaps[varying - 1].data());
        candidate.item = *item;
    }

    message_state<Layout>& state_;
    char* data_;
    const char* at_;
    const char* end_;
};

} // namespace unfriend::detail
