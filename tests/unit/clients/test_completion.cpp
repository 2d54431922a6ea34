// Completions that are copied: an HTTP stack may keep them in a std::function.
#include <chrono>
#include <functional>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/clients/pending_call.hpp"
#include "unfriend/http/completion.hpp"
#include "unfriend/messages/friend_delete.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::string_view deleted =
    R"({"ActionStatus":"OK","ErrorCode":0,"ResultItem":[{"To_Account":"bob","ResultCode":0,"ResultInfo":""}]})";
constexpr std::string_view not_a_friend =
    R"({"ActionStatus":"OK","ErrorCode":0,"ResultItem":[{"To_Account":"bob","ResultCode":31704,"ResultInfo":""}]})";

/// Keeps every completion in a std::function, as HTTP stacks do.
struct keeping_transport {
    using callback = std::function<void(int, std::string_view)>;

    std::vector<callback> kept{};

    void operator()(const unfriend::http_request&, unfriend::completion done) {
        kept.emplace_back([done](int status, std::string_view body) mutable { done(status, body); });
    }
};

struct one_call {
    unfriend::fixed_credentials credentials{1400000000, "administrator", "eJsig_"};
    unfriend::channel<unfriend::fixed_credentials, unfriend::unpaced> channel{credentials, unfriend::region::china,
                                                                              without_backoff()};
    keeping_transport transport{};
    unfriend::pending_call<unfriend::channel<unfriend::fixed_credentials, unfriend::unpaced>, keeping_transport&> call{
        channel, transport};

    static unfriend::call_policy without_backoff() {
        unfriend::call_policy policy;
        policy.initial_backoff = 0ms;
        return policy;
    }

    one_call() {
        call.start(unfriend::friend_delete_request{"alice", {"bob"}}, now);
        poll();
    }
    void poll() {
        for (int i = 0; i < 4 && !call.is_done(); ++i) call.poll(now);
    }

    unfriend::timestamp now{1h, 1700000000};
};

} // namespace

TEST_CASE("any copy of a completion ends the attempt, and the others then do nothing") {
    one_call one;
    REQUIRE(one.transport.kept.size() == 1);
    keeping_transport::callback copy = one.transport.kept[0];
    copy(200, deleted);
    one.transport.kept[0](200, not_a_friend);
    one.poll();
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().outcome == unfriend::outcome::deleted);
}

TEST_CASE("an attempt goes on while a copy of its completion is left, and ends with the last") {
    one_call one;
    keeping_transport::callback copy = one.transport.kept[0];
    one.transport.kept.clear();
    one.poll();
    CHECK(one.transport.kept.empty()); // no second attempt
    copy = nullptr;
    one.poll();
    CHECK(one.transport.kept.size() == 1); // the attempt failed, and the next one was made
}

TEST_CASE("a completion of an earlier attempt says nothing about a later one") {
    one_call one;
    keeping_transport::callback earlier = one.transport.kept[0];
    earlier(502, {});
    one.poll();
    REQUIRE(one.transport.kept.size() == 2);
    keeping_transport::callback again = one.transport.kept[0];
    again(200, not_a_friend);
    earlier = nullptr;
    again = nullptr;
    one.poll();
    CHECK(!one.call.is_done());
    one.transport.kept[1](200, deleted);
    one.poll();
    REQUIRE(one.call.is_done());
    CHECK(one.call.result().outcome == unfriend::outcome::deleted);
}
