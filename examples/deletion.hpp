// Deleting any number of accounts: in calls of as many as one may carry, each tried again while that can help.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <unfriend/friend_delete.hpp>
#include <unfriend/limits.hpp>

#include "account.hpp"
#include "account_list.hpp"
#include "call_end.hpp"
#include "deadline.hpp"

namespace example {

struct deletion {
    std::string_view from_account;
    unfriend::delete_type type = unfriend::delete_type::unspecified;
    unsigned retries = 0; ///< of a call
    deadline until;
};

/// The accounts that one call carries.
using batch = std::vector<account*>;

inline batch next_batch(std::vector<account>& accounts, std::size_t first) {
    const std::size_t end = std::min(accounts.size(), first + unfriend::default_limits::max_accounts);
    batch next;
    for (std::size_t i = first; i < end; ++i) next.push_back(&accounts[i]);
    return next;
}

namespace detail {

inline std::chrono::milliseconds back_off(unsigned attempt) noexcept {
    constexpr unsigned most_doublings = 6;
    return std::chrono::milliseconds(100) * (1U << std::min(attempt, most_doublings));
}

inline void settle(account& settled, std::int32_t result_code, std::string_view result_info, bool answer_lost) {
    const bool is_gone = unfriend::classify(result_code) == unfriend::code_class::already_gone;
    settled.result_code = result_code;
    settled.result_info = result_info;
    settled.became = result_code == 0 ? outcome::deleted : is_gone ? outcome::already_gone : outcome::failed;
    settled.by_lost_attempt = is_gone && answer_lost;
}

inline void give_up(const batch& accounts, std::string_view why) {
    for (account* each : accounts) {
        each->result_code.reset();
        each->result_info = why;
    }
}

/// One attempt. Leaves in `pending` the accounts that are not done and may be sent again.
template <class Client>
call_end attempt(Client& client, const deletion& plan, account_list& list, batch& pending, bool answer_lost) {
    const auto response = client(unfriend::friend_delete_request{plan.from_account, pending, plan.type});
    if (!response) return {response.error(), 0, {}};
    if (!response->ok()) {
        // An answer of FAIL with the code of success contradicts itself, and says as much as one without a code.
        const std::int32_t code = response->error_code == 0 ? unfriend::absent_code : response->error_code;
        return {{}, code, std::string(response->error_info)};
    }
    give_up(pending, "the answer does not mention the account");
    for (const unfriend::result_item& item : response->items) {
        account* const named = list.find(item.to_account);
        if (named != nullptr && std::binary_search(pending.begin(), pending.end(), named)) {
            settle(*named, item.result_code, item.result_info, answer_lost);
        }
    }
    const auto is_settled = [](const account* each) {
        return !each->result_code || !unfriend::retryable(*each->result_code);
    };
    pending.erase(std::remove_if(pending.begin(), pending.end(), is_settled), pending.end());
    return {};
}

} // namespace detail

/// Deletes the accounts of `pending`, which are in the order of `list`. Every one of them then has its outcome; if
/// the end is one without an answer, that of those still pending is failed.
template <class Client>
call_end delete_batch(Client& client, const deletion& plan, account_list& list, batch pending) {
    bool answer_lost = false;
    for (unsigned attempt = 0;; ++attempt) {
        call_end end = detail::attempt(client, plan, list, pending, answer_lost);
        answer_lost = answer_lost || end.lost_answer();
        const bool try_again = !pending.empty() && (end.is_answered() || end.may_pass()) && attempt < plan.retries &&
                               plan.until.wait(detail::back_off(attempt));
        if (try_again) continue;
        if (!end.is_answered()) detail::give_up(pending, end.message());
        return end;
    }
}

} // namespace example
