// What the service's code for an account means for its outcome, and the outcome of all accounts together.
#pragma once

#include <cstddef>

#include "unfriend/call/account_result.hpp"
#include "unfriend/messages/service_code.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

struct settlement {
    unfriend::outcome outcome;
    bool is_settled; ///< the account is not sent again
};

/// `may_have_applied`: this attempt or an earlier one may have deleted the account.
constexpr settlement settle(const service_code& code, bool may_have_applied) noexcept {
    if (code.kind == code_kind::success) return {outcome::deleted, true};
    const bool is_settled = code.retry != retry_advice::with_backoff;
    if (!may_have_applied || code.kind == code_kind::not_found) return {outcome::failed, is_settled};
    // Any other refusal says nothing about what the earlier attempt did; 30001 of an account may even mean that it is
    // no friend any more.
    return {code.kind == code_kind::already_gone ? outcome::already_gone : outcome::unknown, is_settled};
}

/// `unknown` if any is unknown; else `failed` if any failed; else `already_gone` if any is; else `deleted`. Of no
/// accounts: `failed`.
inline outcome overall_outcome(const account_result* results, std::size_t size) noexcept {
    if (size == 0) return outcome::failed;
    bool is_any_failed = false;
    bool is_any_gone = false;
    for (std::size_t i = 0; i < size; ++i) {
        if (results[i].outcome == outcome::unknown) return outcome::unknown;
        is_any_failed = is_any_failed || results[i].outcome == outcome::failed;
        is_any_gone = is_any_gone || results[i].outcome == outcome::already_gone;
    }
    return is_any_failed ? outcome::failed : is_any_gone ? outcome::already_gone : outcome::deleted;
}

}}} // namespace unfriend::v0_2::detail
