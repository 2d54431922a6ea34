// To which host each attempt of a call goes.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "unfriend/call/operation.hpp"

#include "check.hpp"
#include "scripted_service.hpp"

namespace {

using namespace std::chrono_literals;
using unfriend::call_policy;
using unfriend::step;
using unfriend::step_kind;
using unfriend::stop_reason;

using script = std::vector<attempt>;

const attempt done = answers({{"bob", 0}});

/// The hosts of the attempts, by their first letters.
std::string hosts(const scripted_service<>& service) {
    std::string letters;
    for (const sent_request& request : service.sent) letters += request.host.front();
    return letters;
}

} // namespace

TEST_CASE("calls go to the backup host after the transport failed, and never after anything answered") {
    const struct {
        std::string_view what;
        script attempts;
        std::string_view hosts;
    } table[] = {
        {"it goes well", {done}, "p"},
        {"refused", {fails(std::errc::connection_refused), done}, "pb"},
        {"not connected", {fails(std::errc::not_connected), done}, "pb"},
        {"reset", {loses(), done}, "pb"},
        {"timed out", {fails(std::errc::timed_out), done}, "pb"},
        {"no reason", {{unfriend::errc::transport_failed, 0, {}, {}}, done}, "pb"},
        {"no status", {status(0), done}, "pb"},
        {"502", {status(502), done}, "pp"},
        {"503", {status(503), done}, "pp"},
        {"429", {status(429), done}, "pp"},
        {"not JSON", {says("<html>"), done}, "pp"},
        {"says nothing", {says("{}"), done}, "pp"},
        {"60008", {refuses(60008), done}, "pp"},
        {"60011", {refuses(60011), done}, "pp"},
        {"70001", {refuses(70001), done}, "pp"},
        {"an account to do again", {answers({{"bob", 30006}}), done}, "pp"},
        {"both fail", {loses(), loses(), loses(), done}, "pbpb"},
        {"the backup answers with an error", {loses(), status(502), refuses(60008), done}, "pbbb"},
        {"the primary recovers", {loses(), loses(), status(502), done}, "pbpp"},
    };
    for (const auto& row : table) {
        INFO(row.what);
        scripted_service<> service({}, two_hosts);
        CHECK(service(delete_bob, row.attempts).ok());
        CHECK(hosts(service) == row.hosts);
        CHECK(service.sent[0].url.rfind("https://primary.example/", 0) == 0);
    }
}

TEST_CASE("without a backup host every attempt goes to the one there is") {
    scripted_service<> service;
    CHECK(service(delete_bob, {loses(), fails(std::errc::not_connected), loses(), done}).ok());
    CHECK(hosts(service) == "pppp");
}

TEST_CASE("calls avoid a host once several in a row could not reach it, until the cool-down is over") {
    scripted_service<> service({}, two_hosts);
    for (int call = 0; call < 3; ++call) {
        CHECK(service(delete_bob, {loses(), done}).ok());
        CHECK(hosts(service) == "pb");
    }
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "b");
    service.pass(60s - 1ns);
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "b");
    service.pass(1ns);
    CHECK(service(delete_bob, {loses(), done}).ok());
    CHECK(hosts(service) == "pb");
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "b");
    service.pass(60s);
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "p");
    CHECK(service(delete_bob, {loses(), done}).ok());
    CHECK(hosts(service) == "pb");
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "p");
}

TEST_CASE("an answer of any kind begins a new row of failures") {
    for (const attempt& answer : {status(502), says("<html>"), refuses(60010), answers({{"bob", 31704}})}) {
        call_policy policy;
        policy.max_attempts = 2;
        scripted_service<> service(policy, two_hosts);
        for (int call = 0; call < 2; ++call) CHECK(service(delete_bob, {loses(), done}).ok());
        const bool is_tried_again = answer.status == 502 || answer.body == "<html>";
        CHECK(service(delete_bob, is_tried_again ? script{answer, done} : script{answer}).attempts != 0);
        for (int call = 0; call < 2; ++call) CHECK(service(delete_bob, {loses(), done}).ok());
        CHECK(service(delete_bob, {done}).ok());
        CHECK(hosts(service) == "p");
    }
}

TEST_CASE("one call counts once, however often it fails to reach a host") {
    call_policy policy;
    policy.max_attempts = 7;
    policy.retry_budget_size = 100;
    scripted_service<> service(policy, two_hosts);
    CHECK(service(delete_bob, {loses(), loses(), loses(), loses(), loses(), done}).ok());
    CHECK(hosts(service) == "pbpbpb");
    CHECK(service(delete_bob, {loses(), done}).ok()); // the second in a row
    CHECK(hosts(service) == "pb");
    CHECK(service(delete_bob, {loses(), done}).ok()); // and the third
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "b");
}

TEST_CASE("while no host can be reached, calls try the primary first and take turns all the same") {
    scripted_service<> service({}, two_hosts);
    for (int call = 0; call < 3; ++call) CHECK(!service(delete_bob, {loses(), loses(), loses(), loses()}).answered());
    CHECK(service(delete_bob, {loses(), loses(), loses(), done}).ok());
    CHECK(hosts(service) == "pbpb");
}

TEST_CASE("a call whose own time was too short says nothing against a host") {
    call_policy policy;
    policy.failover_threshold = 1;
    const struct {
        std::string_view what;
        std::chrono::milliseconds own;
        attempt how;
        bool is_avoided;
    } table[] = {
        {"no answer in 50 ms", 50ms, after(50ms, fails(std::errc::timed_out)), false},
        {"no connection in 50 ms", 50ms, after(50ms, fails(std::errc::not_connected)), false},
        {"a timer that is a little early", 50ms, after(47ms, fails(std::errc::not_connected)), false},
        {"refused at once", 50ms, after(1ms, fails(std::errc::connection_refused)), true},
        {"no answer in half of what is usual", 5000ms, after(5000ms, fails(std::errc::timed_out)), true},
        {"no answer in the usual time", 30000ms, after(10000ms, fails(std::errc::timed_out)), true},
    };
    for (const auto& row : table) {
        INFO(row.what);
        policy.max_attempts = 1;
        scripted_service<> service(policy, two_hosts);
        CHECK(!service(delete_bob, row.own, {row.how}).answered());
        CHECK(service(delete_bob, {done}).ok());
        CHECK(hosts(service) == (row.is_avoided ? "b" : "p"));
    }
}

TEST_CASE("an attempt that never ends says something against its host only if it had time enough") {
    for (const auto own : {4999ms, 5000ms}) {
        call_policy policy;
        policy.failover_threshold = 1;
        scripted_service<> service(policy, two_hosts);
        CHECK(first_step(service.call, delete_bob, service.now, own).kind == step_kind::send);
        service.pass(own);
        CHECK(service.call.expire(service.now).kind == step_kind::done);
        CHECK(service(delete_bob, {done}).ok());
        CHECK(hosts(service) == (own == 5000ms ? "b" : "p"));
    }
}

TEST_CASE("a probe that is cancelled, or has too little time of its own, leaves the next one to another call") {
    call_policy policy;
    policy.failover_threshold = 1;
    scripted_service<> service(policy, two_hosts);
    CHECK(service(delete_bob, {loses(), done}).ok());
    service.pass(60s);
    CHECK(service(delete_bob, 100ms, {done}).ok()); // it has no time for a probe
    CHECK(hosts(service) == "b");
    CHECK(first_step(service.call, delete_bob, service.now).host.text() == "primary.example");
    service.call.cancel(service.now);
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "p");
}

TEST_CASE("one call probes at a time") {
    call_policy policy;
    policy.failover_threshold = 1;
    scripted_service<> service(policy, two_hosts);
    CHECK(service(delete_bob, {loses(), done}).ok());
    service.pass(60s);
    const auto memory = std::make_unique<scripted_service<>::memory_type>();
    unfriend::operation<scripted_service<>::channel_type> probe(service.channel, memory->memory());
    CHECK(first_step(probe, delete_bob, service.now).host.text() == "primary.example");
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "b");
    service.pass(10s);
    const step next = probe.complete(service.now, loses().failure);
    REQUIRE(next.kind == step_kind::send);
    CHECK(next.host.text() == "backup.example");
    service.pass(60s - 1ns);
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "b");
}

TEST_CASE("a cool-down of nothing turns failover off") {
    for (const auto cool_down : {0ms, -1ms}) {
        call_policy policy;
        policy.failover_cool_down = cool_down;
        scripted_service<> service(policy, two_hosts);
        for (int call = 0; call < 5; ++call) {
            CHECK(service(delete_bob, {loses(), done}).ok());
            CHECK(hosts(service) == "pp");
        }
    }
}

TEST_CASE("what the calls of a channel learn of the hosts, all of them know") {
    call_policy policy;
    policy.failover_threshold = 2;
    scripted_service<> service(policy, two_hosts);
    const auto memory = std::make_unique<scripted_service<>::memory_type>();
    unfriend::operation<scripted_service<>::channel_type> other(service.channel, memory->memory());
    CHECK(first_step(other, delete_bob, service.now).host.text() == "primary.example");
    CHECK(service(delete_bob, {loses(), done}).ok());
    const step next = other.complete(service.now, loses().failure);
    REQUIRE(next.kind == step_kind::send);
    CHECK(next.host.text() == "backup.example");
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "b");
}

TEST_CASE("a host that proves to be another is not tried again in the call") {
    const attempt impostor = fails(std::errc::permission_denied);
    const attempt away = fails(std::errc::not_connected);
    const struct {
        std::string_view what;
        script attempts;
        std::string_view hosts;
        bool is_ok;
    } table[] = {
        {"the backup is genuine", {impostor, done}, "pb", true},
        {"the backup is away: it is tried again all the same", {impostor, away, away, done}, "pbbb", true},
        {"neither is genuine", {impostor, impostor}, "pb", false},
        {"the primary is away, and the backup an impostor", {away, impostor, away, done}, "pbpp", true},
        {"the primary is away, then an impostor", {away, impostor, impostor}, "pbp", false},
    };
    for (const auto cool_down : {0ms, 60000ms}) {
        for (const auto& row : table) {
            if (cool_down == 0ms && row.attempts[0].failure.code() == std::errc::not_connected) continue;
            INFO(row.what);
            call_policy policy;
            policy.failover_cool_down = cool_down;
            scripted_service<> service(policy, two_hosts);
            const auto response = service(delete_bob, row.attempts);
            CHECK(hosts(service) == row.hosts);
            CHECK(response.ok() == row.is_ok);
            if (row.is_ok) continue;
            CHECK(response.last_error().code() == std::errc::permission_denied);
            CHECK(response.stop_reason == stop_reason::not_retryable);
            CHECK(told(response) == "bob failed -"); // nothing was sent
        }
    }
}

TEST_CASE("an impostor is forgotten with the call") {
    call_policy policy;
    policy.failover_cool_down = 0ms;
    scripted_service<> service(policy, two_hosts);
    CHECK(service(delete_bob, {fails(std::errc::permission_denied), done}).ok());
    CHECK(hosts(service) == "pb");
    CHECK(service(delete_bob, {done}).ok());
    CHECK(hosts(service) == "p");
}
