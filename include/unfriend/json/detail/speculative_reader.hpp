// Reads a message that holds no surprise, several times faster than a JSON parser.
//
// Members are expected in the documented order and found in any. Most items of a list differ in one or two texts only:
// the reader learns an item's other bytes (item_pattern) and does not parse an item that has the same. At anything else
// (a nested value, a value of another type, an error) the reader stops. The state then holds the last checkpoint, a
// place between two values, and RapidJSON continues from there.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/core/char_span.hpp"
#include "unfriend/json/detail/cursor.hpp"
#include "unfriend/json/detail/item_pattern.hpp"
#include "unfriend/json/detail/layout.hpp"
#include "unfriend/json/detail/reader_state.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Layout>
class speculative_reader {
public:
    speculative_reader(char_span body, message_state<Layout>& state) noexcept : state_(state), cursor_(body) {}

    /// True when the whole message was read. When false, RapidJSON has to continue from the checkpoint in `state`.
    bool read() {
        cursor_.skip_space();
        checkpoint(reading_place::start);
        if (!cursor_.consume('{')) return false;
        std::size_t expected = 0;
        do {
            cursor_.skip_space();
            if (!read_head_member(expected)) return false;
            checkpoint(reading_place::member);
            cursor_.skip_space();
        } while (cursor_.consume(','));
        if (!cursor_.consume('}')) return false;
        cursor_.skip_space();
        return cursor_.at_end();
    }

private:
    using item_type = typename Layout::item;

    static constexpr std::size_t varying = Layout::varying_texts;

    void checkpoint(reading_place place) noexcept { checkpoint(place, cursor_.offset()); }

    void checkpoint(reading_place place, std::size_t offset) noexcept {
        state_.place = place;
        state_.offset = offset;
    }

    bool read_head_member(std::size_t& expected) {
        std::string_view name;
        const std::size_t member = cursor_.consume_name<Layout::head_members>(expected, name);
        if (member == cursor::not_a_name) return false;
        if (member == std::size(Layout::head_members)) {
            if constexpr (!Layout::list_name.empty()) {
                if (name == Layout::list_name) return read_list();
            }
            return cursor_.skip_scalar();
        }
        expected = member + 1;
        const auto& known = Layout::head_members[member];
        if (known.first_counts && (state_.head.*known.text).data() != nullptr) return false;
        bool escaped = false;
        if (!cursor_.read_value(state_.head, known, escaped)) return false;
        if (escaped) cursor_.unescape(state_.head, known);
        return true;
    }

    bool read_list() {
        if (state_.list_seen || !cursor_.consume('[')) return false;
        state_.list_seen = true;
        state_.items.seen = 0;
        checkpoint(reading_place::first_item);
        cursor_.skip_space();
        if (cursor_.consume(']')) return true;
        item_patterns<Layout> patterns;
        do {
            cursor_.skip_space();
            if (!read_matching(patterns) && !read_item(patterns)) return false;
            checkpoint(reading_place::item);
            cursor_.skip_space();
        } while (cursor_.consume(','));
        return cursor_.consume(']');
    }

    /// Reads the items that match a pattern, as long as the usual separator is between them. False when it stopped
    /// before an item that matches none.
    bool read_matching(item_patterns<Layout>& patterns) {
        patterns.learn_separator(cursor_.position());
        varying_texts<Layout> texts;
        matched_item matched;
        while (const auto* const pattern = patterns.find(cursor_.position(), cursor_.end(), matched, texts)) {
            if (state_.items.has_room()) pattern->fill(*state_.items.next++, texts);
            ++state_.items.seen;
            checkpoint(reading_place::item, cursor_.offset_of(matched.end));
            if (matched.next == nullptr) {
                cursor_.move_to(matched.end);
                return true;
            }
            cursor_.move_to(matched.next);
        }
        return false;
    }

    /// Reads one item, member by member, and learns it.
    bool read_item(item_patterns<Layout>& patterns) {
        const char* const begin = cursor_.position();
        if (!cursor_.consume('{')) return false;
        cursor_.skip_space();
        item_type item{};
        bool escaped = false;
        bool regular = true; // no varying text is repeated
        std::size_t texts = 0;
        std::size_t expected = 0;
        if (!cursor_.consume('}')) {
            do {
                cursor_.skip_space();
                if (cursor_.offset() - state_.offset > cursor::max_unchecked) return false;
                std::string_view name;
                const std::size_t member = cursor_.consume_name<Layout::item_members>(expected, name);
                if (member == cursor::not_a_name) return false;
                if (member < varying) {
                    regular = regular && (item.*Layout::item_members[member].text).data() == nullptr;
                    ++texts;
                }
                expected = member + 1;
                if (member == std::size(Layout::item_members)) {
                    if (!cursor_.skip_scalar()) return false;
                } else if (!cursor_.read_value(item, Layout::item_members[member], escaped)) {
                    return false;
                }
                cursor_.skip_space();
            } while (cursor_.consume(','));
            if (!cursor_.consume('}')) return false;
        }
        if (Layout::needs_every_text && lacks_text(item, Layout::item_members)) return false;
        if (escaped) {
            for (const auto& member : Layout::item_members) cursor_.unescape(item, member);
        } else if (regular && texts == varying) {
            patterns.learn(item, begin, cursor_.position());
        }
        if (state_.items.has_room()) *state_.items.next++ = item;
        ++state_.items.seen;
        return true;
    }

    message_state<Layout>& state_;
    cursor cursor_;
};

}}} // namespace unfriend::v0_2::detail
