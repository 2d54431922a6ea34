// Which of two hosts is preferred, over time.
#include <chrono>
#include <thread>
#include <vector>

#include "unfriend/call/failover.hpp"

#include "check.hpp"

using namespace std::chrono_literals;
using unfriend::failover;

TEST_CASE("the primary host is preferred to begin with, at any time") {
    const failover hosts;
    CHECK(!hosts.prefers_backup(failover::duration::min() + 1ns));
    CHECK(!hosts.prefers_backup(0ns));
    CHECK(!hosts.prefers_backup(failover::duration::max()));
}

TEST_CASE("after the primary failed the backup is preferred, until the cool-down is over") {
    failover hosts;
    hosts.failed(false, 100s, 60s);
    CHECK(hosts.prefers_backup(100s));
    CHECK(hosts.prefers_backup(160s - 1ns));
    CHECK(!hosts.prefers_backup(160s));
}

TEST_CASE("a primary that fails again is left alone anew") {
    failover hosts;
    hosts.failed(false, 100s, 60s);
    hosts.failed(false, 160s, 60s);
    CHECK(hosts.prefers_backup(219s));
    CHECK(!hosts.prefers_backup(220s));
}

TEST_CASE("when the backup fails too, the primary is preferred again") {
    failover hosts;
    hosts.failed(false, 100s, 60s);
    hosts.failed(true, 101s, 60s);
    CHECK(!hosts.prefers_backup(101s));
    hosts.failed(false, 102s, 60s);
    CHECK(hosts.prefers_backup(103s));
}

TEST_CASE("a cool-down of nothing never prefers the backup") {
    failover hosts;
    hosts.failed(false, 100s, 0s);
    CHECK(!hosts.prefers_backup(100s));
}

TEST_CASE("threads may share it") {
    failover hosts;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&hosts] {
            for (int call = 0; call < 1000; ++call) {
                if (!hosts.prefers_backup(100s)) hosts.failed(false, 100s, 60s);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(hosts.prefers_backup(159s));
    CHECK(!hosts.prefers_backup(160s));
}
