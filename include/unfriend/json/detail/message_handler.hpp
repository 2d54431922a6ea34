// Receives RapidJSON's events and fills a message of any layout: the members of its head, and its list of items.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "unfriend/core/errc.hpp"
#include "unfriend/json/detail/item_window.hpp"
#include "unfriend/json/detail/layout.hpp"
#include "unfriend/json/detail/member_value.hpp"
#include "unfriend/json/detail/reader_state.hpp"
#include "unfriend/json/detail/sax_reader.hpp"

// Xlib.h defines `Bool`.
#pragma push_macro("Bool")
#undef Bool

namespace unfriend { inline namespace v0_2 { namespace detail {

/// RapidJSON's handler concept for messages of `Layout`.
template <class Layout>
class message_handler {
public:
    using head_type = typename Layout::head;
    using item_type = typename Layout::item;

    /// Continues at the checkpoint in `state`: the first events must be those of `lead_in(state.place)`.
    message_handler(message_state<Layout>& state, std::size_t max_nesting) noexcept
        : head_(state.head), items_(state.items), max_nesting_(max_nesting), resumed_(state.place),
          list_seen_(state.list_seen) {}

    errc failure() const noexcept { return failure_; }
    /// Whether the storage of the items was called and has not returned: an exception is then the program's.
    bool in_callback() const noexcept { return in_callback_; }
    /// Set by the stream at a string that is not valid. RapidJSON 1.1 accepts one kind of these, which has the escape
    /// of a lone low surrogate.
    bool& refused_text() noexcept { return refused_text_; }
    /// Whether the message has begun, and whether it has ended.
    bool has_begun() const noexcept { return place_ != place::root; }
    bool has_ended() const noexcept { return has_begun() && depth_ == 0; }

    bool Null() noexcept { return other_scalar(); }
    bool Bool(bool) noexcept { return other_scalar(); }
    bool Double(double value) noexcept {
        // RapidJSON passes an integer beyond 64 bits as a floating-point number.
        constexpr double beyond = 9223372036854775808.0;
        if (expects_integer() && (value >= beyond || value <= -beyond)) return fail(errc::integer_out_of_range);
        return other_scalar();
    }
    bool Int(int value) noexcept { return integer(value); }
    bool Uint(unsigned value) noexcept { return integer(value); }
    bool Int64(std::int64_t value) noexcept { return integer(value); }
    bool Uint64(std::uint64_t value) noexcept {
        constexpr auto max = (std::numeric_limits<std::int64_t>::max)();
        if (value <= static_cast<std::uint64_t>(max)) return integer(static_cast<std::int64_t>(value));
        return expects_integer() ? fail(errc::integer_out_of_range) : other_scalar();
    }
    bool RawNumber(const char*, RAPIDJSON_NAMESPACE::SizeType, bool) noexcept { return other_scalar(); }

    bool String(const char* text, RAPIDJSON_NAMESPACE::SizeType size, bool) noexcept {
        if (refused_text_) return fail(errc::invalid_utf8);
        const std::string_view value(text, size);
        if (place_ == place::item) return finish(assign_text(*item_, Layout::item_members, member_, value));
        if (place_ == place::head) return finish(assign_text(head_, Layout::head_members, member_, value));
        return other_scalar();
    }

    bool Key(const char* text, RAPIDJSON_NAMESPACE::SizeType size, bool) noexcept {
        if (refused_text_) return fail(errc::invalid_utf8);
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
        case place::list: return start_item();
        case place::head:
        case place::item: return other_scalar() && skip_container();
        case place::skipped: break;
        }
        return true;
    }

    bool EndObject(RAPIDJSON_NAMESPACE::SizeType) noexcept {
        if (close()) return true;
        if (place_ == place::item) {
            if (Layout::needs_every_text && lacks_text(*item_, Layout::item_members)) return fail(errc::missing_member);
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
            return resume_list() || (other_scalar() && skip_container());
        case place::list: return resume_item() ? skip_container() : fail(errc::wrong_type);
        case place::item: return other_scalar() && skip_container();
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

    /// Closes a container. True when it was part of a value that is skipped.
    bool close() noexcept {
        --depth_;
        if (place_ != place::skipped) return false;
        if (depth_ == skipped_depth_) place_ = skipped_place_;
        return true;
    }

    /// Passes over the container that was just opened.
    bool skip_container() noexcept {
        skipped_place_ = place_;
        skipped_depth_ = depth_ - 1;
        place_ = place::skipped;
        return true;
    }

    bool start_list() {
        if (list_seen_ && !restart_list()) return fail(errc::repeated_items);
        list_seen_ = true;
        items_.seen = 0;
        place_ = place::list;
        return true;
    }

    bool restart_list() {
        in_callback_ = true;
        const bool restarted = items_.restart != nullptr && items_.restart(items_);
        in_callback_ = false;
        return restarted;
    }

    /// Whether this is the array of a lead-in, which represents a list that was already begun.
    bool resume_list() noexcept {
        if (resumed_ != reading_place::first_item && resumed_ != reading_place::item) return false;
        place_ = place::list;
        if (resumed_ == reading_place::first_item) resumed_ = reading_place::start;
        return true;
    }

    /// Whether this is the element of a lead-in, which represents all items that were already read.
    bool resume_item() noexcept {
        const bool represents_items = resumed_ == reading_place::item;
        resumed_ = reading_place::start;
        return represents_items;
    }

    bool start_item() {
        ++items_.seen;
        in_callback_ = true;
        item_ = items_.has_room() ? items_.next : &overflow_;
        in_callback_ = false;
        *item_ = item_type{};
        member_ = no_member;
        place_ = place::item;
        return true;
    }

    /// Ends an assignment. The value of an unknown member is passed over.
    bool finish(assignment result) noexcept {
        if (result == assignment::done) return true;
        if (result == assignment::unknown_member && !(place_ == place::head && in_list_member_)) return true;
        return fail(to_errc(result));
    }

    /// A value of a type that no member takes: refused for a known member, else passed over.
    bool other_scalar() noexcept {
        switch (place_) {
        case place::root: return fail(errc::not_an_object);
        case place::head: return finish(assign_other(Layout::head_members, member_));
        case place::list: return fail(errc::wrong_type);
        case place::item: return finish(assign_other(Layout::item_members, member_));
        case place::skipped: break;
        }
        return true;
    }

    bool integer(std::int64_t value) noexcept {
        if (place_ == place::item) return finish(assign_integer(*item_, Layout::item_members, member_, value));
        if (place_ == place::head) return finish(assign_integer(head_, Layout::head_members, member_, value));
        return other_scalar();
    }

    bool expects_integer() const noexcept {
        if (place_ == place::head) return takes_integer(Layout::head_members, member_);
        return place_ == place::item && takes_integer(Layout::item_members, member_);
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
    bool refused_text_ = false;
    bool in_callback_ = false;
    errc failure_ = errc::malformed_json;
};

}}} // namespace unfriend::v0_2::detail

#pragma pop_macro("Bool")
