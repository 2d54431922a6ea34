// A call as a script knows it from outside: what was sent for each account, what came back, and what follows.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/call/account_result.hpp"
#include "unfriend/messages/service_code.hpp"

#include "service_model.hpp"

/// A refusal that says nothing lasting of an account.
inline bool is_of_the_moment(std::int32_t code) {
    return unfriend::lookup(code).retry == unfriend::retry_advice::with_backoff || code == 31707;
}

struct script_position {
    std::string_view account;
    bool is_to_do = true;
    bool is_lost = false; // the answer to an attempt that had it
    unfriend::outcome expected = unfriend::outcome::failed;

    void lose() {
        is_lost = true;
        expected = unfriend::outcome::unknown;
    }

    void learn(const item_told& item) {
        if (item.code == unfriend::absent_code) return lose();
        is_to_do = unfriend::lookup(item.code).retry == unfriend::retry_advice::with_backoff;
        if (item.code == 0) {
            expected = unfriend::outcome::deleted;
        } else if (is_lost && item.code == 31704) {
            expected = unfriend::outcome::already_gone;
        } else {
            const bool may_be_done = is_lost && is_of_the_moment(item.code);
            expected = may_be_done ? unfriend::outcome::unknown : unfriend::outcome::failed;
        }
    }
};

struct script_call {
    std::vector<script_position> accounts{};
    std::chrono::nanoseconds deadline{};
    std::uint32_t attempts = 0;
    bool is_answered = false;
    std::int32_t error_code = unfriend::absent_code;
    bool is_renewed = false;
    std::string refused_sig{};
    std::vector<std::string> randoms{};
    std::array<bool, 2> is_untrusted{}; // primary, backup

    std::size_t to_do() const {
        return static_cast<std::size_t>(
            std::count_if(accounts.begin(), accounts.end(), [](const script_position& each) { return each.is_to_do; }));
    }

    /// The answer to an attempt is lost.
    void lose() {
        for (script_position& each : accounts) {
            if (each.is_to_do) each.lose();
        }
    }

    /// Whether what was told of every account fits what has become of it when all is over. Whoever is told as
    /// deleted was, by this call, and as gone, is; whoever is told as failed was not removed by it, and none is
    /// unknown but for a lost answer. `number`: the call's, as the graph knows it.
    bool is_true_of(const friend_graph& graph, std::size_t number) const {
        return std::all_of(accounts.begin(), accounts.end(), [&](const script_position& each) {
            const bool is_removed_here = graph.is_removed_by(number, "alice", each.account);
            switch (each.expected) {
            case unfriend::outcome::deleted: return is_removed_here;
            case unfriend::outcome::already_gone: return each.is_lost && graph.is_gone("alice", each.account);
            case unfriend::outcome::failed: return !is_removed_here || has_twin(each);
            case unfriend::outcome::unknown: break;
            }
            return each.is_lost;
        });
    }

private:
    bool has_twin(const script_position& one) const {
        return std::any_of(accounts.begin(), accounts.end(), [&](const script_position& other) {
            return &other != &one && other.account == one.account;
        });
    }
};
