// An error as a value: false for success, else an `errc` or a transport's own `std::error_code`.
//
//   unfriend::error failure = unfriend::decode({bytes, size}, response);
//   if (failure) log(failure.what(), failure.detail()); // allocates nothing
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "unfriend/core/errc.hpp"

namespace unfriend { inline namespace v0_2 {

namespace detail {

// Clang warns that the vtable is in every translation unit, which cannot be avoided in a header, and that the object is
// destroyed at exit, where it has nothing to destroy.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wweak-vtables"
#pragma clang diagnostic ignored "-Wexit-time-destructors"
#pragma clang diagnostic ignored "-Wglobal-constructors"
#endif

class error_category final : public std::error_category {
public:
    const char* name() const noexcept override { return "unfriend"; }
    std::string message(int code) const override { return std::string(find_errc(code).sentence); }
};

inline const error_category error_category_instance{};

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

} // namespace detail

/// The `std::error_category` of `errc`, named "unfriend". Valid as long as the program runs.
inline const std::error_category& category() noexcept { return detail::error_category_instance; }

/// Converts an `errc` to a `std::error_code`; implicit conversions use it.
inline std::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), category()}; }

}} // namespace unfriend::v0_2

template <>
struct std::is_error_code_enum<unfriend::errc> : std::true_type {};

namespace unfriend { inline namespace v0_2 {

/// Success, or the reason of a failure: an `errc` or the `std::error_code` of a transport, with one number about it,
/// which `errc` documents. False for success. Copying it allocates nothing and does not throw.
class [[nodiscard]] error {
public:
    /// Success.
    error() noexcept = default;
    /// An error of this library, with the number that its `errc` documents.
    error(errc code, std::size_t detail = 0) noexcept : code_(code), detail_(detail) {}
    /// The same about something that has a name, such as a parameter. `subject` is valid as long as the program runs.
    error(errc code, std::size_t detail, const char* subject) noexcept
        : code_(code), detail_(detail), subject_(subject) {}
    /// An error of another category, from a transport. Success if `code` is 0.
    error(std::error_code code) noexcept : code_(code) {}

    /// Whether there is an error.
    explicit operator bool() const noexcept { return static_cast<bool>(code_); }

    /// The error as a `std::error_code`.
    const std::error_code& code() const noexcept { return code_; }

    /// A byte offset, a number of bytes, an index, a count, an HTTP status or a parameter: see `errc`. Otherwise 0.
    std::size_t detail() const noexcept { return detail_; }

    /// The name of what the error is about, such as a parameter; empty if it has none. Valid as long as the program
    /// runs.
    std::string_view subject() const noexcept { return subject_ == nullptr ? std::string_view() : subject_; }

    /// The sentence of an `errc`. Codes of other categories give "an error of another category"; their own text is
    /// `code().message()`. Valid as long as the program runs; allocates nothing.
    std::string_view what() const noexcept {
        if (code_.category() != category()) return "an error of another category";
        return describe(static_cast<errc>(code_.value()));
    }

    /// The sentence with the number, for logs. Allocates a string.
    std::string message() const {
        std::string text = code_.message();
        if (code_.category() != category()) return text;
        const detail_kind kind = detail_of(static_cast<errc>(code_.value()));
        const std::string_view label = detail::label(kind);
        if (label.empty()) return text;
        text.append(" (").append(label);
        text.append(subject_ == nullptr ? std::to_string(detail_) : std::string(subject_));
        return text.append(")");
    }

    friend bool operator==(const error& left, errc right) noexcept { return left.code_ == right; }
    friend bool operator!=(const error& left, errc right) noexcept { return !(left == right); }

private:
    std::error_code code_;
    std::size_t detail_ = 0;
    const char* subject_ = nullptr;
};

}} // namespace unfriend::v0_2
