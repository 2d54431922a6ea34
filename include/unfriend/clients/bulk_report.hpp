// What a bulk job reports: each pair, the totals, and to a journal what is about to be sent.
//
//   job.poll(now(), [](const unfriend::bulk_item& item) { print(item.from_account, item.account); });
#pragma once

#include <cstdint>
#include <string_view>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/call_result.hpp"

namespace unfriend { inline namespace v0_2 {

/// The result of one pair. The texts live until the callback returns.
struct bulk_item {
    std::uint64_t index;           ///< in the input, from 0
    std::string_view from_account; ///< like `account.to_account`, cut to the length of a UserID if it is longer
    const account_result& account;
    const call_result& call; ///< the call that carried it, with its error if it had no response
};

/// How many pairs have been reported, by outcome.
struct bulk_totals {
    std::uint64_t deleted = 0;
    std::uint64_t already_gone = 0;
    std::uint64_t failed = 0;
    std::uint64_t unknown = 0;

    std::uint64_t all() const noexcept { return deleted + already_gone + failed + unknown; }
    /// A pair with this outcome has been reported.
    void count(outcome value) noexcept {
        switch (value) {
        case outcome::deleted: ++deleted; break;
        case outcome::already_gone: ++already_gone; break;
        case outcome::failed: ++failed; break;
        case outcome::unknown: ++unknown; break;
        }
    }
};

/// A journal that keeps nothing. One of the same two functions can keep what a later job needs to go on after this one
/// was cut off; `poll` takes it.
struct no_journal {
    /// The accounts, a range of `std::string_view`, are about to be sent for the first time in this job. False: this
    /// could not be noted; the accounts are not sent, and the job stops.
    template <class Accounts>
    bool before_sending(std::string_view /*from_account*/, const Accounts& /*to_accounts*/) const noexcept {
        return true;
    }
    /// A call that was sent has ended. Its accounts are reported later, in order.
    void after(std::string_view /*from_account*/, const call_result& /*response*/) const noexcept {}
};

}} // namespace unfriend::v0_2
