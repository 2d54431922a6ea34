// What became of each account of a call: in the request's order, sent again while it is to do, and known to be
// unknown when its answer was lost.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "unfriend/call/detail/command_entry.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "accounts.hpp"
#include "bytes.hpp"
#include "check.hpp"
#include "scripted_service.hpp"

namespace {

using unfriend::errc;
using unfriend::friend_delete_request;
using unfriend::outcome;
using unfriend::stop_reason;

using script = std::vector<attempt>;

unfriend::call_policy with_attempts(std::size_t most) {
    unfriend::call_policy policy;
    policy.max_attempts = static_cast<std::uint32_t>(most);
    return policy;
}

/// A request whose invalid accounts have results of their own, as those of bulk jobs have.
struct lenient_request {
    using command = lenient_request;
    std::vector<std::string_view> to_account;
};

} // namespace

template <class Limits>
struct unfriend::detail::command_of<lenient_request, Limits> {
    static constexpr command_entry entry = command_of<friend_delete, Limits>::entry;
    static error fill(account_table& table, const lenient_request& request) {
        error failure = table.begin("alice", {});
        for (const std::string_view account : request.to_account) table.add_invalid(account);
        return failure;
    }
};

TEST_CASE("only the accounts still to do are sent again, in the order of the request") {
    const std::string_view five[] = {"ann", "bob", "carol", "dave", "eve"};
    scripted_service<> service;
    const auto response = service(
        friend_delete_request{"alice", five, unfriend::delete_type::both},
        {answers({{"ann", 30006}, {"bob", 0}, {"carol", 60008}, {"dave", 30001, "bad"}, {"eve", 60011, "slow"}}),
         answers({{"ann", 30007}, {"carol", 0}, {"eve", 30008}}), refuses(60011),
         answers({{"ann", 0}, {"eve", 31704}})});
    CHECK(service.sent[0].accounts() == "ann bob carol dave eve");
    CHECK(service.sent[1].accounts() == "ann carol eve");
    CHECK(service.sent[2].accounts() == "ann eve");
    CHECK(service.sent[3].body ==
          R"({"From_Account":"alice","To_Account":["ann","eve"],"DeleteType":"Delete_Type_Both"})");
    CHECK(told(response) == "ann deleted 0, bob deleted 0, carol deleted 0, dave failed 30001, eve failed 31704");
    CHECK(response.items[3].result_info == "bad");
    CHECK(response.attempts == 4);
    CHECK(response.stop_reason == stop_reason::completed);
}

TEST_CASE("an account is already gone when an earlier attempt may have been applied, and failed when none may") {
    const struct {
        script attempts;
        std::string_view outcome;
    } table[] = {
        {{answers({{"bob", 31704}})}, "bob failed 31704"},
        {{fails(std::errc::connection_refused), answers({{"bob", 31704}})}, "bob failed 31704"},
        {{fails(std::errc::not_connected), answers({{"bob", 31704}})}, "bob failed 31704"},
        {{refuses(60011), answers({{"bob", 31704}})}, "bob failed 31704"},
        {{refuses(60004), answers({{"bob", 31704}})}, "bob failed 31704"},
        {{refuses(70001), answers({{"bob", 31704}})}, "bob failed 31704"},
        {{status(425), answers({{"bob", 31704}})}, "bob failed 31704"},
        {{status(429), answers({{"bob", 31704}})}, "bob failed 31704"},
        {{answers({{"bob", 30008}}), answers({{"bob", 31704}})}, "bob failed 31704"},
        {{status(408), answers({{"bob", 31704}})}, "bob already_gone 31704"},
        {{loses(), answers({{"bob", 31704}})}, "bob already_gone 31704"},
        {{fails(std::errc::timed_out), answers({{"bob", 31704}})}, "bob already_gone 31704"},
        {{status(502), answers({{"bob", 31704}})}, "bob already_gone 31704"},
        {{says("<html>"), answers({{"bob", 31704}})}, "bob already_gone 31704"},
        {{says("{}"), answers({{"bob", 31704}})}, "bob already_gone 31704"},
        {{answers({}), answers({{"bob", 31704}})}, "bob already_gone 31704"},
        {{loses(), refuses(60008), answers({{"bob", 31704}})}, "bob already_gone 31704"},
        {{loses(), answers({{"bob", 30006}}), answers({{"bob", 31704}})}, "bob already_gone 31704"},
        {{loses(), fails(std::errc::not_connected), answers({{"bob", 31704}})}, "bob already_gone 31704"},
        {{loses(), answers({{"bob", 0}})}, "bob deleted 0"},
        {{loses(), answers({{"bob", 30003}})}, "bob failed 30003"},
        {{loses(), answers({{"bob", 70107}})}, "bob failed 70107"},
    };
    for (const auto& row : table) {
        scripted_service<> service;
        const auto response = service(delete_bob, row.attempts);
        CHECK(told(response) == row.outcome);
        CHECK(response.ok() == (row.outcome.find("failed") == std::string_view::npos));
        CHECK(response.items[0].ok() == response.ok());
        CHECK(response.stop_reason == stop_reason::completed);
    }
}

TEST_CASE("an account is unknown while nothing tells what a lost attempt has done, and failed when none was sent") {
    const struct {
        script attempts;
        std::string_view outcome;
    } table[] = {
        {{fails(std::errc::not_connected)}, "bob failed -"},
        {{fails(std::errc::not_connected), fails(std::errc::connection_refused)}, "bob failed -"},
        {{status(429)}, "bob failed -"},
        {{refuses(60011)}, "bob failed 60011"},
        {{refuses(60005)}, "bob failed 60005"},
        {{answers({{"bob", 30008}})}, "bob failed 30008"},
        {{status(408)}, "bob unknown -"},
        {{loses()}, "bob unknown -"},
        {{fails(std::errc::not_connected), loses()}, "bob unknown -"},
        {{loses(), fails(std::errc::not_connected)}, "bob unknown -"},
        {{loses(), status(429)}, "bob unknown -"},
        {{answers({{"bob", 30006}}), loses()}, "bob unknown -"},
        {{refuses(60011), loses()}, "bob unknown -"},
        {{refuses(60013), fails(std::errc::not_connected)}, "bob unknown 60013"},
        {{refuses(60013), refuses(60011)}, "bob unknown 60011"},
        {{answers({{"bob", 30006}}), answers({{"bob", 30008}})}, "bob unknown 30008"},
        {{answers({})}, "bob unknown -"},
        {{loses(), refuses(60008)}, "bob unknown 60008"},
        {{loses(), refuses(60010)}, "bob unknown 60010"},
        {{loses(), answers({{"bob", 30006}})}, "bob unknown 30006"},
        {{loses(), answers({{"bob", 60011}})}, "bob unknown 60011"},
        {{loses(), answers({{"bob", 31707}})}, "bob unknown 31707"},
    };
    for (const auto& row : table) {
        scripted_service<> service(with_attempts(row.attempts.size()));
        const auto response = service(delete_bob, row.attempts);
        CHECK(told(response) == row.outcome);
        CHECK(!response.ok());
        CHECK(response.items[0].retryable());
    }
}

TEST_CASE(
    "a code by which the service says that it lost track is as good as a lost answer, of a call and of an account") {
    for (const std::int32_t code : {30006, 30007, 60008, 60013, 60014, 70169, 70500}) {
        INFO(code);
        for (const attempt& lost_track : {refuses(code), answers({{"bob", code}})}) {
            scripted_service<> last_word(with_attempts(1));
            const auto unknown = last_word(delete_bob, {lost_track});
            CHECK(told(unknown) == "bob unknown " + std::to_string(code));
            CHECK(unknown.outcome == outcome::unknown);
            CHECK(unknown.items[0].retryable());
            scripted_service<> told_later;
            CHECK(told(told_later(delete_bob, {lost_track, answers({{"bob", 31704}})})) == "bob already_gone 31704");
            CHECK(told(told_later(delete_bob, {lost_track, answers({{"bob", 0}})})) == "bob deleted 0");
        }
    }
}

TEST_CASE("a refusal of an account that may be deleted already is final, and tells nothing of the deletion") {
    for (const std::int32_t code : {30001, 30002, 30004, 31707, 38000, 60010, 60015, 70114, 72000, 39999, -1}) {
        INFO(code);
        scripted_service<> service;
        const auto response = service(delete_bob, {loses(), answers({{"bob", code, "not a friend"}})});
        CHECK(told(response) == "bob unknown " + std::to_string(code));
        CHECK(response.items[0].result_info == "not a friend");
        CHECK(response.stop_reason == stop_reason::completed);
        CHECK(told(service(delete_bob, {answers({{"bob", code}})})) == "bob failed " + std::to_string(code));
    }
}

TEST_CASE("an account is gone when it is deleted, and when it was no friend; 30001 may mean anything") {
    const struct {
        script attempts;
        bool is_gone;
    } table[] = {
        {{answers({{"bob", 0}})}, true},
        {{loses(), answers({{"bob", 31704}})}, true},
        {{answers({{"bob", 31704}})}, true},
        {{refuses(31704)}, true},
        {{answers({{"bob", 30001, "not a friend"}})}, false},
        {{loses(), answers({{"bob", 30001}})}, false},
        {{answers({{"bob", 30003}})}, false},
        {{loses()}, false},
        {{fails(std::errc::not_connected)}, false},
    };
    for (const auto& row : table) {
        scripted_service<> service(with_attempts(row.attempts.size()));
        const auto response = service(delete_bob, row.attempts);
        INFO(told(response));
        CHECK(response.items[0].is_gone() == row.is_gone);
        CHECK(response.all_gone() == row.is_gone);
    }
}

TEST_CASE("all are gone when each is, which is more than that the call deleted all") {
    scripted_service<> service(with_attempts(1));
    const auto again = service(delete_three, {answers({{"bob", 31704}, {"carol", 0}, {"dave", 31704}})});
    CHECK(again.outcome == outcome::failed);
    CHECK_FALSE(again.ok());
    CHECK(again.all_gone());
    CHECK_FALSE(service(delete_three, {answers({{"bob", 31704}, {"carol", 0}, {"dave", 30008}})}).all_gone());
    CHECK(service(unfriend::friend_delete_all_request{"alice"}, {answers({})}).all_gone());
    CHECK_FALSE(service(unfriend::friend_delete_all_request{"alice"}, {refuses(60010)}).all_gone());
    CHECK_FALSE(service(friend_delete_request{"", bob}, {}).all_gone());
}

TEST_CASE("what is known of an account tells whether to call again") {
    const struct {
        script attempts;
        bool is_retryable;
    } table[] = {
        {{answers({{"bob", 0}})}, false},
        {{answers({{"bob", 31704}})}, false},
        {{answers({{"bob", 31707}})}, false},
        {{loses(), answers({{"bob", 31704}})}, false},
        {{answers({{"bob", 30001}})}, false},
        {{refuses(60010)}, false},
        {{refuses(60008)}, true},
        {{answers({{"bob", 30006}})}, true},
        {{fails(std::errc::not_connected)}, true},
        {{loses()}, true},
    };
    for (const auto& row : table) {
        scripted_service<> service(with_attempts(row.attempts.size()));
        const auto response = service(delete_bob, row.attempts);
        INFO(told(response));
        CHECK(response.items[0].retryable() == row.is_retryable);
    }
}

TEST_CASE("a lost answer touches those that were sent, and not those that were done with") {
    scripted_service<> service(with_attempts(2));
    const auto response = service(delete_three, {answers({{"bob", 31704}, {"carol", 30006}, {"dave", 0}}), loses()});
    CHECK(told(response) == "bob failed 31704, carol unknown -, dave deleted 0");
    CHECK(response.outcome == outcome::unknown);
    CHECK(response.answered());
    CHECK(response.last_error().code() == std::errc::connection_reset);
}

TEST_CASE("what became of the call is the worst that became of its accounts") {
    const struct {
        script attempts;
        unfriend::outcome outcome;
    } table[] = {
        {{answers({{"bob", 0}, {"carol", 0}, {"dave", 0}})}, outcome::deleted},
        {{loses(), answers({{"bob", 0}, {"carol", 31704}, {"dave", 0}})}, outcome::already_gone},
        {{loses(), answers({{"bob", 31704}, {"carol", 30003}, {"dave", 0}})}, outcome::failed},
        {{loses(), answers({{"bob", 31704}, {"carol", 30001}, {"dave", 0}})}, outcome::unknown},
        {{answers({{"bob", 0}, {"carol", 30001}, {"dave", 0}})}, outcome::failed},
        {{answers({{"bob", 30001}, {"carol", 0}}), answers({})}, outcome::unknown},
    };
    for (const auto& row : table) {
        scripted_service<> service(with_attempts(row.attempts.size()));
        CHECK(service(delete_three, row.attempts).outcome == row.outcome);
    }
}

TEST_CASE("items are told apart by name, whatever their order and number") {
    const struct {
        std::string_view what;
        script attempts;
        std::string_view outcome;
        std::string_view sent_last;
    } table[] = {
        {"another order",
         {answers({{"dave", 31704}, {"bob", 0}, {"carol", 30001}})},
         "bob deleted 0, carol failed 30001, dave failed 31704",
         "bob carol dave"},
        {"another order, sent again",
         {answers({{"dave", 30006}, {"bob", 0}, {"carol", 30008}}), answers({{"dave", 0}, {"carol", 31704}})},
         "bob deleted 0, carol failed 31704, dave deleted 0",
         "carol dave"},
        {"one is repeated: the last word counts",
         {answers({{"bob", 30001}, {"carol", 0}, {"dave", 0}, {"bob", 0}})},
         "bob deleted 0, carol deleted 0, dave deleted 0",
         "bob carol dave"},
        {"one is repeated, and is to do after all",
         {answers({{"bob", 30001}, {"bob", 30006}, {"carol", 0}, {"dave", 0}}), answers({{"bob", 0}})},
         "bob deleted 0, carol deleted 0, dave deleted 0",
         "bob"},
        {"one is deleted and then no friend any more: it is deleted",
         {answers({{"bob", 0}, {"bob", 31704}, {"carol", 0}, {"dave", 31704}})},
         "bob deleted 0, carol deleted 0, dave failed 31704",
         "bob carol dave"},
        {"one is deleted, and nothing else that the answer says of it counts",
         {answers({{"carol", 0}, {"bob", 0}, {"bob", 30006}, {"bob", 30001}, {"dave", 0}})},
         "bob deleted 0, carol deleted 0, dave deleted 0",
         "bob carol dave"},
        {"the first is omitted: it is sent again, and was perhaps done",
         {answers({{"carol", 0}, {"dave", 0}}), answers({{"bob", 31704}})},
         "bob already_gone 31704, carol deleted 0, dave deleted 0",
         "bob"},
        {"the last is omitted",
         {answers({{"bob", 0}, {"carol", 30001}}), answers({{"dave", 0}})},
         "bob deleted 0, carol failed 30001, dave deleted 0",
         "dave"},
        {"all are omitted",
         {answers({}), answers({{"bob", 31704}, {"carol", 0}, {"dave", 31704}})},
         "bob already_gone 31704, carol deleted 0, dave already_gone 31704",
         "bob carol dave"},
        {"strangers are passed over",
         {answers({{"mallory", 30001}, {"bob", 0}, {"", 0}, {"carol", 0}, {"dave", 0}, {"Bob", 30001}})},
         "bob deleted 0, carol deleted 0, dave deleted 0",
         "bob carol dave"},
        {"a stranger stands for one of them",
         {answers({{"bob", 0}, {"mallory", 0}, {"dave", 0}}), answers({{"carol", 0}})},
         "bob deleted 0, carol deleted 0, dave deleted 0",
         "carol"},
        {"one that was done with comes up again",
         {answers({{"bob", 0}, {"carol", 30006}, {"dave", 0}}), answers({{"bob", 30001}, {"carol", 0}})},
         "bob deleted 0, carol deleted 0, dave deleted 0",
         "carol"},
        {"an item without a code says nothing",
         {says(R"({"ResultItem":[{"To_Account":"bob","ResultCode":0},{"To_Account":"carol"},)"
               R"({"To_Account":"dave","ResultCode":0}],"ErrorCode":0})"),
          answers({{"carol", 31704}})},
         "bob deleted 0, carol already_gone 31704, dave deleted 0",
         "carol"},
    };
    for (const auto& row : table) {
        INFO(row.what);
        scripted_service<> service;
        CHECK(told(service(delete_three, row.attempts)) == row.outcome);
        CHECK(service.sent.back().accounts() == row.sent_last);
    }
}

TEST_CASE("more items than were asked for are as many as there is room for, and no error") {
    const std::string_view eight[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
    scripted_service<> service;
    const auto response =
        service(friend_delete_request{"alice", eight},
                {answers({{"a", 0}, {"x", 0}, {"b", 0}, {"c", 0}, {"d", 0}, {"e", 0}, {"f", 0}, {"g", 0}, {"h", 0}}),
                 answers({{"h", 0}})});
    CHECK(response.ok());
    CHECK(service.sent[1].accounts() == "h"); // its item had no room
}

TEST_CASE("an account that is requested twice has two results") {
    const std::string_view twice[] = {"bob", "carol", "bob"};
    const struct {
        std::string_view what;
        script attempts;
        std::string_view outcome;
    } table[] = {
        {"answered twice",
         {answers({{"bob", 0}, {"carol", 31704}, {"bob", 31704}})},
         "bob deleted 0, carol failed 31704, bob deleted 0"},
        {"answered twice in another order",
         {answers({{"carol", 30001}, {"bob", 0}, {"bob", 31704}})},
         "bob deleted 0, carol failed 30001, bob deleted 0"},
        {"answered twice, and neither was deleted",
         {answers({{"bob", 31704}, {"carol", 0}, {"bob", 31704}})},
         "bob failed 31704, carol deleted 0, bob failed 31704"},
        {"answered twice, and only the second was deleted",
         {answers({{"bob", 30008}, {"carol", 0}, {"bob", 0}}), answers({{"bob", 31704}})},
         "bob deleted 0, carol deleted 0, bob deleted 0"},
        {"answered twice, and perhaps deleted by the first",
         {answers({{"bob", 60013}, {"carol", 0}, {"bob", 31704}}), answers({{"bob", 31704}})},
         "bob already_gone 31704, carol deleted 0, bob already_gone 31704"},
        {"deleted by an earlier attempt that may have been applied",
         {loses(), answers({{"bob", 31704}, {"carol", 0}, {"bob", 31704}})},
         "bob already_gone 31704, carol deleted 0, bob already_gone 31704"},
        {"answered once", {answers({{"bob", 0}, {"carol", 0}})}, "bob deleted 0, carol deleted 0, bob deleted 0"},
        {"answered once, in another order",
         {answers({{"carol", 0}, {"bob", 31704}})},
         "bob failed 31704, carol deleted 0, bob failed 31704"},
        {"answered once, in the place of the second",
         {answers({{"mallory", 0}, {"carol", 0}, {"bob", 0}})},
         "bob deleted 0, carol deleted 0, bob deleted 0"},
        {"not answered",
         {answers({{"carol", 0}}), answers({{"bob", 31704}, {"bob", 31704}})},
         "bob already_gone 31704, carol deleted 0, bob already_gone 31704"},
        {"one of the two to do again",
         {answers({{"bob", 30006}, {"carol", 0}, {"bob", 0}}), answers({{"bob", 31704}})},
         "bob already_gone 31704, carol deleted 0, bob deleted 0"},
    };
    for (const auto& row : table) {
        INFO(row.what);
        scripted_service<> service;
        CHECK(told(service(friend_delete_request{"alice", twice}, row.attempts)) == row.outcome);
    }
}

TEST_CASE("a call of which no account is a UserID says that, and not that it has no accounts") {
    scripted_service<> service;
    const auto response = service(lenient_request{{"", "ca\nrol"}}, {});
    CHECK(response.last_error() == errc::invalid_to_account);
    CHECK(response.items.size() == 2);
    CHECK(response.items[0].result_info == unfriend::describe(errc::invalid_to_account));
}

TEST_CASE("what the service said of an account in an earlier attempt is kept, though its memory is used again") {
    scripted_service<> service(with_attempts(3));
    const auto response =
        service(delete_three, {answers({{"bob", 30001, "not this one"}, {"carol", 30006, "busy"}}),
                               answers({{"dave", 31704, "never was"}, {"carol", 30006, "still busy"}}),
                               fails(std::errc::not_connected)});
    CHECK(told(response) == "bob failed 30001, carol unknown 30006, dave already_gone 31704");
    CHECK(response.items[0].result_info == "not this one");
    CHECK(response.items[1].result_info == "still busy");
    CHECK(response.items[2].result_info == "never was");
    const unfriend::char_span answer = service.memory->memory().answer;
    for (const unfriend::account_result& item : response.items) {
        const bool is_in_answer =
            item.result_info.data() >= answer.data() && item.result_info.data() < answer.data() + answer.size();
        CHECK(!is_in_answer);
    }
}

TEST_CASE("the text of a call that was refused is kept once, for all accounts") {
    scripted_service<> service(with_attempts(2));
    const std::string reason(200, 'r');
    const auto response = service(delete_three, {refuses(60008, reason), fails(std::errc::not_connected)});
    for (const unfriend::account_result& item : response.items) {
        CHECK(item.result_info == reason);
        CHECK(item.result_info.data() == response.items[0].result_info.data());
    }
}

TEST_CASE("a text that there is no room to keep is dropped, and does not dangle") {
    using channel_type = scripted_service<>::channel_type;
    scripted_service<> service(with_attempts(2));
    unfriend::call_memory memory = service.memory->memory();
    exact_bytes texts(16); // "alice", "bob", "carol" take 13
    exact_bytes answer(256);
    memory.texts = texts.span();
    memory.answer = answer.span();
    unfriend::operation<channel_type> call(service.channel, memory);
    const std::string_view two[] = {"bob", "carol"};
    REQUIRE(first_step(call, friend_delete_request{"alice", two}, service.now).kind == unfriend::step_kind::send);
    const attempt first = answers({{"bob", 30001, "long text"}, {"carol", 30006, "abc"}});
    call.answer().status = 200;
    call.answer().append(first.body.data(), first.body.size());
    REQUIRE(call.complete(service.now).kind == unfriend::step_kind::send);
    const std::string scribble(256, '#');
    call.answer().append(scribble.data(), scribble.size());
    CHECK(call.complete(service.now, fails(std::errc::not_connected).failure).kind == unfriend::step_kind::done);
    const auto response = call.result();
    CHECK(told(response) == "bob failed 30001, carol unknown 30006");
    CHECK(response.items[0].result_info.empty());
    CHECK(response.items[1].result_info == "abc");
}

TEST_CASE("an account that the service never spoke of has the reason in place of its words") {
    scripted_service<> service(with_attempts(1));
    CHECK(service(delete_bob, {status(404)}).items[0].result_info == unfriend::describe(errc::http_status));
    CHECK(service(delete_bob, {says("?")}).items[0].result_info == unfriend::describe(errc::malformed_json));
    CHECK(service(delete_bob, {answers({})}).items[0].result_info == "the answer does not mention the account");
    CHECK(service(delete_bob, {refuses(60010)}).items[0].result_info.empty());
}
