// Which calls of a bulk job are in flight side by side, and which never are.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "unfriend/call/pacer.hpp"
#include "unfriend/clients/bulk.hpp"

#include "bulk_job.hpp"
#include "bulk_world.hpp"
#include "check.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::bulk_options;
using unfriend::outcome;

bulk_options lanes(std::size_t concurrency) {
    bulk_options options;
    options.concurrency = concurrency;
    return options;
}

} // namespace

TEST_CASE("calls of one From_Account are never in flight side by side") {
    const text_pairs pairs = friends_of("alice", 16 * 5);
    text_job job(pairs.begin(), pairs.end());
    job.answer_all();
    CHECK(job.most_in_flight == 1);
    CHECK(job.answered == 5);
    CHECK(is_reported_in_order(job.reported, pairs));
}

TEST_CASE("other From_Accounts use the lanes meanwhile, and the reports stay in order") {
    const text_pairs pairs{{"alice", "a1"}, {"bob", "b1"}, {"alice", "a2"}, {"carol", "c1"}, {"alice", "a3"}};
    text_job job(pairs.begin(), pairs.end(), lanes(3));
    job.poll();
    REQUIRE(job.held.size() == 3);
    CHECK(request_seen(job.held[0].request).to_account.front() == "a1");
    CHECK(request_seen(job.held[1].request).to_account.front() == "b1");
    CHECK(request_seen(job.held[2].request).to_account.front() == "c1");
    answer(job.held[2]);
    job.poll();
    CHECK(job.reported.empty());
    CHECK(job.held.size() == 3);
    answer(job.held[0]);
    job.poll();
    CHECK(job.reported.size() == 1);
    REQUIRE(job.held.size() == 4);
    CHECK(request_seen(job.held[3].request).to_account.front() == "a2");
    job.held.erase(job.held.begin() + 2);
    job.held.erase(job.held.begin());
    job.answer_all();
    CHECK(is_reported_in_order(job.reported, pairs));
}

TEST_CASE("a call that waits for its next attempt keeps its From_Account") {
    const text_pairs pairs{{"alice", "a1"}, {"bob", "b1"}, {"alice", "a2"}};
    unfriend::call_policy policy;
    policy.initial_backoff = 10s;
    policy.max_backoff = 10s;
    text_job job(pairs.begin(), pairs.end(), lanes(4), policy);
    job.poll();
    REQUIRE(job.held.size() == 2);
    job.held[0].done(200, refusal(30008));
    answer(job.held[1]);
    job.held.clear();
    job.poll();
    CHECK(job.held.empty());
    CHECK(job.job.in_flight() == 1);
}

TEST_CASE("whatever the input, no two calls of one From_Account overlap") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        script_chance chance(seed);
        text_pairs pairs;
        for (std::size_t size = 1 + chance.below(200); pairs.size() < size;) {
            const std::string from = "user" + std::to_string(chance.below(6));
            for (std::size_t run = 1 + chance.below(20); run != 0; --run)
                pairs.emplace_back(from, "friend" + std::to_string(pairs.size()));
        }
        unfriend::pacer pacer(100);
        bulk_world world(pacer, {});
        world.service = [&](const request_seen& request) {
            return chance.percent(20) ? refusal(30008) : world.deleted(request);
        };
        unfriend::bulk job{world.channel, world.post, pairs, lanes(1 + chance.below(8))};
        world.run(job);
        CHECK(world.side_by_side == 0);
        REQUIRE(is_reported_in_order(world.reported, pairs));
    }
}
