// A call that is polled: whenever, wherever and however often its transport says that it has finished.
#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "unfriend/clients/pending_call.hpp"

#include "allocation_counter.hpp"
#include "check.hpp"
#include "held_transport.hpp"
#include "transports.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::errc;
using unfriend::friend_delete_request;
using unfriend::outcome;

constexpr std::string_view bob[] = {"bob"};
constexpr std::string_view two_friends[] = {"bob", "carol"};

template <class Transport>
using small_call = unfriend::pending_call<plain_channel, Transport, small_workspace>;

/// A call over a transport that finishes when the test says so.
struct held_call : plain_calls {
    explicit held_call(const unfriend::call_policy& how = policy()) : plain_calls(how) {}

    template <class Accounts>
    void send(const Accounts& accounts, unfriend::timestamp now = at(0ms)) {
        call.start(friend_delete_request{"alice", accounts}, now);
        call.poll(now);
    }

    std::vector<held_transport::attempt> held{};
    held_transport transport{&held};
    small_call<held_transport> call{channel, transport};
};

/// Finishes before it returns.
struct inline_transport {
    void operator()(const unfriend::http_request& request, unfriend::completion done) const {
        done(200, deleted_answer(request));
    }
};

/// Lets go of its completion without a word.
struct dropping_transport {
    int* dropped;
    void operator()(const unfriend::http_request&, unfriend::completion) const { ++*dropped; }
};

} // namespace

TEST_CASE("nothing is sent before the first poll, and a call is over when its answer is collected") {
    held_call one;
    CHECK(one.call.is_done());
    one.call.start(friend_delete_request{"alice", two_friends}, at(0ms));
    CHECK(one.held.empty());
    CHECK_FALSE(one.call.is_done());
    one.call.poll(at(0ms));
    REQUIRE(one.held.size() == 1);
    CHECK(request_seen(one.held[0].request).to_account == std::vector<std::string_view>{"bob", "carol"});
    one.call.poll(at(1ms));
    CHECK_FALSE(one.call.is_done());
    answer(one.held[0]);
    CHECK_FALSE(one.call.is_done());
    CHECK(one.call.poll(at(2ms)) == 0ms);
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().ok());
    CHECK(one.call.result().items.size() == 2);
    CHECK(one.call.from_account() == "alice");
}

TEST_CASE("the request is copied") {
    held_call one;
    {
        const std::vector<std::string> accounts{"an account of a temporary list"};
        one.call.start(friend_delete_request{std::string("alice"), accounts}, at(0ms));
    }
    one.call.poll(at(0ms));
    REQUIRE(one.held.size() == 1);
    CHECK(one.held[0].request.body == R"({"From_Account":"alice","To_Account":["an account of a temporary list"]})");
}

TEST_CASE("a transport may finish before it returns") {
    plain_calls calls;
    inline_transport transport;
    small_call<inline_transport> call(calls.channel, transport);
    call.start(friend_delete_request{"alice", bob}, at(0ms));
    CHECK(call.poll(at(0ms)) == 0ms);
    CHECK(call.poll(at(0ms)) == 0ms);
    REQUIRE(call.is_done());
    CHECK(call.result().outcome == outcome::deleted);
}

TEST_CASE("a blocking transport will do") {
    plain_calls calls;
    exchange traffic;
    traffic.answer = answer_of({{"bob", 0, true}});
    appending_transport transport{&traffic};
    small_call<appending_transport> call(calls.channel, transport);
    call.start(friend_delete_request{"alice", bob}, at(0ms));
    while (call.poll(at(0ms)) == 0ms) {
    }
    REQUIRE(call.is_done());
    CHECK(call.result().outcome == outcome::deleted);
    CHECK(traffic.calls == 1);
}

#if defined(__cpp_exceptions)
TEST_CASE("a blocking transport that throws ends its attempt, as one that fails does") {
    plain_calls calls;
    bool is_thrown = false;
    auto transport = [&](const unfriend::http_request&, unfriend::http_response&) -> std::error_code {
        if (is_thrown) return std::make_error_code(std::errc::not_connected);
        is_thrown = true;
        throw std::runtime_error("out of sockets");
    };
    small_call<decltype(transport)> call(calls.channel, transport);
    call.start(friend_delete_request{"alice", bob}, at(0ms));
    CHECK_THROWS_AS(call.poll(at(0ms)), std::runtime_error);
    std::chrono::nanoseconds now = 0ms;
    while (!call.is_done()) now += call.poll({now, 0});
    CHECK(call.result().attempts > 1);
    CHECK(call.result().outcome == outcome::unknown);
    CHECK(now < 30s);
}
#endif

TEST_CASE("a transport may finish on another thread") {
    held_call one;
    for (int i = 0; i < 50; ++i) {
        one.send(two_friends);
        REQUIRE(one.held.size() == 1);
        std::thread network([&one] { answer(one.held[0]); });
        while (!one.call.is_done()) one.call.poll(at(1ms));
        network.join();
        CHECK(one.call.result().ok());
        one.held.clear();
    }
}

TEST_CASE("a completion counts once") {
    held_call one;
    one.send(bob);
    unfriend::completion done = std::move(one.held.at(0).done);
    CHECK_FALSE(static_cast<bool>(one.held.at(0).done));
    one.held.at(0).done(503, "");
    CHECK(static_cast<bool>(done));
    done(200, answer_of({{"bob", 0, true}}));
    CHECK_FALSE(static_cast<bool>(done));
    done(503, "");
    one.call.poll(at(1ms));
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().ok());
}

TEST_CASE("a completion that comes after cancel changes nothing") {
    held_call one;
    one.send(two_friends);
    one.call.cancel(at(0ms));
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().last_error() == errc::cancelled);
    CHECK(one.call.result().outcome == outcome::unknown);
    CHECK(one.call.result().stop_reason == unfriend::stop_reason::cancelled);
    answer(one.held[0]);
    CHECK(one.call.poll(at(1ms)) == one.call.never);
    CHECK(one.call.result().outcome == outcome::unknown);
}

TEST_CASE("cancel keeps what a delivered answer says, and makes no further attempt") {
    const struct {
        std::string_view what;
        void (*deliver)(held_transport::attempt&);
        unfriend::outcome expected;
        unfriend::stop_reason end;
    } table[] = {
        {"deleted", [](held_transport::attempt& sent) { answer(sent); }, outcome::deleted,
         unfriend::stop_reason::completed},
        {"refused for good", [](held_transport::attempt& sent) { sent.done(200, refusal(60017)); }, outcome::failed,
         unfriend::stop_reason::not_retryable},
        {"refused for now", [](held_transport::attempt& sent) { sent.done(200, refusal(60011)); }, outcome::failed,
         unfriend::stop_reason::cancelled},
        {"lost track", [](held_transport::attempt& sent) { sent.done(200, refusal(60013)); }, outcome::unknown,
         unfriend::stop_reason::cancelled},
        {"never sent", [](held_transport::attempt& sent) { sent.done(std::make_error_code(std::errc::not_connected)); },
         outcome::failed, unfriend::stop_reason::cancelled},
        {"lost", [](held_transport::attempt& sent) { sent.done(std::make_error_code(std::errc::connection_reset)); },
         outcome::unknown, unfriend::stop_reason::cancelled},
    };
    for (const auto& row : table) {
        INFO(row.what);
        held_call one;
        one.send(bob);
        row.deliver(one.held.at(0));
        one.call.cancel(at(1ms));
        REQUIRE(one.call.is_done());
        CHECK(one.call.result().outcome == row.expected);
        CHECK(one.call.result().stop_reason == row.end);
        CHECK(one.call.poll(at(2ms)) == one.call.never);
        CHECK(one.held.size() == 1);
        one.send(bob, at(3ms)); // nothing of the cancellation stays
        answer(one.held.at(1));
        one.call.poll(at(3ms));
        CHECK(one.call.result().ok());
    }
}

TEST_CASE("a call cancelled before it was sent has failed, and nothing is unknown of it") {
    held_call one;
    one.call.start(friend_delete_request{"alice", bob}, at(0ms));
    one.call.cancel(at(0ms));
    one.call.poll(at(0ms));
    CHECK(one.held.empty());
    CHECK(one.call.result().outcome == outcome::failed);
    CHECK(one.call.result().attempts == 0);
}

TEST_CASE("a completion that comes after the call is destroyed, and its request, do no harm") {
    plain_calls calls;
    std::vector<held_transport::attempt> held;
    held_transport transport{&held};
    {
        small_call<held_transport> call(calls.channel, transport);
        call.start(friend_delete_request{"alice", bob}, at(0ms));
        call.poll(at(0ms));
    }
    REQUIRE(held.size() == 1);
    CHECK(held[0].request.body == R"({"From_Account":"alice","To_Account":["bob"]})");
    answer(held[0]);
}

TEST_CASE("a completion that is dropped ends the attempt, which is lost and tried again") {
    plain_calls calls;
    int dropped = 0;
    dropping_transport transport{&dropped};
    small_call<dropping_transport> call(calls.channel, transport);
    call.start(friend_delete_request{"alice", bob}, at(0ms));
    while (!call.is_done()) call.poll(at(0ms));
    CHECK(dropped == 4);
    CHECK(call.result().last_error() == errc::transport_failed);
    CHECK(call.result().outcome == outcome::unknown);
}

TEST_CASE("without a completion the deadline ends the call, and the next one starts in memory of its own") {
    held_call one;
    one.send(bob);
    CHECK(one.call.poll(at(1s)) == 29s);
    CHECK_FALSE(one.call.is_done());
    CHECK(one.call.poll(at(30s)) == 0ms);
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().last_error().code() == std::make_error_code(std::errc::timed_out));
    CHECK(one.call.result().stop_reason == unfriend::stop_reason::deadline_exceeded);
    CHECK(one.call.result().outcome == outcome::unknown);

    one.send(two_friends, at(31s));
    REQUIRE(one.held.size() == 2);
    CHECK(one.held[0].request.body == R"({"From_Account":"alice","To_Account":["bob"]})");
    answer(one.held[0]);
    one.call.poll(at(32s));
    CHECK_FALSE(one.call.is_done());
    answer(one.held[1]);
    one.call.poll(at(32s));
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().ok());
    CHECK(one.call.result().items.size() == 2);
}

TEST_CASE("completions of given-up calls, kept for long, disturb none of the calls after them") {
    held_call one;
    for (std::size_t i = 0; i < 20; ++i) {
        one.send(bob, at(1ms * i));
        REQUIRE(one.held.size() == i + 1);
        if (i % 3 == 0) one.call.cancel(at(0ms));
    }
    for (std::size_t i = 0; i < 19; ++i) {
        CHECK(one.held[i].request.body == one.held[19].request.body);
        if (i % 2 == 0) one.held[i].done(200, refusal(60017));
    }
    one.call.poll(at(30ms));
    CHECK_FALSE(one.call.is_done());
    answer(one.held[19]);
    one.call.poll(at(30ms));
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().ok());
}

TEST_CASE("a completion with an error that tells that nothing was sent loses no answer") {
    unfriend::call_policy once = plain_calls::policy();
    once.max_attempts = 1;
    held_call one(once);
    one.send(bob);
    one.held.at(0).done(std::make_error_code(std::errc::not_connected));
    one.call.poll(at(1ms));
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().last_error().code() == std::make_error_code(std::errc::not_connected));
    CHECK(one.call.result().outcome == outcome::failed);
}

TEST_CASE("a completion with an error that is none ends the attempt all the same") {
    held_call one;
    one.send(bob);
    one.held.at(0).done(unfriend::error());
    while (one.call.poll(at(1ms)) == 0ms) {
    }
    CHECK(one.held.size() == 2);
}

TEST_CASE("an answer that is too large is refused, and not asked for again") {
    held_call one;
    one.send(bob);
    one.held.at(0).done(200, std::string(8193, ' '));
    one.call.poll(at(1ms));
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().last_error() == errc::body_too_large);
    CHECK(one.call.result().last_error().detail() == 8192);
    CHECK(one.call.result().outcome == outcome::unknown);
}

TEST_CASE("poll tells how long there is nothing to do: a wait, until the deadline, or for ever") {
    unfriend::call_policy slow;
    slow.initial_backoff = 1s;
    slow.call_timeout = 10s;
    held_call one(slow);
    CHECK(one.call.poll(at(0ms)) == one.call.never);
    one.call.start(friend_delete_request{"alice", bob}, at(0ms));
    CHECK(one.call.poll(at(0ms)) == 0ms);
    CHECK(one.call.poll(at(3s)) == 7s);
    one.held.at(0).done(503, "");
    CHECK(one.call.poll(at(4s)) == 0ms);
    const auto wait = one.call.poll(at(4s));
    CHECK(wait > 0ms);
    CHECK(wait <= 1s);
    CHECK(one.call.poll({4s + wait / 2, 0}) == wait - wait / 2);
    CHECK(one.held.size() == 1);
    CHECK(one.call.poll({4s + wait, 0}) == 0ms);
    while (one.call.poll({4s + wait, 0}) == 0ms) {
    }
    CHECK(one.call.poll({4s + wait, 0}) == 6s - wait);
    CHECK(one.held.size() == 2);
}

TEST_CASE("a call that is not polled before its deadline sends nothing") {
    held_call one;
    one.call.start(friend_delete_request{"alice", bob}, at(0ms));
    while (one.call.poll(at(30s)) == 0ms) {
    }
    CHECK(one.held.empty());
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().last_error() == errc::deadline_exceeded);
    CHECK(one.call.result().outcome == outcome::failed);
    CHECK(one.call.result().attempts == 0);
}

TEST_CASE("an attempt is given what is left when it is sent, however late that is") {
    held_call one;
    one.call.start(friend_delete_request{"alice", bob}, at(0ms));
    one.call.poll(at(25s));
    REQUIRE(one.held.size() == 1);
    CHECK(one.held[0].request.timeout == 5s);
}

TEST_CASE("a request that is wrong is refused, with nothing sent") {
    held_call one;
    constexpr std::string_view wrong[] = {"bob", ""};
    one.send(wrong);
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().last_error() == errc::invalid_to_account);
    CHECK(one.call.result().last_error().detail() == 1);
    CHECK(one.held.empty());
}

TEST_CASE("all memory comes from the allocator, once") {
    plain_calls calls;
    std::vector<held_transport::attempt> held;
    held.reserve(1);
    held_transport transport{&held};
    memory_count counted;
    {
        using allocator = counting_allocator<char>;
        unfriend::pending_call<plain_channel, held_transport, small_workspace, allocator> call(calls.channel, transport,
                                                                                               allocator(counted));
        CHECK(counted.blocks == 0);
        call.start(friend_delete_request{"alice", bob}, at(0ms));
        CHECK(counted.blocks == 1);
        call.cancel(at(0ms));
        const std::string body = answer_of({{"bob", 0, true}});
        const allocations others = allocations_of([&] {
            for (int i = 0; i < 100; ++i) {
                call.start(friend_delete_request{"alice", bob}, at(0ms));
                call.poll(at(0ms));
                held[0].done(200, body);
                held.clear();
                call.poll(at(0ms));
            }
        });
        CHECK(others.all() == 0);
        CHECK(counted.blocks == 1);
        CHECK(counted.total_bytes < sizeof(small_workspace) + 1152);
        CHECK(call.result().ok());
    }
    CHECK(counted.live_bytes == 0);
}

TEST_CASE("a call of one account takes at most 24 KB, unless it is made for more") {
    using allocator = counting_allocator<char>;
    plain_calls calls;
    std::vector<held_transport::attempt> held;
    held_transport transport{&held};
    memory_count counted;
    using by_default = unfriend::pending_call<plain_channel, held_transport>;
    using workspace_type = unfriend::small_workspace;
    unfriend::pending_call<plain_channel, held_transport, workspace_type, allocator> call(calls.channel, transport,
                                                                                          allocator(counted));
    static_assert(std::is_same_v<by_default, unfriend::pending_call<plain_channel, held_transport, workspace_type>>);
    call.start(friend_delete_request{"alice", bob}, at(0ms));
    CHECK(counted.total_bytes + sizeof(by_default) <= 24 * 1024);
    call.start(friend_delete_request{"alice", std::vector<std::string>(17, "bob")}, at(0ms));
    CHECK(call.result().last_error() == errc::workspace_too_small);
    CHECK(call.result().last_error().detail() == 17);
}

TEST_CASE("a call that is moved goes on") {
    held_call one;
    one.send(bob);
    small_call<held_transport> moved(std::move(one.call));
    answer(one.held.at(0));
    moved.poll(at(1ms));
    REQUIRE(moved.is_done());
    CHECK(moved.result().ok());
}
