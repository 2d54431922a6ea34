// The place that decoded items go to, seen from the decoder: room for the next one, and what to do
// when there is none. It knows nothing of the container behind it.
#pragma once

#include <cstddef>

namespace unfriend::detail {

template <class Item>
struct item_window {
    Item* next = nullptr; ///< where the next item is decoded
    Item* last = nullptr; ///< one past the room there is
    std::size_t seen = 0; ///< items in the list so far, kept or not
    void* owner = nullptr;
    /// Makes room by moving [.., next) on; false when the storage is full.
    bool (*make_room)(item_window&) = nullptr;
    /// Forgets every item, for a list that is repeated; false when they are gone for good.
    bool (*restart)(item_window&) = nullptr;

    bool has_room() { return next != last || (make_room != nullptr && make_room(*this)); }
};

} // namespace unfriend::detail
