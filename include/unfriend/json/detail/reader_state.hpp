// What has been read of a message, shared by the reader that predicts and the one that takes over.
#pragma once

#include <cstddef>

#include "unfriend/json/detail/item_window.hpp"

namespace unfriend::detail {

/// A place between values, from which a message can be read on without what stands before it.
enum class reading_place : unsigned char {
    start,      ///< nothing was read
    member,     ///< behind a member of the head
    first_item, ///< behind the bracket that opens the list
    item,       ///< behind an item of the list
};

template <class Layout>
struct message_state {
    typename Layout::head& head;
    item_window<typename Layout::item>& items;
    bool list_seen = false;
    reading_place place = reading_place::start;
    std::size_t offset = 0; ///< of the place, in bytes from the start of the body
};

} // namespace unfriend::detail
