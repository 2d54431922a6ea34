// Decodes any message that has a layout: head members, and a list of items where there is one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "unfriend/json/detail/item_window.hpp"
#include "unfriend/json/detail/layout.hpp"
#include "unfriend/json/detail/reader_state.hpp"
#include "unfriend/json/detail/sax_reader.hpp"
#include "unfriend/json/detail/speculative_reader.hpp"

namespace unfriend::detail {

/// RapidJSON's handler concept for messages of `Layout`.
template <class Layout>
class message_handler {
public:
    using head_type = typename Layout::head;
    using item_type = typename Layout::item;

    /// Takes over where `state` says; the first events must be those of `lead_in(state.place)`.
    /// `escapes` says whether the text has any, and so might spell a surrogate.
    message_handler(message_state<Layout>& state, std::size_t max_nesting, bool escapes) noexcept
        : head_(state.head), items_(state.items), max_nesting_(max_nesting), resumed_(state.place),
          list_seen_(state.list_seen), escapes_(escapes) {}

    /// JSON that brings the parser to a place between two values, and this handler with it.
    static constexpr std::string_view lead_in(reading_place place) noexcept {
        switch (place) {
        case reading_place::start: break;
        case reading_place::member: return R"({"":"")"; // no number: it might go on
        case reading_place::first_item: return R"({"":[)";
        case reading_place::item: return R"({"":[[])";
        }
        return {};
    }

    errc failure() const noexcept { return failure_; }

    bool Null() noexcept { return other_scalar(); }
    bool Bool(bool) noexcept { return other_scalar(); }
    bool Double(double value) noexcept {
        // An integer beyond 64 bits comes as a floating-point number too.
        constexpr double beyond = 9223372036854775808.0;
        if (wants_integer() && (value >= beyond || value <= -beyond)) return fail(errc::integer_out_of_range);
        return other_scalar();
    }
    bool Int(int value) noexcept { return integer(value); }
    bool Uint(unsigned value) noexcept { return integer(value); }
    bool Int64(std::int64_t value) noexcept { return integer(value); }
    bool Uint64(std::uint64_t value) noexcept {
        constexpr auto max = std::numeric_limits<std::int64_t>::max();
        if (value <= static_cast<std::uint64_t>(max)) return integer(static_cast<std::int64_t>(value));
        return wants_integer() ? fail(errc::integer_out_of_range) : other_scalar();
    }
    bool RawNumber(const char*, RAPIDJSON_NAMESPACE::SizeType, bool) noexcept { return other_scalar(); }

    bool String(const char* text, RAPIDJSON_NAMESPACE::SizeType size, bool) noexcept {
        if (escapes_ && holds_lone_surrogate(text, size)) return fail(errc::invalid_utf8);
        const std::string_view value(text, size);
        if (place_ == place::item) return assign_text(*item_, Layout::item_members, value);
        if (place_ == place::head) return assign_text(head_, Layout::head_members, value);
        return other_scalar();
    }

    bool Key(const char* text, RAPIDJSON_NAMESPACE::SizeType size, bool) noexcept {
        if (escapes_ && holds_lone_surrogate(text, size)) return fail(errc::invalid_utf8);
        const std::string_view name(text, size);
        if (place_ == place::head) {
            in_list_member_ = !Layout::list_name.empty() && name == Layout::list_name;
            member_ = find_member(Layout::head_members, name, member_ + 1);
        } else if (place_ == place::item) {
            member_ = find_member(Layout::item_members, name, member_ + 1);
        }
        return true;
    }

    bool StartObject() {
        if (!open()) return false;
        switch (place_) {
        case place::root: place_ = place::head; return true;
        case place::head: return skip_value(known_in(Layout::head_members) || in_list_member_);
        case place::list: return start_item();
        case place::item: return skip_value(known_in(Layout::item_members));
        case place::skipped: break;
        }
        return true;
    }

    bool EndObject(RAPIDJSON_NAMESPACE::SizeType) noexcept {
        if (close()) return true;
        if (place_ == place::item) {
            if (Layout::wants_every_text && lacks_text(*item_, Layout::item_members)) return fail(errc::missing_member);
            if (item_ != &overflow_) ++items_.next;
            member_ = no_member;
            place_ = place::list;
        }
        return true;
    }

    bool StartArray() {
        if (!open()) return false;
        switch (place_) {
        case place::root: return fail(errc::not_an_object);
        case place::head:
            if (in_list_member_) return start_list();
            return resume_list() || skip_value(known_in(Layout::head_members));
        case place::list: return skip_value(!resume_item());
        case place::item: return skip_value(known_in(Layout::item_members));
        case place::skipped: break;
        }
        return true;
    }

    bool EndArray(RAPIDJSON_NAMESPACE::SizeType) noexcept {
        if (close()) return true;
        place_ = place::head;
        return true;
    }

private:
    enum class place : unsigned char { root, head, list, item, skipped };

    static constexpr auto no_member = static_cast<std::size_t>(-1); // whose successor is the first

    bool fail(errc code) noexcept {
        failure_ = code;
        return false;
    }

    bool open() noexcept { return ++depth_ <= max_nesting_ || fail(errc::nesting_too_deep); }

    /// Closes a container; true when it belonged to a value that is skipped.
    bool close() noexcept {
        --depth_;
        if (place_ != place::skipped) return false;
        if (depth_ == skipped_depth_) place_ = skipped_place_;
        return true;
    }

    bool skip_value(bool known) noexcept {
        if (known) return fail(errc::wrong_type);
        skipped_place_ = place_;
        skipped_depth_ = depth_ - 1;
        place_ = place::skipped;
        return true;
    }

    bool start_list() {
        if (list_seen_ && (items_.restart == nullptr || !items_.restart(items_))) return fail(errc::repeated_items);
        list_seen_ = true;
        items_.seen = 0;
        place_ = place::list;
        return true;
    }

    /// Whether this is the array of a lead-in, which stands for a list that was begun.
    bool resume_list() noexcept {
        if (resumed_ != reading_place::first_item && resumed_ != reading_place::item) return false;
        place_ = place::list;
        if (resumed_ == reading_place::first_item) resumed_ = reading_place::start;
        return true;
    }

    /// Whether this is the element of a lead-in, which stands for all the items that were read.
    bool resume_item() noexcept {
        const bool stands_for_items = resumed_ == reading_place::item;
        resumed_ = reading_place::start;
        return stands_for_items;
    }

    bool start_item() {
        ++items_.seen;
        item_ = items_.has_room() ? items_.next : &overflow_;
        *item_ = item_type{};
        member_ = no_member;
        place_ = place::item;
        return true;
    }

    template <std::size_t size, class Owner>
    bool known_in(const json_member<Owner> (&)[size]) const noexcept {
        return member_ < size;
    }

    /// A scalar that no member takes: refused where a known one was due, else passed over.
    bool other_scalar() noexcept {
        switch (place_) {
        case place::root: return fail(errc::not_an_object);
        case place::head: return !(known_in(Layout::head_members) || in_list_member_) || fail(errc::wrong_type);
        case place::list: return fail(errc::wrong_type);
        case place::item: return !known_in(Layout::item_members) || fail(errc::wrong_type);
        case place::skipped: break;
        }
        return true;
    }

    template <class Owner, std::size_t size>
    bool assign_text(Owner& owner, const json_member<Owner> (&members)[size], std::string_view value) noexcept {
        if (member_ >= size || members[member_].text == nullptr) return other_scalar();
        owner.*members[member_].text = value;
        return true;
    }

    template <class Owner, std::size_t size>
    bool assign_integer(Owner& owner, const json_member<Owner> (&members)[size], std::int64_t value) noexcept {
        if (member_ >= size) return other_scalar();
        const json_member<Owner>& member = members[member_];
        if (member.int64 != nullptr) {
            owner.*member.int64 = value;
        } else if (member.int32 != nullptr) {
            using limits = std::numeric_limits<std::int32_t>;
            if (value < limits::min() || value > limits::max()) return fail(errc::integer_out_of_range);
            owner.*member.int32 = static_cast<std::int32_t>(value);
        } else {
            return fail(errc::wrong_type);
        }
        return true;
    }

    bool integer(std::int64_t value) noexcept {
        if (place_ == place::item) return assign_integer(*item_, Layout::item_members, value);
        if (place_ == place::head) return assign_integer(head_, Layout::head_members, value);
        return other_scalar();
    }

    template <class Owner, std::size_t size>
    bool takes_integer(const json_member<Owner> (&members)[size]) const noexcept {
        return member_ < size && members[member_].text == nullptr;
    }

    bool wants_integer() const noexcept {
        if (place_ == place::head) return takes_integer(Layout::head_members);
        return place_ == place::item && takes_integer(Layout::item_members);
    }

    head_type& head_;
    item_window<item_type>& items_;
    std::size_t max_nesting_;
    item_type overflow_{};
    item_type* item_ = &overflow_;
    std::size_t depth_ = 0;
    std::size_t skipped_depth_ = 0;
    std::size_t member_ = no_member;
    reading_place resumed_;
    place place_ = place::root;
    place skipped_place_ = place::root;
    bool in_list_member_ = false;
    bool list_seen_;
    bool escapes_;
    errc failure_ = errc::malformed_json;
};

inline bool is_markup(char_span body) noexcept {
    for (const char c : std::string_view(body.data(), body.size())) {
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return c == '<';
    }
    return false;
}

/// Decodes `body` into `head` and `items`. On failure both hold whatever was read before it.
template <class Layout>
error read_message(char_span body, typename Layout::head& head, item_window<typename Layout::item>& items,
                   std::size_t max_nesting) {
    message_state<Layout> state{head, items};
    if (speculative_reader<Layout>(body, state).read()) return {};
    const std::string_view unread(body.data() + state.offset, body.size() - state.offset);
    const bool escapes = unread.find('\\') != std::string_view::npos;
    message_handler<Layout> handler(state, max_nesting, escapes);
    error failure = read_json(body, handler, state.offset, handler.lead_in(state.place));
    if (failure == errc::malformed_json && is_markup(body)) return {errc::html_body, failure.detail()};
    return failure;
}

} // namespace unfriend::detail
