// Reads a message that holds no surprise, several times faster than a JSON parser.
//
// Members are expected in the documented order and found in any. Most items of a list differ in one or two texts only:
// the reader learns an item's other bytes (item_pattern) and does not parse an item that has the same. At anything else
// (a nested value, a value of another type, an error) the reader stops. The state then holds the last checkpoint, a
// place between two values, and RapidJSON continues from there.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>

#include "unfriend/core/char_span.hpp"
#include "unfriend/json/detail/cursor.hpp"
#include "unfriend/json/detail/item_pattern.hpp"
#include "unfriend/json/detail/layout.hpp"
#include "unfriend/json/detail/reader_state.hpp"

namespace unfriend::detail {

template <class Layout>
class speculative_reader {
public:
    speculative_reader(char_span body, message_state<Layout>& state) noexcept : state_(state), cursor_(body) {}

    /// True when the whole message was read. When false, RapidJSON has to continue from the checkpoint in `state`.
    bool read() {
        cursor_.skip_space();
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
    using pattern = item_pattern<Layout>;

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
        bool escaped = false;
        if (!cursor_.read_value(state_.head, Layout::head_members[member], escaped)) return false;
        if (escaped) cursor_.unescape(state_.head, Layout::head_members[member]);
        return true;
    }

    bool read_list() {
        if (state_.list_seen || !cursor_.consume('[')) return false;
        state_.list_seen = true;
        state_.items.seen = 0;
        checkpoint(reading_place::first_item);
        cursor_.skip_space();
        if (cursor_.consume(']')) return true;
        pattern learned;
        pattern candidate;
        do {
            cursor_.skip_space();
            if (!read_item(learned, candidate)) return false;
            checkpoint(reading_place::item);
            cursor_.skip_space();
        } while (cursor_.consume(','));
        return cursor_.consume(']');
    }

    /// Reads one item member by member and, before it, those that match a pattern.
    bool read_item(pattern& learned, pattern& candidate) {
        if (!cursor_.consume('{')) return false;
        cursor_.skip_space();
        item_type item{};
        std::size_t expected = 0;
        bool escaped = false;
        bool regular = true; // the varying texts come first, in order and once
        if (cursor_.consume('}')) return keep(item, candidate, false, escaped);
        std::size_t position = 0;
        do {
            cursor_.skip_space();
            std::string_view name;
            const std::size_t member = cursor_.consume_name<Layout::item_members>(expected, name);
            if (member == cursor::not_a_name) return false;
            regular = regular && (position < varying ? member == position : member >= varying);
            expected = member + 1;
            if (member == 0 && position == 0 && candidate.is_learned() && cursor_.consume('"')) {
                candidate.complete(cursor_.position());
                if (!read_matching(learned) && read_matching(candidate)) learned = candidate;
                if (!cursor_.read_text(item.*Layout::item_members[0].text, escaped)) return false;
            } else if (member == std::size(Layout::item_members)) {
                if (!cursor_.skip_scalar()) return false;
            } else if (!cursor_.read_value(item, Layout::item_members[member], escaped)) {
                return false;
            }
            ++position;
            cursor_.skip_space();
        } while (cursor_.consume(','));
        return cursor_.consume('}') && keep(item, candidate, regular && position >= varying, escaped);
    }

    /// Reads the items that match, from inside the quotes of the first one's first text. Stops inside the quotes of
    /// the first text of the item that does not. False when that is the one it began with.
    bool read_matching(const pattern& learned) {
        if (!learned.is_complete()) return false;
        const char* last = nullptr;
        std::string_view texts[varying];
        while (const char* const quote = learned.matches(cursor_.position(), cursor_.end(), texts)) {
            if (state_.items.has_room()) {
                item_type& item = *state_.items.next++;
                item = learned.item;
                for (std::size_t i = 0; i < varying; ++i) item.*Layout::item_members[i].text = texts[i];
            }
            ++state_.items.seen;
            last = quote;
            cursor_.move_to(learned.next_text(quote));
        }
        if (last == nullptr) return false;
        checkpoint(reading_place::item, cursor_.offset_of(last) + learned.item_end);
        return true;
    }

    /// Adds an item that was read, and makes it the candidate for a pattern. False when it lacks a text.
    bool keep(item_type& item, pattern& candidate, bool regular, bool escaped) {
        if (Layout::needs_every_text && lacks_text(item, Layout::item_members)) return false;
        // A text that is decoded in place no longer has the bytes that were sent.
        if (regular && !escaped) {
            candidate.learn(item, cursor_.position());
        } else {
            candidate.forget();
        }
        if (escaped) {
            for (const auto& member : Layout::item_members) cursor_.unescape(item, member);
        }
        if (state_.items.has_room()) *state_.items.next++ = item;
        ++state_.items.seen;
        return true;
    }

    message_state<Layout>& state_;
    cursor cursor_;
};

} // namespace unfriend::detail
