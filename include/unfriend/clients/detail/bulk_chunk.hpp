// The part of a range of pairs that one call carries.
#pragma once

#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "unfriend/call/detail/command_entry.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/core/text.hpp"
#include "unfriend/messages/delete_type.hpp"

namespace unfriend::detail {

template <class Text>
std::string_view view_of(const Text& text) noexcept {
    return text_access<Text>::view(text);
}

template <class Pair, class = void>
struct pair_access {
    static std::string_view from(const Pair& pair) noexcept { return view_of(std::get<0>(pair)); }
    static std::string_view to(const Pair& pair) noexcept { return view_of(std::get<1>(pair)); }
};
template <class Pair>
struct pair_access<Pair, std::void_t<decltype(std::declval<Pair>().from_account, std::declval<Pair>().to_account)>> {
    static std::string_view from(const Pair& pair) noexcept { return view_of(pair.from_account); }
    static std::string_view to(const Pair& pair) noexcept { return view_of(pair.to_account); }
};

struct bulk_delete; // friend_delete, as far as the wire is concerned

/// A request as calls see it, which takes its pairs off the front of a range when it is loaded.
template <class Input, class Sentinel>
struct bulk_chunk {
    using command = bulk_delete;

    Input* first;
    const Sentinel* last;
    unfriend::delete_type delete_type;
    mutable std::size_t size; // how many pairs it took
};

template <class Limits>
struct command_of<bulk_delete, Limits> {
    static constexpr command_entry entry = command_of<friend_delete, Limits>::entry;

    /// Takes as many pairs as have the first one's From_Account and fit; never none. What is wrong with an account
    /// is told in its result; of a wrong From_Account there is one pair at a time.
    template <class Input, class Sentinel>
    static error fill(account_table& table, const bulk_chunk<Input, Sentinel>& chunk) {
        Input& at = *chunk.first;
        error failure;
        do {
            decltype(auto) pair = *at;
            using access = pair_access<std::remove_cv_t<std::remove_reference_t<decltype(pair)>>>;
            if (chunk.size == 0) {
                failure = table.begin(access::from(pair), chunk.delete_type);
            } else if (access::from(pair) != table.from_account()) {
                break;
            }
            if (table.add(access::to(pair))) table.add_invalid(access::to(pair));
            ++chunk.size;
            ++at;
        } while (!failure && at != *chunk.last && !table.is_full());
        return failure;
    }
};

} // namespace unfriend::detail
