// Any number of deletions, in calls of many: what is sent, what stops the job, and what is reported of each pair.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "unfriend/clients/bulk.hpp"

#include "bulk_job.hpp"
#include "check.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::bulk_options;
using unfriend::errc;
using unfriend::outcome;

} // namespace

TEST_CASE("consecutive pairs of one From_Account share calls, others do not") {
    const text_pairs pairs{{"alice", "bob"}, {"alice", "carol"}, {"dave", "bob"}, {"frank", "erin"}};
    text_job job(pairs.begin(), pairs.end());
    job.poll();
    CHECK(job.bodies() == std::vector<std::string_view>{
                              R"({"From_Account":"alice","To_Account":["bob","carol"]})",
                              R"({"From_Account":"dave","To_Account":["bob"]})",
                              R"({"From_Account":"frank","To_Account":["erin"]})",
                          });
    job.answer_all();
    CHECK(is_reported_in_order(job.reported, pairs));
    CHECK(job.outcomes() == std::vector<outcome>(4, outcome::deleted));
    CHECK(job.job.is_done());
    CHECK_FALSE(job.job.stopped());
}

TEST_CASE("a call carries a thousand accounts, or as many as its workspace") {
    const text_pairs pairs = friends_of("alice", 2500);
    held_job<text_pairs::const_iterator, unfriend::workspace<>> wide(pairs.begin(), pairs.end());
    for (const std::size_t size : {1000U, 1000U, 500U}) {
        wide.poll();
        REQUIRE(wide.held.size() == 1);
        CHECK(request_seen(wide.held[0].request).to_account.size() == size);
        answer(wide.held[0]);
        wide.held.clear();
    }
    wide.poll();
    CHECK(is_reported_in_order(wide.reported, pairs));

    text_job narrow(pairs.begin(), pairs.begin() + 40);
    narrow.answer_all();
    CHECK(narrow.answered == 3);
    CHECK(narrow.reported.size() == 40);
}

TEST_CASE("the type of deletion is every call's") {
    const text_pairs pairs{{"alice", "bob"}};
    bulk_options both;
    both.delete_type = unfriend::delete_type::both;
    text_job job(pairs.begin(), pairs.end(), both);
    job.poll();
    CHECK(job.bodies() == std::vector<std::string_view>{
                              R"({"From_Account":"alice","To_Account":["bob"],"DeleteType":"Delete_Type_Both"})"});
}

TEST_CASE("an empty range is done at once") {
    const text_pairs none;
    text_job job(none.begin(), none.end());
    CHECK(job.job.is_done());
    job.poll();
    CHECK(job.held.empty());
    CHECK(job.reported.empty());
    CHECK(job.job.totals().all() == 0);
}

TEST_CASE("the pairs are reported in order even if the calls complete in any other") {
    const text_pairs pairs = full_calls(4);
    text_job job(pairs.begin(), pairs.end());
    job.poll();
    REQUIRE(job.held.size() == 4);
    for (const std::size_t late : {3U, 1U, 2U}) {
        answer(job.held[late]);
        job.poll();
        CHECK(job.reported.empty());
    }
    answer(job.held[0]);
    job.poll();
    CHECK(is_reported_in_order(job.reported, pairs));
}

TEST_CASE("no more calls are in flight than the concurrency, and no more held back than as many again") {
    const text_pairs pairs = full_calls(40);
    bulk_options options;
    options.concurrency = 3;
    text_job job(pairs.begin(), pairs.end(), options);
    job.poll();
    CHECK(job.held.size() == 3);
    for (std::size_t newest = 1; newest < job.held.size(); ++newest) {
        answer(job.held[newest]);
        job.poll();
    }
    CHECK(job.held.size() == 6);
    CHECK(job.reported.empty());
    job.held[0].done(200, deleted_answer(job.held[0].request));
    job.held.clear();
    job.answer_all();
    CHECK(is_reported_in_order(job.reported, pairs));
    CHECK(job.most_in_flight == 3);
}

TEST_CASE("a concurrency of zero counts as one") {
    const text_pairs pairs = friends_of("alice", 40);
    bulk_options options;
    options.concurrency = 0;
    text_job job(pairs.begin(), pairs.end(), options);
    job.answer_all();
    CHECK(job.most_in_flight == 1);
    CHECK(is_reported_in_order(job.reported, pairs));
}

TEST_CASE("an account that is no UserID is reported where it stands, and the others of its call are deleted") {
    const text_pairs pairs{{"alice", "bob"}, {"alice", ""}, {"alice", std::string(33, 'x')}, {"alice", "carol"}};
    text_job job(pairs.begin(), pairs.end());
    job.answer_all();
    REQUIRE(job.reported.size() == 4);
    CHECK(job.answered == 1);
    CHECK(job.outcomes() == std::vector<outcome>{outcome::deleted, outcome::failed, outcome::failed, outcome::deleted});
    CHECK(job.reported[2].to_account == std::string(32, 'x'));
    CHECK(job.job.totals().deleted == 2);
    CHECK(job.job.totals().failed == 2);
}

TEST_CASE("the text of an invalid account is cut to the length of a UserID, and between characters") {
    const struct {
        std::string text;
        std::string shown;
    } table[] = {
        {std::string(40, 'x'), std::string(32, 'x')},
        {std::string(31, 'x') + "\xC3\xA9", std::string(31, 'x')},
        {std::string(30, 'x') + "\xE6\x9C\x8B", std::string(30, 'x')},
        {std::string(29, 'x') + "\xF0\x9F\x98\x80", std::string(29, 'x')},
        {std::string(28, 'x') + "\xF0\x9F\x98\x80y", std::string(28, 'x') + "\xF0\x9F\x98\x80"},
    };
    for (const auto& row : table) {
        const text_pairs pairs{{"alice", row.text}, {row.text, "bob"}};
        text_job job(pairs.begin(), pairs.end());
        job.poll();
        REQUIRE(job.reported.size() == 2);
        CHECK(job.reported[0].to_account == row.shown);
        CHECK(job.reported[1].from_account == row.shown);
    }
}

TEST_CASE("pairs of which none is valid are reported, with nothing sent") {
    const text_pairs pairs{{"alice", ""}, {"", "bob"}, {"", "carol"}, {"a\nb", "bob"}, {"", ""}};
    text_job job(pairs.begin(), pairs.end());
    job.poll();
    CHECK(job.held.empty());
    CHECK(job.reported.size() == 5);
    for (std::size_t i = 0; i < job.reported.size(); ++i) {
        CHECK(job.reported[i].index == i);
        CHECK(job.reported[i].outcome == outcome::failed);
    }
    CHECK(job.job.is_done());
    CHECK_FALSE(job.job.stopped());
}

TEST_CASE("after stop the calls in flight go on, and the rest is reported as not sent") {
    const text_pairs pairs = full_calls(10);
    text_job job(pairs.begin(), pairs.end());
    job.poll();
    REQUIRE(job.held.size() == 4);
    job.job.stop();
    job.answer_all();
    CHECK(job.answered == 4);
    CHECK(is_reported_in_order(job.reported, pairs));
    CHECK(job.job.is_done());
    CHECK(job.job.stopped() == errc::cancelled);
    CHECK(job.job.totals().deleted == 64);
    CHECK(job.job.totals().failed == 96);
    CHECK(job.reported[64].outcome == outcome::failed);
}

TEST_CASE("after cancel what was in flight is unknown, and the rest not done") {
    const text_pairs pairs = full_calls(10);
    text_job job(pairs.begin(), pairs.end());
    job.poll();
    answer(job.held.at(1));
    job.poll();
    job.job.cancel(at(0ms));
    job.poll();
    CHECK(is_reported_in_order(job.reported, pairs));
    CHECK(job.job.is_done());
    CHECK(job.job.totals().deleted == 16);
    CHECK(job.job.totals().unknown == 64);
    CHECK(job.job.totals().failed == 80);
}

TEST_CASE("a refusal that holds for every call stops the job") {
    const text_pairs pairs = full_calls(10);
    for (const int code : {70003, 60020, 30004}) {
        text_job job(pairs.begin(), pairs.end());
        job.poll();
        job.held.at(0).done(200, refusal(code));
        job.held.erase(job.held.begin());
        job.answer_all();
        CHECK(job.answered == 3);
        CHECK(is_reported_in_order(job.reported, pairs));
        CHECK(job.job.last_refusal() == code);
        CHECK(static_cast<bool>(job.job.stopped()));
        CHECK(job.reported[0].outcome == outcome::failed);
        CHECK(job.reported[0].code == code);
        CHECK(job.job.totals().deleted == 48);
        CHECK(job.job.totals().failed == 112);
    }
}

TEST_CASE("a refusal that concerns one call alone does not stop the job") {
    const text_pairs pairs = full_calls(3);
    text_job job(pairs.begin(), pairs.end());
    job.poll();
    job.held.at(0).done(200, refusal(30001));
    job.held.erase(job.held.begin());
    job.answer_all();
    CHECK_FALSE(job.job.stopped());
    CHECK(!job.job.last_refusal());
    CHECK(job.job.totals().failed == 16);
    CHECK(job.job.totals().deleted == 32);
}

TEST_CASE(
    "a number of calls in a row without a response stops the job, and one with a response begins the count anew") {
    const text_pairs pairs = full_calls(10);
    unfriend::call_policy once = plain_calls::policy();
    once.max_attempts = 1;
    bulk_options options;
    options.concurrency = 1;
    options.max_consecutive_failures = 3;
    text_job job(pairs.begin(), pairs.end(), options, once);
    const auto end_next = [&job](bool has_answer) {
        job.poll();
        REQUIRE(job.held.size() == 1);
        if (has_answer) {
            answer(job.held[0]);
        } else {
            job.held[0].done(std::make_error_code(std::errc::connection_refused));
        }
        job.held.clear();
    };
    for (const bool has_answer : {false, false, true, false, false}) end_next(has_answer);
    job.poll();
    CHECK_FALSE(job.job.stopped());
    end_next(false);
    job.poll();
    CHECK(job.job.stopped().code() == std::make_error_code(std::errc::connection_refused));
    CHECK(job.held.empty());
    CHECK(is_reported_in_order(job.reported, pairs));
    CHECK(job.job.totals().deleted == 16);
    CHECK(job.job.totals().failed == 144);
}

TEST_CASE("what the deadline of the job leaves no time for is reported as not sent") {
    const text_pairs pairs = full_calls(10);
    bulk_options options;
    options.concurrency = 1;
    options.job_timeout = 5s;
    text_job job(pairs.begin(), pairs.end(), options);
    for (int second = 0; second < 5; ++second) {
        job.poll(at(1s * second));
        REQUIRE(job.held.size() == 1);
        CHECK(job.held[0].request.timeout <= 5s - 1s * second);
        answer(job.held[0]);
        job.held.clear();
    }
    job.poll(at(5s));
    CHECK(job.held.empty());
    CHECK(job.job.is_done());
    CHECK(is_reported_in_order(job.reported, pairs));
    CHECK(job.job.totals().deleted == 80);
    CHECK(job.job.totals().failed == 80);
}

TEST_CASE("a job that is destroyed leaves its transport unharmed") {
    const text_pairs pairs = full_calls(7);
    std::vector<held_transport::attempt> held;
    {
        text_job job(pairs.begin(), pairs.end());
        job.poll();
        held = std::move(job.held);
    }
    REQUIRE(held.size() == 4);
    for (auto& each : held) answer(each);
}

TEST_CASE("over a blocking transport there is one call at a time, and none after the deadline") {
    plain_calls calls;
    std::chrono::nanoseconds now = 0ms;
    std::vector<std::chrono::nanoseconds> latest;
    auto transport = [&](const unfriend::http_request& request, unfriend::http_response& response) {
        latest.push_back(now + request.timeout);
        now += 400ms;
        const std::string body =
            R"({"ActionStatus":"OK","ErrorCode":0,"ResultItem":[{"To_Account":"bob","ResultCode":0}]})";
        response.status = 200;
        response.append(body.data(), body.size());
        return std::error_code();
    };
    text_pairs pairs;
    for (int i = 0; i < 8; ++i) pairs.emplace_back("alice" + std::to_string(i), "bob");
    bulk_options options;
    options.job_timeout = 1s;
    unfriend::bulk job{calls.channel, transport, pairs.cbegin(), pairs.cend(), options};
    std::size_t reported = 0;
    while (!job.is_done()) {
        const auto rest = job.poll({now, 0}, [&](const unfriend::bulk_item&) { ++reported; });
        CHECK(job.in_flight() <= 1);
        if (rest != std::chrono::nanoseconds::max()) now += rest;
    }
    CHECK(reported == 8);
    CHECK(latest.size() == 3);
    for (const auto end : latest) CHECK(end <= 1s);
    CHECK(job.totals().deleted == 3);
    CHECK(job.totals().failed == 5);
}

TEST_CASE("a concurrency of nothing or of too much is one that can be") {
    const text_pairs pairs = friends_of("alice", 40);
    for (const std::size_t concurrency : {std::size_t{0}, SIZE_MAX / 2 + 1}) {
        bulk_options options;
        options.concurrency = concurrency;
        text_job job(pairs.begin(), pairs.end(), options);
        job.answer_all();
        CHECK(is_reported_in_order(job.reported, pairs));
    }
}

#if defined(__cpp_exceptions)
TEST_CASE("a pair is reported once, whether or not the callback throws") {
    const text_pairs pairs = friends_of("alice", 5);
    text_job job(pairs.begin(), pairs.end());
    job.poll();
    REQUIRE(job.held.size() == 1);
    answer(job.held.front());
    std::vector<std::uint64_t> reported;
    const auto report = [&](const unfriend::bulk_item& item) {
        reported.push_back(item.index);
        if (item.index == 2) throw std::runtime_error("no more");
    };
    const auto poll_to_the_end = [&] {
        while (!job.job.is_done()) job.job.poll({{}, 0}, report);
    };
    CHECK_THROWS_AS(poll_to_the_end(), std::runtime_error);
    poll_to_the_end();
    CHECK(reported == std::vector<std::uint64_t>{0, 1, 2, 3, 4});
    CHECK(job.job.totals().all() == 5);
}
#endif
