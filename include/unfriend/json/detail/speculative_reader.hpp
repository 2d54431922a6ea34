// Reads a message that is valid, several times faster than a JSON parser.
//
// Members are expected in the documented order and found in any. Most items of a list differ in one or two texts only:
// the reader learns an item's other bytes (item_pattern) and does not parse an item that has the same. At an error the
// reader stops. The state then holds the last checkpoint, a place between two values or inside a text, and RapidJSON
// continues from there: what is wrong, and where, is RapidJSON's to say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/json/detail/item_pattern.hpp"
#include "unfriend/json/detail/layout.hpp"
#include "unfriend/json/detail/member_value.hpp"
#include "unfriend/json/detail/reader_state.hpp"
#include "unfriend/json/detail/skip_value.hpp"
#include "unfriend/json/detail/steps.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Like its steps, what reads takes a position and returns the one behind what it read, or null.
template <class Layout>
class speculative_reader {
public:
    speculative_reader(char_span body, message_state<Layout>& state, std::size_t max_nesting) noexcept
        : state_(state), steps_(body), max_nesting_(smaller(max_nesting, open_containers::capacity)) {}

    /// True when the whole message was read. When false, RapidJSON has to continue from the place in `state`.
    bool read() {
        const char* const behind = read_message(steps_.begin());
        if (behind != nullptr && behind == steps_.end()) return true;
        if (const char* const invalid = steps_.invalid_text()) {
            state_.place.offset = steps_.offset_of(invalid);
            state_.place.in_text = true;
        }
        return false;
    }

private:
    using item_type = typename Layout::item;

    static constexpr std::size_t varying = Layout::varying_texts;
    static_assert(varying == 1 || Layout::needs_every_text, "as many varying texts as there are means each of them");

    /// A value of the innermost container ends here.
    const char* checkpoint(const char* at) noexcept { return state_.place.reach(at, steps_.begin()); }

    bool can_open(const char* at, char bracket) const noexcept {
        return steps_.is_at(at, bracket) && state_.place.open.depth() != max_nesting_;
    }

    /// Moves into the container that begins here.
    const char* open(const char* at, char bracket) noexcept {
        return state_.place.enter(at, steps_.begin(), bracket == '{');
    }

    /// Moves out of the container that ends here.
    const char* close(const char* at) noexcept { return state_.place.leave(at, steps_.begin()); }

    /// Moves to the next element of a container, past the comma. False when there is none.
    bool move_to_next(const char*& at) const noexcept {
        if (!steps_.is_at(at, ',')) return false;
        at = steps_.skip_space(at + 1);
        return true;
    }

    const char* read_message(const char* at) {
        at = steps_.skip_space(at);
        if (!can_open(at, '{')) return nullptr;
        at = steps_.skip_space(open(at, '{'));
        std::size_t expected = 0;
        if (!steps_.is_at(at, '}')) {
            do {
                at = read_head_member(at, expected);
                if (at == nullptr) return nullptr;
                at = steps_.skip_space(checkpoint(at));
            } while (move_to_next(at));
        }
        // The place stays before the last bracket: RapidJSON says what is wrong with what follows it.
        return steps_.is_at(at, '}') ? steps_.skip_space(at + 1) : nullptr;
    }

    const char* read_head_member(const char* at, std::size_t& expected) {
        std::size_t member = 0;
        std::string_view name;
        at = steps_.read_name<Layout::head_members>(at, expected, member, name);
        if (at == nullptr) return nullptr;
        if (member == std::size(Layout::head_members)) {
            if constexpr (!Layout::list_name.empty()) {
                if (name == Layout::list_name) return read_list(at);
            }
            return skip_value(at, steps_, state_.place, max_nesting_);
        }
        expected = member + 1;
        bool escaped = false;
        return read_member(at, state_.head, Layout::head_members, member, escaped);
    }

    /// Reads the value of a known member.
    template <class Owner, std::size_t size>
    const char* read_member(const char* at, Owner& owner, const json_member<Owner> (&members)[size], std::size_t index,
                            bool& escaped) noexcept {
        if (members[index].text != nullptr) {
            std::string_view text;
            at = steps_.read_text(at, text, escaped);
            if (at != nullptr) assign_text(owner, members, index, text);
            return at;
        }
        std::int64_t value = 0;
        at = steps_.read_integer(at, value);
        return at != nullptr && assign_integer(owner, members, index, value) == assignment::done ? at : nullptr;
    }

    const char* read_list(const char* at) {
        if (!can_open(at, '[') || !state_.start_list()) return nullptr;
        state_.in_list = true;
        at = steps_.skip_space(open(at, '['));
        item_patterns<Layout> patterns;
        if (!steps_.is_at(at, ']')) {
            do {
                bool is_behind_item = false;
                patterns.learn_separator(at);
                if (patterns.tries_next()) at = read_matching(at, patterns, is_behind_item);
                if (!is_behind_item) at = read_item(at, patterns);
                if (at == nullptr) return nullptr;
                at = steps_.skip_space(at);
            } while (move_to_next(at));
        }
        if (!steps_.is_at(at, ']')) return nullptr;
        state_.in_list = false;
        return close(at);
    }

    /// Reads the items that match a pattern, as long as the usual separator is between them. It stops before an item
    /// that matches none, or behind one.
    const char* read_matching(const char* at, item_patterns<Layout>& patterns, bool& is_behind_item) {
        varying_texts<Layout> texts;
        matched_item matched;
        while (const auto* const pattern = patterns.find(at, steps_.end(), matched, texts)) {
            if (state_.items.has_room()) pattern->fill(*state_.items.next++, texts);
            ++state_.items.seen;
            checkpoint(matched.end);
            is_behind_item = matched.next == nullptr;
            if (is_behind_item) return matched.end;
            at = matched.next;
        }
        return at;
    }

    /// Reads one item, member by member, and learns it.
    const char* read_item(const char* at, item_patterns<Layout>& patterns) {
        if (!can_open(at, '{')) return nullptr;
        state_.start_item();
        const char* const first = steps_.skip_space(open(at, '{'));
        if (!steps_.is_at(first, '}')) return read_item_members(first, at, patterns);
        return Layout::needs_every_text ? nullptr : end_item(first);
    }

    const char* read_item_members(const char* at, const char* begin, item_patterns<Layout>& patterns) noexcept {
        bool escaped = false;
        std::size_t texts = 0; // the varying ones
        std::size_t expected = 0;
        do {
            std::size_t member = 0;
            at = read_item_member(at, expected, member, escaped);
            if (at == nullptr) return nullptr;
            if (member < varying) ++texts;
            expected = member + 1;
            at = steps_.skip_space(checkpoint(at));
        } while (move_to_next(at));
        if (!steps_.is_at(at, '}')) return nullptr;
        if (Layout::needs_every_text && lacks_text(*state_.item, Layout::item_members)) return nullptr;
        if (!escaped && texts == varying) patterns.learn(*state_.item, begin, at + 1);
        return end_item(at);
    }

    const char* end_item(const char* at) noexcept {
        state_.end_item();
        return close(at);
    }

    const char* read_item_member(const char* at, std::size_t expected, std::size_t& member, bool& escaped) noexcept {
        std::string_view name;
        at = steps_.read_name<Layout::item_members>(at, expected, member, name);
        if (at == nullptr) return nullptr;
        if (member == std::size(Layout::item_members)) return skip_value(at, steps_, state_.place, max_nesting_);
        return read_member(at, *state_.item, Layout::item_members, member, escaped);
    }

    message_state<Layout>& state_;
    json_steps steps_;
    std::size_t max_nesting_;
};

}}} // namespace unfriend::v0_2::detail
