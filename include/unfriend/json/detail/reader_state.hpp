// What has been read of a message, shared by the speculative reader and RapidJSON's, which continues after it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/json/detail/item_window.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The objects and arrays that are open at a place.
class open_containers {
public:
    static constexpr std::size_t capacity = 64;

    std::size_t depth() const noexcept { return depth_; }
    bool is_object(std::size_t level) const noexcept { return (objects_ >> (depth_ - 1 - level) & 1U) != 0; }
    bool is_in_object() const noexcept { return (objects_ & 1U) != 0; }
    char closing_bracket() const noexcept { return is_in_object() ? '}' : ']'; }

    /// At most `capacity`.
    void push(bool is_object) noexcept {
        objects_ = objects_ << 1U | static_cast<std::uint64_t>(is_object);
        ++depth_;
    }
    void pop() noexcept {
        objects_ >>= 1U;
        --depth_;
    }

private:
    std::uint64_t objects_ = 0; ///< a bit for each container, the innermost in the lowest
    std::size_t depth_ = 0;
};

/// A place in a message from which it can be read on without the bytes before it. `begin` is that of the body.
struct reading_place {
    std::size_t offset = 0; ///< in bytes from the start of the body
    open_containers open;
    bool has_value = false; ///< a value of the innermost container stands before the place
    bool has_name = false;  ///< and behind it, so does the name of an unknown member, with its colon
    bool in_text = false;   ///< the place is inside a string, the next value or name of that container

    /// A value ends at `at`. Returns `at`.
    const char* reach(const char* at, const char* begin) noexcept {
        offset = static_cast<std::size_t>(at - begin);
        has_value = true;
        has_name = false;
        return at;
    }
    /// The name of an unknown member, with its colon, ends at `at`. Returns `at`.
    const char* reach_value(const char* at, const char* begin) noexcept {
        offset = static_cast<std::size_t>(at - begin);
        has_name = true;
        return at;
    }
    /// A container begins at `at`. Returns the position behind its bracket.
    const char* enter(const char* at, const char* begin, bool is_object) noexcept {
        open.push(is_object);
        reach(at + 1, begin);
        has_value = false;
        return at + 1;
    }
    /// The innermost container ends at `at`. Returns the position behind its bracket.
    const char* leave(const char* at, const char* begin) noexcept {
        open.pop();
        return reach(at + 1, begin);
    }
};

/// JSON that brings a parser to a place.
class lead_in {
public:
    explicit lead_in(const reading_place& place) noexcept {
        const std::size_t depth = place.open.depth();
        for (std::size_t level = 0; level < depth; ++level) {
            const bool is_object = place.open.is_object(level);
            append(is_object ? '{' : '[');
            const bool is_innermost = level + 1 == depth;
            if (is_object && (!is_innermost || place.has_value)) append_empty_text();
            if (is_object && (!is_innermost || place.has_value)) append(':');
            if (is_innermost && place.has_value) append_empty_text(); // no number, because digits could follow
        }
        if ((place.in_text || place.has_name) && place.has_value) append(',');
        if (place.has_name) append_empty_text();
        if (place.has_name) append(':');
        if (place.in_text) append('"');
    }

    /// Writable: RapidJSON decodes it in place.
    char_span text() noexcept { return {text_, size_}; }

private:
    void append(char c) noexcept { text_[size_++] = c; }
    void append_empty_text() noexcept {
        append('"');
        append('"');
    }

    char text_[4 * open_containers::capacity + 8];
    std::size_t size_ = 0;
};

/// The levels of a message that its layout describes, from the outside to the inside.
enum class message_level : unsigned char { root, head, list, item };

template <class Layout>
struct message_state {
    using item_type = typename Layout::item;

    typename Layout::head& head;
    item_window<item_type>& items;
    reading_place place{};
    bool in_list = false;
    bool list_seen = false;
    item_type overflow{};        ///< takes the items that there is no room for
    item_type* item = &overflow; ///< the one being read

    message_state(typename Layout::head& into_head, item_window<item_type>& into_items) noexcept
        : head(into_head), items(into_items) {}

    /// The level of the place. Deeper than that, it is inside an unknown value.
    message_level level() const noexcept {
        const message_level innermost = in_list ? message_level::item : message_level::head;
        return static_cast<message_level>(smaller(place.open.depth(), static_cast<std::size_t>(innermost)));
    }

    /// Begins the list. False when it is repeated and its items cannot be taken back.
    bool start_list() {
        if (list_seen && (items.restart == nullptr || !items.restart(items))) return false;
        list_seen = true;
        items.seen = 0;
        return true;
    }

    void start_item() {
        ++items.seen;
        item = items.has_room() ? items.next : &overflow;
        *item = item_type{};
    }

    void end_item() noexcept {
        if (item != &overflow) ++items.next;
    }
};

}}} // namespace unfriend::v0_2::detail
