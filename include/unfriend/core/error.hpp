// Errors as values: false when all went well, else an `errc` or a transport's own code.
//
//   if (unfriend::error failure = unfriend::decode({bytes, size}, response))
//       log(failure.what(), failure.detail());          // allocates nothing
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include "unfriend/core/errc.hpp"

namespace unfriend {

namespace detail {

// A header-only class has its vtable in every translation unit, and its one object has nothing to
// destroy: what Clang warns of here is meant.
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

/// The `std::error_category` of `errc`, named "unfriend". Lives as long as the program.
inline const std::error_category& category() noexcept { return detail::error_category_instance; }

/// Makes `errc` usable wherever a `std::error_code` is.
inline std::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), category()}; }

} // namespace unfriend

template <>
struct std::is_error_code_enum<unfriend::errc> : std::true_type {};

namespace unfriend {

/// The outcome of an operation that yields nothing but success or a reason: false when all went well.
/// Holds an `errc` or whatever `std::error_code` a transport gave, and one number about it (see `errc`).
/// Copying allocates nothing and never throws.
class [[nodiscard]] error {
public:
    /// Success.
    error() noexcept = default;
    /// A failure of ours, with the number that its `errc` documents.
    error(errc code, std::size_t detail = 0) noexcept : code_(code), detail_(detail) {}
    /// The same about something that has a name, such as a parameter. `subject` is static text.
    error(errc code, std::size_t detail, const char* subject) noexcept
        : code_(code), detail_(detail), subject_(subject) {}
    /// A failure that a transport or policy reports in its own category; false when `code` is.
    error(std::error_code code) noexcept : code_(code) {}

    /// True when something failed.
    explicit operator bool() const noexcept { return static_cast<bool>(code_); }

    const std::error_code& code() const noexcept { return code_; }

    /// Byte offset, bytes needed, index, count, HTTP status or parameter, as the `errc` says; else 0.
    std::size_t detail() const noexcept { return detail_; }

    /// The name of what the error is about, a parameter, say; mostly empty. Static text.
    std::string_view subject() const noexcept { return subject_ == nullptr ? std::string_view() : subject_; }

    /// The sentence of an `errc`; "an error of another category" for codes that are not ours (their
    /// own text is `code().message()`). Static text; allocates nothing.
    std::string_view what() const noexcept {
        if (code_.category() != category()) return "an error of another category";
        return describe(static_cast<errc>(code_.value()));
    }

    /// The whole story as text, with the number where there is one. Allocates a string: for logs.
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

} // namespace unfriend
