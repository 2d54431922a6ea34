// Accounts that a request names more than once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/detail/name_order.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// 31704 of an account that no attempt may have deleted.
inline bool is_stranger(const account_result& result) noexcept {
    return result.outcome == outcome::failed && kind_of(result.result_code) == code_kind::already_gone;
}

/// The results [`first`, `last`) are of one account. Once the call has deleted it, or may have, 31704 is no refusal.
inline void credit_duplicates(account_result* results, const std::uint32_t* first, const std::uint32_t* last) noexcept {
    const account_result* done = nullptr;
    bool may_have_applied = false;
    for (const std::uint32_t* at = first; at != last; ++at) {
        const account_result& each = results[*at];
        if (done == nullptr && each.ok()) done = &each;
        may_have_applied = may_have_applied || each.outcome == outcome::unknown;
    }
    for (; first != last; ++first) {
        account_result& each = results[*first];
        if (!is_stranger(each)) continue;
        if (done != nullptr) {
            each = *done;
        } else if (may_have_applied) {
            each.outcome = outcome::already_gone;
        }
    }
}

/// The same for every account of a call. `by_name` has room for `size` indices. Takes time `size` times its logarithm.
inline void credit_duplicates(account_result* results, std::size_t size, std::uint32_t* by_name) noexcept {
    if (size < 2) return;
    sort_by_name(by_name, size, {results});
    const std::uint32_t* const end = by_name + size;
    for (const std::uint32_t* first = by_name; first != end;) {
        const std::uint32_t* last = first + 1;
        while (last != end && results[*last].to_account == results[*first].to_account) ++last;
        credit_duplicates(results, first, last);
        first = last;
    }
}

}}} // namespace unfriend::v0_2::detail
