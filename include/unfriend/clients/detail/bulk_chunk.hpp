// The pairs that one call carries: taken from the front of a source.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/call/detail/command_entry.hpp"
#include "unfriend/clients/pair_source.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/core/text.hpp"
#include "unfriend/messages/delete_type.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Text>
std::string_view view_of(const Text& text) noexcept {
    return text_access<Text>::view(text);
}

template <class Pair>
decltype(auto) first_of(const Pair& pair) noexcept {
    using std::get;
    return get<0>(pair);
}
template <class Pair>
decltype(auto) second_of(const Pair& pair) noexcept {
    using std::get;
    return get<1>(pair);
}

template <class Pair, class = void>
struct pair_access {
    static std::string_view from(const Pair& pair) noexcept { return view_of(first_of(pair)); }
    static std::string_view to(const Pair& pair) noexcept { return view_of(second_of(pair)); }
};
template <class Pair>
struct pair_access<Pair, std::void_t<decltype(std::declval<Pair>().from_account, std::declval<Pair>().to_account)>> {
    static std::string_view from(const Pair& pair) noexcept { return view_of(pair.from_account); }
    static std::string_view to(const Pair& pair) noexcept { return view_of(pair.to_account); }
};

template <class Pair, class = void>
struct pair_history {
    static bool may_have_applied(const Pair&) noexcept { return false; }
};
template <class Pair>
struct pair_history<Pair, std::void_t<decltype(std::declval<Pair>().may_have_applied)>> {
    static bool may_have_applied(const Pair& pair) noexcept { return pair.may_have_applied; }
};

struct bulk_delete; // friend_delete, as far as the wire is concerned

/// A request that takes its pairs from a source while a call loads it. The call can be extended with it later.
template <class Source>
struct bulk_chunk {
    using command = bulk_delete;

    Source* source;
    unfriend::delete_type delete_type;
    mutable std::size_t size = 0;     ///< how many pairs the call has
    mutable bool is_complete = false; ///< no further pair can join them
};

template <class Limits>
struct command_of<bulk_delete, Limits> {
    static constexpr command_entry entry = command_of<friend_delete, Limits>::entry;
    static constexpr bool is_extensible = true;

    /// Takes the pairs that the source has and that fit, as long as they have the From_Account of the first. An invalid
    /// To_Account is reported in its own result; a pair with an invalid From_Account makes a call of its own.
    template <class Source>
    static error fill(account_table& table, const bulk_chunk<Source>& chunk) {
        error failure;
        while (!table.is_full() || chunk.size == 0) {
            const source_state state = chunk.source->state();
            chunk.is_complete = state == source_state::ended;
            if (state != source_state::pair) return failure;
            decltype(auto) pair = chunk.source->front();
            using pair_type = std::remove_cv_t<std::remove_reference_t<decltype(pair)>>;
            using access = pair_access<pair_type>;
            chunk.is_complete = chunk.size != 0 && access::from(pair) != table.from_account();
            if (chunk.is_complete) return failure;
            if (chunk.size == 0) failure = table.begin(access::from(pair), chunk.delete_type);
            if (table.add(access::to(pair), pair_history<pair_type>::may_have_applied(pair)))
                table.add_invalid(access::to(pair));
            ++chunk.size;
            chunk.source->pop();
            if (failure) break;
        }
        chunk.is_complete = true;
        return failure;
    }
};

}}} // namespace unfriend::v0_2::detail
