#include <chrono>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "unfriend/pacer.hpp"

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

TEST_CASE("time that passed without calls is not saved up, so no second exceeds the rate") {
    pacer fifty(50);
    CHECK(fifty.reserve(0ns) == 0ns);
    int in_one_second = 0;
    while (fifty.reserve(10s, 999'999'999ns)) ++in_one_second;
    CHECK(in_one_second == 50);
}

TEST_CASE("a burst that is asked for is saved up, and no more than that") {
    pacer bursty(10, 3);
    for (int call = 0; call < 3; ++call) CHECK(bursty.reserve(1s) == 0ns);
    CHECK(bursty.reserve(1s) == 100ms);
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
    two_hundred.slow_down();
    CHECK(two_hundred.distance() == 10ms);
    for (int i = 0; i < 20; ++i) two_hundred.slow_down();
    CHECK(two_hundred.distance() == 64 * 5ms);
    int calls = 0;
    for (; two_hundred.distance() > 5ms; ++calls) two_hundred.speed_up();
    CHECK(calls == 65);
    two_hundred.speed_up();
    CHECK(two_hundred.distance() == 5ms);
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
