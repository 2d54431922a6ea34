// Input that is slow, of any kind, and with a history.
#include <chrono>
#include <cstddef>
#include <deque>
#include <list>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "unfriend/clients/bulk.hpp"

#include "bulk_job.hpp"
#include "check.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::bulk_options;
using unfriend::outcome;
using unfriend::source_state;

struct dated_pair {
    std::string from_account;
    std::string to_account;
    bool may_have_applied = false;
};

/// Pairs that come when the test says so.
struct slow_pairs {
    std::deque<dated_pair> waiting{};
    bool has_ended = false;

    source_state state() const {
        if (!waiting.empty()) return source_state::pair;
        return has_ended ? source_state::ended : source_state::pending;
    }
    const dated_pair& front() const { return waiting.front(); }
    void pop() { waiting.pop_front(); }
};

/// Notes what it is given, and refuses if it is broken.
struct noting_journal {
    bool is_broken = false;
    std::vector<std::string> notes{};

    template <class Accounts>
    bool before_sending(std::string_view from_account, const Accounts& accounts) {
        std::string note = "sending " + std::string(from_account);
        for (const std::string_view account : accounts) note.append(" ").append(account);
        notes.push_back(note);
        return !is_broken;
    }
    void after(std::string_view from_account, const unfriend::call_result& response) {
        notes.push_back("after " + std::string(from_account) + " " + std::string(to_string(response.outcome)));
    }
};

struct slow_job : plain_calls {
    explicit slow_job(const bulk_options& options = {})
        : plain_calls(policy()), job(channel, transport, pairs, options) {}

    void come(std::string_view from, std::string_view to, bool may_have_applied = false) {
        pairs.waiting.push_back({std::string(from), std::string(to), may_have_applied});
    }
    /// Until there is nothing to do. Returns how long that is so.
    std::chrono::nanoseconds poll(std::chrono::milliseconds now) {
        for (;;) {
            const auto idle_time = job.poll(
                at(now),
                [this](const unfriend::bulk_item& item) {
                    reported.push_back({item.index, std::string(item.from_account),
                                        std::string(item.account.to_account), item.account.outcome,
                                        item.account.result_code});
                },
                journal);
            if (idle_time != std::chrono::nanoseconds::zero()) return idle_time;
        }
    }
    void answer_all(std::chrono::milliseconds now) {
        for (poll(now); !held.empty(); poll(now)) {
            answer(held.front());
            held.erase(held.begin());
        }
    }

    slow_pairs pairs{};
    noting_journal journal{};
    std::vector<held_transport::attempt> held{};
    held_transport transport{&held};
    std::vector<reported_item> reported{};
    unfriend::bulk<plain_channel, held_transport, slow_pairs&, small_workspace> job;
};

} // namespace

TEST_CASE("a source that has nothing yet does not end the job, and is asked again within 50 ms") {
    slow_job job;
    CHECK_FALSE(job.job.is_done());
    CHECK(job.poll(0ms) <= 50ms);
    CHECK_FALSE(job.job.is_done());
    job.pairs.has_ended = true;
    job.poll(10ms);
    CHECK(job.job.is_done());
}

TEST_CASE("pairs that wait are sent when the input has paused for 50 ms") {
    slow_job job;
    job.come("alice", "bob");
    CHECK(job.poll(0ms) == 50ms);
    CHECK(job.held.empty());
    job.come("alice", "carol");
    CHECK(job.poll(40ms) == 50ms);
    CHECK(job.poll(89ms) == 1ms);
    CHECK(job.held.empty());
    job.poll(90ms);
    REQUIRE(job.held.size() == 1);
    CHECK(request_seen(job.held[0].request).to_account == std::vector<std::string_view>{"bob", "carol"});
}

TEST_CASE("a call that is full, or followed by another From_Account or the end, does not wait") {
    slow_job job;
    for (int i = 0; i < 16; ++i) job.come("alice", "friend" + std::to_string(i));
    job.come("bob", "carol");
    job.come("dave", "erin");
    job.poll(0ms);
    CHECK(job.held.size() == 2);
    job.pairs.has_ended = true;
    job.poll(1ms);
    CHECK(job.held.size() == 3);
}

TEST_CASE("calls in flight are finished and reported while the input is silent") {
    slow_job job;
    job.come("alice", "bob");
    job.poll(0ms);
    job.answer_all(60ms);
    CHECK(job.reported.size() == 1);
    CHECK_FALSE(job.job.is_done());
    job.come("alice", "carol");
    job.poll(10s);
    job.answer_all(10'050ms);
    CHECK(job.reported.size() == 2);
    CHECK(job.reported[1].index == 1);
}

TEST_CASE("a job that is stopped ends though its input is open, and reports what it had read") {
    slow_job job;
    job.come("alice", "bob");
    job.poll(0ms);
    job.poll(60ms);
    REQUIRE(job.held.size() == 1);
    job.come("dave", "erin");
    job.poll(70ms);
    job.job.stop();
    job.come("frank", "grace");
    answer(job.held[0]);
    job.held.clear();
    job.poll(80ms);
    CHECK(job.job.is_done());
    REQUIRE(job.reported.size() == 3);
    CHECK(job.reported[0].outcome == outcome::deleted);
    CHECK(job.reported[1].outcome == outcome::failed);
    CHECK(job.reported[2].outcome == outcome::failed);
}

TEST_CASE("the deadline of the job holds while the input is silent") {
    bulk_options options;
    options.job_timeout = 2s;
    slow_job job(options);
    job.poll(0ms);
    job.poll(1'999ms);
    CHECK_FALSE(job.job.is_done());
    job.poll(2s);
    CHECK(job.job.is_done());
    CHECK(job.job.stop_reason() == unfriend::job_stop_reason::deadline_exceeded);
}

TEST_CASE("any input range is a source") {
    plain_calls calls;
    std::vector<held_transport::attempt> held;
    held_transport transport{&held};
    const auto count_of = [&](auto& job) {
        std::size_t reported = 0;
        while (!job.is_done()) {
            job.poll({{}, 0}, [&](const unfriend::bulk_item& item) { reported += item.account.ok() ? 1U : 0U; });
            for (auto& each : held) answer(each);
            held.clear();
        }
        return reported;
    };
    const std::list<std::pair<const char*, std::string>> list{{"alice", "bob"}, {"alice", "carol"}};
    unfriend::bulk over_list{calls.channel, transport, list};
    CHECK(count_of(over_list) == 2);

    std::tuple<std::string_view, std::string_view> array[] = {{"alice", "bob"}, {"dave", "erin"}};
    unfriend::bulk over_array{calls.channel, transport, array};
    CHECK(count_of(over_array) == 2);

    const std::vector<dated_pair> structs{{"alice", "bob"}};
    unfriend::bulk between_iterators{calls.channel, transport, structs.begin(), structs.end()};
    CHECK(count_of(between_iterators) == 1);
}

TEST_CASE("31704 is already_gone for a pair that may have been applied before, and for no other") {
    slow_job job;
    job.come("alice", "sent", true);
    job.come("alice", "never");
    job.come("alice", "friend", true);
    job.pairs.has_ended = true;
    job.poll(0ms);
    REQUIRE(job.held.size() == 1);
    job.held[0].done(200, answer_of({{"sent", 31704, true}, {"never", 31704, true}, {"friend", 0, true}}));
    job.poll(1ms);
    REQUIRE(job.reported.size() == 3);
    CHECK(job.reported[0].outcome == outcome::already_gone);
    CHECK(job.reported[1].outcome == outcome::failed);
    CHECK(job.reported[2].outcome == outcome::deleted);
}

TEST_CASE("a pair that may have been applied before and is not sent again is unknown") {
    slow_job job;
    job.come("alice", "sent", true);
    job.come("alice", "never");
    job.poll(0ms);
    job.job.stop();
    job.poll(0ms);
    REQUIRE(job.reported.size() == 2);
    CHECK(job.reported[0].outcome == outcome::unknown);
    CHECK(job.reported[1].outcome == outcome::failed);
}

TEST_CASE("the journal is given each account once before it is sent, and each call after it") {
    slow_job job;
    job.come("alice", "bob");
    job.come("alice", std::string(40, 'x'));
    job.come("alice", "carol");
    job.come("", "dave");
    job.pairs.has_ended = true;
    job.poll(0ms);
    REQUIRE(job.held.size() == 1);
    CHECK(job.journal.notes == std::vector<std::string>{"sending alice bob carol"});
    job.held[0].done(200, refusal(30008));
    job.held.clear();
    job.answer_all(1ms);
    CHECK(job.journal.notes == std::vector<std::string>{"sending alice bob carol", "after alice failed"});
    CHECK(job.reported.size() == 4);
}

TEST_CASE("what the journal does not take is not sent, and stops the job") {
    slow_job job;
    job.journal.is_broken = true;
    job.come("alice", "bob");
    job.come("carol", "dave");
    job.pairs.has_ended = true;
    job.poll(0ms);
    CHECK(job.held.empty());
    CHECK(job.job.is_done());
    CHECK(job.job.stop_reason() == unfriend::job_stop_reason::not_journalled);
    REQUIRE(job.reported.size() == 2);
    CHECK(job.reported[0].outcome == outcome::failed);
    CHECK(job.reported[1].outcome == outcome::failed);
}
