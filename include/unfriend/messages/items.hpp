// Storage for the items of a response, chosen by the type of the response:
//
//   friend_delete_response<inline_items<1000>> a;                    // inside the response
//   friend_delete_response b{item_span{array}};                      // in the caller's array
//   friend_delete_response<std::vector<result_item>> c;              // or std::pmr::vector
//   friend_delete_response d{each_item{[](const result_item& item) { … }}};   // passed to a callback
//
// An item with `std::string_view` text refers to the decoded bytes. An item that owns its text
// (`std::vector<owned_result_item>`) outlives them.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

template <class Text>
struct basic_result_item;
using result_item = basic_result_item<std::string_view>;

/// Up to `Capacity` items inside the response itself. Allocates nothing.
template <std::size_t Capacity, class Item = result_item>
class inline_items {
public:
    using value_type = Item;

    Item* data() noexcept { return items_; }
    const Item* data() const noexcept { return items_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    static constexpr std::size_t capacity() noexcept { return Capacity; }
    const Item* begin() const noexcept { return items_; }
    const Item* end() const noexcept { return items_ + size_; }
    const Item& operator[](std::size_t index) const noexcept { return items_[index]; }

    /// Sets the number of valid items; at most `Capacity`.
    void set_size(std::size_t size) noexcept { size_ = size; }

private:
    Item items_[Capacity];
    std::size_t size_ = 0;
};

/// Items in an array of the caller, which must outlive this. Allocates nothing.
template <class Item>
class item_span {
public:
    using value_type = Item;

    constexpr item_span() noexcept = default;
    constexpr item_span(Item* data UNFRIEND_LIFETIMEBOUND, std::size_t capacity) noexcept
        : data_(data), capacity_(capacity) {}
    /// Any contiguous container of items: a C array, `std::array`, `std::span`. Every item may be overwritten.
    template <class Container,
              class = std::enable_if_t<std::is_same_v<decltype(std::data(std::declval<Container&>())), Item*>>>
    constexpr item_span(Container& items) noexcept : item_span(std::data(items), std::size(items)) {}

    Item* data() const noexcept { return data_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    std::size_t capacity() const noexcept { return capacity_; }
    const Item* begin() const noexcept { return data_; }
    const Item* end() const noexcept { return data_ + size_; }
    const Item& operator[](std::size_t index) const noexcept { return data_[index]; }

    /// Sets the number of valid items; at most `capacity()`.
    void set_size(std::size_t size) noexcept { size_ = size; }

private:
    Item* data_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
};

template <class Container>
item_span(Container&) -> item_span<std::remove_pointer_t<decltype(std::data(std::declval<Container&>()))>>;

/// The second callback of `each_item` when none is given.
struct cannot_restart {};

/// Passes each item to a callback, `on_item(const Item&)`, during decoding. Nothing is stored; texts are views into the
/// bytes being decoded. The items are valid only after `decode` has succeeded.
///
/// When a response repeats its list, the last list counts: `on_restart()` is called, and all items so far are to be
/// discarded. Without `on_restart`, such a response is refused with `errc::repeated_items`.
template <class OnItem, class OnRestart = cannot_restart>
struct each_item {
    OnItem on_item;
    OnRestart on_restart{};
};

template <class OnItem>
each_item(OnItem) -> each_item<OnItem>;
template <class OnItem, class OnRestart>
each_item(OnItem, OnRestart) -> each_item<OnItem, OnRestart>;

}} // namespace unfriend::v0_2
