// Bulk jobs and the pace, in virtual time: what is slow or throttled is done all the same.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/call/pacer.hpp"
#include "unfriend/clients/bulk.hpp"

#include "bulk_world.hpp"
#include "check.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::bulk_options;
using unfriend::call_policy;
using unfriend::outcome;

call_policy with_timeout(std::chrono::milliseconds timeout) {
    call_policy policy;
    policy.call_timeout = timeout;
    return policy;
}

bulk_options lanes(std::size_t concurrency) {
    bulk_options options;
    options.concurrency = concurrency;
    return options;
}

} // namespace

TEST_CASE("2,000 pairs at 1 call a second are all deleted, though a call has 5 seconds") {
    for (const std::size_t concurrency : {1U, 4U, 32U}) {
        unfriend::pacer pacer(1);
        bulk_world world(pacer, with_timeout(5s));
        const text_pairs pairs = single_calls(2000);
        unfriend::bulk job{world.channel, world.post, pairs, lanes(concurrency)};
        world.run(job);
        CHECK(is_reported_in_order(world.reported, pairs));
        CHECK(world.count(outcome::deleted) == 2000);
        CHECK(world.calls == 2000);
        CHECK(world.now < 2100s);
    }
}

TEST_CASE("whatever the rate, the time-out and the concurrency, waiting for the pace fails nothing") {
    for (const std::uint32_t rate : {1U, 3U, 50U, 200U}) {
        for (const auto timeout : {100ms, 1000ms, 60'000ms}) {
            for (const std::size_t concurrency : {1U, 7U, 64U}) {
                unfriend::pacer pacer(rate);
                bulk_world world(pacer, with_timeout(timeout));
                const text_pairs pairs = single_calls(300);
                unfriend::bulk job{world.channel, world.post, pairs, lanes(concurrency)};
                world.run(job);
                CHECK(world.count(outcome::deleted) == 300);
            }
        }
    }
}

TEST_CASE("the deadline of the job holds while its calls wait for the pace") {
    unfriend::pacer pacer(1);
    bulk_world world(pacer, with_timeout(5s));
    const text_pairs pairs = single_calls(100);
    bulk_options options = lanes(8);
    options.job_timeout = 30s;
    unfriend::bulk job{world.channel, world.post, pairs, options};
    world.run(job);
    CHECK(is_reported_in_order(world.reported, pairs));
    CHECK(world.last_sent <= 30s);
    CHECK(world.now <= 31s);
    CHECK(job.stop_reason() == unfriend::job_stop_reason::deadline_exceeded);
    CHECK(world.count(outcome::deleted) >= 29);
    CHECK(world.count(outcome::deleted) + world.count(outcome::failed) == 100);
}

TEST_CASE("a job takes no more pairs from its input than those of one call ahead of the pace") {
    unfriend::pacer pacer(1);
    bulk_world world(pacer, with_timeout(5s));
    std::size_t taken = 0;
    struct counting_source {
        std::size_t* taken;
        unfriend::source_state state() { return unfriend::source_state::pair; }
        std::pair<std::string, std::string_view> front() { return {"user" + std::to_string(*taken), "pal"}; }
        void pop() { ++*taken; }
    } source{&taken};
    unfriend::bulk job{world.channel, world.post, source, lanes(32)};
    world.run(job, 20s);
    CHECK(world.calls >= 19);
    CHECK(taken <= world.calls + 1);
}

TEST_CASE("being throttled costs a pair nothing: 3,000 pairs at 20 a second, configured for 200") {
    unfriend::pacer pacer(200);
    bulk_world world(pacer, call_policy());
    world.quota = 20;
    const text_pairs pairs = single_calls(3000);
    unfriend::bulk job{world.channel, world.post, pairs, lanes(16)};
    world.run(job);
    MESSAGE(world.refused << " of " << world.calls << " calls refused, " << world.now / 1s << " s");
    CHECK(world.count(outcome::deleted) == 3000);
    CHECK(world.side_by_side == 0);
    CHECK(world.refused * 20 <= world.calls);
    CHECK(world.now <= 190s);
}

TEST_CASE("a pair that is throttled for minutes is deleted in the end") {
    unfriend::pacer pacer(200);
    bulk_world world(pacer, with_timeout(2s));
    world.service = [&](const request_seen& request) {
        return world.now < 10min ? refusal(60011) : world.deleted(request);
    };
    const text_pairs pairs = single_calls(40);
    bulk_options options = lanes(4);
    options.max_stall = 1h;
    unfriend::bulk job{world.channel, world.post, pairs, options};
    world.run(job);
    CHECK(world.count(outcome::deleted) == 40);
}

TEST_CASE("an account that the service answers with 30006 for ever is reported, and the job goes on") {
    unfriend::pacer pacer(200);
    bulk_world world(pacer, call_policy());
    world.service = [&](const request_seen& request) {
        std::vector<item_told> items;
        for (const std::string_view account : request.to_account) {
            const bool is_removed = account != "bad" && world.graph.remove(request.from_account, account, 1);
            items.push_back({std::string(account), is_removed ? 0 : 30006, true});
        }
        return answer_of(items);
    };
    text_pairs pairs = full_calls(20);
    pairs[3].second = "bad";
    unfriend::bulk job{world.channel, world.post, pairs};
    world.run(job);
    CHECK(is_reported_in_order(world.reported, pairs));
    CHECK(world.count(outcome::deleted) == pairs.size() - 1);
    CHECK(world.reported[3].code == 30006);
    CHECK(world.calls == 20 + 3);
}

TEST_CASE("lost responses count, and the pair is reported as unknown") {
    unfriend::pacer pacer(200);
    bulk_world world(pacer, call_policy());
    world.service = [&](const request_seen& request) {
        return request.from_account == "user3" ? std::string() : world.deleted(request);
    };
    const text_pairs pairs = single_calls(20);
    unfriend::bulk job{world.channel, world.post, pairs};
    world.run(job);
    CHECK(is_reported_in_order(world.reported, pairs));
    CHECK(world.reported[3].outcome == outcome::unknown);
    CHECK(world.count(outcome::deleted) == 19);
    CHECK(world.calls == 19 + 4);
}
