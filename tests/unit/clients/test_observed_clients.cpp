// Every driver tells the observer the same of the same call.
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/clients/async_client.hpp"
#include "unfriend/clients/bulk.hpp"
#include "unfriend/clients/client.hpp"
#include "unfriend/clients/pending_call.hpp"

#include "check.hpp"
#include "held_transport.hpp"
#include "observed_world.hpp"
#include "recording_observer.hpp"

using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;
using unfriend::friend_delete_request;

constexpr std::string_view bob[] = {"bob"};

lines by_client() {
    observed_world<> world;
    unfriend::client client{world.channel, world.blocking(), world.clock(), world.sleep()};
    CHECK(client(friend_delete_request{"alice", bob}).ok());
    return world.seen.lines;
}

template <class Transport>
lines by_pending_call(observed_world<>& world, Transport transport) {
    unfriend::pending_call<observed_world<>::channel_type, Transport> call(world.channel, transport);
    call.start(friend_delete_request{"alice", bob}, world.now());
    while (!call.is_done()) world.pass(call.poll(world.now()));
    CHECK(call.result().ok());
    return world.seen.lines;
}

template <class Transport>
lines by_async_client(observed_world<>& world, Transport transport) {
    unfriend::async_client client{world.channel, transport, 4};
    bool is_ok = false;
    const auto on_done = [&](const unfriend::call_result& response) { is_ok = response.ok(); };
    CHECK(client.start(friend_delete_request{"alice", bob}, world.now(), on_done));
    while (client.in_flight() != 0) world.pass(client.poll(world.now()));
    CHECK(is_ok);
    return world.seen.lines;
}

template <class Transport>
lines by_bulk(observed_world<>& world, Transport transport) {
    const std::vector<std::pair<std::string, std::string>> pairs{{"alice", "bob"}};
    unfriend::bulk job{world.channel, transport, pairs};
    while (!job.is_done()) world.pass(job.poll(world.now(), [](const unfriend::bulk_item&) {}));
    CHECK(job.totals().deleted == 1);
    return world.seen.lines;
}

} // namespace

TEST_CASE("a blocking client, a polled call and many calls on a thread tell the same") {
    CHECK(by_client() == observed_lines("interactive"));
    for (const bool is_late : {false, true}) {
        observed_world<> polled;
        observed_world<> many;
        observed_world<> job;
        if (is_late) {
            CHECK(by_pending_call(polled, polled.later()) == observed_lines("interactive"));
            CHECK(by_async_client(many, many.later()) == observed_lines("interactive"));
            CHECK(by_bulk(job, job.later()) == observed_lines("bulk"));
        } else {
            CHECK(by_pending_call(polled, polled.blocking()) == observed_lines("interactive"));
            CHECK(by_bulk(job, job.blocking()) == observed_lines("bulk"));
        }
    }
}

TEST_CASE("calls of a job that wait for their turn have not begun") {
    observed_world<> world;
    world.all_go_well = true;
    const std::vector<std::pair<std::string, std::string>> pairs{
        {"alice", "bob"}, {"carol", "dave"}, {"erin", "frank"}};
    auto transport = world.blocking();
    unfriend::bulk job{world.channel, transport, pairs};
    while (!job.is_done()) world.pass(job.poll(world.now(), [](const unfriend::bulk_item&) {}));
    CHECK(world.seen.of("call_start").size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        const std::string number = std::to_string(i + 1);
        CHECK(world.seen.lines[4 * i] == number + " call_start friend_delete 1 bulk");
        CHECK(world.seen.lines[4 * i + 3].find(number + " call_end") == 0);
    }
}

TEST_CASE("a job that stops has no events of what it does not send") {
    observed_world<> world;
    const std::vector<std::pair<std::string, std::string>> pairs{{"alice", "bob"}, {"carol", "dave"}};
    auto transport = world.blocking();
    unfriend::bulk job{world.channel, transport, pairs};
    job.stop();
    while (!job.is_done()) world.pass(job.poll(world.now(), [](const unfriend::bulk_item&) {}));
    CHECK(world.seen.lines.empty());
    CHECK(job.totals().failed == 2);
}

#if defined(__cpp_exceptions)

TEST_CASE("what an observer throws leaves the blocking client, and the next call is as good as any") {
    for (std::size_t i = 1; i <= observed_lines("interactive").size(); ++i) {
        INFO("thrown at event ", i);
        observed_world<throwing_observer> world;
        world.seen.throws_at = i;
        unfriend::client client{world.channel, world.blocking(), world.clock(), world.sleep()};
        CHECK_THROWS_AS(static_cast<void>(client(friend_delete_request{"alice", bob})), observer_exception);
        CHECK(client(friend_delete_request{"alice", bob}).ok());
    }
}

TEST_CASE("what an observer throws leaves the poll of a call, which goes on with the next one") {
    for (std::size_t i = 1; i <= observed_lines("interactive").size(); ++i) {
        INFO("thrown at event ", i);
        observed_world<throwing_observer> world;
        world.seen.throws_at = i;
        auto transport = world.later();
        unfriend::pending_call<observed_world<throwing_observer>::channel_type, decltype(transport)> call(world.channel,
                                                                                                          transport);
        call.start(friend_delete_request{"alice", bob}, world.now());
        int thrown = 0;
        while (!call.is_done()) {
            try {
                world.pass(call.poll(world.now()));
            } catch (const observer_exception&) {
                ++thrown;
            }
        }
        CHECK(thrown == 1);
        CHECK(call.result().ok());
        CHECK(call.result().attempts == 2);
        CHECK(world.requests == 2);
        CHECK(world.now().monotonic < 10s);
    }
}

TEST_CASE("a job whose observer throws reports every pair once") {
    for (std::size_t i = 1; i <= observed_lines("bulk").size(); ++i) {
        INFO("thrown at event ", i);
        observed_world<throwing_observer> world;
        world.seen.throws_at = i;
        const std::vector<std::pair<std::string, std::string>> pairs{
            {"alice", "bob"}, {"carol", "dave"}, {"", "frank"}};
        auto transport = world.later();
        unfriend::bulk job{world.channel, transport, pairs};
        lines reported;
        while (!job.is_done()) {
            try {
                world.pass(job.poll(world.now(), [&](const unfriend::bulk_item& item) {
                    reported.push_back(std::to_string(item.index) + std::string(item.account.to_account));
                }));
            } catch (const observer_exception&) {
            }
        }
        CHECK(reported == lines{"0bob", "1dave", "2frank"});
        CHECK(job.totals().deleted == 2);
        CHECK(world.now().monotonic < 10s);
    }
}

#endif
