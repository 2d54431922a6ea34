// One random script of a bulk job: its pairs, what befalls its calls, and perhaps its end before the time. What a job
// promises is checked at the end.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unfriend/clients/bulk.hpp"

#include "bulk_job.hpp"
#include "held_transport.hpp"
#include "service_model.hpp"

/// Runs a script to its end, and counts how often each outcome was reported. Empty when every promise was kept; else
/// the one that was not.
inline std::string_view run_bulk_script(script_chance chance, std::array<std::size_t, 4>& seen) {
    text_pairs pairs;
    for (std::size_t size = chance.below(60), from = 0; pairs.size() < size;) {
        if (chance.percent(15)) ++from;
        pairs.emplace_back("user" + std::to_string(from % 3), "friend" + std::to_string(pairs.size()));
        if (chance.percent(3)) pairs.back().second.clear();
    }
    unfriend::bulk_options options;
    options.concurrency = 1 + chance.below(4);
    options.max_consecutive_failures = static_cast<std::uint32_t>(1 + chance.below(20));
    const unsigned fault_percent = chance.one_of({0U, 20U, 60U});
    const bool is_interrupted = chance.percent(20);
    held_job<text_pairs::const_iterator, unfriend::workspace<5, 2048>> job(pairs.begin(), pairs.end(), options);
    friend_graph graph;
    const auto act = [&](const unfriend::http_request& request) {
        const request_seen seen_request(request);
        std::vector<item_told> items;
        for (const std::string_view account : seen_request.to_account) {
            const bool is_refused = chance.percent(fault_percent / 4);
            const bool is_removed = !is_refused && graph.remove(seen_request.from_account, account, 1);
            items.push_back({std::string(account), is_refused ? 30006 : is_removed ? 0 : 31704, true});
        }
        return answer_of(items);
    };
    std::chrono::milliseconds now{};
    for (job.poll(at(now)); !job.job.is_done(); job.poll(at(now))) {
        if (job.job.in_flight() > options.concurrency) return "no more calls are in flight than the options say";
        now += std::chrono::milliseconds(1 + chance.below(50));
        if (is_interrupted && chance.percent(10)) chance.percent(50) ? job.job.stop() : job.job.cancel(at(now));
        if (job.held.empty()) continue;
        const std::size_t place = chance.below(job.held.size());
        held_transport::attempt next = std::move(job.held[place]);
        job.held.erase(job.held.begin() + static_cast<std::ptrdiff_t>(place));
        if (chance.percent(fault_percent)) {
            const fault& wrong = faults()[chance.below(faults().size())];
            if (wrong.may_reach_service && chance.percent(50)) act(next.request);
            wrong.failure ? next.done(wrong.failure) : next.done(wrong.status, wrong.body);
        } else {
            next.done(200, chance.percent(fault_percent / 6) ? refusal(random_code(chance)) : act(next.request));
        }
    }
    for (held_transport::attempt& late : job.held) act(late.request);
    if (!is_reported_in_order(job.reported, pairs)) return "each pair is reported once, in order";
    std::array<std::uint64_t, 4> counted{};
    for (const reported_item& each : job.reported) {
        const bool is_gone = graph.is_gone(each.from_account, each.to_account);
        if (each.outcome != unfriend::outcome::unknown && is_gone != (each.outcome != unfriend::outcome::failed))
            return "what is reported is true";
        ++counted[static_cast<std::size_t>(each.outcome)];
        ++seen[static_cast<std::size_t>(each.outcome)];
    }
    const auto& totals = job.job.totals();
    const std::array<std::uint64_t, 4> total{totals.failed, totals.deleted, totals.already_gone, totals.unknown};
    return total == counted ? std::string_view() : "the totals are those of what was reported";
}
