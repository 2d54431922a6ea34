// A call as a script knows it from outside: what was sent for each account, what came back, and what follows.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/call/account_result.hpp"
#include "unfriend/messages/service_code.hpp"

#include "hosts_model.hpp"
#include "service_model.hpp"

/// A refusal that says nothing of an account that may be gone already: any, except that it does not exist.
inline bool is_of_the_moment(std::int32_t code) {
    const unfriend::code_kind kind = unfriend::kind_of(code);
    return kind != unfriend::code_kind::already_gone && kind != unfriend::code_kind::not_found;
}

/// The codes by which the service says that it lost track of a call.
inline bool loses_track(std::int32_t code) {
    constexpr std::int32_t all[] = {30006, 30007, 60008, 60013, 60014, 70169, 70500};
    return std::find(std::begin(all), std::end(all), code) != std::end(all);
}

struct script_position {
    std::string_view account;
    bool is_to_do = true;
    bool is_lost = false; // the answer to an attempt that had it
    bool is_stranger = false;
    unfriend::outcome expected = unfriend::outcome::failed;

    void lose() {
        is_lost = true;
        expected = unfriend::outcome::unknown;
    }

    void learn(const item_told& item) {
        if (!item.code) return lose();
        is_lost = is_lost || loses_track(*item.code);
        is_to_do = unfriend::lookup(*item.code).retry == unfriend::retry_advice::with_backoff;
        if (item.code == 0) {
            expected = unfriend::outcome::deleted;
        } else if (is_lost && item.code == 31704) {
            expected = unfriend::outcome::already_gone;
        } else {
            is_stranger = item.code == 31704;
            const bool may_be_done = is_lost && is_of_the_moment(*item.code);
            expected = may_be_done ? unfriend::outcome::unknown : unfriend::outcome::failed;
        }
    }
};

struct script_call {
    std::vector<script_position> accounts{};
    std::chrono::nanoseconds deadline{};
    std::uint32_t attempts = 0;
    bool is_answered = false;
    std::optional<std::int32_t> error_code{};
    bool is_renewed = false;
    std::string refused_sig{};
    std::vector<std::string> randoms{};
    hosts_model::view hosts{};

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

    /// An account that the call has twice, and has deleted or may have, is no stranger in either place.
    void credit_twins() {
        for (script_position& each : accounts) {
            if (!each.is_stranger || each.expected != unfriend::outcome::failed) continue;
            const script_position* const done = twin_of(each, is_done);
            const script_position* const lost = twin_of(
                each, [](const script_position& other) { return other.expected == unfriend::outcome::unknown; });
            if (done == nullptr && lost == nullptr) continue;
            each.expected = done != nullptr ? done->expected : unfriend::outcome::already_gone;
            each.is_lost = done != nullptr ? done->is_lost : true;
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
    static bool is_done(const script_position& each) {
        return each.expected == unfriend::outcome::deleted || each.expected == unfriend::outcome::already_gone;
    }

    template <class Test>
    const script_position* twin_of(const script_position& one, Test test) const {
        const auto found = std::find_if(accounts.begin(), accounts.end(), [&](const script_position& other) {
            return &other != &one && other.account == one.account && test(other);
        });
        return found == accounts.end() ? nullptr : &*found;
    }

    bool has_twin(const script_position& one) const {
        return std::any_of(accounts.begin(), accounts.end(), [&](const script_position& other) {
            return &other != &one && other.account == one.account;
        });
    }
};
