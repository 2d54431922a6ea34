// How a message describes its JSON: the members of its head, the name of its list, the members of an item, how many of
// these differ from item to item (the first ones, which are texts), and whether an item needs every text. The decoder
// is the same for every layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A member of a JSON object, and the field of `Owner` that takes its value.
template <class Owner>
struct json_member {
    std::string_view name;
    std::string_view Owner::*text = nullptr;
    std::optional<std::int32_t> Owner::*int32 = nullptr;
    std::int64_t Owner::*int64 = nullptr;
    bool first_counts = false; ///< of a text that is repeated; else the last one counts

    constexpr json_member(std::string_view member, std::string_view Owner::*field, bool keep_first = false) noexcept
        : name(member), text(field), first_counts(keep_first) {}
    constexpr json_member(std::string_view member, std::optional<std::int32_t> Owner::*field) noexcept
        : name(member), int32(field) {}
    constexpr json_member(std::string_view member, std::int64_t Owner::*field) noexcept : name(member), int64(field) {}
};

/// The item of messages that have no list.
struct no_item {};

/// The list of messages that have none.
struct no_list {
    using item = no_item;
    static constexpr std::string_view list_name{};
    static constexpr std::size_t varying_texts = 1;
    static constexpr bool needs_every_text = false;
    static constexpr json_member<no_item> item_members[] = {{{}, static_cast<std::int64_t no_item::*>(nullptr)}};
};

/// The index of the member named `name`, or `size`. Tries `guess` first.
template <class Owner, std::size_t size>
constexpr std::size_t find_member(const json_member<Owner> (&members)[size], std::string_view name,
                                  std::size_t guess) noexcept {
    if (guess < size && members[guess].name == name) return guess;
    for (std::size_t i = 0; i < size; ++i) {
        if (members[i].name == name) return i;
    }
    return size;
}

/// Whether any text of `owner` is absent or empty.
template <class Owner, std::size_t size>
constexpr bool lacks_text(const Owner& owner, const json_member<Owner> (&members)[size]) noexcept {
    for (const json_member<Owner>& member : members) {
        if (member.text != nullptr && (owner.*member.text).empty()) return true;
    }
    return false;
}

}}} // namespace unfriend::v0_2::detail
