// Where the decoder puts items: room for the next one, and what to do when there is none. The container behind it is
// unknown here.
#pragma once

#include <cstddef>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Item>
struct item_window {
    Item* next = nullptr; ///< the next item is decoded here
    Item* last = nullptr; ///< end of the room
    std::size_t seen = 0; ///< items in the list so far, stored or not
    void* owner = nullptr;
    /// Makes room for another item by moving `next`. False when the storage is full.
    bool (*make_room)(item_window&) = nullptr;
    /// Removes every item, because the list is repeated. False when they cannot be taken back.
    bool (*restart)(item_window&) = nullptr;

    bool has_room() { return next != last || (make_room != nullptr && make_room(*this)); }
};

}}} // namespace unfriend::v0_2::detail
