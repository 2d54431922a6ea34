// Holds a callable of any type. std::function does so too, and <functional> costs a fifth of this library to include.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A callable of `Argument`, or none. Can be moved and not copied, so the callable may own what cannot be copied. One
/// of up to four pointers is held inside; a larger one, or one whose move can throw, is allocated.
template <class Argument>
class callback {
    static constexpr std::size_t capacity = 4 * sizeof(void*);
    template <class Callable>
    static constexpr bool fits = sizeof(Callable) <= capacity &&
                                 alignof(Callable) <= alignof(void*) && std::is_nothrow_move_constructible_v<Callable>;

public:
    callback() noexcept = default;
    callback(std::nullptr_t) noexcept {}
    template <class Callable, class Held = std::decay_t<Callable>,
              class = std::enable_if_t<!std::is_same_v<Held, callback> && std::is_invocable_v<Held&, Argument>>>
    callback(Callable&& callable) {
        if (is_null(callable)) return;
        if constexpr (fits<Held>) {
            ::new (static_cast<void*>(memory_)) Held(std::forward<Callable>(callable));
            operations_ = &operations_of<Held, held_inside<Held>>;
        } else {
            auto* const held = new Held(std::forward<Callable>(callable));
            ::new (static_cast<void*>(memory_)) Held*(held);
            operations_ = &operations_of<Held*, held_outside<Held>>;
        }
    }
    callback(callback&& other) noexcept { take(other); }
    callback& operator=(callback&& other) noexcept {
        if (this == &other) return *this;
        reset();
        take(other);
        return *this;
    }
    ~callback() { reset(); }

    explicit operator bool() const noexcept { return operations_ != nullptr; }
    void operator()(Argument argument) { operations_->call(memory_, argument); }

    void reset() noexcept {
        if (operations_ != nullptr) std::exchange(operations_, nullptr)->destroy(memory_);
    }

private:
    struct operations {
        void (*call)(void* held, Argument argument);
        void (*move)(void* from, void* to) noexcept; // and ends what was moved from
        void (*destroy)(void* held) noexcept;
    };

    template <class Held>
    struct held_inside {
        static Held& callable(void* held) noexcept { return *static_cast<Held*>(held); }
        static void destroy(void* held) noexcept { static_cast<Held*>(held)->~Held(); }
    };
    template <class Held>
    struct held_outside {
        static Held& callable(void* held) noexcept { return **static_cast<Held**>(held); }
        static void destroy(void* held) noexcept { delete *static_cast<Held**>(held); }
    };
    template <class Stored, class Access>
    static constexpr operations operations_of = {
        [](void* held, Argument argument) { Access::callable(held)(argument); },
        [](void* from, void* to) noexcept {
            auto& stored = *static_cast<Stored*>(from);
            ::new (to) Stored(std::move(stored));
            stored.~Stored(); // NOLINT(bugprone-use-after-move): what was moved from is destroyed
        },
        Access::destroy,
    };

    /// A null pointer, or an empty std::function.
    template <class Callable, class = std::enable_if_t<std::is_assignable_v<Callable&, std::nullptr_t>>>
    static bool is_null_at(const Callable& callable, int) noexcept {
        return callable == nullptr;
    }
    template <class Callable>
    static bool is_null_at(const Callable&, long) noexcept {
        return false;
    }
    template <class Callable>
    static bool is_null(const Callable& callable) noexcept {
        return is_null_at(callable, 0);
    }

    void take(callback& other) noexcept {
        if (other.operations_ == nullptr) return;
        operations_ = std::exchange(other.operations_, nullptr);
        operations_->move(other.memory_, memory_);
    }

    const operations* operations_ = nullptr;
    alignas(void*) unsigned char memory_[capacity];
};

}}} // namespace unfriend::v0_2::detail
