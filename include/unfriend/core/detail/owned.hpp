// Owns an object that a function frees. <memory> has std::unique_ptr for that, and much more, which costs its time to
// include.
#pragma once

#include <utility>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class T>
void delete_object(T* object) noexcept {
    delete object;
}

/// `Free` is called with the object, unless there is none.
template <class T, void (*Free)(T*) noexcept = delete_object<T>>
class owned {
public:
    owned() noexcept = default;
    explicit owned(T* object) noexcept : object_(object) {}
    owned(owned&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
    owned& operator=(owned&& other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }
    owned(const owned&) = delete;
    owned& operator=(const owned&) = delete;
    ~owned() { reset(); }

    T* get() const noexcept { return object_; }
    T* operator->() const noexcept { return object_; }
    T& operator*() const noexcept { return *object_; }
    explicit operator bool() const noexcept { return object_ != nullptr; }

    void reset(T* object = nullptr) noexcept {
        T* const old = std::exchange(object_, object);
        if (old != nullptr) Free(old);
    }

private:
    T* object_ = nullptr;
};

}}} // namespace unfriend::v0_2::detail
