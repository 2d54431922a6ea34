// The report of a call: what it says, what it cannot be taken for, and the copy that outlives the memory of the call.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include "unfriend/call/call_result.hpp"
#include "unfriend/call/owned_call_result.hpp"

#include "check.hpp"
#include "scripted_service.hpp"

namespace {

using unfriend::call_result;
using unfriend::errc;
using unfriend::outcome;
using unfriend::owned_call_result;
using unfriend::stop_reason;

template <class T, class = void>
struct is_dereferenced : std::false_type {};
template <class T>
struct is_dereferenced<T, std::void_t<decltype(*std::declval<T>())>> : std::true_type {};

static_assert(!std::is_constructible_v<bool, call_result> && !std::is_constructible_v<bool, owned_call_result>);
static_assert(!is_dereferenced<call_result>::value && !is_dereferenced<owned_call_result>::value);
static_assert(std::is_same_v<decltype(call_result::error_code), std::optional<std::int32_t>>);
static_assert(std::is_nothrow_move_constructible_v<owned_call_result>);

const std::string long_name(32, 'n'); // too long to be inside a std::string

/// The report of a call whose memory is gone.
owned_call_result owned_report() {
    scripted_service<> service;
    const std::string_view accounts[] = {"bob", long_name, "dave"};
    return service(
               unfriend::friend_delete_request{"alice", accounts},
               {answers({{"bob", 0}, {long_name, 31704, "is no friend, says the service"}, {"dave", 30003, "who?"}})})
        .to_owned();
}

} // namespace

TEST_CASE("a report of a call that was not made says why") {
    const call_result report({errc::out_of_memory, 7});
    CHECK(!report.answered());
    CHECK(report.last_error() == errc::out_of_memory);
    CHECK(report.stop_reason == stop_reason::not_retryable);
    CHECK(!report.error_code);
    CHECK(!report.ok());
    CHECK(!report.all_gone());
    CHECK(report.items.empty());
    CHECK(report.failures().empty());
    CHECK(report.to_owned().last_error().detail() == 7);
}

TEST_CASE("a call is answered when the service answered any attempt, and the last error is that of the last attempt") {
    const struct {
        std::vector<attempt> script;
        std::uint32_t answers;
        bool has_error;
    } table[] = {
        {{answers({{"bob", 0}})}, 1, false},  {{loses(), answers({{"bob", 0}})}, 1, false},
        {{refuses(60008), loses()}, 1, true}, {{refuses(60008), refuses(60008)}, 2, false},
        {{loses(), loses()}, 0, true},
    };
    for (const auto& row : table) {
        unfriend::call_policy policy;
        policy.max_attempts = static_cast<std::uint32_t>(row.script.size());
        scripted_service<> service(policy);
        const call_result report = service(delete_bob, row.script);
        CHECK(report.answers == row.answers);
        CHECK(report.attempts == row.script.size());
        CHECK(report.answered() == (row.answers != 0));
        CHECK(static_cast<bool>(report.last_error()) == row.has_error);
    }
}

TEST_CASE("a copy that owns its texts says the same when the memory of the call is gone") {
    const owned_call_result report = owned_report();
    REQUIRE(report.items.size() == 3);
    CHECK(report.items[0].to_account == "bob");
    CHECK(report.items[1].to_account == long_name);
    CHECK(report.items[1].result_info == "is no friend, says the service");
    CHECK(report.items[1].result_code == 31704);
    CHECK(report.items[1].is_gone());
    CHECK(report.items[2].outcome == outcome::failed);
    CHECK(!report.items[2].retryable());
    CHECK(report.outcome == outcome::failed);
    CHECK(report.error_code == 0);
    CHECK(report.attempts == 1);
    CHECK(report.answers == 1);
    CHECK(report.stop_reason == stop_reason::completed);
    CHECK(report.answered());
    CHECK(!report.last_error());
    CHECK(!report.ok());
    CHECK(!report.all_gone());
    REQUIRE(report.failures().size() == 2);
    CHECK(report.failures().begin()->to_account == long_name);
}

TEST_CASE("a copy that owns its texts has those of a refusal, and can be kept in a container") {
    std::vector<owned_call_result> reports;
    for (const std::int32_t code : {60010, 60009}) {
        scripted_service<> service;
        reports.push_back(
            service(delete_bob, {refuses(code, "the service's reason, in more than a few words")}).to_owned());
    }
    reports.erase(reports.begin());
    REQUIRE(reports.size() == 1);
    CHECK(reports[0].error_code == 60009);
    CHECK(reports[0].error_info == "the service's reason, in more than a few words");
    CHECK(reports[0].items[0].result_info == reports[0].error_info);
    CHECK(reports[0].stop_reason == stop_reason::not_retryable);
}
