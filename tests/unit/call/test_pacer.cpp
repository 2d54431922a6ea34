// The schedule of calls: even distances, exact slots, slower when told so, and back again.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "unfriend/call/pacer.hpp"

#include "check.hpp"

using namespace std::chrono_literals;
using unfriend::pacer;

TEST_CASE("calls are spaced evenly at the rate") {
    pacer two_hundred;
    for (int call = 0; call < 1000; ++call) CHECK(two_hundred.reserve(0ns) == 5ms * call);
}

TEST_CASE("a call that comes late enough need not wait") {
    pacer two_hundred;
    CHECK(two_hundred.reserve(0ns) == 0ns);
    CHECK(two_hundred.reserve(5ms) == 0ns);
    CHECK(two_hundred.reserve(1h) == 0ns);
    CHECK(two_hundred.reserve(1h) == 5ms);
}

TEST_CASE("the first call need not wait, whatever the clock's zero") {
    for (const auto now : {-1000h, 0h, 1000h}) {
        pacer fresh;
        CHECK(fresh.reserve(now) == 0ns);
        CHECK(fresh.reserve(now) == 5ms);
    }
}

TEST_CASE("time that passed without calls is not saved up, so no second exceeds the rate") {
    pacer fifty(50);
    CHECK(fifty.reserve(0ns) == 0ns);
    int in_one_second = 0;
    while (fifty.reserve(10s, 999'999'999ns)) ++in_one_second;
    CHECK(in_one_second == 50);
}

TEST_CASE("no second has more calls than the rate, whether or not a second can be divided by it") {
    for (const std::uint32_t rate : {1U, 3U, 7U, 50U, 200U, 999U, 1'000'000'000U}) {
        INFO(rate);
        pacer paced(rate);
        CHECK(paced.interval() * rate >= 1s);
        CHECK((paced.interval() - 1ns) * rate < 1s);
    }
    CHECK(pacer(0).interval() == 1s);
    CHECK(pacer(UINT32_MAX).interval() == 1ns);
}

TEST_CASE("where the way to the service varies, a second's calls are spread over a second and as much") {
    const struct {
        std::uint32_t rate;
        pacer::duration jitter;
        pacer::duration distance;
    } table[] = {
        {50, 0ms, 20ms},
        {50, 100ms, 22ms},
        {200, 200ms, 6ms},
        {1, 250ms, 1250ms},
    };
    for (const auto& row : table) {
        pacer paced(row.rate, row.jitter);
        CHECK(paced.interval() == row.distance);
        CHECK(paced.reserve(0ns) == 0ns);
        CHECK(paced.reserve(0ns) == row.distance);
    }
    // One call is late by the jitter and the next ones are not: still no more than 50 within a second.
    pacer fifty(50, 100ms);
    std::vector<pacer::duration> arrivals;
    for (int call = 0; call < 500; ++call) arrivals.push_back(*fifty.reserve(0ns) + (call % 60 == 0 ? 100ms : 0ms));
    for (const auto begin : arrivals) {
        int within = 0;
        for (const auto arrival : arrivals) within += arrival >= begin && arrival < begin + 1s ? 1 : 0;
        CHECK(within <= 50);
    }
}

TEST_CASE("a slot that is farther off than the caller's patience is not taken") {
    pacer ten(10);
    CHECK(ten.reserve(0ns) == 0ns);
    CHECK_FALSE(ten.reserve(0ns, 99ms).has_value());
    CHECK(ten.reserve(0ns, 100ms) == 100ms);
    CHECK(ten.reserve(0ns) == 200ms);
}

TEST_CASE("throttling doubles the distance, up to 64 times, and calls that succeed bring it back") {
    pacer two_hundred;
    two_hundred.on_throttled(0s);
    CHECK(two_hundred.interval() == 10ms);
    for (int second = 1; second < 20; ++second) two_hundred.on_throttled(std::chrono::seconds(second));
    CHECK(two_hundred.interval() == 64 * 5ms);
    int calls = 0;
    for (; two_hundred.interval() > 5ms; ++calls) two_hundred.on_success(20s + calls * 62500us);
    CHECK(calls == 65);
    two_hundred.on_success(1min);
    CHECK(two_hundred.interval() == 5ms);
}

TEST_CASE("calls that succeed bring a slowed pacer back by a sixteenth, sixteen times a second at most") {
    pacer ten(10);
    ten.on_throttled(0s);
    for (int call = 0; call < 100; ++call) ten.on_success(1s);
    CHECK(ten.interval() == 187500us);
    ten.on_success(1s + 62500us - 1ns);
    CHECK(ten.interval() == 187500us);
    ten.on_success(1s + 62500us);
    CHECK(ten.interval() < 187500us);
}

TEST_CASE("answers of calls that were under way when the pacer was slowed do not bring it back") {
    pacer two_hundred;
    two_hundred.on_throttled(0s);
    for (int call = 0; call < 1000; ++call) two_hundred.on_success(1ms * call);
    CHECK(two_hundred.interval() == 10ms);
    two_hundred.on_success(1s);
    CHECK(two_hundred.interval() < 10ms);
}

TEST_CASE("calls that were under way together slow the pacer once: no more than once a second") {
    pacer two_hundred;
    for (int refused = 0; refused < 10; ++refused) two_hundred.on_throttled(1ms * refused);
    CHECK(two_hundred.interval() == 10ms);
    two_hundred.on_throttled(1s - 1ns);
    CHECK(two_hundred.interval() == 10ms);
    two_hundred.on_throttled(1s);
    CHECK(two_hundred.interval() == 20ms);
    two_hundred.on_throttled(2s - 1ns);
    CHECK(two_hundred.interval() == 20ms);
}

TEST_CASE("the distance may be doubled several times at once, but never beyond 64 times the least") {
    const struct {
        unsigned doublings;
        int times;
    } table[] = {{0, 1}, {1, 2}, {4, 16}, {6, 64}, {7, 64}, {4'000'000'000U, 64}};
    for (const auto& row : table) {
        INFO(row.doublings);
        pacer two_hundred;
        two_hundred.on_throttled(0s, row.doublings);
        CHECK(two_hundred.interval() == row.times * 5ms);
        two_hundred.on_throttled(1s, 6);
        CHECK(two_hundred.interval() == 64 * 5ms);
    }
}

TEST_CASE("a pacer that is slowed gives out no slot for a second, and then at the new distance") {
    pacer ten(10);
    CHECK(ten.reserve(0s) == 0s);
    ten.on_throttled(10ms);
    CHECK_FALSE(ten.reserve(10ms, 1s - 1ns).has_value());
    CHECK(ten.reserve(10ms) == 1s);
    CHECK(ten.reserve(10ms) == 1200ms);
    CHECK(ten.reserve(1410ms) == 0s);
}

TEST_CASE("slots that are taken for later than that are not given out again") {
    pacer ten(10);
    for (int call = 0; call < 20; ++call) CHECK(ten.reserve(0s) == 100ms * call);
    ten.on_throttled(0s);
    CHECK(ten.reserve(0s) == 2s);
    CHECK(ten.reserve(0s) == 2200ms);
}

TEST_CASE("each slot is given out once, however many threads ask") {
    constexpr int threads = 8;
    constexpr int calls = 2000;
    pacer shared;
    std::vector<std::vector<pacer::duration>> waits(threads);
    std::vector<std::thread> running;
    for (auto& mine : waits) {
        running.emplace_back([&shared, &mine] {
            for (int call = 0; call < calls; ++call) mine.push_back(*shared.reserve(0ns));
        });
    }
    for (auto& thread : running) thread.join();
    std::vector<int> given(threads * calls);
    for (const auto& mine : waits) {
        for (const auto wait : mine) ++given[static_cast<std::size_t>(wait / 5ms)];
    }
    CHECK(given == std::vector<int>(threads * calls, 1));
}

TEST_CASE("of threads that slow the pacer in one second, one does") {
    pacer shared;
    std::vector<std::thread> running;
    for (int i = 0; i < 8; ++i) {
        running.emplace_back([&shared] {
            for (int call = 0; call < 100; ++call) shared.on_throttled(0s);
        });
    }
    for (auto& thread : running) thread.join();
    CHECK(shared.interval() == 10ms);
}

TEST_CASE("calls that are not paced go at once, and nothing slows them") {
    const unfriend::unpaced free;
    free.on_throttled(0s);
    free.on_throttled(0s, 4);
    free.on_success(0s);
    for (int call = 0; call < 10; ++call) CHECK(free.reserve(0s, 0s) == 0ns);
}
