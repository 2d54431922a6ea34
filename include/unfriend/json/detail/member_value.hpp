// Assigns a JSON value to the member of an object, by the member's index in its table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "unfriend/core/errc.hpp"
#include "unfriend/json/detail/layout.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// The result of an assignment.
enum class assignment : unsigned char { done, unknown_member, wrong_type, out_of_range };

constexpr errc to_errc(assignment failed) noexcept {
    return failed == assignment::out_of_range ? errc::integer_out_of_range : errc::wrong_type;
}

template <class Owner, std::size_t size>
assignment assign_text(Owner& owner, const json_member<Owner> (&members)[size], std::size_t index,
                       std::string_view value) noexcept {
    if (index >= size) return assignment::unknown_member;
    if (members[index].text == nullptr) return assignment::wrong_type;
    std::string_view& text = owner.*members[index].text;
    if (!members[index].first_counts || text.data() == nullptr) text = value;
    return assignment::done;
}

template <class Owner, std::size_t size>
assignment assign_integer(Owner& owner, const json_member<Owner> (&members)[size], std::size_t index,
                          std::int64_t value) noexcept {
    if (index >= size) return assignment::unknown_member;
    const json_member<Owner>& member = members[index];
    if (member.int64 != nullptr) {
        owner.*member.int64 = value;
        return assignment::done;
    }
    if (member.int32 == nullptr) return assignment::wrong_type;
    using limits = std::numeric_limits<std::int32_t>;
    if (value < (limits::min)() || value > (limits::max)()) return assignment::out_of_range;
    owner.*member.int32 = static_cast<std::int32_t>(value);
    return assignment::done;
}

/// Any other value: refused where a member is known.
template <class Owner, std::size_t size>
constexpr assignment assign_other(const json_member<Owner> (&)[size], std::size_t index) noexcept {
    return index >= size ? assignment::unknown_member : assignment::wrong_type;
}

/// Whether the member takes an integer.
template <class Owner, std::size_t size>
constexpr bool takes_integer(const json_member<Owner> (&members)[size], std::size_t index) noexcept {
    return index < size && members[index].text == nullptr;
}

}}} // namespace unfriend::v0_2::detail
