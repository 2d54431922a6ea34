// Receives RapidJSON's events and fills a message of any layout: the members of its head, and its list of items.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "unfriend/core/errc.hpp"
#include "unfriend/json/detail/insitu_stream.hpp"
#include "unfriend/json/detail/layout.hpp"
#include "unfriend/json/detail/member_value.hpp"
#include "unfriend/json/detail/rapidjson.hpp"
#include "unfriend/json/detail/reader_state.hpp"

// Xlib.h defines `Bool`.
#pragma push_macro("Bool")
#undef Bool

namespace unfriend { inline namespace v0_2 { namespace detail {

/// RapidJSON's handler concept for messages of `Layout`.
template <class Layout>
class message_handler {
public:
    using item_type = typename Layout::item;

    /// Continues at the place in `state`, after a lead-in whose events do not count.
    message_handler(message_state<Layout>& state, std::size_t max_nesting) noexcept
        : state_(state), max_nesting_(max_nesting), depth_(state.place.open.depth()), level_(state.level()),
          is_skipping_(depth_ > own_depth()) {}

    errc failure() const noexcept { return failure_; }
    /// Whether the storage of the items was called and has not returned: an exception is then the program's.
    bool in_callback() const noexcept { return in_callback_; }
    stream_notes& notes() noexcept { return notes_; }
    /// Whether the message has begun, and whether it has ended.
    bool has_begun() const noexcept { return level_ != message_level::root; }
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
        if (notes_.in_lead_in) return true;
        if (notes_.refused_text) return fail(errc::invalid_utf8);
        const std::string_view value(text, size);
        if (is_in(message_level::item)) return finish(assign_text(*state_.item, Layout::item_members, member_, value));
        if (is_in(message_level::head)) return finish(assign_text(state_.head, Layout::head_members, member_, value));
        return other_scalar();
    }

    bool Key(const char* text, RAPIDJSON_NAMESPACE::SizeType size, bool) noexcept {
        if (notes_.in_lead_in) return true;
        if (notes_.refused_text) return fail(errc::invalid_utf8);
        const std::string_view name(text, size);
        if (is_in(message_level::head)) {
            in_list_member_ = !Layout::list_name.empty() && name == Layout::list_name;
            member_ = find_member(Layout::head_members, name, member_ + 1);
        } else if (is_in(message_level::item)) {
            member_ = find_member(Layout::item_members, name, member_ + 1);
        }
        return true;
    }

    bool StartObject() {
        if (notes_.in_lead_in) return true;
        if (!open()) return false;
        if (is_skipping_) return true;
        switch (level_) {
        case message_level::root: level_ = message_level::head; return true;
        case message_level::list: return start_item();
        case message_level::head:
        case message_level::item: break;
        }
        return other_scalar() && skip_container();
    }

    bool EndObject(RAPIDJSON_NAMESPACE::SizeType) noexcept {
        if (close()) return true;
        if (level_ == message_level::item) {
            if (Layout::needs_every_text && lacks_text(*state_.item, Layout::item_members))
                return fail(errc::missing_member);
            state_.end_item();
            member_ = no_member;
            level_ = message_level::list;
        }
        return true;
    }

    bool StartArray() {
        if (notes_.in_lead_in) return true;
        if (!open()) return false;
        if (is_skipping_) return true;
        if (level_ == message_level::root) return fail(errc::not_an_object);
        if (level_ == message_level::head && in_list_member_) return start_list();
        return other_scalar() && skip_container();
    }

    bool EndArray(RAPIDJSON_NAMESPACE::SizeType) noexcept {
        if (!close()) level_ = message_level::head;
        return true;
    }

private:
    static constexpr auto no_member = static_cast<std::size_t>(-1); // whose successor is the first

    bool fail(errc code) noexcept {
        failure_ = code;
        return false;
    }

    bool is_in(message_level level) const noexcept { return !is_skipping_ && level_ == level; }

    /// The depth of what the layout describes at this place.
    std::size_t own_depth() const noexcept { return static_cast<std::size_t>(level_); }

    bool open() noexcept { return ++depth_ <= max_nesting_ || fail(errc::nesting_too_deep); }

    /// Closes a container. True when it was part of a value that is skipped.
    bool close() noexcept {
        --depth_;
        if (!is_skipping_) return false;
        is_skipping_ = depth_ != own_depth();
        return true;
    }

    /// Passes over the container that was just opened.
    bool skip_container() noexcept { return is_skipping_ = true; }

    bool start_list() {
        in_callback_ = true;
        const bool started = state_.start_list();
        in_callback_ = false;
        level_ = message_level::list;
        return started || fail(errc::repeated_items);
    }

    bool start_item() {
        in_callback_ = true;
        state_.start_item();
        in_callback_ = false;
        member_ = no_member;
        level_ = message_level::item;
        return true;
    }

    /// Ends an assignment. The value of an unknown member is passed over.
    bool finish(assignment result) noexcept {
        if (result == assignment::done) return true;
        if (result == assignment::unknown_member && !(level_ == message_level::head && in_list_member_)) return true;
        return fail(to_errc(result));
    }

    /// A value of a type that no member takes: refused for a known member, else passed over.
    bool other_scalar() noexcept {
        if (is_skipping_) return true;
        switch (level_) {
        case message_level::root: return fail(errc::not_an_object);
        case message_level::head: return finish(assign_other(Layout::head_members, member_));
        case message_level::item: return finish(assign_other(Layout::item_members, member_));
        case message_level::list: break;
        }
        return fail(errc::wrong_type);
    }

    bool integer(std::int64_t value) noexcept {
        if (is_in(message_level::item))
            return finish(assign_integer(*state_.item, Layout::item_members, member_, value));
        if (is_in(message_level::head))
            return finish(assign_integer(state_.head, Layout::head_members, member_, value));
        return other_scalar();
    }

    bool expects_integer() const noexcept {
        if (is_in(message_level::head)) return takes_integer(Layout::head_members, member_);
        return is_in(message_level::item) && takes_integer(Layout::item_members, member_);
    }

    message_state<Layout>& state_;
    std::size_t max_nesting_;
    std::size_t depth_;
    std::size_t member_ = no_member;
    message_level level_;
    bool is_skipping_; ///< over an unknown value, in whose containers the place is
    bool in_list_member_ = false;
    bool in_callback_ = false;
    stream_notes notes_;
    errc failure_ = errc::malformed_json;
};

}}} // namespace unfriend::v0_2::detail

#pragma pop_macro("Bool")
