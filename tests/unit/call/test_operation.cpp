// One call as a state machine: what it sends, what it signs, how it ends, and that nothing of it stays.
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "unfriend/call/credentials.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "accounts.hpp"
#include "check.hpp"
#include "scripted_service.hpp"

namespace {

using namespace std::chrono_literals;
using unfriend::errc;
using unfriend::friend_delete_all_request;
using unfriend::friend_delete_request;
using unfriend::outcome;
using unfriend::step;
using unfriend::step_kind;
using unfriend::stop_reason;

unfriend::fixed_credentials fixed() { return {1400000000, "administrator", "eJsig_"}; }

} // namespace

TEST_CASE("a call is encoded, signed and addressed, sent once, and answered") {
    scripted_service<> service({}, one_host, {4294967295, 0});
    const auto response = service(friend_delete_request{"alice", three_friends, unfriend::delete_type::both},
                                  {answers({{"bob", 0}, {"carol", 31704, "no friend"}, {"dave", 0}})});
    REQUIRE(service.sent.size() == 1);
    CHECK(service.sent[0].url ==
          "https://primary.example/v4/sns/friend_delete?sdkappid=1400000000&identifier=administrator"
          "&usersig=sig1&random=4294967295&contenttype=json");
    CHECK(service.sent[0].body ==
          R"({"From_Account":"alice","To_Account":["bob","carol","dave"],"DeleteType":"Delete_Type_Both"})");
    CHECK(service.credentials.asked_at == 1700000000);
    CHECK(service.waits.empty());
    CHECK(response.answered());
    CHECK(!response.last_error());
    CHECK(told(response) == "bob deleted 0, carol failed 31704, dave deleted 0");
    CHECK(response.items[1].result_info == "no friend");
    CHECK(response.outcome == outcome::failed);
    CHECK(!response.ok());
    CHECK(response.error_code == 0);
    CHECK(response.attempts == 1);
    CHECK(response.stop_reason == stop_reason::completed);
    REQUIRE(response.failures().size() == 1);
    CHECK(response.failures().begin()->to_account == "carol");
    CHECK(service.call.from_account() == "alice");
}

TEST_CASE("each request is a POST of JSON, and its URL ends with a NUL for C interfaces") {
    scripted_service<> service;
    const step next = first_step(service.call, delete_bob, service.now);
    REQUIRE(next.kind == step_kind::send);
    CHECK(next.request.method == "POST");
    CHECK(next.request.content_type == "application/json");
    CHECK(next.request.url.data()[next.request.url.size()] == '\0');
}

TEST_CASE("the request is copied: it need not outlive the start of the call") {
    scripted_service<> service;
    std::vector<std::string> friends = account_list(3);
    std::string from = "alice";
    step next = first_step(service.call, friend_delete_request{from, friends}, service.now);
    from.assign(from.size(), '?');
    for (std::string& each : friends) each.assign(each.size(), '?');
    next = service.send(next, refuses(60008));
    while (next.kind == step_kind::wait) next = service.wait(next);
    service.send(next, answers({{"friend0", 0}, {"friend1", 0}, {"friend2", 0}}));
    CHECK(service.sent[1].body == R"({"From_Account":"alice","To_Account":["friend0","friend1","friend2"]})");
    CHECK(told(service.call.result()) == "friend0 deleted 0, friend1 deleted 0, friend2 deleted 0");
    CHECK(service.call.from_account() == "alice");
}

TEST_CASE("random is fresh for each attempt") {
    scripted_service<> service({}, one_host, {7, 11});
    CHECK(service(delete_bob, {loses(), status(502), refuses(60008), answers({{"bob", 0}})}).answered());
    std::vector<std::string> seen;
    for (const sent_request& request : service.sent) {
        for (const std::string& earlier : seen) CHECK(request.parameter("random") != earlier);
        seen.push_back(request.parameter("random"));
    }
    CHECK(seen.size() == 4);
}

TEST_CASE("a UserSig that the service calls expired is replaced at once, and the call sent again") {
    scripted_service<> service({}, one_host, {UINT32_MAX, 0});
    const auto response = service(delete_bob, {refuses(70001, "expired"), answers({{"bob", 0}})});
    CHECK(response.ok());
    CHECK(service.sent[0].parameter("usersig") == "sig1");
    CHECK(service.sent[1].parameter("usersig") == "sig2");
    CHECK(service.credentials.refused == std::vector<std::string>{"sig1"});
    CHECK(service.waits.empty());
}

TEST_CASE("a UserSig is replaced once a call, and again in the next") {
    scripted_service<> service;
    const auto response = service(delete_bob, {refuses(70001, "expired"), refuses(70001, "expired again")});
    CHECK(response.answered());
    CHECK(response.error_code == 70001);
    CHECK(response.error_info == "expired again");
    CHECK(response.stop_reason == stop_reason::not_retryable);
    CHECK(told(response) == "bob failed 70001");
    CHECK(service.credentials.refused.size() == 1);
    CHECK(service(delete_bob, {refuses(70001), answers({{"bob", 0}})}).ok());
    CHECK(service.credentials.refused.size() == 2);
}

TEST_CASE("credentials that cannot make another UserSig are not asked to, and the call is not sent again") {
    scripted_service<unfriend::fixed_credentials> service({}, one_host, {}, fixed());
    const auto response = service(delete_bob, {refuses(70001)});
    CHECK(response.error_code == 70001);
    CHECK(response.stop_reason == stop_reason::not_retryable);
}

TEST_CASE("70052 says that the UserSig has expired, as 70001 does") {
    scripted_service<> service;
    CHECK(service(delete_bob, {refuses(70052), answers({{"bob", 0}})}).ok());
    CHECK(service.credentials.refused == std::vector<std::string>{"sig1"});
}

TEST_CASE("a check of the account that failed is tried again with a wait, and is about the credentials in the end") {
    for (const std::int32_t code : {60004, 60005}) {
        scripted_service<> service({}, one_host, {UINT32_MAX, 0});
        CHECK(service(delete_bob, {refuses(code), answers({{"bob", 0}})}).ok());
        CHECK(service.waits.size() == 1);
        CHECK(service.credentials.refused.empty());
        const auto ended = service(delete_bob, {refuses(code), refuses(code), refuses(code), refuses(code)});
        CHECK(ended.stop_reason == stop_reason::attempts_exhausted);
        CHECK(ended.error_code == code);
        CHECK(unfriend::kind_of(ended.error_code) == unfriend::code_kind::credentials);
    }
}

TEST_CASE("no other code of an account is ever sent again") {
    for (const std::int32_t code :
         {70002, 70003, 70005, 70009, 70013, 70014, 70016, 70020, 70050, 70051, 70107, 79999}) {
        INFO(code);
        scripted_service<> service;
        const auto response = service(delete_bob, {refuses(code)});
        CHECK(response.error_code == code);
        CHECK(response.stop_reason == stop_reason::not_retryable);
        CHECK(service.credentials.refused.empty());
    }
}

TEST_CASE("what is wrong with a request ends the call with nothing sent and no items") {
    const std::string_view bad[] = {"bob", "ca\nrol"};
    const auto refusal = [](const auto& request) {
        scripted_service<> service;
        const auto response = service(request, {});
        CHECK(!response.answered());
        CHECK(response.items.empty());
        CHECK(response.outcome == outcome::failed);
        CHECK(response.attempts == 0);
        CHECK(response.stop_reason == stop_reason::not_retryable);
        CHECK(service.waits.empty());
        return response.last_error();
    };
    CHECK(refusal(friend_delete_request{"", bob}) == errc::invalid_from_account);
    CHECK(refusal(friend_delete_request{std::string(33, 'a'), bob}) == errc::invalid_from_account);
    CHECK(refusal(friend_delete_request{"alice", bad}) == errc::invalid_to_account);
    CHECK(refusal(friend_delete_request{"alice", bad}).detail() == 1);
    CHECK(refusal(friend_delete_request{"alice", std::vector<std::string>()}) == errc::no_accounts);
    CHECK(refusal(friend_delete_request{"alice", account_list(9)}) == errc::workspace_too_small);
    CHECK(refusal(friend_delete_request{"alice", account_list(9)}).detail() == 9);
    CHECK(refusal(friend_delete_request{"alice", account_list(1000)}).detail() == 1000);
    CHECK(refusal(friend_delete_request{"alice", account_list(1001)}) == errc::too_many_accounts);
    CHECK(refusal(friend_delete_request{"alice", account_list(1001)}).detail() == 1000);
    CHECK(refusal(friend_delete_all_request{""}) == errc::invalid_from_account);
}

TEST_CASE("credentials or a host that will not do end the call with nothing sent, and each account is failed") {
    const struct {
        unfriend::fixed_credentials who;
        unfriend::endpoint where;
        errc code;
    } table[] = {
        {{0, "administrator", "eJsig_"}, one_host, errc::invalid_sdk_app_id},
        {{1, "", "eJsig_"}, one_host, errc::invalid_identifier},
        {{1, "administrator", "eJ&random=1"}, one_host, errc::invalid_user_sig_text},
        {fixed(), unfriend::endpoint{"evil.example/path"}, errc::invalid_host},
    };
    for (const auto& row : table) {
        INFO(unfriend::describe(row.code));
        scripted_service<unfriend::fixed_credentials> service({}, row.where, {}, row.who);
        const auto response = service(delete_three, {});
        CHECK(!response.answered());
        CHECK(response.last_error() == row.code);
        CHECK(told(response) == "bob failed -, carol failed -, dave failed -");
        CHECK(response.items[2].result_info == unfriend::describe(row.code));
        CHECK(response.attempts == 0);
    }
}

TEST_CASE("deleting all friends goes through the same machine") {
    const struct {
        std::vector<attempt> script;
        bool is_answered;
        unfriend::outcome outcome;
        std::optional<std::int32_t> code;
    } table[] = {
        {{refuses(0)}, false, outcome::unknown, std::nullopt}, // FAIL, and yet no error: cannot be read
        {{answers({})}, true, outcome::deleted, 0},
        {{says(R"({"ActionStatus":"OK","ErrorCode":0})")}, true, outcome::deleted, 0},
        {{loses(), answers({})}, true, outcome::deleted, 0},
        {{refuses(60008), answers({})}, true, outcome::deleted, 0},
        {{refuses(70001), answers({})}, true, outcome::deleted, 0},
        {{refuses(60013)}, true, outcome::unknown, 60013},
        {{refuses(30001)}, true, outcome::failed, 30001},
        {{loses(), refuses(30001)}, true, outcome::unknown, 30001},
        {{fails(std::errc::not_connected)}, false, outcome::failed, std::nullopt},
        {{loses()}, false, outcome::unknown, std::nullopt},
    };
    for (const auto& row : table) {
        unfriend::call_policy policy;
        policy.max_attempts = static_cast<std::uint32_t>(row.script.size());
        scripted_service<> service(policy);
        const auto response = service(friend_delete_all_request{"alice", unfriend::delete_type::single}, row.script);
        INFO(row.script.back().body);
        CHECK(response.answered() == row.is_answered);
        CHECK(response.outcome == row.outcome);
        CHECK(response.ok() == (row.outcome == outcome::deleted));
        CHECK(response.error_code == row.code);
        CHECK(response.items.empty());
        for (const sent_request& request : service.sent) {
            CHECK(request.url.find("/v4/sns/friend_delete_all?") != std::string::npos);
            CHECK(request.body == R"({"From_Account":"alice","DeleteType":"Delete_Type_Single"})");
        }
    }
}

TEST_CASE("a call that is cancelled while it waits has done nothing more than before") {
    scripted_service<> service({}, one_host, {UINT32_MAX, 0});
    const step next = service.send(first_step(service.call, delete_three, service.now),
                                   answers({{"bob", 0}, {"carol", 30008}, {"dave", 60011}}));
    REQUIRE(next.kind == step_kind::wait);
    CHECK(service.call.cancel(service.now).kind == step_kind::done);
    CHECK(service.call.is_done());
    const auto response = service.call.result();
    CHECK(response.answered());
    CHECK(response.last_error() == errc::cancelled);
    CHECK(response.stop_reason == stop_reason::cancelled);
    CHECK(told(response) == "bob deleted 0, carol failed 30008, dave failed 60011");
    CHECK(service.call.resume(service.now).kind == step_kind::done);
}

TEST_CASE("a call that is cancelled while it waits after a lost answer is unknown") {
    scripted_service<> service({}, one_host, {UINT32_MAX, 0});
    const step next = service.send(first_step(service.call, delete_bob, service.now), loses());
    REQUIRE(next.kind == step_kind::wait);
    service.call.cancel(service.now);
    CHECK(told(service.call.result()) == "bob unknown -");
}

TEST_CASE("a call that is cancelled before its first attempt has sent nothing") {
    scripted_service<> service;
    const step first = service.call.start(delete_three, service.now);
    CHECK(first.kind == step_kind::wait);
    CHECK(first.duration == 0s);
    CHECK(!service.call.is_done());
    CHECK(service.call.cancel(service.now).kind == step_kind::done);
    const auto response = service.call.result();
    CHECK(!response.answered());
    CHECK(response.last_error() == errc::cancelled);
    CHECK(told(response) == "bob failed -, carol failed -, dave failed -");
    CHECK(response.items[0].result_info == unfriend::describe(errc::cancelled));
    CHECK(response.attempts == 0);
}

TEST_CASE("of a call that is cancelled while it sends, whatever was to do is unknown") {
    scripted_service<> service;
    step next = first_step(service.call, delete_three, service.now);
    next = service.send(next, answers({{"bob", 0}, {"carol", 30001}, {"dave", 60008}}));
    while (next.kind == step_kind::wait) next = service.wait(next);
    REQUIRE(next.kind == step_kind::send);
    CHECK(service.call.cancel(service.now).kind == step_kind::done);
    CHECK(told(service.call.result()) == "bob deleted 0, carol failed 30001, dave unknown -");
    // The transport comes back all the same: too late.
    CHECK(service.send(next, answers({{"dave", 0}})).kind == step_kind::done);
    CHECK(told(service.call.result()) == "bob deleted 0, carol failed 30001, dave unknown -");
    CHECK(service.call.result().stop_reason == stop_reason::cancelled);
}

TEST_CASE("a call whose transport never comes back ends with the deadline, and is unknown") {
    scripted_service<> service;
    CHECK(first_step(service.call, delete_bob, service.now).kind == step_kind::send);
    CHECK(service.call.deadline() == service.now.monotonic + 30s);
    service.pass(30s);
    CHECK(service.call.expire(service.now).kind == step_kind::done);
    const auto response = service.call.result();
    CHECK(!response.answered());
    CHECK(response.last_error().code() == std::errc::timed_out);
    CHECK(response.stop_reason == stop_reason::deadline_exceeded);
    CHECK(told(response) == "bob unknown -");
}

TEST_CASE("a call that is over, or was never begun, takes no events") {
    scripted_service<> service;
    CHECK(service.call.is_done());
    CHECK(service.call.resume(service.now).kind == step_kind::done);
    CHECK(service.call.complete(service.now).kind == step_kind::done);
    CHECK(service.call.cancel(service.now).kind == step_kind::done);
    CHECK(service.call.expire(service.now).kind == step_kind::done);
    CHECK(service(delete_bob, {answers({{"bob", 0}})}).answered());
    CHECK(service.call.complete(service.now, std::make_error_code(std::errc::timed_out)).kind == step_kind::done);
    CHECK(service.call.expire(service.now).kind == step_kind::done);
    CHECK(service.call.cancel(service.now).kind == step_kind::done);
    const auto response = service.call.result();
    CHECK(!response.last_error());
    CHECK(told(response) == "bob deleted 0");
    CHECK(response.stop_reason == stop_reason::completed);
}

TEST_CASE("an event of the wrong kind changes nothing: the call still wants what it wanted") {
    scripted_service<> service({}, one_host, {UINT32_MAX, 0});
    const step sending = first_step(service.call, delete_bob, service.now);
    const step same = service.call.resume(service.now);
    CHECK(same.kind == step_kind::send);
    CHECK(same.request.url == sending.request.url);
    CHECK(service.send(sending, loses()).kind == step_kind::wait);
    CHECK(service.call.complete(service.now).kind == step_kind::wait);
    CHECK(service.call.result().attempts == 1);
}

TEST_CASE("a wait that is cut short goes on for the rest of it") {
    scripted_service<> service({}, one_host, {UINT32_MAX, 0});
    const step first = service.send(first_step(service.call, delete_bob, service.now), loses());
    REQUIRE(first.kind == step_kind::wait);
    service.pass(first.duration - 1ns);
    const step rest = service.call.resume(service.now);
    REQUIRE(rest.kind == step_kind::wait);
    CHECK(rest.duration == 1ns);
    service.pass(1ns);
    CHECK(service.call.resume(service.now).kind == step_kind::send);
}

TEST_CASE("nothing of a call shows in the next on the same operation") {
    scripted_service<> service;
    CHECK(service(delete_three, {loses(), answers({{"bob", 31704, "no friend"}, {"carol", 30003, "?"}, {"dave", 0}})})
              .answered());
    CHECK(told(service.call.result()) == "bob already_gone 31704, carol failed 30003, dave deleted 0");

    const auto second = service(delete_bob, {answers({{"bob", 31704}})});
    CHECK(told(second) == "bob failed 31704");
    CHECK(second.attempts == 1);

    CHECK(service(delete_bob, {refuses(60010, "not an admin")}).answered());
    const auto third = service(delete_bob, {status(404)});
    CHECK(!third.answered());
    CHECK(third.last_error() == errc::http_status);
    CHECK(!third.error_code);
    CHECK(third.error_info.empty());
    CHECK(!third.items[0].result_code);

    const auto refused = service(friend_delete_request{"", bob}, {});
    CHECK(refused.last_error() == errc::invalid_from_account);
    CHECK(refused.items.empty());
    CHECK(service(delete_bob, {answers({{"bob", 0}})}).ok());
}

TEST_CASE("the last answer's text is told, and none when the last attempt had no answer") {
    unfriend::call_policy policy;
    policy.max_attempts = 2;
    scripted_service<> service(policy);
    const attempt refusal =
        says(R"({"ActionStatus":"FAIL","ErrorCode":60008,"ErrorInfo":"busy","ErrorDisplay":"try later"})");
    const auto told_last = service(delete_bob, {loses(), refusal});
    CHECK(told_last.error_info == "busy");
    CHECK(told_last.error_display == "try later");
    CHECK(!told_last.last_error());
    const auto lost_last = service(delete_bob, {refusal, loses()});
    CHECK(lost_last.answered());
    CHECK(lost_last.error_code == 60008);
    CHECK(lost_last.error_info.empty());
    CHECK(lost_last.error_display.empty());
    CHECK(lost_last.last_error().code() == std::errc::connection_reset);
}
