// Many calls at a time: each calls back once, out of poll, whatever becomes of it.
#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "unfriend/clients/async_client.hpp"

#include "check.hpp"
#include "held_transport.hpp"
#include "transports.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::call_result;
using unfriend::errc;
using unfriend::friend_delete_request;
using unfriend::outcome;

constexpr std::string_view bob[] = {"bob"};

template <class Transport, class Allocator = std::allocator<char>>
using small_client = unfriend::async_client<plain_channel, Transport, small_workspace, Allocator>;

constexpr std::chrono::nanoseconds never = std::chrono::nanoseconds::max();

struct held_calls : plain_calls {
    explicit held_calls(std::size_t most = 8, const unfriend::call_policy& how = policy())
        : plain_calls(how), client(channel, held_transport{&held}, most) {}

    /// Starts a call that notes what came of it; returns its number among those started.
    unfriend::result<unfriend::call_id> start(unfriend::timestamp now = at(0ms)) {
        return client.start(friend_delete_request{"alice", bob}, now,
                            [this](const call_result& response) { told.push_back(response.outcome); });
    }
    void poll_until_idle(unfriend::timestamp now) {
        while (client.poll(now) == 0ms) {
        }
    }

    std::vector<held_transport::attempt> held{};
    std::vector<outcome> told{};
    small_client<held_transport> client;
};

} // namespace

TEST_CASE("each call is sent by a poll, and calls back from the poll after its answer") {
    held_calls calls;
    for (int i = 0; i < 3; ++i) CHECK(calls.start().has_value());
    CHECK(calls.client.in_flight() == 3);
    CHECK(calls.held.empty());
    calls.poll_until_idle(at(0ms));
    REQUIRE(calls.held.size() == 3);
    answer(calls.held[2]);
    answer(calls.held[0]);
    CHECK(calls.told.empty());
    calls.poll_until_idle(at(1ms));
    CHECK(calls.told == std::vector<outcome>(2, outcome::deleted));
    CHECK(calls.client.in_flight() == 1);
    answer(calls.held[1]);
    calls.poll_until_idle(at(1ms));
    CHECK(calls.told.size() == 3);
    CHECK(calls.client.in_flight() == 0);
}

TEST_CASE("more calls than the client was made for are refused, until one has called back") {
    held_calls calls(2);
    CHECK(calls.start().has_value());
    CHECK(calls.start().has_value());
    const auto third = calls.start();
    CHECK(third.error() == errc::too_many_calls);
    CHECK(third.error().detail() == 2);
    calls.poll_until_idle(at(0ms));
    answer(calls.held.at(0));
    CHECK_FALSE(calls.start().has_value());
    calls.poll_until_idle(at(0ms));
    CHECK(calls.start().has_value());
    CHECK(calls.told.size() == 1);
}

TEST_CASE("a callback may start the next call, and the client serves it in the same place") {
    plain_calls plain;
    std::vector<held_transport::attempt> held;
    small_client<held_transport> client(plain.channel, held_transport{&held}, 2);
    int calls = 0;
    struct chain {
        small_client<held_transport>& client;
        int& calls;
        void operator()(const call_result& response) const {
            CHECK(response.ok());
            if (++calls < 10) {
                CHECK(client.start(friend_delete_request{"alice", bob}, at(0ms), *this).has_value());
            }
        }
    };
    CHECK(client.start(friend_delete_request{"alice", bob}, at(0ms), chain{client, calls}).has_value());
    while (client.in_flight() != 0) {
        client.poll(at(0ms));
        for (auto& each : held) answer(each);
        held.clear();
    }
    CHECK(calls == 10);
}

TEST_CASE("a callback may start the next call even when only one may be in flight") {
    plain_calls plain;
    std::vector<held_transport::attempt> held;
    memory_count counted;
    using client_type = small_client<held_transport, counting_allocator<char>>;
    client_type client(plain.channel, held_transport{&held}, 1, counting_allocator<char>(counted));
    int calls = 0;
    struct chain {
        client_type& client;
        int& calls;
        void operator()(const call_result& response) const {
            CHECK(response.items[0].to_account == "bob");
            CHECK(client.in_flight() == 0);
            if (++calls == 5) return;
            CHECK(client.start(friend_delete_request{"alice", bob}, at(0ms), *this).has_value());
            CHECK(client.start(friend_delete_request{"alice", bob}, at(0ms), *this).error() == errc::too_many_calls);
            CHECK(response.items[0].to_account == "bob"); // and what it was told is still there
        }
    };
    CHECK(client.start(friend_delete_request{"alice", bob}, at(0ms), chain{client, calls}).has_value());
    while (client.in_flight() != 0) {
        client.poll(at(0ms));
        for (auto& each : held) answer(each);
        held.clear();
    }
    CHECK(calls == 5);
    CHECK(counted.blocks == 3); // the list of calls, and memory for two
}

TEST_CASE("of a call that is cancelled, what a delivered answer says is kept") {
    held_calls calls;
    const auto first = calls.start();
    const auto second = calls.start();
    calls.poll_until_idle(at(0ms));
    answer(calls.held.at(0));
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    calls.client.cancel_all(at(1ms));
    calls.poll_until_idle(at(1ms));
    CHECK(calls.told == std::vector<outcome>{outcome::deleted, outcome::unknown});
}

TEST_CASE("what a callback is told lives until it returns, even if it starts further calls") {
    held_calls calls(2);
    std::string kept;
    CHECK(calls.client
              .start(friend_delete_request{"alice", bob}, at(0ms),
                     [&](const call_result& response) {
                         CHECK(calls.start().has_value());
                         calls.held.clear();
                         kept = response.items[0].to_account;
                     })
              .has_value());
    calls.poll_until_idle(at(0ms));
    answer(calls.held.at(0));
    calls.client.poll(at(0ms));
    CHECK(kept == "bob");
}

TEST_CASE("a cancelled call calls back from the next poll, and never again") {
    held_calls calls;
    const auto first = calls.start();
    const auto second = calls.start();
    calls.poll_until_idle(at(0ms));
    REQUIRE(first.has_value());
    calls.client.cancel(*first, at(1ms));
    CHECK(calls.told.empty());
    calls.client.poll(at(1ms));
    CHECK(calls.told == std::vector<outcome>{outcome::unknown});
    answer(calls.held.at(0));
    calls.client.cancel(*first, at(1ms));
    calls.poll_until_idle(at(2ms));
    CHECK(calls.told.size() == 1);
    CHECK(calls.client.in_flight() == 1);
    REQUIRE(second.has_value());
    answer(calls.held.at(1));
    calls.poll_until_idle(at(2ms));
    CHECK(calls.told.size() == 2);
}

TEST_CASE("the id of a call that is over cancels none that took its place") {
    held_calls calls(1);
    const auto first = calls.start();
    calls.poll_until_idle(at(0ms));
    answer(calls.held.at(0));
    calls.poll_until_idle(at(0ms));
    CHECK(calls.start().has_value());
    calls.poll_until_idle(at(0ms));
    REQUIRE(first.has_value());
    calls.client.cancel(*first, at(1ms));
    answer(calls.held.at(1));
    calls.poll_until_idle(at(0ms));
    CHECK(calls.told == std::vector<outcome>(2, outcome::deleted));
}

TEST_CASE("a callback may cancel the other calls") {
    held_calls calls;
    CHECK(calls.client
              .start(friend_delete_request{"alice", bob}, at(0ms),
                     [&](const call_result&) { calls.client.cancel_all(at(1ms)); })
              .has_value());
    for (int i = 0; i < 3; ++i) CHECK(calls.start().has_value());
    calls.poll_until_idle(at(0ms));
    answer(calls.held.at(0));
    calls.poll_until_idle(at(1ms));
    CHECK(calls.told == std::vector<outcome>(3, outcome::unknown));
    CHECK(calls.client.in_flight() == 0);
}

TEST_CASE("calls in flight when the client is destroyed never call back, and their completions do no harm") {
    plain_calls plain;
    std::vector<held_transport::attempt> held;
    int told = 0;
    {
        small_client<held_transport> client(plain.channel, held_transport{&held}, 2);
        for (int i = 0; i < 2; ++i) {
            CHECK(client.start(friend_delete_request{"alice", bob}, at(0ms), [&](const call_result&) { ++told; })
                      .has_value());
        }
        client.poll(at(0ms));
    }
    REQUIRE(held.size() == 2);
    CHECK(held[0].request.body == R"({"From_Account":"alice","To_Account":["bob"]})");
    for (auto& each : held) answer(each);
    CHECK(told == 0);
}

TEST_CASE("cancelled calls whose completions are kept do not disturb the calls that take their places") {
    held_calls calls(2);
    for (int i = 0; i < 10; ++i) {
        CHECK(calls.start().has_value());
        CHECK(calls.start().has_value());
        calls.poll_until_idle(at(0ms));
        calls.client.cancel_all(at(1ms));
        calls.poll_until_idle(at(0ms));
    }
    CHECK(calls.held.size() == 20);
    CHECK(calls.told == std::vector<outcome>(20, outcome::unknown));
    CHECK(calls.start().has_value());
    calls.poll_until_idle(at(0ms));
    for (std::size_t i = 0; i < 20; ++i) calls.held.at(i).done(200, refusal(60017));
    calls.poll_until_idle(at(0ms));
    CHECK(calls.told.size() == 20);
    answer(calls.held.at(20));
    calls.poll_until_idle(at(0ms));
    CHECK(calls.told.back() == outcome::deleted);
}

TEST_CASE("a call that is never completed ends with its deadline") {
    held_calls calls;
    CHECK(calls.start().has_value());
    calls.poll_until_idle(at(0ms));
    CHECK(calls.client.poll(at(29s)) == 1s);
    calls.client.poll(at(30s));
    CHECK(calls.told == std::vector<outcome>{outcome::unknown});
    CHECK(calls.client.in_flight() == 0);
}

TEST_CASE("poll tells the soonest that any call has something to do") {
    unfriend::call_policy policy = held_calls::policy();
    policy.call_timeout = 10s;
    held_calls calls(8, policy);
    CHECK(calls.client.poll(at(0ms)) == never);
    CHECK(calls.start(at(0ms)).has_value());
    CHECK(calls.client.poll(at(0ms)) == 0ms);
    CHECK(calls.client.poll(at(4s)) == 6s);
    CHECK(calls.start(at(4s)).has_value());
    CHECK(calls.client.poll(at(4s)) == 0ms);
    CHECK(calls.client.poll(at(4s)) == 6s);
    answer(calls.held.at(0));
    calls.client.poll(at(5s));
    CHECK(calls.client.poll(at(5s)) == 9s);
    answer(calls.held.at(1));
    calls.client.poll(at(5s));
    CHECK(calls.client.poll(at(5s)) == never);
}

TEST_CASE("a wrong request calls back too, with nothing sent") {
    held_calls calls;
    const std::vector<std::string_view> nobody;
    CHECK(calls.client
              .start(friend_delete_request{"alice", nobody}, at(0ms),
                     [&](const call_result& response) {
                         CHECK(response.last_error() == errc::no_accounts);
                         calls.told.push_back(response.outcome);
                     })
              .has_value());
    CHECK(calls.told.empty());
    calls.poll_until_idle(at(0ms));
    CHECK(calls.told.size() == 1);
    CHECK(calls.held.empty());
}

TEST_CASE("transports that block will do") {
    plain_calls plain;
    exchange traffic;
    traffic.answer = answer_of({{"bob", 0, true}});
    small_client<appending_transport> client(plain.channel, appending_transport{&traffic}, 4);
    int deleted = 0;
    for (int i = 0; i < 4; ++i) {
        CHECK(client
                  .start(friend_delete_request{"alice", bob}, at(0ms),
                         [&](const call_result& response) { deleted += response.ok() ? 1 : 0; })
                  .has_value());
    }
    while (client.in_flight() != 0) client.poll(at(0ms));
    CHECK(deleted == 4);
    CHECK(traffic.calls == 4);
}

TEST_CASE("completions may come from many threads, while the calls are polled") {
    held_calls calls(16);
    for (int i = 0; i < 16; ++i) CHECK(calls.start().has_value());
    calls.poll_until_idle(at(0ms));
    std::vector<std::thread> network;
    network.reserve(4);
    for (std::size_t thread = 0; thread < 4; ++thread) {
        network.emplace_back([&calls, thread] {
            for (std::size_t i = thread; i < 16; i += 4) answer(calls.held[i]);
        });
    }
    while (calls.client.in_flight() != 0) calls.client.poll(at(1ms));
    for (std::thread& each : network) each.join();
    CHECK(calls.told == std::vector<outcome>(16, outcome::deleted));
}

TEST_CASE("memory for a call is taken from the allocator when first needed, and used again") {
    plain_calls plain;
    std::vector<held_transport::attempt> held;
    memory_count counted;
    {
        using allocator = counting_allocator<char>;
        small_client<held_transport, allocator> client(plain.channel, held_transport{&held}, 4, allocator(counted));
        CHECK(counted.blocks == 1);
        const auto run = [&](int calls) {
            for (int i = 0; i < calls; ++i)
                CHECK(client.start(friend_delete_request{"alice", bob}, at(0ms), nullptr).has_value());
            client.poll(at(0ms));
            for (auto& each : held) answer(each);
            held.clear();
            while (client.in_flight() != 0) client.poll(at(0ms));
        };
        run(2);
        CHECK(counted.blocks == 3);
        for (int i = 0; i < 10; ++i) run(2);
        CHECK(counted.blocks == 3);
        run(4);
        CHECK(counted.blocks == 5);
    }
    CHECK(counted.live_bytes == 0);
}

#if defined(__cpp_exceptions)
TEST_CASE("a call whose callback throws is over all the same") {
    held_calls calls(1);
    const auto id = calls.client.start(friend_delete_request{"alice", bob}, at(0ms),
                                       [](const call_result&) { throw std::runtime_error("no more"); });
    REQUIRE(id.has_value());
    calls.poll_until_idle(at(0ms));
    REQUIRE(calls.held.size() == 1);
    answer(calls.held[0]);
    CHECK_THROWS_AS(calls.poll_until_idle(at(0ms)), std::runtime_error);
    CHECK(calls.client.in_flight() == 0);
    CHECK(calls.start().has_value());
}
#endif
