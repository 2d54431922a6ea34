// What an observer sees of a call, event by event.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/observer.hpp"
#include "unfriend/call/owned_call_result.hpp"
#include "unfriend/call/pacer.hpp"

#include "check.hpp"
#include "recording_observer.hpp"
#include "scripted_service.hpp"

using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;
using observed_service = scripted_service<renewing_credentials, noting_pacer, recording_observer>;

/// Over the library's own pacer.
struct paced_service : scripted_service<renewing_credentials, unfriend::pacer, recording_observer> {
    using scripted_service::scripted_service;
};

/// The half of each back-off.
constexpr scripted_random half{0x80000000U, 0};

unfriend::call_policy eager(std::uint32_t failover_threshold = 3) {
    unfriend::call_policy policy;
    policy.initial_backoff = 200ms;
    policy.failover_threshold = failover_threshold;
    return policy;
}

const std::string lost = "<Connection reset by peer>";

} // namespace

TEST_CASE("a call that goes well has a start, an attempt and an end") {
    observed_service service;
    CHECK(service(delete_bob, {after(30ms, answers({{"bob", 0}}))}).answered());
    CHECK(service.observer.lines == lines{"1 call_start friend_delete 1 interactive",
                                          "1 attempt_start 1 primary.example 1",
                                          "1 attempt_end 1 primary.example 1 30 200 - 0 - last sent",
                                          "1 call_end 30 deleted completed - 0 - 1 1 0 0 0"});
    CHECK(service.observer.times == std::vector<std::chrono::nanoseconds>{5h, 5h, 5h + 30ms, 5h + 30ms});
    CHECK(service.observer.deadlines == std::vector<std::chrono::nanoseconds>{5h + 30s});
    CHECK(service.observer.timeouts == std::vector<std::chrono::milliseconds>{10s});
    const std::size_t sent = service.sent[0].body.size();
    CHECK(service.observer.sizes == std::vector<std::size_t>{sent, sent, answers({{"bob", 0}}).body.size()});
}

TEST_CASE("an attempt that is made again tells when, and the call waits so long") {
    observed_service service(eager(), one_host, half);
    CHECK(service(delete_three,
                  {loses(), answers({{"bob", 0}, {"carol", 30008, "busy"}, {"dave", 30003}}), answers({{"carol", 0}})})
              .answered());
    CHECK(service.observer.lines ==
          lines{"1 call_start friend_delete 3 interactive", "1 attempt_start 1 primary.example 3",
                "1 attempt_end 1 primary.example 3 0 0 " + lost + " - - again in 100 sent",
                "1 wait_start backoff 100 1", "1 attempt_start 2 primary.example 3",
                "1 attempt_end 2 primary.example 3 0 200 - 0 - again in 200 sent", "1 wait_start backoff 200 2",
                "1 attempt_start 3 primary.example 1", "1 attempt_end 3 primary.example 1 0 200 - 0 - last sent",
                "1 call_end 300 failed completed - 0 - 3 2 0 1 0"});
}

TEST_CASE("calls are numbered, and each has its own events") {
    observed_service service(eager(), one_host, half);
    for (int i = 0; i < 3; ++i) CHECK(service(delete_bob, {loses(), answers({{"bob", 0}})}).answered());
    REQUIRE(service.observer.lines.size() == 21);
    for (std::size_t i = 0; i < 21; ++i)
        CHECK(service.observer.lines[i].substr(0, 2) == std::to_string(i / 7 + 1) + ' ');
}

TEST_CASE("a response that asks for a wait is told apart from a back-off") {
    observed_service service(eager(), one_host, half);
    CHECK(
        service(delete_bob, {asking_to_wait("2", status(429)), asking_to_wait("0", status(503)), answers({{"bob", 0}})})
            .answered());
    CHECK(service.observer.of("wait_start") == lines{"retry_after 2000 1", "backoff 200 2"});
    CHECK(service.observer.of("attempt_end")[0].find(" 429 <") != std::string::npos);
    CHECK(service.observer.of("attempt_end")[0].find("again in 2000") != std::string::npos);
}

TEST_CASE("the wait for the pacer is told of once, however often the call asks") {
    paced_service service(eager(), one_host);
    service.pacer.set_rate(0.5);
    CHECK(service(delete_bob, {answers({{"bob", 0}})}).answered());
    CHECK(service(delete_bob, {answers({{"bob", 0}})}).answered());
    CHECK(service.waits.size() > 3);
    CHECK(service.observer.of("wait_start") == lines{"pace 1045 0"});
    const lines expected{"2 call_start friend_delete 1 interactive", "2 wait_start pace 1045 0",
                         "2 attempt_start 1 primary.example 1"};
    CHECK(lines(service.observer.lines.begin() + 4, service.observer.lines.begin() + 7) == expected);
}

TEST_CASE("a throttled answer and the answers after it change the rate") {
    paced_service service(eager(), one_host, half);
    CHECK(service(delete_bob, {refuses(60011), answers({{"bob", 0}})}).answered());
    REQUIRE(service.observer.rates.size() >= 2);
    CHECK(service.observer.rates[0] == doctest::Approx(200));
    CHECK(service.observer.rates[1] < 160.1);
    CHECK(service.observer.rates[1] ==
          doctest::Approx(service.observer.rates.size() > 2 ? service.observer.rates[2] : service.pacer.rate()));
    CHECK(service.observer.lines[2] == "1 attempt_end 1 primary.example 1 0 200 - 60011 - again in 100 sent");
    CHECK(service.observer.lines[3] == "1 rate_change");
}

TEST_CASE("an answer that changes nothing is no change of the rate, and a pacer without a rate has none") {
    paced_service paced(eager(), one_host);
    CHECK(paced(delete_bob, {answers({{"bob", 0}})}).answered());
    CHECK(paced.observer.of("rate_change").empty());
    observed_service unpaced(eager(), one_host, half);
    CHECK(unpaced(delete_bob, {refuses(60011), answers({{"bob", 0}})}).answered());
    CHECK(unpaced.observer.of("rate_change").empty());
}

TEST_CASE("a host that cannot be reached opens its circuit, a probe finds out, an answer closes it") {
    observed_service service(eager(1), two_hosts, half);
    const attempt away = fails(std::errc::connection_refused);
    CHECK(service(delete_bob, {away, answers({{"bob", 0}})}).answered());
    CHECK(service.observer.of("circuit_change") == lines{"primary.example open"});
    CHECK(service.observer.of("attempt_start") == lines{"1 primary.example 1", "2 backup.example(backup) 1"});

    service.pass(2min);
    CHECK(service(delete_bob, {away, answers({{"bob", 0}})}).answered());
    service.pass(2min);
    CHECK(service(delete_bob, {answers({{"bob", 0}})}).answered());
    CHECK(service.observer.of("circuit_change") == lines{"primary.example open", "primary.example half_open",
                                                         "primary.example open", "primary.example half_open",
                                                         "primary.example closed"});
    // The probe is told of before the attempt, and its result after it.
    const lines& all = service.observer.lines;
    const lines last(all.end() - 5, all.end());
    CHECK(last[0] == "3 circuit_change primary.example half_open");
    CHECK(last[1] == "3 attempt_start 1 primary.example 1");
    CHECK(last[3] == "3 circuit_change primary.example closed");
}

TEST_CASE("a UserSig that the service refuses as expired is renewed") {
    observed_service service(eager(), one_host);
    CHECK(service(delete_bob, {refuses(70001), answers({{"bob", 0}})}).answered());
    CHECK(service.observer.lines ==
          lines{"1 call_start friend_delete 1 interactive", "1 attempt_start 1 primary.example 1",
                "1 attempt_end 1 primary.example 1 0 200 - 70001 - again in 0 sent", "1 user_sig_renewal",
                "1 attempt_start 2 primary.example 1", "1 attempt_end 2 primary.example 1 0 200 - 0 - last sent",
                "1 call_end 0 deleted completed - 0 - 2 1 0 0 0"});
}

TEST_CASE("a call that is refused before anything is sent has a start and an end") {
    observed_service service;
    constexpr std::string_view nobody[] = {""};
    CHECK(!service(unfriend::friend_delete_request{"alice", nobody}, {}).answered());
    REQUIRE(service.observer.lines.size() == 2);
    CHECK(service.observer.lines[0] == "1 call_start friend_delete 0 interactive");
    CHECK(service.observer.lines[1].find("1 call_end 0 failed not retryable <") == 0);
}

TEST_CASE("a call that its caller rejects has no events") {
    observed_service service;
    service.call.reject(delete_bob, unfriend::errc::cancelled);
    CHECK(service.call.is_done());
    CHECK(service.observer.lines.empty());
}

TEST_CASE("deleting all friends is told of without a number of accounts") {
    observed_service service;
    CHECK(service(unfriend::friend_delete_all_request{"alice"},
                  {says(R"({"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""})")})
              .answered());
    CHECK(service.observer.of("call_start") == lines{"friend_delete_all 0 interactive"});
    CHECK(service.observer.of("attempt_start") == lines{"1 primary.example 0"});
    CHECK(service.observer.of("call_end") == lines{"0 deleted completed - 0 - 1 1 0 0 0"});
}

TEST_CASE("a call that is cancelled while it waits has an end, and one whose attempt is under way ends that too") {
    observed_service service(eager(), one_host, half);
    unfriend::step next = first_step(service.call, delete_bob, service.now);
    next = service.send(next, loses());
    CHECK(next.kind == unfriend::step_kind::wait);
    service.call.cancel(service.now);
    CHECK(service.observer.lines.back().find("1 call_end 0 unknown cancelled <") == 0);
    CHECK(service.observer.of("attempt_end").size() == 1);

    next = first_step(service.call, delete_bob, service.now);
    REQUIRE(next.kind == unfriend::step_kind::send);
    service.call.answer().status = 200; // the transport may be at it
    service.pass(20ms);
    service.call.cancel(service.now);
    const lines& all = service.observer.lines;
    CHECK(all[all.size() - 2].find("2 attempt_end 1 primary.example 1 20 0 <") == 0);
    CHECK(all[all.size() - 2].find("- - last sent") != std::string::npos);
    CHECK(all.back().find("2 call_end 20 unknown cancelled <") == 0);
}

TEST_CASE("an attempt whose time is up and one that is not sent after all are told of as such") {
    observed_service service(eager(), one_host);
    unfriend::step next = first_step(service.call, delete_bob, service.now);
    REQUIRE(next.kind == unfriend::step_kind::send);
    service.call.expire(service.now);
    CHECK(service.observer.of("attempt_end")[0].find("1 primary.example 1 0 0 <") == 0);
    CHECK(service.observer.of("call_end")[0].find("0 unknown deadline exceeded <") == 0);

    next = first_step(service.call, delete_bob, service.now);
    REQUIRE(next.kind == unfriend::step_kind::send);
    service.call.withdraw(service.now, unfriend::errc::cancelled);
    CHECK(service.observer.of("attempt_end")[1].find("last withdrawn") != std::string::npos);
    CHECK(service.observer.of("call_end")[1].find("- - 0 0 0 1 0") != std::string::npos);
}

TEST_CASE("the identifiers that the service gives its answers are told of, and the last one is in the report") {
    constexpr std::string_view done =
        R"({"ResultItem":[{"To_Account":"bob","ResultCode":0}],"ErrorCode":0,"RequestId":"Id-2"})";
    constexpr std::string_view busy = R"({"ActionStatus":"FAIL","ErrorCode":30006,"RequestId":"Id-1"})";
    observed_service service(eager(), one_host, half);
    const unfriend::call_result both = service(delete_bob, {says(busy), says(done)});
    CHECK(both.request_id == "Id-2");
    CHECK(both.to_owned().request_id == "Id-2");
    CHECK(service.observer.of("attempt_end") == lines{"1 primary.example 1 0 200 - 30006 Id-1 again in 100 sent",
                                                      "2 primary.example 1 0 200 - 0 Id-2 last sent"});
    CHECK(service.observer.of("call_end") == lines{"100 deleted completed - 0 Id-2 2 1 0 0 0"});

    SUBCASE("it outlives an attempt without an answer") {
        const unfriend::call_result first = service(delete_bob, {says(busy), loses(), loses(), loses()});
        CHECK(first.request_id == "Id-1");
        CHECK(first.attempts == 4);
    }
    SUBCASE("an answer without one has none") {
        CHECK(service(delete_bob, {says(busy), answers({{"bob", 0}})}).request_id.empty());
    }
    SUBCASE("no call has that of the call before") { CHECK(service(delete_bob, {status(404)}).request_id.empty()); }
    SUBCASE("one that is too long for the call's memory is gone after the next attempt, and whole before it") {
        const std::string longest(64, 'i');
        for (const std::string& id : {longest, longest + 'i'}) {
            const std::string body = R"({"ActionStatus":"FAIL","ErrorCode":30006,"RequestId":")" + id + "\"}";
            CHECK(service(delete_bob, {says(body), loses(), loses(), loses()}).request_id ==
                  (id == longest ? longest : ""));
            observed_service once(eager(), one_host);
            CHECK(once(delete_bob, {says(R"({"ErrorCode":30001,"RequestId":")" + id + "\"}")}).request_id == id);
        }
    }
}

TEST_CASE("no event has a UserSig, an account or a URL") {
    observed_service service(eager(1), two_hosts, half);
    CHECK(service(delete_three, {loses(), refuses(70001, "alice sig1"), refuses(30006, "bob"),
                                 answers({{"bob", 30003, "no bob"}, {"carol", 0}, {"dave", 0}})})
              .answered());
    std::string all;
    for (const std::string& line : service.observer.lines) all += line + '\n';
    for (const std::string_view secret : {"sig1", "sig2", "alice", "bob", "carol", "dave", "https", "usersig"})
        CHECK(all.find(secret) == std::string::npos);
}

namespace {

/// What only some observers want to know.
struct attempts_alone {
    std::size_t attempts = 0;
    void on_attempt_end(const unfriend::attempt_end&) noexcept { ++attempts; }
};
struct by_value {
    std::size_t ends = 0;
    void on_call_end(unfriend::call_end) { ++ends; }
};
struct of_any_event {
    std::size_t events = 0;
    template <class Event>
    void on_call_start(const Event&) {
        ++events;
    }
    template <class Event>
    void on_call_end(const Event&) {
        ++events;
    }
};
struct overloaded {
    std::size_t starts = 0;
    void on_attempt_start(const unfriend::attempt_start&) { on_attempt_start(std::size_t{1}); }
    void on_attempt_start(std::size_t more) { starts += more; }
};
struct virtual_base {
    virtual ~virtual_base() = default;
    virtual void on_call_end(const unfriend::call_end&) = 0;
};
struct derived final : virtual_base {
    std::size_t ends = 0;
    void on_call_end(const unfriend::call_end&) override { ++ends; }
};

template <class Observer>
Observer seen_by() {
    scripted_service<renewing_credentials, noting_pacer, Observer> service(eager(), one_host, half);
    CHECK(service(delete_bob, {loses(), answers({{"bob", 0}})}).answered());
    return service.observer;
}

} // namespace

TEST_CASE("an observer has the functions that it needs, in any form that takes the event") {
    CHECK(seen_by<attempts_alone>().attempts == 2);
    CHECK(seen_by<by_value>().ends == 1);
    CHECK(seen_by<of_any_event>().events == 2);
    CHECK(seen_by<overloaded>().starts == 2);
}

TEST_CASE("a channel has an observer of its own, or refers to one, an interface for example") {
    renewing_credentials credentials;
    noting_pacer pacer;
    const unfriend::call_policy policy;
    attempts_alone shared;
    unfriend::channel own{credentials, unfriend::region::singapore, policy, attempts_alone{}};
    unfriend::channel own_paced{credentials, one_host, pacer, policy, attempts_alone{}};
    unfriend::channel other{credentials, one_host, policy, shared};
    unfriend::channel other_paced{credentials, unfriend::region::singapore, pacer, policy, shared};
    static_assert(std::is_same_v<decltype(own)::observer_type, attempts_alone>);
    CHECK(&own.observer() != &shared);
    CHECK(&own_paced.observer() != &shared);
    CHECK(&other.observer() == &shared);
    CHECK(&other_paced.observer() == &shared);

    derived one;
    virtual_base& behind = one;
    unfriend::channel channel{credentials, one_host, pacer, policy, behind};
    scripted_service<>::memory_type memory;
    unfriend::operation<decltype(channel)> call(channel, memory.memory());
    CHECK(first_step(call, delete_bob, {5h, 0}).kind == unfriend::step_kind::send);
    call.cancel({5h, 0});
    CHECK(one.ends == 1);
}

#if defined(__cpp_exceptions)

namespace {

using fragile_service = scripted_service<renewing_credentials, noting_pacer, throwing_observer>;

const std::vector<attempt> eventful{fails(std::errc::connection_refused), refuses(70001),
                                    asking_to_wait("1", status(503)), answers({{"bob", 0}})};

constexpr std::size_t all_events = 14;

/// Drives a call as long as it does not throw; whether it threw.
bool drive(fragile_service& service, unfriend::step& next) {
    try {
        while (next.kind != unfriend::step_kind::done)
            next = next.kind == unfriend::step_kind::wait ? service.wait(next)
                                                          : service.send(next, eventful[service.sent.size()]);
        return false;
    } catch (const observer_exception&) {
        return true;
    }
}

unfriend::step resume(fragile_service& service) {
    unfriend::step next = service.call.resume(service.now);
    if (next.kind == unfriend::step_kind::wait && next.duration == 0ns) next = service.call.resume(service.now);
    return next;
}

/// Begins a call whose observer throws at one event, and goes on until it did.
void drive_to_throw(fragile_service& service, std::size_t throws_at) {
    service.observer.throws_at = throws_at;
    unfriend::step next{unfriend::step_kind::wait, {}, {}, 1ns};
    bool has_thrown = false;
    try {
        next = first_step(service.call, delete_bob, service.now);
    } catch (const observer_exception&) {
        has_thrown = true;
    }
    CHECK((has_thrown || drive(service, next)));
}

} // namespace

TEST_CASE("a call whose observer throws, at whatever event, goes on as if it had not") {
    fragile_service calm(eager(1), two_hosts, half);
    CHECK(calm(delete_bob, eventful).answered());
    CHECK(calm.observer.events == all_events);
    for (std::size_t i = 1; i <= all_events; ++i) {
        INFO("thrown at event ", i);
        fragile_service service(eager(1), two_hosts, half);
        drive_to_throw(service, i);
        unfriend::step next = resume(service);
        CHECK_FALSE(drive(service, next));
        CHECK(service.call.is_done());
        CHECK(told(service.call.result()) == told(calm.call.result()));
        CHECK(service.call.result().attempts == 4);
        CHECK(service.sent.size() == 4);
    }
}

TEST_CASE("a call whose observer threw can be cancelled") {
    for (std::size_t i = 1; i <= all_events; ++i) {
        INFO("thrown at event ", i);
        fragile_service service(eager(1), two_hosts, half);
        drive_to_throw(service, i);
        const bool was_done = service.call.is_done();
        service.call.cancel(service.now);
        CHECK(service.call.is_done());
        CHECK((was_done || service.call.result().stop_reason == unfriend::stop_reason::cancelled));
        CHECK(service.call.resume(service.now).kind == unfriend::step_kind::done);
    }
}

#endif
