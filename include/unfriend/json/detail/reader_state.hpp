// What has been read of a message, shared by the speculative reader and RapidJSON's, which continues after it.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/json/detail/item_window.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A place between two values. A message can be read on from there without the bytes before it.
enum class reading_place : unsigned char {
    start,      ///< nothing was read
    member,     ///< after a member of the head
    first_item, ///< after the bracket that opens the list
    item,       ///< after an item of the list
};

/// JSON that brings a parser, and a `message_handler` with it, to a place. At most 15 bytes.
constexpr std::string_view lead_in(reading_place place) noexcept {
    switch (place) {
    case reading_place::start: break;
    case reading_place::member: return R"({"":"")"; // no number, because digits could follow
    case reading_place::first_item: return R"({"":[)";
    case reading_place::item: return R"({"":[[])";
    }
    return {};
}

template <class Layout>
struct message_state {
    typename Layout::head& head;
    item_window<typename Layout::item>& items;
    bool list_seen = false;
    reading_place place = reading_place::start;
    std::size_t offset = 0; ///< of the place, in bytes from the start of the body
};

}}} // namespace unfriend::v0_2::detail
