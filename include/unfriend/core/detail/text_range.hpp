// Ranges of a caller's texts.
#pragma once

#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/core/text.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Text>
std::string_view view_text(const Text& text) noexcept {
    return text_access<Text>::view(text);
}

template <class Range, class = void>
struct is_const_range : std::false_type {};
template <class Range>
struct is_const_range<Range, std::void_t<decltype(std::begin(std::declval<const Range&>()))>> : std::true_type {};

/// A range to iterate over: as it is, or a copy of a view whose `begin` is not `const`.
template <class Range>
decltype(auto) iterable(const Range& range) {
    if constexpr (is_const_range<Range>::value) {
        return (range);
    } else {
        static_assert(std::is_copy_constructible_v<Range>, "unfriend: the accounts are a view that can neither be "
                                                           "iterated over as const nor copied: pass it as an lvalue");
        return Range(range);
    }
}
template <class Range>
Range& iterable(Range& range) {
    return range;
}

}}} // namespace unfriend::v0_2::detail
