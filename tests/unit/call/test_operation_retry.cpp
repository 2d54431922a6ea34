// What a call tries again and what it does not, how long it waits before, and who pays for it.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "unfriend/call/operation.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/messages/service_code.hpp"

#include "check.hpp"
#include "scripted_service.hpp"

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using unfriend::call_policy;
using unfriend::errc;
using unfriend::outcome;
using unfriend::stop_reason;
using unfriend::throttle_kind;

const attempt done = answers({{"bob", 0}});

call_policy with_attempts(std::uint32_t most) {
    call_policy policy;
    policy.max_attempts = most;
    return policy;
}

std::size_t attempts_after(const attempt& first) {
    scripted_service<> service(with_attempts(2));
    unfriend::step next = service.send(first_step(service.call, delete_bob, service.now), first);
    while (next.kind == unfriend::step_kind::wait) next = service.wait(next);
    return next.kind == unfriend::step_kind::send ? 2 : 1;
}

constexpr std::uint32_t most_random = UINT32_MAX;
constexpr std::uint32_t half_random = 0x80000000U;

} // namespace

TEST_CASE("a transport's failure is tried again, unless the caller called it off") {
    const struct {
        std::errc condition;
        bool is_tried_again;
        std::string_view outcome;
    } table[] = {
        {std::errc::not_connected, true, "bob failed -"},
        {std::errc::connection_refused, true, "bob failed -"},
        {std::errc::host_unreachable, true, "bob failed -"},
        {std::errc::network_down, true, "bob failed -"},
        {std::errc::network_unreachable, true, "bob failed -"},
        {std::errc::address_not_available, true, "bob failed -"},
        {std::errc::connection_reset, true, "bob unknown -"},
        {std::errc::connection_aborted, true, "bob unknown -"},
        {std::errc::broken_pipe, true, "bob unknown -"},
        {std::errc::timed_out, true, "bob unknown -"},
        {std::errc::io_error, true, "bob unknown -"},
        {std::errc::not_enough_memory, true, "bob unknown -"},
        {std::errc::operation_canceled, false, "bob unknown -"},
        {std::errc::permission_denied, false, "bob failed -"}, // the host is not who it says, and there is no other
    };
    for (const auto& row : table) {
        INFO(std::make_error_code(row.condition).message());
        CHECK(attempts_after(fails(row.condition)) == (row.is_tried_again ? 2 : 1));
        scripted_service<> service(with_attempts(1));
        const auto response = service(delete_bob, {fails(row.condition)});
        CHECK(!response.answered());
        CHECK(response.last_error().code() == row.condition);
        CHECK(told(response) == row.outcome);
    }
}

TEST_CASE("a transport's error without a reason, or of a category of its own, may have come at any time") {
    const unfriend::error failures[] = {errc::transport_failed, std::error_code(7, std::iostream_category())};
    for (const unfriend::error& failure : failures) {
        CHECK(attempts_after({failure, 0, {}, {}}) == 2);
        scripted_service<> service(with_attempts(1));
        CHECK(told(service(delete_bob, {{failure, 0, {}, {}}})) == "bob unknown -");
    }
}

TEST_CASE("of the statuses, those of a server in trouble, 408, 425 and 429 are tried again") {
    const struct {
        int status;
        bool is_tried_again;
        std::string_view outcome;
    } table[] = {
        {0, true, "bob unknown -"},   {500, true, "bob unknown -"}, {502, true, "bob unknown -"},
        {503, true, "bob unknown -"}, {504, true, "bob unknown -"}, {599, true, "bob unknown -"},
        {429, true, "bob failed -"},  {101, false, "bob failed -"}, {204, false, "bob unknown -"},
        {301, false, "bob failed -"}, {400, false, "bob failed -"}, {401, false, "bob failed -"},
        {403, false, "bob failed -"}, {404, false, "bob failed -"}, {408, true, "bob unknown -"},
        {413, false, "bob failed -"}, {425, true, "bob failed -"},  {499, false, "bob failed -"},
    };
    for (const auto& row : table) {
        INFO(row.status);
        CHECK(attempts_after(status(row.status)) == (row.is_tried_again ? 2 : 1));
        scripted_service<> service(with_attempts(1));
        const auto response = service(delete_bob, {status(row.status)});
        CHECK(!response.answered());
        CHECK(response.last_error() == errc::http_status);
        CHECK(response.last_error().detail() == static_cast<std::size_t>(row.status));
        CHECK(told(response) == row.outcome);
        CHECK(!response.error_code);
    }
}

TEST_CASE("an answer that cannot be read is tried again, and may have been a success") {
    const struct {
        std::string_view body;
        errc code;
    } table[] = {
        {"", errc::empty_body},
        {"<html>login</html>", errc::html_body},
        {R"({"ActionStatus":"OK","Err)", errc::truncated_json},
        {"oops", errc::malformed_json},
        {"[]", errc::not_an_object},
        {"{}x", errc::trailing_bytes},
        {R"({"ErrorCode":"0"})", errc::wrong_type},
        {R"({"ErrorCode":2147483648})", errc::integer_out_of_range},
        {"{\"ErrorInfo\":\"\xFF\"}", errc::invalid_utf8},
        {R"({"a":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]})", errc::nesting_too_deep},
        {"{}", errc::missing_member},
        {R"({"ActionStatus":"OK"})", errc::missing_member},
        {R"({"ActionStatus":"FAIL","ErrorCode":0})", errc::missing_member},
    };
    for (const auto& row : table) {
        INFO(row.body);
        CHECK(attempts_after(says(row.body)) == 2);
        scripted_service<> service(with_attempts(1));
        const auto response = service(delete_bob, {says(row.body)});
        CHECK(!response.answered());
        CHECK(response.last_error() == row.code);
        CHECK(told(response) == "bob unknown -");
    }
}

TEST_CASE("an answer too large for the memory is not tried again: the next would be no smaller") {
    const attempt large = says(std::string(2049, 'x'));
    CHECK(attempts_after(large) == 1);
    scripted_service<> service;
    const auto response = service(delete_bob, {large});
    CHECK(response.last_error() == errc::body_too_large);
    CHECK(response.last_error().detail() == 2048);
    CHECK(told(response) == "bob unknown -");
}

TEST_CASE("a status counts for more than a page too large to be kept") {
    const struct {
        unfriend::error failure;
        int status;
        std::size_t attempts;
        errc code;
    } table[] = {
        {{}, 502, 2, errc::http_status},
        {{errc::body_too_large, 2048}, 502, 2, errc::http_status},
        {{errc::body_too_large, 2048}, 404, 1, errc::http_status},
        {{errc::body_too_large, 2048}, 200, 1, errc::body_too_large},
        {{errc::body_too_large, 2048}, 0, 1, errc::body_too_large}, // the transport gave up before it told
    };
    for (const auto& row : table) {
        INFO(row.status);
        const attempt page{row.failure, row.status, std::string(2049, 'x'), {}};
        CHECK(attempts_after(page) == row.attempts);
        scripted_service<> service(with_attempts(1));
        CHECK(service(delete_bob, {page}).last_error() == row.code);
    }
}

TEST_CASE("of the service's codes, those that may pass are tried again, of a call and of an account alike") {
    std::vector<std::int32_t> codes = {-1, 1, 30999, 60999, 71000, INT32_MAX, INT32_MIN + 1};
    for (const unfriend::service_code& each : unfriend::service_codes) codes.push_back(each.code);
    std::size_t tried_again = 0;
    for (const std::int32_t code : codes) {
        if (code == 0) continue;
        INFO(code);
        const bool may_pass = unfriend::lookup(code).retry == unfriend::retry_advice::with_backoff;
        const std::size_t attempts = attempts_after(answers({{"bob", code, "why"}}));
        CHECK(attempts == (may_pass ? 2 : 1));
        const auto expected = unfriend::may_have_applied(code) ? outcome::unknown : outcome::failed;
        if (code != 70001 && code != 70052) CHECK(attempts_after(refuses(code, "why")) == attempts);
        tried_again += attempts - 1;
        scripted_service<> service(with_attempts(1));
        const auto item = service(delete_bob, {answers({{"bob", code, "why"}})});
        CHECK(item.error_code == 0);
        CHECK(item.items[0].result_code == code);
        CHECK(item.items[0].result_info == "why");
        CHECK(item.outcome == expected);
        CHECK(item.stop_reason == (may_pass ? stop_reason::attempts_exhausted : stop_reason::completed));
        const auto call = service(delete_bob, {refuses(code, "why")});
        CHECK(call.answered());
        CHECK(call.error_code == code);
        CHECK(call.error_info == "why");
        CHECK(call.items[0].result_code == code);
        CHECK(call.items[0].result_info == "why");
        CHECK(call.outcome == expected);
    }
    CHECK(tried_again ==
          14); // 30006-30008, 60004, 60005, 60007, 60008, 60011, 60013, 60014, 60018, 60019, 70169, 70500
}

TEST_CASE("the waits grow by doubling up to the cap, with full jitter") {
    const struct {
        std::uint32_t random;
        std::vector<nanoseconds> waits;
    } table[] = {
        {0, {}}, // no wait is asked for where there is none
        {half_random, {50ms, 100ms, 200ms, 250ms, 250ms}},
        {most_random, {99'999us, 199'999us, 399'999us, 499'999us, 499'999us}},
    };
    for (const auto& row : table) {
        INFO(row.random);
        call_policy policy = with_attempts(6);
        policy.initial_backoff = 100ms;
        policy.max_backoff = 500ms;
        scripted_service<> service(policy, one_host, {row.random, 0});
        CHECK(service(delete_bob, {loses(), status(503), refuses(60008), says("?"), loses(), done}).ok());
        CHECK(service.waits == row.waits);
    }
}

TEST_CASE("waits of any length stay in range") {
    const struct {
        std::chrono::milliseconds first;
        std::chrono::milliseconds most;
        std::vector<nanoseconds> waits;
    } table[] = {
        {-5ms, 10s, {}},
        {100ms, -1ms, {}},
        {0ms, 10s, {}},
        {10s, 1s, {999'999us, 999'999us}},
        {std::chrono::milliseconds::max(), std::chrono::milliseconds::max(), {3'599'999'999us, 3'599'999'999us}},
        {std::chrono::milliseconds::min(), std::chrono::milliseconds::min(), {}},
    };
    for (const auto& row : table) {
        INFO(row.first.count());
        call_policy policy = with_attempts(3);
        policy.call_timeout = std::chrono::milliseconds::max();
        policy.initial_backoff = row.first;
        policy.max_backoff = row.most;
        scripted_service<> service(policy, one_host, {most_random, 0});
        CHECK(service(delete_bob, {loses(), loses(), done}).ok());
        CHECK(service.waits == row.waits);
    }
}

TEST_CASE("after any number of attempts the wait is the cap") {
    call_policy policy = with_attempts(100);
    policy.call_timeout = std::chrono::hours(1);
    policy.initial_backoff = 1ms;
    policy.retry_budget_size = 100;
    scripted_service<> service(policy, one_host, {most_random, 0});
    std::vector<attempt> script(99, loses());
    script.push_back(done);
    CHECK(service(delete_bob, script).ok());
    REQUIRE(service.waits.size() == 99);
    CHECK(service.waits[0] == 999us);
    CHECK(service.waits[40] == 9'999'999us);
    CHECK(service.waits[98] == 9'999'999us);
}

TEST_CASE("no call has more attempts than its policy allows, and 0 counts as 1") {
    for (const std::uint32_t most : {0U, 1U, 2U, 4U, 9U}) {
        INFO(most);
        scripted_service<> service(with_attempts(most));
        const std::uint32_t expected = std::max(most, 1U);
        const auto response = service(delete_bob, std::vector<attempt>(expected, refuses(60008)));
        CHECK(response.attempts == expected);
        CHECK(response.stop_reason == stop_reason::attempts_exhausted);
        CHECK(!service(delete_bob, std::vector<attempt>(expected, loses())).answered());
        const std::vector<attempt> progress(1, answers({{"bob", 0}, {"carol", 30006}, {"dave", 30006}}));
        if (most < 2) CHECK(service(delete_three, progress).stop_reason == stop_reason::attempts_exhausted);
    }
}

TEST_CASE("a renewed UserSig takes an attempt too") {
    scripted_service<> service(with_attempts(1));
    const auto response = service(delete_bob, {refuses(70001)});
    CHECK(response.error_code == 70001);
    CHECK(response.stop_reason == stop_reason::attempts_exhausted);
    CHECK(service(delete_bob, {done}).ok());
    CHECK(service.sent[0].parameter("usersig") == "sig2");
}

TEST_CASE("the calls of a channel share their retries: an outage is not made worse") {
    call_policy policy;
    policy.retry_budget_size = 4;
    scripted_service<> service(policy);
    using channel_type = scripted_service<>::channel_type;
    const auto other_memory = std::make_unique<scripted_service<>::memory_type>();
    unfriend::operation<channel_type> other(service.channel, other_memory->memory());

    CHECK(service(delete_bob, {loses(), loses(), loses(), loses()}).stop_reason ==
          stop_reason::attempts_exhausted); // three retries
    unfriend::step next = first_step(other, delete_bob, service.now);
    REQUIRE(next.kind == unfriend::step_kind::send);
    next = other.complete(service.now, loses().failure); // the fourth
    REQUIRE(next.kind == unfriend::step_kind::send);
    next = other.complete(service.now, loses().failure);
    CHECK(next.kind == unfriend::step_kind::done);
    CHECK(other.result().stop_reason == stop_reason::budget_exhausted);
    CHECK(other.result().attempts == 2);
    CHECK(other.result().last_error().code() == std::errc::connection_reset);
    CHECK(service(delete_bob, {refuses(60008)}).stop_reason == stop_reason::budget_exhausted);
    // A new UserSig makes no outage worse.
    CHECK(service(delete_bob, {refuses(70001), done}).ok());
}

TEST_CASE("ten calls that the service takes earn one retry") {
    call_policy policy;
    policy.retry_budget_size = 1;
    scripted_service<> service(policy);
    CHECK(service(delete_bob, {loses(), loses()}).stop_reason == stop_reason::budget_exhausted);
    for (int call = 0; call < 9; ++call) CHECK(service(delete_bob, {done}).ok());
    CHECK(service(delete_bob, {loses()}).stop_reason == stop_reason::budget_exhausted);
    CHECK(service(delete_bob, {refuses(30001)}).stop_reason == stop_reason::not_retryable); // earns nothing
    CHECK(service(delete_bob, {loses()}).stop_reason == stop_reason::budget_exhausted);
    CHECK(service(delete_bob, {done}).ok());
    CHECK(service(delete_bob, {loses(), loses()}).stop_reason == stop_reason::budget_exhausted);
}

TEST_CASE("what is sent again after progress costs nothing of the budget, but waits") {
    call_policy policy;
    policy.retry_budget_size = 0;
    scripted_service<> service(policy, one_host, {half_random, 0});
    const auto response = service(delete_three, {answers({{"bob", 0}, {"carol", 30008}, {"dave", 30006}}),
                                                 answers({{"carol", 31704}, {"dave", 30006}}), answers({{"dave", 0}})});
    CHECK(told(response) == "bob deleted 0, carol failed 31704, dave deleted 0");
    CHECK(service.waits == std::vector<nanoseconds>{100ms, 200ms});
    // Without progress it costs.
    CHECK(service(delete_bob, {answers({{"bob", 30006}})}).stop_reason == stop_reason::budget_exhausted);
}

TEST_CASE("the pacer learns of answers that say too fast, and of those that do not object to the pace") {
    using kinds = std::vector<throttle_kind>;
    const kinds none;
    const kinds too_fast{throttle_kind::frequency};
    const kinds objection{throttle_kind::security_policy};
    const struct {
        attempt how;
        kinds throttled;
        std::size_t successes;
    } table[] = {
        {done, none, 1},
        {answers({{"bob", 31704}}), none, 1},
        {answers({{"bob", 30006}}), none, 1},
        {answers({{"bob", 60007}}), too_fast, 0},
        {answers({{"bob", 60011}}), too_fast, 0},
        {answers({{"bob", 60018}}), too_fast, 0},
        {answers({{"bob", 60019}}), too_fast, 0},
        {answers({{"bob", 31707}}), objection, 0},
        {answers({{"bob", 60011}, {"bob", 31707}}), objection, 0},
        {refuses(60007), too_fast, 0},
        {refuses(60011), too_fast, 0},
        {refuses(60018), too_fast, 0},
        {refuses(60019), too_fast, 0},
        {refuses(31707), objection, 0},
        {refuses(60008), none, 0},
        {refuses(60010), none, 1},
        {status(429), too_fast, 0},
        {status(503), none, 0},
        {loses(), none, 0},
    };
    for (const auto& row : table) {
        INFO(row.how.body, row.how.status);
        scripted_service<> service(with_attempts(1));
        const nanoseconds begin = service.now.monotonic;
        CHECK(service(delete_bob, {after(70ms, row.how)}).attempts == 1);
        CHECK(service.pacer.kinds() == row.throttled);
        CHECK(service.pacer.successes == std::vector<nanoseconds>(row.successes, begin));
        for (const noting_pacer::throttled& each : service.pacer.throttled_calls) CHECK(each.sent_at == begin);
    }
}

TEST_CASE("a call that is throttled, whole or in part, is retried with back-off and costs nothing of the budget") {
    call_policy policy;
    policy.retry_budget_size = 0;
    for (const attempt& how :
         {status(429), refuses(60007), refuses(60011), refuses(60018), refuses(60019), answers({{"bob", 60011}})}) {
        scripted_service<> service(policy, one_host, {half_random, 0});
        CHECK(service(delete_bob, {how, how, done}).ok());
        CHECK(service.waits == std::vector<nanoseconds>{100ms, 200ms});
    }
}

TEST_CASE("one account that is filtered slows the pacer hard, is reported and is not sent again") {
    scripted_service<> service;
    const auto response = service(
        delete_three, {answers({{"bob", 0}, {"carol", 31707, "too often"}, {"dave", 60011}}), answers({{"dave", 0}})});
    CHECK(told(response) == "bob deleted 0, carol failed 31707, dave deleted 0");
    CHECK(response.items[1].result_info == "too often");
    CHECK(service.sent[1].accounts() == "dave");
    CHECK(service.pacer.kinds() == std::vector<throttle_kind>{throttle_kind::security_policy});
    CHECK(service.pacer.successes.size() == 1);
    const auto refused = service(delete_bob, {refuses(31707, "too often")});
    CHECK(told(refused) == "bob failed 31707");
    CHECK(refused.stop_reason == stop_reason::not_retryable);
}

TEST_CASE("after one account that is filtered, calls are sixteen times as far apart") {
    scripted_service<renewing_credentials, unfriend::pacer> service;
    const nanoseconds interval = service.pacer.interval();
    CHECK(!service(delete_bob, {answers({{"bob", 31707}})}).ok());
    CHECK(service.pacer.interval() == 16 * interval);
    CHECK(service(delete_bob, {done}).ok());
    CHECK(service.waits == std::vector<nanoseconds>{16 * interval});
}

TEST_CASE("each reason to make no further attempt has words of its own") {
    std::set<std::string_view> words;
    constexpr auto last = static_cast<int>(stop_reason::cancelled);
    for (int reason = 0; reason <= last; ++reason) {
        const std::string_view text = to_string(static_cast<stop_reason>(reason));
        CHECK(!text.empty());
        words.insert(text);
    }
    CHECK(words.size() == static_cast<std::size_t>(last) + 1);
    CHECK(to_string(stop_reason::attempts_exhausted) == "attempts exhausted");
}
