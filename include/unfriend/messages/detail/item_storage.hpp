// Puts decoded items into the storage of a response.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/json/detail/item_window.hpp"
#include "unfriend/messages/items.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Decoded text, as a view or as a copy that owns it.
template <class Text>
Text to_text(std::string_view text) {
    return Text(text.data(), text.size());
}

/// Converts a decoded item to another type. Specialised beside each item type.
template <class To, class From>
struct item_conversion;

template <class Item>
struct item_conversion<Item, Item> {
    static const Item& convert(const Item& item) noexcept { return item; }
};

/// An array of the decoder's own item type: items are decoded into it directly.
template <class Item, class Array>
class in_place_filler {
public:
    explicit in_place_filler(Array& array) noexcept : array_(array) {
        window_.next = array_.data();
        window_.last = array_.data() + array_.capacity();
        window_.owner = &array_;
        window_.restart = [](item_window<Item>& window) {
            window.next = static_cast<Array*>(window.owner)->data();
            return true;
        };
    }

    item_window<Item>& window() noexcept { return window_; }

    /// Ends the list. Returns the number of items that the storage had no room for.
    std::size_t finish() noexcept {
        array_.set_size(static_cast<std::size_t>(window_.next - array_.data()));
        return window_.seen - array_.size();
    }

private:
    Array& array_;
    item_window<Item> window_;
};

/// Any other storage: items are decoded in small batches and passed to `Sink`.
template <class Item, class Sink>
class batch_filler {
public:
    template <class Storage>
    explicit batch_filler(Storage& storage) : sink_{storage} {
        window_.next = batch_;
        window_.last = batch_ + batch_size;
        window_.owner = this;
        window_.make_room = [](item_window<Item>& window) {
            static_cast<batch_filler*>(window.owner)->flush();
            return true;
        };
        window_.restart = [](item_window<Item>& window) {
            auto& filler = *static_cast<batch_filler*>(window.owner);
            window.next = filler.batch_;
            filler.taken_ = 0;
            return filler.sink_.restart();
        };
    }
    batch_filler(const batch_filler&) = delete;
    batch_filler& operator=(const batch_filler&) = delete;

    item_window<Item>& window() noexcept { return window_; }

    std::size_t finish() {
        flush();
        return window_.seen - taken_;
    }

private:
    static constexpr std::size_t batch_size = 32;

    void flush() {
        for (const Item* item = batch_; item != window_.next; ++item) taken_ += sink_.take(*item) ? 1U : 0U;
        window_.next = batch_;
    }

    Sink sink_;
    item_window<Item> window_;
    std::size_t taken_ = 0;
    Item batch_[batch_size];
};

/// An array of another item type.
template <class Item, class Array>
struct converting_array_sink {
    Array& array;

    bool take(const Item& item) {
        if (array.size() == array.capacity()) return false;
        array.data()[array.size()] = item_conversion<typename Array::value_type, Item>::convert(item);
        array.set_size(array.size() + 1);
        return true;
    }
    bool restart() noexcept {
        array.set_size(0);
        return true;
    }
};

/// `std::vector`, and any container with `push_back` and `clear`.
template <class Item, class Container>
struct container_sink {
    Container& container;

    bool take(const Item& item) {
        container.push_back(item_conversion<typename Container::value_type, Item>::convert(item));
        return true;
    }
    bool restart() {
        container.clear();
        return true;
    }
};

template <class Item, class Callbacks>
struct callback_sink {
    Callbacks& callbacks;

    bool take(const Item& item) {
        callbacks.on_item(item);
        return true;
    }
    bool restart() {
        if constexpr (std::is_same_v<decltype(callbacks.on_restart), cannot_restart>) {
            return false;
        } else {
            callbacks.on_restart();
            return true;
        }
    }
};

/// The properties of a response's storage: its filler, its text type, and how to empty it.
template <class Item, class Storage>
struct item_storage {
    using filler = batch_filler<Item, container_sink<Item, Storage>>;
    using text = typename Storage::value_type::text_type;
    static void clear(Storage& storage) { storage.clear(); }
};

template <class Item, class Array>
struct array_storage {
    using filler = std::conditional_t<std::is_same_v<typename Array::value_type, Item>, in_place_filler<Item, Array>,
                                      batch_filler<Item, converting_array_sink<Item, Array>>>;
    using text = typename Array::value_type::text_type;
    static void clear(Array& array) noexcept { array.set_size(0); }
};

template <class Item, std::size_t Capacity, class Stored>
struct item_storage<Item, inline_items<Capacity, Stored>> : array_storage<Item, inline_items<Capacity, Stored>> {};

template <class Item, class Stored>
struct item_storage<Item, item_span<Stored>> : array_storage<Item, item_span<Stored>> {};

template <class Item, class OnItem, class OnRestart>
struct item_storage<Item, each_item<OnItem, OnRestart>> {
    using filler = batch_filler<Item, callback_sink<Item, each_item<OnItem, OnRestart>>>;
    using text = std::string_view;
    static void clear(each_item<OnItem, OnRestart>&) noexcept {}
};

}}} // namespace unfriend::v0_2::detail
