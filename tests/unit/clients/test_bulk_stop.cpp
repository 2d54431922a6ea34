// When a bulk job stops by itself, why, and what becomes of the rest.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "unfriend/call/pacer.hpp"
#include "unfriend/clients/bulk.hpp"

#include "bulk_job.hpp"
#include "bulk_world.hpp"
#include "check.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::bulk_options;
using unfriend::call_policy;
using unfriend::job_stop_reason;
using unfriend::outcome;

call_policy with_attempts(std::uint32_t most) {
    call_policy policy;
    policy.max_attempts = most;
    policy.call_timeout = std::chrono::hours(10);
    policy.retry_budget_size = 1'000'000;
    return policy;
}

bulk_options one_lane() {
    bulk_options options;
    options.concurrency = 1;
    return options;
}

} // namespace

TEST_CASE("three calls in a row that the security policy refuses stop the job, and the rest is not sent") {
    unfriend::pacer pacer(200);
    bulk_world world(pacer, {});
    world.service = [&](const request_seen& request) {
        return world.calls <= 5 ? world.deleted(request) : refusal(31707);
    };
    const text_pairs pairs = single_calls(1000);
    unfriend::bulk job{world.channel, world.post, pairs, one_lane()};
    world.run(job);
    CHECK(world.calls == 8);
    CHECK(job.stop_reason() == job_stop_reason::security_policy);
    CHECK(job.last_refusal() == 31707);
    CHECK(is_reported_in_order(world.reported, pairs));
    CHECK(world.count(outcome::deleted) == 5);
    CHECK(world.count(outcome::failed) == 995);
    CHECK(!world.reported[8].code);
}

TEST_CASE("so do three in which it refuses accounts and nothing is deleted, with others in between it goes on") {
    for (const bool is_in_a_row : {true, false}) {
        unfriend::pacer pacer(200);
        bulk_world world(pacer, {});
        world.service = [&](const request_seen& request) {
            if (!is_in_a_row && world.calls % 3 == 0) return world.deleted(request);
            return answer_of({{std::string(request.to_account.front()), 31707, true}});
        };
        const text_pairs pairs = single_calls(30);
        unfriend::bulk job{world.channel, world.post, pairs, one_lane()};
        world.run(job);
        CHECK(world.calls == (is_in_a_row ? 3 : 30));
        CHECK(is_reported_in_order(world.reported, pairs));
    }
}

TEST_CASE("a service that answers for a minute and settles nothing stops the job") {
    unfriend::pacer pacer(200);
    bulk_world world(pacer, with_attempts(100'000));
    world.service = [](const request_seen&) { return refusal(30008); };
    const text_pairs pairs = single_calls(1000);
    unfriend::bulk job{world.channel, world.post, pairs};
    world.run(job);
    CHECK(job.stop_reason() == job_stop_reason::stalled);
    CHECK(world.now >= 60s);
    CHECK(world.now <= 75s);
    CHECK(is_reported_in_order(world.reported, pairs));
}

TEST_CASE("one account that is settled now and then is no stall") {
    unfriend::pacer pacer(200);
    bulk_world world(pacer, with_attempts(100'000));
    std::chrono::nanoseconds last{};
    world.service = [&](const request_seen& request) {
        if (world.now - last < 50s) return refusal(30008);
        last = world.now;
        return world.deleted(request);
    };
    const text_pairs pairs = single_calls(20);
    unfriend::bulk job{world.channel, world.post, pairs, one_lane()};
    world.run(job);
    CHECK(job.stop_reason() == job_stop_reason::completed);
    CHECK(world.count(outcome::deleted) == 20);
    CHECK(world.now >= 900s);
}

TEST_CASE("waiting for the pace and for input is no stall") {
    unfriend::pacer pacer(1);
    bulk_world world(pacer, with_attempts(3));
    bulk_options options = one_lane();
    options.max_stall = 1s;
    world.service = [&](const request_seen& request) {
        return world.calls % 2 == 0 ? world.deleted(request) : refusal(60011);
    };
    const text_pairs pairs = single_calls(30);
    unfriend::bulk job{world.channel, world.post, pairs, options};
    world.run(job);
    CHECK(job.stop_reason() == job_stop_reason::completed);
    CHECK(world.count(outcome::deleted) == 30);
}

TEST_CASE("the reason is said for calls without a response and for refusals that hold for all") {
    const struct {
        std::string answer; // empty: none
        job_stop_reason reason;
        std::size_t calls;
    } table[] = {
        {"", job_stop_reason::unanswered, 3},
        {refusal(60020), job_stop_reason::refused, 1},
        {refusal(70003), job_stop_reason::refused, 1},
    };
    for (const auto& row : table) {
        unfriend::pacer pacer(200);
        bulk_world world(pacer, with_attempts(1));
        world.service = [&](const request_seen&) { return row.answer; };
        const text_pairs pairs = single_calls(100);
        unfriend::bulk job{world.channel, world.post, pairs, one_lane()};
        world.run(job);
        CHECK(job.stop_reason() == row.reason);
        CHECK(world.calls == row.calls);
        CHECK(is_reported_in_order(world.reported, pairs));
        CHECK(static_cast<bool>(job.stopped()));
    }
}

TEST_CASE("after stop no further attempt is made, and what waits for one is reported as it stands") {
    const text_pairs pairs{{"alice", "bob"}, {"carol", "dave"}, {"erin", "frank"}};
    call_policy policy;
    policy.initial_backoff = 10s;
    policy.max_backoff = 10s;
    text_job job(pairs.begin(), pairs.end(), {}, policy);
    job.poll();
    REQUIRE(job.held.size() == 3);
    job.held[0].done(200, refusal(30008));
    job.held[1].done(std::make_error_code(std::errc::connection_reset));
    job.poll();
    job.job.stop();
    job.held[2].done(200, refusal(60011));
    job.held.clear();
    job.poll();
    CHECK(job.held.empty());
    CHECK(job.job.is_done());
    CHECK(job.outcomes() == std::vector<outcome>{outcome::failed, outcome::unknown, outcome::failed});
}

TEST_CASE("each reason to stop has a sentence of its own") {
    std::set<std::string_view> sentences;
    constexpr auto last = static_cast<int>(job_stop_reason::not_journalled);
    for (int reason = 0; reason <= last; ++reason) {
        const std::string_view sentence = to_string(static_cast<job_stop_reason>(reason));
        CHECK(!sentence.empty());
        sentences.insert(sentence);
    }
    CHECK(sentences.size() == static_cast<std::size_t>(last) + 1);
    CHECK(to_string(job_stop_reason::unanswered) == "the service does not respond");
}
