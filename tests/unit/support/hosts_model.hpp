// A model of two hosts and what calls know of them, for scripts of random failures: written from the rules, call by
// call.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "unfriend/call/policy.hpp"

class hosts_model {
    using nanoseconds = std::chrono::nanoseconds;

public:
    /// What one call knows, and how its attempt under way was sent.
    struct view {
        std::array<bool, 2> is_untrusted{}; // primary, backup
        std::array<bool, 2> has_failed{};
        std::size_t first = 0;
        std::size_t at = 0;
        bool is_probe = false;
        bool is_short = false;
        nanoseconds sent_at{};
        nanoseconds time{};
    };

    explicit hosts_model(const unfriend::call_policy& policy)
        : cool_down_(std::max(policy.failover_cool_down, std::chrono::milliseconds(0))),
          threshold_(std::max(policy.failover_threshold, 1U)), usual_(usual(policy)) {}

    /// True for the backup.
    bool choose(view& mine, nanoseconds now, nanoseconds time) {
        mine.sent_at = now;
        mine.time = time;
        mine.is_short = 2 * time < usual_;
        mine.is_probe = false;
        const std::size_t order[] = {mine.first, 1 - mine.first};
        for (const std::size_t each : order) {
            if (mine.is_untrusted[each]) continue;
            host& there = hosts_[each];
            mine.is_probe = there.is_open && now >= there.again && !mine.is_short;
            if (there.is_open && !mine.is_probe) continue;
            if (mine.is_probe) there.again = now + std::max(cool_down_, time);
            mine.at = each;
            return each == 1;
        }
        mine.at = mine.is_untrusted[mine.first] ? 1 - mine.first : mine.first;
        return mine.at == 1;
    }

    void answer(view& mine) {
        hosts_[mine.at] = {};
        mine.is_probe = false;
    }

    /// The attempt says nothing of its host.
    void leave(view& mine, nanoseconds now) {
        if (mine.is_probe) hosts_[mine.at].again = now; // which means nothing when the circuit is closed
        mine.is_probe = false;
    }

    void fail(view& mine, nanoseconds now) {
        mine.first = cool_down_ > nanoseconds::zero() && mine.at == 0 ? 1 : 0;
        const bool was_cut_short = mine.is_short && now - mine.sent_at >= mine.time - std::chrono::milliseconds(5);
        if (was_cut_short) return leave(mine, now);
        host& there = hosts_[mine.at];
        if (cool_down_ > nanoseconds::zero() && mine.is_probe) {
            there.again = now + cool_down_;
        } else if (cool_down_ > nanoseconds::zero() && !mine.has_failed[mine.at]) {
            ++there.in_a_row;
            if (!there.is_open && there.in_a_row >= threshold_) there = {there.in_a_row, true, now + cool_down_};
        }
        mine.has_failed[mine.at] = true;
        mine.is_probe = false;
    }

private:
    struct host {
        std::uint32_t in_a_row = 0;
        bool is_open = false;
        nanoseconds again{};
    };

    static nanoseconds usual(const unfriend::call_policy& policy) {
        if (policy.attempt_timeout.count() <= 0) return policy.call_timeout;
        return std::min(policy.attempt_timeout, policy.call_timeout);
    }

    nanoseconds cool_down_;
    std::uint32_t threshold_;
    nanoseconds usual_;
    std::array<host, 2> hosts_{};
};
