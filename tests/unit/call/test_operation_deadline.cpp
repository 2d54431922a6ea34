// One budget of time for the whole call: attempts and waits are paid from it.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "unfriend/call/operation.hpp"
#include "unfriend/call/pacer.hpp"

#include "check.hpp"
#include "scripted_service.hpp"

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using unfriend::call_policy;
using unfriend::errc;
using unfriend::step;
using unfriend::step_kind;
using unfriend::stop_reason;

constexpr std::uint32_t half_random = 0x80000000U;

const attempt done = answers({{"bob", 0}});

call_policy within(milliseconds deadline) {
    call_policy policy;
    policy.call_timeout = deadline;
    policy.attempt_timeout = 400ms;
    policy.min_attempt_time = 50ms;
    policy.initial_backoff = 200ms; // 100 ms, 200 ms, 400 ms with the middle random number
    return policy;
}

std::vector<milliseconds> timeouts(const scripted_service<>& service) {
    std::vector<milliseconds> all;
    for (const sent_request& request : service.sent) all.push_back(request.timeout);
    return all;
}

std::vector<nanoseconds> times(const scripted_service<>& service, nanoseconds begin) {
    std::vector<nanoseconds> all;
    for (const sent_request& request : service.sent) all.push_back(request.at - begin);
    return all;
}

using durations = std::vector<milliseconds>;
using moments = std::vector<nanoseconds>;

} // namespace

TEST_CASE("each attempt is given what is left of the deadline, and at most the policy's time for one") {
    scripted_service<> service(within(1000ms), one_host, {half_random, 0});
    const nanoseconds begin = service.now.monotonic;
    const auto response = service(delete_bob, {after(400ms, fails(std::errc::timed_out)),
                                               after(200ms, fails(std::errc::timed_out)), after(80ms, done)});
    CHECK(response.ok());
    CHECK(times(service, begin) == moments{0ms, 500ms, 900ms});
    CHECK(timeouts(service) == durations{400ms, 400ms, 100ms});
}

TEST_CASE("waits and attempts are paid from one budget, and an attempt that could not finish is not begun") {
    const struct {
        std::string_view what;
        milliseconds deadline;
        std::vector<attempt> script;
        moments sent;
        stop_reason end;
        nanoseconds over; // when
    } table[] = {
        {"just time for a second attempt",
         300ms,
         {after(150ms, loses()), done},
         {0ms, 250ms},
         stop_reason::completed,
         250ms},
        {"not quite time for a second: the call is over without the wait",
         299ms,
         {after(150ms, loses())},
         {0ms},
         stop_reason::deadline_exceeded,
         150ms},
        {"the wait would go beyond the deadline",
         110ms,
         {after(20ms, loses())},
         {0ms},
         stop_reason::deadline_exceeded,
         20ms},
        {"the deadline passed during the attempt",
         200ms,
         {after(201ms, loses())},
         {0ms},
         stop_reason::deadline_exceeded,
         201ms},
        {"an answer that comes late is an answer", 200ms, {after(201ms, done)}, {0ms}, stop_reason::completed, 201ms},
        {"time for one, and no more", 50ms, {loses()}, {0ms}, stop_reason::deadline_exceeded, 0ms},
        {"no time for any", 49ms, {}, {}, stop_reason::deadline_exceeded, 0ms},
        {"none at all", 0ms, {}, {}, stop_reason::deadline_exceeded, 0ms},
        {"less than none", -5ms, {}, {}, stop_reason::deadline_exceeded, 0ms},
        {"the least there is", milliseconds::min(), {}, {}, stop_reason::deadline_exceeded, 0ms},
        {"the most there is",
         milliseconds::max(),
         {after(1h, loses()), done},
         {0ms, 1h + 100ms},
         stop_reason::completed,
         1h + 100ms},
    };
    for (const auto& row : table) {
        INFO(row.what);
        scripted_service<> service(within(row.deadline), one_host, {half_random, 0});
        const nanoseconds begin = service.now.monotonic;
        const auto response = service(delete_bob, row.script);
        CHECK(response.stop_reason == row.end);
        CHECK(response.attempts == row.sent.size());
        CHECK(times(service, begin) == row.sent);
        CHECK(service.now.monotonic - begin == row.over);
    }
}

TEST_CASE("a call that there was no time for says so, and has sent nothing") {
    scripted_service<> service(within(0ms));
    const auto response = service(delete_bob, {});
    CHECK(!response.answered());
    CHECK(response.last_error() == errc::deadline_exceeded);
    CHECK(told(response) == "bob failed -");
    CHECK(response.items[0].result_info == unfriend::describe(errc::deadline_exceeded));
    CHECK(response.items[0].retryable());
}

TEST_CASE("a call whose time is over says how its last attempt ended") {
    const struct {
        attempt how;
        bool is_answered;
        std::string_view outcome;
    } table[] = {
        {loses(), false, "bob unknown -"},
        {fails(std::errc::not_connected), false, "bob failed -"},
        {status(429), false, "bob failed -"},
        {refuses(60011), true, "bob failed 60011"},
        {answers({{"bob", 30008}}), true, "bob failed 30008"},
        {refuses(60008), true, "bob unknown 60008"},
    };
    for (const auto& row : table) {
        scripted_service<> service(within(100ms), one_host, {half_random, 0});
        const auto response = service(delete_bob, {after(60ms, row.how)});
        CHECK(response.stop_reason == stop_reason::deadline_exceeded);
        CHECK(response.answered() == row.is_answered);
        CHECK(static_cast<bool>(response.last_error()) == !row.is_answered);
        if (row.how.failure) CHECK(response.last_error().code() == row.how.failure.code());
        CHECK(told(response) == row.outcome);
    }
}

TEST_CASE("a call may have a deadline of its own") {
    scripted_service<> service(within(10s));
    CHECK(service(delete_bob, 120ms, {done}).ok());
    CHECK(service.sent[0].timeout == 120ms);
    CHECK(service(delete_bob, 49ms, {}).stop_reason == stop_reason::deadline_exceeded);
    CHECK(service(delete_bob, {done}).ok());
    CHECK(service.sent[0].timeout == 400ms);
}

TEST_CASE("an attempt is given at least a millisecond, however short it may be") {
    for (const milliseconds shortest : {-7ms, 0ms, 1ms}) {
        call_policy policy = within(1ms);
        policy.min_attempt_time = shortest;
        scripted_service<> service(policy);
        CHECK(service(delete_bob, {done}).ok());
        CHECK(service.sent[0].timeout == 1ms); // 0 would mean: no limit
        scripted_service<renewing_credentials, unfriend::pacer> busy(policy);
        const auto response = busy(delete_bob, 1ms, {after(999us, refuses(60008))});
        CHECK(response.stop_reason == stop_reason::deadline_exceeded); // with less than that left
    }
}

TEST_CASE("a time-out of nothing for an attempt leaves it to the transport, and the call still ends by its deadline") {
    for (const milliseconds none : {-3ms, 0ms}) {
        call_policy policy = within(1000ms);
        policy.attempt_timeout = none;
        scripted_service<> service(policy, one_host, {half_random, 0});
        CHECK(service(delete_bob, {after(300ms, loses()), done}).ok());
        CHECK(timeouts(service) == durations{0ms, 0ms});
        const auto late = service(delete_bob, {after(951ms, loses())});
        CHECK(late.stop_reason == stop_reason::deadline_exceeded);
    }
}

TEST_CASE("a call that comes back from its wait too late sends nothing more") {
    scripted_service<> service(within(1000ms), one_host, {half_random, 0});
    const step next = service.send(first_step(service.call, delete_bob, service.now), loses());
    REQUIRE(next.kind == step_kind::wait);
    service.pass(951ms);
    CHECK(service.call.resume(service.now).kind == step_kind::done);
    CHECK(service.call.result().stop_reason == stop_reason::deadline_exceeded);
    CHECK(service.call.result().last_error().code() == std::errc::connection_reset);
    CHECK(service.sent.size() == 1);
    CHECK(service.pacer.asked.size() == 1); // and takes no turn from the others
}
