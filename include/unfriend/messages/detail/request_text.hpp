// How a request keeps the texts that it is made of: it refers to an lvalue, and owns an rvalue that owns its text.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

#include "unfriend/core/detail/text_range.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Whether a view of a `T&&` may outlive it: of an lvalue, a pointer or a `std::string_view`. Any other rvalue may hold
/// its characters itself.
template <class T>
inline constexpr bool is_borrowed_text =
    std::is_lvalue_reference_v<T> || std::is_pointer_v<T> || std::is_same_v<std::remove_cv_t<T>, std::string_view>;

/// What a request keeps of a `T&&`: a view, or the text itself if that dies otherwise.
template <class T>
using kept_text = std::conditional_t<is_borrowed_text<T>, std::string_view, std::remove_cv_t<T>>;

/// One of the accounts that are written in braces.
class listed_account {
public:
    template <class Text>
    listed_account(Text&& text) noexcept : text_(view_text<std::decay_t<Text>>(text)) {
        static_assert(is_borrowed_text<Text>,
                      "unfriend: an account in braces is a temporary string, which dies before the request is encoded: "
                      "give it a name, or pass a container of strings");
    }
    operator std::string_view() const noexcept { return text_; }

private:
    std::string_view text_;
};

/// The accounts that are written in braces: `friend_delete_request{"alice", {"bob", "carol"}}`.
template <std::size_t Size>
struct listed_accounts {
    listed_account items[Size];

    const listed_account* begin() const noexcept { return items; }
    const listed_account* end() const noexcept { return items + Size; }
};

}}} // namespace unfriend::v0_2::detail
