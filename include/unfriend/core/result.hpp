// A value, or the reason why there is none; no exception is thrown for either.
//
//   unfriend::result<std::string_view> body = unfriend::encode(request, buffer);
//   if (!body) return body.error();
//   send(*body);
#pragma once

#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

#include "unfriend/core/error.hpp"

namespace unfriend {

/// Holds a `T` or an `error`. Allocates only what `T` allocates.
template <class T>
class [[nodiscard]] result {
public:
    using value_type = T;

    result(T value) : value_(std::move(value)) {}
    /// `failure` must be one: a result without a value always says why.
    result(unfriend::error failure) noexcept : error_(failure) {}
    result(errc code, std::size_t detail = 0) noexcept : error_(code, detail) {}
    result(std::error_code failure) noexcept : error_(failure) {}
    /// Makes the value where it will stay, for types that are large to move.
    template <class... Arguments>
    explicit result(std::in_place_t, Arguments&&... arguments)
        : value_(std::in_place, std::forward<Arguments>(arguments)...) {}

    /// True when there is a value.
    explicit operator bool() const noexcept { return value_.has_value(); }
    bool has_value() const noexcept { return value_.has_value(); }

    /// The value. Ask for it only when there is one.
    T& operator*() & noexcept { return *value_; }
    const T& operator*() const& noexcept { return *value_; }
    T&& operator*() && noexcept { return *std::move(value_); }
    T* operator->() noexcept { return &*value_; }
    const T* operator->() const noexcept { return &*value_; }

    /// Why there is no value; false when there is one.
    const unfriend::error& error() const noexcept { return error_; }

    /// Gives up the value, if any, for a reason.
    void fail(unfriend::error failure) noexcept {
        value_.reset();
        error_ = failure;
    }

private:
    std::optional<T> value_;
    unfriend::error error_;
};

} // namespace unfriend
