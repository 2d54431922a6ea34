// Reads the string types of the caller.
//
//   template <> // an engine's own string can be a UserID
//   struct unfriend::text_access<engine::string> {
//       static std::string_view view(const engine::string& text) noexcept { return {text.raw(), text.length()}; }
//   };
#pragma once

#include <string_view>
#include <type_traits>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// The customisation point for string types: specialise it with a static function
/// `std::string_view view(const T&) noexcept`, whose result is valid as long as its argument. Types that convert to
/// `std::string_view` need no specialisation.
template <class T, class = void>
struct text_access {
    static_assert(!std::is_same_v<T, T>,
                  "unfriend: accounts must be convertible to std::string_view, or unfriend::text_access must be "
                  "specialised for their type");
};

template <class T>
struct text_access<T, std::enable_if_t<std::is_convertible_v<const T&, std::string_view>>> {
    /// The text, valid as long as `text` is.
    static std::string_view view(const T& text) noexcept { return text; }
};

}} // namespace unfriend::v0_2
