// A value or an error, without exceptions.
//
//   unfriend::result<std::string_view> body = unfriend::encode(request, buffer);
//   if (!body) return log(body.error().message());
//   send(*body);
#pragma once

#include <cstddef>
#include <optional>
#include <system_error>
#include <utility>

#include "unfriend/core/error.hpp"

namespace unfriend { inline namespace v0_2 {

/// Holds a `T` or an `error`. Allocates nothing, except what `T` does.
template <class T>
class [[nodiscard]] result {
public:
    using value_type = T;

    /// A result with a value.
    result(T value) : value_(std::move(value)) {}
    /// A result with an error. `failure` is not success.
    result(unfriend::error failure) noexcept : error_(failure) {}
    result(errc code, std::size_t detail = 0) noexcept : error_(code, detail) {}
    result(std::error_code failure) noexcept : error_(failure) {}
    /// Constructs the value in place, for types that are expensive to move.
    template <class... Arguments>
    explicit result(std::in_place_t, Arguments&&... arguments)
        : value_(std::in_place, std::forward<Arguments>(arguments)...) {}

    /// Whether there is a value.
    explicit operator bool() const noexcept { return value_.has_value(); }
    bool has_value() const noexcept { return value_.has_value(); }

    /// The value. There must be one.
    T& operator*() & noexcept { return *value_; }
    const T& operator*() const& noexcept { return *value_; }
    T&& operator*() && noexcept { return *std::move(value_); }
    T* operator->() noexcept { return &*value_; }
    const T* operator->() const noexcept { return &*value_; }

    /// Why there is no value. False if there is one.
    const unfriend::error& error() const noexcept { return error_; }

    /// Replaces the value, if any, by an error.
    void fail(unfriend::error failure) noexcept {
        value_.reset();
        error_ = failure;
    }

private:
    std::optional<T> value_;
    unfriend::error error_;
};

}} // namespace unfriend::v0_2
