// A bulk job of small calls over a transport that finishes when the test says so.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unfriend/clients/bulk.hpp"

#include "held_transport.hpp"

using text_pairs = std::vector<std::pair<std::string, std::string>>;

struct reported_item {
    std::uint64_t index;
    std::string from_account;
    std::string to_account;
    unfriend::outcome outcome;
    std::optional<std::int32_t> code;
};

/// A job over a transport that finishes when the test says so.
template <class Input, class Workspace = small_workspace>
struct held_job : plain_calls {
    held_job(Input first, Input last, const unfriend::bulk_options& options = {},
             const unfriend::call_policy& how = policy())
        : plain_calls(how), job(channel, transport, std::move(first), std::move(last), options) {}

    /// Until there is nothing to do but to wait.
    void poll(unfriend::timestamp now = {{}, 0}) {
        const auto report = [this](const unfriend::bulk_item& item) {
            reported.push_back({item.index, std::string(item.from_account), std::string(item.account.to_account),
                                item.account.outcome, item.account.result_code});
        };
        while (job.poll(now, report) == std::chrono::nanoseconds::zero())
            most_in_flight = std::max(most_in_flight, job.in_flight());
    }
    /// Answers all that is held, and what follows, with success.
    void answer_all(unfriend::timestamp now = {{}, 0}) {
        for (poll(now); !held.empty(); poll(now)) {
            answer(held.front());
            held.erase(held.begin());
            ++answered;
        }
    }
    std::vector<std::string_view> bodies() const {
        std::vector<std::string_view> all;
        for (const auto& each : held) all.push_back(each.request.body);
        return all;
    }
    std::vector<unfriend::outcome> outcomes() const {
        std::vector<unfriend::outcome> all;
        for (const auto& each : reported) all.push_back(each.outcome);
        return all;
    }

    std::vector<held_transport::attempt> held{};
    held_transport transport{&held};
    std::vector<reported_item> reported{};
    std::size_t most_in_flight = 0;
    int answered = 0;
    unfriend::bulk<plain_channel, held_transport, unfriend::range_source<Input>, Workspace> job;
};

/// Over a list of pairs.
using text_job = held_job<text_pairs::const_iterator>;

inline text_pairs friends_of(std::string_view from_account, std::size_t count) {
    text_pairs pairs;
    for (std::size_t i = 0; i < count; ++i) pairs.emplace_back(from_account, "friend" + std::to_string(i));
    return pairs;
}

/// Pairs of which 16 in a row, as many as a call of `small_workspace` carries, have one From_Account.
inline text_pairs full_calls(std::size_t calls) {
    text_pairs pairs;
    for (std::size_t i = 0; i < 16 * calls; ++i)
        pairs.emplace_back("user" + std::to_string(i / 16), "friend" + std::to_string(i));
    return pairs;
}

/// Whether the pairs were reported once each, in order.
inline bool is_reported_in_order(const std::vector<reported_item>& reported, const text_pairs& pairs) {
    std::size_t next = 0;
    return reported.size() == pairs.size() &&
           std::all_of(reported.begin(), reported.end(), [&](const reported_item& each) {
               const auto& [from, to] = pairs[next];
               return each.index == next++ && each.from_account == from && each.to_account == to;
           });
}
