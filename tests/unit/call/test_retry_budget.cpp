// What retries cost, and what earns them.
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "unfriend/call/retry_budget.hpp"

#include "check.hpp"

using unfriend::retry_budget;

namespace {

std::uint32_t spend_all(retry_budget& budget) {
    std::uint32_t retries = 0;
    while (budget.spend()) ++retries;
    return retries;
}

} // namespace

TEST_CASE("a budget begins with its reserve") {
    for (const std::uint32_t reserve : {0U, 1U, 20U, 1000U}) {
        retry_budget budget(reserve);
        CHECK(spend_all(budget) == reserve);
        CHECK(!budget.spend());
    }
    retry_budget of_a_channel;
    CHECK(spend_all(of_a_channel) == 20);
}

TEST_CASE("ten successes earn one retry") {
    retry_budget budget(5);
    CHECK(spend_all(budget) == 5);
    for (int success = 0; success < 9; ++success) budget.earn();
    CHECK(!budget.spend());
    budget.earn();
    CHECK(budget.spend());
    CHECK(!budget.spend());
    for (int success = 0; success < 35; ++success) budget.earn();
    CHECK(spend_all(budget) == 3);
    for (int success = 0; success < 5; ++success) budget.earn();
    CHECK(spend_all(budget) == 1); // what was left over counts
}

TEST_CASE("a budget never holds more than its reserve") {
    retry_budget budget(2);
    for (int success = 0; success < 100; ++success) budget.earn();
    CHECK(spend_all(budget) == 2);
    for (int success = 0; success < 100; ++success) budget.earn();
    CHECK(spend_all(budget) == 2);
}

TEST_CASE("a reserve of nothing earns nothing") {
    retry_budget budget(0);
    for (int success = 0; success < 100; ++success) budget.earn();
    CHECK(!budget.spend());
}

TEST_CASE("the largest reserve does not overflow") {
    retry_budget budget(UINT32_MAX);
    budget.earn();
    CHECK(budget.spend());
}

TEST_CASE("each retry is paid for once, however many threads spend and earn") {
    retry_budget budget(1000);
    std::atomic<std::uint32_t> spent{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int call = 0; call < 250; ++call) spent += budget.spend() ? 1U : 0U;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(spent == 1000);
    threads.clear();
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int call = 0; call < 500; ++call) budget.earn();
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(spend_all(budget) == 400);
}
