// The blocking client: how it drives a call, in whose memory, and through which transports.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/clients/client.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "accounts.hpp"
#include "bytes.hpp"
#include "check.hpp"
#include "transports.hpp"

namespace {

using namespace std::chrono_literals;
using unfriend::errc;
using unfriend::fixed_credentials;
using unfriend::friend_delete_request;
using unfriend::outcome;
using unfriend::stop_reason;

constexpr std::string_view two_friends[] = {"bob", "carol"};

constexpr std::string_view mixed_answer =
    R"({"ResultItem":[{"To_Account":"bob","ResultCode":0,"ResultInfo":""},)"
    R"({"To_Account":"carol","ResultCode":31704,"ResultInfo":"no friend"}],"ActionStatus":"OK","ErrorCode":0})";

/// A moment that only a wait or a transport moves.
struct virtual_time {
    std::chrono::nanoseconds elapsed = 1h;
    std::vector<std::chrono::nanoseconds> waits{};
};

struct virtual_clock {
    const virtual_time* time;
    unfriend::timestamp operator()() const { return {time->elapsed, 1700000000}; }
};

struct virtual_wait {
    virtual_time* time;
    void operator()(std::chrono::nanoseconds duration) const {
        time->waits.push_back(duration);
        time->elapsed += duration;
    }
};

struct half_random {
    std::uint32_t operator()() const { return 0x80000000U; }
};

using test_channel = unfriend::channel<const fixed_credentials, unfriend::unpaced, half_random>;

/// A channel, and a client of it whose time is virtual.
template <class Transport = appending_transport>
struct caller {
    explicit caller(Transport transport, unfriend::endpoint where = unfriend::region::singapore,
                    const fixed_credentials& who = {1400000000, "administrator", "eJsig_"})
        : credentials(who), channel(credentials, where, unfriend::call_policy{}, half_random{}),
          client(channel, transport, virtual_clock{&time}, virtual_wait{&time}) {}

    const fixed_credentials credentials;
    virtual_time time{};
    test_channel channel;
    unfriend::client<test_channel&, Transport, virtual_clock, virtual_wait> client;
};

template <class Transport>
caller(Transport) -> caller<Transport>;

/// Credentials that note when they were asked, and fail.
struct failing_credentials {
    std::int64_t asked_at = 0;

    std::uint32_t sdk_app_id() const { return 1400000000; }
    std::string_view identifier() const { return "administrator"; }
    unfriend::result<std::string_view> user_sig(std::int64_t now, unfriend::char_span) {
        asked_at = now;
        return errc::hmac_failed;
    }
    bool invalidate(std::string_view) const { return false; }
};

/// Fails so many times, and then answers.
struct recovering_transport {
    exchange* traffic;
    int failures;
    virtual_time* time;

    std::error_code operator()(const unfriend::http_request& request, unfriend::http_response& response) {
        appending_transport{traffic}(request, response);
        if (traffic->calls > failures) return {};
        time->elapsed += 1s;
        return std::make_error_code(std::errc::timed_out);
    }
};

} // namespace

TEST_CASE("a call is made, answered and told account by account") {
    exchange traffic;
    traffic.answer = mixed_answer;
    caller by(appending_transport{&traffic}, unfriend::region::seoul, {1400000000, "an admin", "eJfixed_"});
    const auto response = by.client(friend_delete_request{"alice", two_friends, unfriend::delete_type::both});
    REQUIRE(response.answered());
    CHECK(traffic.calls == 1);
    CHECK(traffic.method == "POST");
    CHECK(traffic.content_type == "application/json");
    CHECK(traffic.url ==
          "https://adminapikr.im.qcloud.com/v4/sns/friend_delete?sdkappid=1400000000&identifier=an%20admin"
          "&usersig=eJfixed_&random=2147483648&contenttype=json");
    CHECK(traffic.body == R"({"From_Account":"alice","To_Account":["bob","carol"],"DeleteType":"Delete_Type_Both"})");
    CHECK(response.items.size() == 2);
    REQUIRE(response.failures().size() == 1);
    CHECK(response.failures().begin()->to_account == "carol");
    CHECK(response.failures().begin()->result_code == 31704);
    CHECK(response.failures().begin()->result_info == "no friend");
    CHECK(by.time.waits.empty());
}

TEST_CASE("deleting all friends goes through the same client") {
    exchange traffic;
    traffic.answer = R"({"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"all"})";
    caller by(appending_transport{&traffic}, unfriend::endpoint{"localhost:8443"});
    const auto response = by.client(unfriend::friend_delete_all_request{"alice", unfriend::delete_type::single});
    REQUIRE(response.answered());
    CHECK(response.ok());
    CHECK(response.error_info == "all");
    CHECK(traffic.url.rfind("https://localhost:8443/v4/sns/friend_delete_all?", 0) == 0);
    CHECK(traffic.body == R"({"From_Account":"alice","DeleteType":"Delete_Type_Single"})");
    traffic.answer = mixed_answer;
    CHECK(by.client(friend_delete_request{"alice", two_friends}).items.size() == 2);
    CHECK(traffic.calls == 2);
}

TEST_CASE("that the service refused the call is an answer and not an error") {
    exchange traffic;
    traffic.answer = R"({"ActionStatus":"FAIL","ErrorCode":60010,"ErrorInfo":"not an admin"})";
    caller by(appending_transport{&traffic});
    const auto response = by.client(friend_delete_request{"alice", two_friends});
    REQUIRE(response.answered());
    CHECK(!response.last_error());
    CHECK(!response.ok());
    CHECK(response.error_code == 60010);
    CHECK(response.error_info == "not an admin");
    CHECK(response.items[1].result_code == 60010);
}

TEST_CASE("what fails is tried again, after waits that the caller's function makes") {
    exchange traffic;
    traffic.answer = mixed_answer;
    virtual_time time;
    const fixed_credentials credentials(1400000000, "administrator", "eJsig_");
    test_channel channel(credentials, unfriend::region::singapore, unfriend::call_policy{}, half_random{});
    unfriend::client client{channel, recovering_transport{&traffic, 2, &time}, virtual_clock{&time},
                            virtual_wait{&time}};
    const auto response = client(friend_delete_request{"alice", two_friends});
    REQUIRE(response.answered());
    CHECK(!response.last_error());
    CHECK(response.items[1].outcome == outcome::already_gone);
    CHECK(response.attempts == 3);
    CHECK(time.waits == std::vector<std::chrono::nanoseconds>{100ms, 200ms});
    CHECK(time.elapsed == 1h + 2s + 300ms);
}

TEST_CASE("the last failure is what the caller gets, and what is known of the accounts") {
    exchange traffic;
    traffic.failure = std::make_error_code(std::errc::connection_reset);
    caller by(appending_transport{&traffic});
    const auto response = by.client(friend_delete_request{"alice", two_friends});
    CHECK(!response.answered());
    CHECK(response.last_error().code() == std::errc::connection_reset);
    CHECK(response.stop_reason == stop_reason::attempts_exhausted);
    CHECK(response.outcome == outcome::unknown);
    CHECK(traffic.calls == 4);
}

TEST_CASE("a call may have a deadline of its own") {
    exchange traffic;
    virtual_time time;
    const fixed_credentials credentials(1400000000, "administrator", "eJsig_");
    test_channel channel(credentials, unfriend::region::singapore, unfriend::call_policy{}, half_random{});
    unfriend::client client{channel, recovering_transport{&traffic, 9, &time}, virtual_clock{&time},
                            virtual_wait{&time}};
    const auto memory = std::make_unique<unfriend::workspace<2, 1024>>();
    const friend_delete_request request{"alice", two_friends};
    CHECK(client(request, 2500ms).attempts == 3);
    CHECK(client(request, *memory, 1500ms).attempts == 2);
    const auto late = client(request, 0ms);
    CHECK(late.last_error() == errc::deadline_exceeded);
    CHECK(late.attempts == 0);
}

TEST_CASE("a transport's answer that is larger than the memory is refused") {
    exchange traffic;
    traffic.answer.assign(256 * 1024 + 1, ' ');
    caller by(appending_transport{&traffic});
    const auto response = by.client(friend_delete_request{"alice", two_friends});
    CHECK(response.last_error() == errc::body_too_large);
    CHECK(response.last_error().detail() == 256 * 1024);
    CHECK(traffic.calls == 1);
}

TEST_CASE("every shape of transport carries a call") {
    const friend_delete_request request{"alice", two_friends};
    const auto check = [&](auto transport) {
        caller by(transport);
        const auto response = by.client(request);
        REQUIRE(response.answered());
        CHECK(response.items.size() == 2);
        CHECK(response.items[0].ok());
    };
    exchange traffic;
    traffic.answer = mixed_answer;
    check(appending_transport{&traffic});
    check([&traffic](const unfriend::http_request& sent) {
        traffic.note(sent);
        return reply_of<std::string>{200, traffic.answer};
    });
    check([&traffic](const unfriend::http_request& sent) -> own_expected<reply_of<std::string>> {
        traffic.note(sent);
        return reply_of<std::string>{200, traffic.answer};
    });
    CHECK(traffic.calls == 3);
    caller failing([&traffic](const unfriend::http_request& sent) -> own_expected<reply_of<std::string>> {
        traffic.note(sent);
        return std::make_error_code(std::errc::operation_canceled);
    });
    CHECK(failing.client(request).last_error().code() == std::errc::operation_canceled);
    CHECK(traffic.calls == 4);
}

TEST_CASE("what is wrong on our side is refused before anything is sent") {
    exchange traffic;
    traffic.answer = mixed_answer;
    const auto refusal = [&](const fixed_credentials& who, unfriend::endpoint where, const auto& request) {
        caller by(appending_transport{&traffic}, where, who);
        return by.client(request).last_error();
    };
    const fixed_credentials good(1400000000, "administrator", "eJsig_");
    const unfriend::endpoint here = unfriend::region::china;
    const friend_delete_request request{"alice", two_friends};
    const std::string_view bad_friends[] = {"bob", "ca\nrol"};
    CHECK(refusal(good, here, friend_delete_request{"", two_friends}) == errc::invalid_from_account);
    CHECK(refusal(good, here, friend_delete_request{"alice", bad_friends}) == errc::invalid_to_account);
    CHECK(refusal(good, here, friend_delete_request{"alice", std::vector<std::string>()}) == errc::no_accounts);
    CHECK(refusal(good, here, friend_delete_request{"alice", numbered_accounts(1001)}) == errc::too_many_accounts);
    CHECK(refusal(good, here, unfriend::friend_delete_all_request{""}) == errc::invalid_from_account);
    CHECK(refusal({0, "administrator", "eJsig_"}, here, request) == errc::invalid_sdk_app_id);
    CHECK(refusal({1, "", "eJsig_"}, here, request) == errc::invalid_identifier);
    CHECK(refusal({1, "ad\nmin", "eJsig_"}, here, request) == errc::invalid_identifier);
    CHECK(refusal({1, "administrator", ""}, here, request) == errc::invalid_user_sig_text);
    CHECK(refusal({1, "administrator", "eJ&random=1"}, here, request) == errc::invalid_user_sig_text);
    CHECK(refusal(good, unfriend::endpoint{"evil.example/path"}, request) == errc::invalid_host);
    CHECK(traffic.calls == 0);
    CHECK(!refusal(good, here, request));
    CHECK(traffic.calls == 1);
}

TEST_CASE("credentials are asked at the time of the attempt, and their failure ends the call") {
    exchange traffic;
    virtual_time time;
    failing_credentials failing;
    unfriend::channel channel{failing, unfriend::region::singapore};
    unfriend::client client{channel, appending_transport{&traffic}, virtual_clock{&time}, virtual_wait{&time}};
    CHECK(client(friend_delete_request{"alice", two_friends}).last_error() == errc::hmac_failed);
    CHECK(failing.asked_at == 1700000000);
    CHECK(traffic.calls == 0);
}

TEST_CASE("a client may have a channel of its own, with the policy that it is given") {
    exchange traffic;
    traffic.failure = std::make_error_code(std::errc::not_connected);
    fixed_credentials credentials(1400000000, "administrator", "eJsig_");
    unfriend::call_policy once;
    once.max_attempts = 1;
    const friend_delete_request request{"alice", two_friends};
    unfriend::client of_region{credentials, unfriend::region::singapore, appending_transport{&traffic}, once};
    CHECK(of_region(request).stop_reason == stop_reason::attempts_exhausted);
    unfriend::client of_endpoint{credentials, unfriend::endpoint{"localhost"}, appending_transport{&traffic}, once};
    CHECK(of_endpoint(request).stop_reason == stop_reason::attempts_exhausted);
    CHECK(traffic.calls == 2);

    virtual_time time;
    using own_channel = unfriend::channel<fixed_credentials, unfriend::unpaced>;
    unfriend::client<own_channel, appending_transport, virtual_clock, virtual_wait> with_time(
        credentials, unfriend::region::singapore, appending_transport{&traffic}, once, virtual_clock{&time},
        virtual_wait{&time});
    CHECK(with_time(request).last_error().code() == std::errc::not_connected);
    CHECK(time.waits.empty());
}

TEST_CASE("clients of one channel share its pacer, its retries and what it knows of the hosts") {
    exchange first;
    exchange second;
    second.answer = mixed_answer;
    first.failure = std::make_error_code(std::errc::not_connected);
    fixed_credentials credentials(1400000000, "administrator", "eJsig_");
    virtual_time time;
    unfriend::pacer pacer(10, 0ns);
    unfriend::call_policy policy;
    policy.max_attempts = 2;
    policy.initial_backoff = 0ms;
    policy.retry_budget_size = 1;
    policy.failover_threshold = 1;
    unfriend::channel channel{credentials, unfriend::region::singapore, pacer, policy};
    static_assert(std::is_same_v<decltype(channel), unfriend::channel<fixed_credentials, unfriend::pacer&>>);
    unfriend::client one{channel, appending_transport{&first}, virtual_clock{&time}, virtual_wait{&time}};
    unfriend::client two{channel, appending_transport{&second}, virtual_clock{&time}, virtual_wait{&time}};
    const friend_delete_request request{"alice", two_friends};
    CHECK(one(request).stop_reason == stop_reason::attempts_exhausted);
    CHECK(first.url.rfind("https://adminapisgp.my-imcloud.com/", 0) == 0);
    CHECK(two(request).answered());
    CHECK(second.url.rfind("https://adminapisgp.im.qcloud.com/", 0) == 0); // both had failed
    time.elapsed += 60s;
    CHECK(one(request).stop_reason == stop_reason::budget_exhausted);
    CHECK(two(request).answered());
    CHECK(second.url.rfind("https://adminapisgp.my-imcloud.com/", 0) == 0);
    CHECK(time.waits ==
          std::vector<std::chrono::nanoseconds>(3, 100ms)); // of five attempts, two had their slots at once
}

#if defined(__cpp_exceptions)
namespace {

/// Throws at its first call, after the request went out, and then answers.
template <class Exception>
struct throwing_transport {
    exchange* traffic;
    Exception exception;

    std::error_code operator()(const unfriend::http_request& request, unfriend::http_response& response) const {
        appending_transport{traffic}(request, response);
        if (traffic->calls == 1) throw exception;
        return {};
    }
};

template <class Exception>
std::string told_after(const Exception& exception) {
    exchange traffic;
    traffic.answer = R"({"ResultItem":[{"To_Account":"bob","ResultCode":31704}],"ErrorCode":0})";
    caller by(throwing_transport<Exception>{&traffic, exception});
    const std::string_view bob[] = {"bob"};
    const auto response = by.client(friend_delete_request{"alice", bob});
    CHECK(response.attempts == 2);
    return std::string(to_string(response.outcome));
}

} // namespace

TEST_CASE("a transport that throws has failed, and what it may have sent is not forgotten") {
    CHECK(told_after(std::runtime_error("out of sockets")) == "already_gone");
    CHECK(told_after(std::bad_alloc()) == "already_gone");
    CHECK(told_after(std::system_error(std::make_error_code(std::errc::timed_out))) == "already_gone");
    CHECK(told_after(std::system_error(std::make_error_code(std::errc::connection_refused))) == "failed");
    CHECK(told_after(std::system_error(std::error_code())) == "already_gone");
}

TEST_CASE("what is thrown and is no std::exception leaves the call") {
    exchange traffic;
    caller by(throwing_transport<int>{&traffic, 7});
    CHECK_THROWS_AS((void)by.client(friend_delete_request{"alice", two_friends}), int);
}
#endif

TEST_CASE("a call works in memory of the caller's") {
    exchange traffic;
    traffic.answer = mixed_answer;
    caller by(appending_transport{&traffic});
    const auto memory = std::make_unique<unfriend::workspace<2, 1024>>();
    const auto response = by.client(friend_delete_request{"alice", two_friends}, *memory);
    REQUIRE(response.answered());
    CHECK(response.items[1].to_account == "carol");
    CHECK(response.items.data() == memory->memory().results);
    const auto is_in = [](std::string_view text, unfriend::char_span bytes) {
        return text.data() >= bytes.data() && text.data() + text.size() <= bytes.data() + bytes.size();
    };
    CHECK(is_in(response.items[1].to_account, memory->memory().texts));
    CHECK(is_in(response.items[1].result_info, memory->memory().answer));
    const std::string_view three[] = {"bob", "carol", "dave"};
    const auto refused = by.client(friend_delete_request{"alice", three}, *memory);
    CHECK(refused.last_error() == errc::workspace_too_small);
    CHECK(refused.last_error().detail() == 3);
}

TEST_CASE("each part of the memory that is too small is refused by what it lacks") {
    exchange traffic;
    traffic.answer = mixed_answer;
    const std::size_t answer_size = mixed_answer.size();
    caller by(appending_transport{&traffic});
    const auto workspace = std::make_unique<unfriend::workspace<2, 1024>>();
    guarded_bytes bytes(4096);
    const auto call = [&](std::size_t url, std::size_t request, std::size_t answer, std::size_t texts) {
        unfriend::call_memory memory = *workspace;
        char* const begin = bytes.span().data();
        memory.url = {begin, url};
        memory.request = {begin + 1024, request};
        memory.answer = {begin + 2048, answer};
        memory.texts = {begin + 4096 - texts, texts};
        return by.client(friend_delete_request{"alice", two_friends}, memory).last_error();
    };
    CHECK(!call(512, 512, answer_size, 13));
    const std::size_t url_size = traffic.url.size() + 1;
    const std::size_t body_size = traffic.body.size();
    CHECK(!call(url_size, body_size, answer_size, 13)); // "alice", "bob" and "carol"
    CHECK(traffic.calls == 2);
    const struct {
        std::size_t url;
        std::size_t request;
        std::size_t texts;
        std::size_t needed;
    } table[] = {
        {url_size - 1, body_size, 13, url_size},
        {0, body_size, 13, url_size},
        {url_size, body_size - 1, 13, body_size},
        {url_size, 0, 13, body_size},
        {url_size, body_size, 12, 13},
        {url_size, body_size, 7, 8},
        {url_size, body_size, 4, 5},
        {url_size, body_size, 0, 5},
    };
    for (const auto& row : table) {
        const unfriend::error failure = call(row.url, row.request, answer_size, row.texts);
        CHECK(failure == errc::buffer_too_small);
        CHECK(failure.detail() == row.needed);
    }
    CHECK(traffic.calls == 2);
    CHECK(call(url_size, body_size, answer_size - 1, 13) == errc::body_too_large);
    CHECK(call(url_size, body_size, answer_size - 1, 13).detail() == answer_size - 1);
    CHECK(bytes.intact());
}

TEST_CASE("the memory of a workspace is enough for the largest request, and for a note on each account") {
    exchange traffic;
    const std::string id(32, '\\');
    const std::string user_sig(unfriend::max_user_sig_size, 'A');
    const std::string label(63, 'h');
    const std::string host = label + "." + label + "." + label + "." + label.substr(2) + ".:65535"; // the longest
    caller by(appending_transport{&traffic}, unfriend::endpoint{std::string_view(host)}, {UINT32_MAX, id, user_sig});
    traffic.answer = R"({"ResultItem":[)";
    std::vector<std::string> friends;
    for (unsigned i = 0; i < 1000; ++i) {
        friends.push_back(std::to_string(1000 + i) + std::string(28, '-'));
        traffic.answer += i == 0 ? "" : ",";
        traffic.answer += R"({"To_Account":")" + friends.back() + R"(","ResultCode":30006,"ResultInfo":")" +
                          std::string(32, 'i') + "\"}";
    }
    traffic.answer += R"(],"ErrorCode":0})";
    const auto response = by.client(friend_delete_request{id, friends, unfriend::delete_type::single});
    CHECK(response.stop_reason == stop_reason::attempts_exhausted);
    CHECK(response.items.size() == 1000);
    CHECK(response.items[999].to_account == friends[999]);
    CHECK(response.items[999].result_info == std::string(32, 'i'));

    traffic.answer = R"({"ActionStatus":"OK","ErrorCode":0})";
    const std::vector<std::string> widest(1000, id);
    CHECK(by.client(friend_delete_request{id, widest, unfriend::delete_type::single}).answered());
    CHECK(traffic.body.size() > 1000 * 64);
}
