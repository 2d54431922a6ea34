// How a call waits: for the pacer, from which it takes permission when it is about to send, and as long as a response
// asks for (`Retry-After`).
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "unfriend/call/credentials.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/call/pacing.hpp"

#include "check.hpp"
#include "scripted_service.hpp"

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using unfriend::call_policy;
using unfriend::call_priority;
using unfriend::errc;
using unfriend::step;
using unfriend::step_kind;
using unfriend::stop_reason;

constexpr std::uint32_t half_random = 0x80000000U;

const attempt done = answers({{"bob", 0}});

/// A call every 5 ms.
struct strict_pacer : unfriend::pacer {
    strict_pacer() : unfriend::pacer(200, 0ns) {}
};
using paced_service = scripted_service<renewing_credentials, strict_pacer>;

call_policy within(milliseconds timeout) {
    call_policy policy;
    policy.call_timeout = timeout;
    policy.attempt_timeout = 400ms;
    policy.min_attempt_time = 50ms;
    policy.initial_backoff = 200ms; // 100 ms, 200 ms, 400 ms with the middle random number
    return policy;
}

/// Another call that asks the pacer of a service.
struct other_call {
    std::optional<nanoseconds> ask(unfriend::pacer& pacer, nanoseconds now) { return pacer.try_acquire(ticket, now); }
    unfriend::pacer::ticket ticket{};
};

} // namespace

TEST_CASE("each attempt asks for permission when it is about to be sent") {
    paced_service service(within(1000ms));
    const nanoseconds begin = service.now.monotonic;
    CHECK(service(delete_bob, {loses(), refuses(60008), done}).ok());
    CHECK(service.waits == std::vector<nanoseconds>{5ms, 5ms}); // the back-off of the lowest random number is none
    CHECK(service.sent[2].at - begin == 10ms);
}

TEST_CASE("a call takes no turn while it backs off") {
    paced_service service(within(1000ms), one_host, {half_random, 0});
    const step next = service.send(first_step(service.call, delete_bob, service.now), loses());
    REQUIRE(next.kind == step_kind::wait);
    CHECK(next.duration == 100ms);
    CHECK(other_call().ask(service.pacer, service.now.monotonic) == 5ms);
    CHECK(other_call().ask(service.pacer, service.now.monotonic + 100ms) == 0ms);
    CHECK(service.wait(next).duration == 5ms);
}

TEST_CASE("a call may ask for permission earlier than it has to, and takes one turn") {
    paced_service service(within(1000ms));
    CHECK(other_call().ask(service.pacer, service.now.monotonic) == 0ms);
    CHECK(first_step(service.call, delete_bob, service.now).duration == 5ms);
    service.pass(2ms);
    CHECK(service.call.resume(service.now).duration == 3ms);
    service.pass(3ms);
    CHECK(service.call.resume(service.now).kind == step_kind::send);
    CHECK(other_call().ask(service.pacer, service.now.monotonic) == 5ms);
}

TEST_CASE("a call that comes back from its wait for permission too late sends nothing") {
    paced_service service(within(1000ms));
    CHECK(other_call().ask(service.pacer, service.now.monotonic) == 0ms);
    const step next = first_step(service.call, delete_bob, service.now);
    REQUIRE(next.kind == step_kind::wait);
    CHECK(next.duration == 5ms);
    service.pass(951ms);
    CHECK(service.call.resume(service.now).kind == step_kind::done);
    CHECK(service.call.result().stop_reason == stop_reason::deadline_exceeded);
    CHECK(told(service.call.result()) == "bob failed -");
    CHECK(other_call().ask(service.pacer, service.now.monotonic) == 0ms); // the turn is free
}

TEST_CASE("permission that comes after the deadline is not waited for, and nothing is sent") {
    const struct {
        std::size_t ahead; // calls, 5 ms each
        bool is_sent;
    } table[] = {{0, true}, {190, true}, {191, false}, {2000, false}};
    for (const auto& row : table) {
        INFO(row.ahead);
        paced_service service(within(1000ms));
        const nanoseconds begin = service.now.monotonic;
        const std::unique_ptr<other_call[]> others(new other_call[row.ahead + 1]);
        for (std::size_t i = 0; i < row.ahead; ++i) CHECK(others[i].ask(service.pacer, begin).has_value());
        step next = first_step(service.call, delete_bob, service.now);
        // The others ask when their turns come, and this call when it is told to.
        for (std::size_t turn = 1; next.kind == step_kind::wait; ++turn) {
            for (; turn * 5ms < service.now.monotonic + next.duration - begin; ++turn)
                CHECK(others[turn].ask(service.pacer, begin + turn * 5ms) == 0ms);
            --turn;
            next = service.wait(next);
        }
        CHECK((next.kind == step_kind::send) == row.is_sent);
        if (row.is_sent) {
            CHECK(service.now.monotonic - begin == row.ahead * 5ms);
            continue;
        }
        CHECK(service.call.result().last_error() == errc::deadline_exceeded);
        CHECK(service.call.result().stop_reason == stop_reason::deadline_exceeded);
        CHECK(service.call.result().attempts == 0);
        CHECK(service.now.monotonic == begin); // it did not wait to find out
    }
}

TEST_CASE("a call that is over leaves the line: cancelled, rejected or destroyed") {
    unfriend::fixed_credentials credentials{1400000000, "administrator", "eJsig_"};
    unfriend::pacer pacer(200, 0ns);
    using channel_type = unfriend::channel<unfriend::fixed_credentials, unfriend::pacer&>;
    channel_type channel(credentials, one_host, pacer);
    const auto memory = std::make_unique<unfriend::workspace<8, 2048>>();
    const unfriend::timestamp now(5h, 1'700'000'000);
    CHECK(other_call().ask(pacer, now.monotonic) == 0ms);
    other_call next;
    {
        unfriend::operation<channel_type> call(channel, memory->memory());
        CHECK(first_step(call, delete_bob, now).duration == 5ms);
        CHECK(next.ask(pacer, now.monotonic + 5ms) != 0ms);
        call.cancel({now.monotonic + 5ms, 0});
        CHECK(next.ask(pacer, now.monotonic + 5ms) == 0ms);
        CHECK(first_step(call, delete_bob, {now.monotonic + 6ms, 0}).kind == step_kind::wait);
        call.reject(delete_bob, errc::cancelled);
        CHECK(next.ask(pacer, now.monotonic + 10ms) == 0ms);
        CHECK(first_step(call, delete_bob, {now.monotonic + 11ms, 0}).kind == step_kind::wait);
    }
    CHECK(next.ask(pacer, now.monotonic + 15ms) == 0ms);
}

TEST_CASE("a call of a job asks as one of a bulk job, and any other as an interactive one") {
    scripted_service<> service(within(1s));
    service.call.start(delete_bob, service.now, unfriend::detail::job_terms{1s, service.now.monotonic + 1h});
    service.send(service.call.resume(service.now), loses());
    CHECK(service.pacer.asked == std::vector<call_priority>{call_priority::bulk, call_priority::bulk});
    service.call.cancel(service.now);
    CHECK(service(delete_bob, {done}).ok());
    CHECK(service.pacer.asked.back() == call_priority::interactive);
}

TEST_CASE("in a job, waits for the pacer and for what a response asks for take nothing of the call's time") {
    paced_service service(within(1000ms));
    const nanoseconds begin = service.now.monotonic;
    service.pacer.hold_until(begin + 10min);
    service.call.start(delete_bob, service.now, unfriend::detail::job_terms{1000ms, begin + 1h});
    step next = service.call.resume(service.now);
    while (next.kind == step_kind::wait) next = service.wait(next);
    REQUIRE(next.kind == step_kind::send);
    CHECK(service.now.monotonic == begin + 10min);
    CHECK(next.request.timeout == 400ms);
    CHECK(service.call.deadline() == begin + 10min + 1000ms);
    next = service.send(next, after(700ms, asking_to_wait("60", status(503))));
    while (next.kind == step_kind::wait) next = service.wait(next);
    REQUIRE(next.kind == step_kind::send);
    CHECK(service.now.monotonic == begin + 11min + 700ms);
    CHECK(next.request.timeout == 300ms);
    CHECK(service.call.deadline() == begin + 11min + 1000ms);
}

TEST_CASE("in a job, a wait for the pacer ends by the deadline of the job") {
    paced_service service(within(1000ms));
    const nanoseconds begin = service.now.monotonic;
    service.pacer.hold_until(begin + 10min);
    service.call.start(delete_bob, service.now, unfriend::detail::job_terms{1000ms, begin + 599s});
    CHECK(service.call.resume(service.now).kind == step_kind::done);
    CHECK(service.call.result().stop_reason == stop_reason::deadline_exceeded);
    CHECK(service.call.result().attempts == 0);
}

TEST_CASE("in a job, a call that would have to wait beyond the deadline of the job is over at once") {
    for (const int answer : {429, 503}) {
        scripted_service<> service(within(1000ms));
        service.call.start(delete_bob, service.now, unfriend::detail::job_terms{1000ms, service.now.monotonic + 1h});
        const step next = service.call.resume(service.now);
        CHECK(service.send(next, asking_to_wait("3600", status(answer))).kind == step_kind::done);
        CHECK(service.call.result().stop_reason == stop_reason::deadline_exceeded);
    }
}

TEST_CASE("no attempt is sent before the time that a response asks for") {
    const struct {
        std::string_view what;
        attempt how;
        nanoseconds wait;
    } table[] = {
        {"seconds", asking_to_wait("2", status(503)), 2s},
        {"a date", asking_to_wait("Tue, 14 Nov 2023 22:13:25 GMT", status(429)), 5s}, // 1700000005
        {"a date that has passed", asking_to_wait("Tue, 14 Nov 2023 22:13:19 GMT", status(429)), 100ms},
        {"less than the back-off", asking_to_wait("0", status(503)), 100ms},
        {"a response of the service's", asking_to_wait("3", refuses(60011)), 3s},
        {"one that settled something", asking_to_wait("3", answers({{"bob", 30006}})), 3s},
        {"one that takes a new UserSig", asking_to_wait("3", refuses(70001)), 3s},
        {"what is not of RFC 9110", asking_to_wait("later", status(503)), 100ms},
        {"none", status(503), 100ms},
    };
    for (const auto& row : table) {
        INFO(row.what);
        scripted_service<> service({}, one_host, {half_random, 0});
        CHECK(service(delete_bob, {row.how, done}).ok());
        CHECK(service.waits == std::vector<nanoseconds>{row.wait});
    }
}

TEST_CASE("a response asks for its own call's next attempt alone") {
    scripted_service<> service({}, one_host, {half_random, 0});
    CHECK(service(delete_bob, {asking_to_wait("3", status(503)), status(503), done}).ok());
    CHECK(service.waits == std::vector<nanoseconds>{3s, 200ms});
    CHECK(service(delete_bob, {asking_to_wait("3", done)}).ok());
    CHECK(service(delete_bob, {loses(), done}).ok());
    CHECK(service.waits == std::vector<nanoseconds>{100ms});
}

TEST_CASE("a call that would have to wait beyond its deadline is over at once") {
    for (const auto& [text, is_sent] : {std::pair("29", true), {"30", false}, {"86400", false}}) {
        scripted_service<> service({}, one_host, {half_random, 0});
        const nanoseconds begin = service.now.monotonic;
        const std::vector<attempt> script{asking_to_wait(text, status(503)), done};
        const auto response = service(delete_bob, {script.begin(), script.begin() + (is_sent ? 2 : 1)});
        CHECK(response.ok() == is_sent);
        CHECK(response.stop_reason == (is_sent ? stop_reason::completed : stop_reason::deadline_exceeded));
        if (!is_sent) CHECK(service.now.monotonic == begin);
    }
}

TEST_CASE("when calls are too many, all calls wait as long as the response asks, but a minute at most") {
    const struct {
        attempt how;
        std::vector<nanoseconds> holds; // from the response on
    } table[] = {
        {asking_to_wait("7", status(429)), {7s}},
        {asking_to_wait("7", refuses(60011)), {7s}},
        {asking_to_wait("7", answers({{"bob", 60011}})), {7s}},
        {asking_to_wait("3600", status(429)), {1min}},
        {asking_to_wait("7", status(503)), {}},
        {asking_to_wait("7", refuses(60008)), {}},
        {status(429), {}},
    };
    for (const auto& row : table) {
        scripted_service<> service(within(2h));
        const nanoseconds begin = service.now.monotonic;
        CHECK(service(delete_bob, {after(30ms, row.how), done}).ok());
        REQUIRE(service.pacer.holds.size() == row.holds.size());
        for (std::size_t i = 0; i < row.holds.size(); ++i) CHECK(service.pacer.holds[i] == begin + 30ms + row.holds[i]);
    }
}
