// The line of the calls that wait for permission: who goes first, what a call that does not ask costs the others, and
// what one that leaves does.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "unfriend/call/pacer.hpp"
#include "unfriend/call/pacing.hpp"

#include "check.hpp"
#include "service_model.hpp"

using namespace std::chrono_literals;
using unfriend::call_priority;
using unfriend::pacer;

namespace {

using duration = pacer::duration;

constexpr duration forever = duration::max();

/// A number of tickets, which cannot move.
class tickets {
public:
    explicit tickets(std::size_t size) : all_(new pacer::ticket[size]), size_(size) {}
    pacer::ticket& operator[](std::size_t i) { return all_[i]; }
    std::size_t size() const { return size_; }

    /// All ask at once.
    void ask(pacer& paced, duration now, call_priority priority = call_priority::interactive) {
        for (std::size_t i = 0; i < size_; ++i) paced.try_acquire(all_[i], now, forever, priority);
    }
    void cancel(pacer& paced) {
        for (std::size_t i = 0; i < size_; ++i) paced.cancel(all_[i]);
    }

private:
    std::unique_ptr<pacer::ticket[]> all_;
    std::size_t size_;
};

/// A call that sleeps as long as it is told to: when it may send.
duration sleep_until_sent(pacer& paced, pacer::ticket& ticket, duration now,
                          call_priority priority = call_priority::interactive) {
    for (;;) {
        const duration wait = *paced.try_acquire(ticket, now, forever, priority);
        if (wait == 0ns) return now;
        now += wait;
    }
}

/// Calls that each sleep as long as they are told to: in which order they send, and when the last does.
struct race {
    race(pacer& paced, tickets& all, duration begin) {
        std::set<std::pair<duration, std::size_t>> due;
        for (std::size_t i = 0; i < all.size(); ++i) due.emplace(begin + 1us * i, i);
        while (!due.empty()) {
            const auto [now, i] = *due.begin();
            due.erase(due.begin());
            ++asks;
            const duration wait = *paced.try_acquire(all[i], now);
            if (wait != 0ns) {
                due.emplace(now + wait, i);
                continue;
            }
            order.push_back(i);
            end = now;
        }
    }
    std::vector<std::size_t> order{};
    duration end{};
    std::size_t asks = 0;
};

} // namespace

TEST_CASE("first come, first served, and no time is lost between them") {
    pacer paced;
    tickets all(500);
    const race result(paced, all, 1h);
    CHECK(std::is_sorted(result.order.begin(), result.order.end()));
    CHECK(result.end == 1h + 499 * paced.interval());
    CHECK(result.asks < 10 * all.size());
}

TEST_CASE("calls that are polled together, in any order, are served in the order in which they came") {
    for (const duration tick : {duration(1ms), duration(16'667us), duration(33ms)}) {
        INFO(tick.count());
        pacer paced;
        tickets all(64);
        script_chance chance(1);
        all.ask(paced, 0s);
        std::vector<std::size_t> polled;
        for (std::size_t i = 1; i < all.size(); ++i) polled.push_back(i); // the first was sent
        std::vector<std::size_t> order;
        for (duration now = tick; order.size() != 63; now += tick) {
            for (std::size_t i = polled.size(); i > 1; --i) std::swap(polled[i - 1], polled[chance.below(i)]);
            for (const std::size_t i : std::vector<std::size_t>(polled)) {
                if (*paced.try_acquire(all[i], now) != 0ns) continue;
                order.push_back(i);
                polled.erase(std::find(polled.begin(), polled.end(), i));
            }
        }
        CHECK(std::is_sorted(order.begin(), order.end()));
    }
}

TEST_CASE("a call that does not ask costs the next one no more than its turn") {
    pacer paced;
    tickets unpolled(2); // of which the first is sent
    unpolled.ask(paced, 0s);
    pacer::ticket next;
    CHECK(sleep_until_sent(paced, next, 0s) <= 2 * paced.interval());
}

TEST_CASE("a thousand calls that do not ask cost those that do an interval together") {
    pacer paced;
    tickets unpolled(1001);
    unpolled.ask(paced, 0s);
    tickets polled(100);
    std::size_t sent = 0;
    duration now = 0s;
    for (; sent != 100; now += 1ms) {
        for (std::size_t i = sent; i < 100; ++i) {
            if (*paced.try_acquire(polled[i], now) != 0ns) break;
            ++sent;
        }
    }
    CHECK(now <= 102 * paced.interval());
}

TEST_CASE("a call that lost its turn is first again when it asks") {
    pacer paced(200, 0ns);
    tickets all(4);
    all.ask(paced, 0s);
    // The second does not ask. The third waits for it for an interval, and the turn after that is the third's.
    CHECK(*paced.try_acquire(all[2], 5ms) == 5ms);
    CHECK(*paced.try_acquire(all[2], 10ms) == 0ns);
    CHECK(*paced.try_acquire(all[1], 11ms) == 4ms);
    CHECK(*paced.try_acquire(all[3], 15ms) > 0ns);
    CHECK(*paced.try_acquire(all[1], 15ms) == 0ns);
}

TEST_CASE("cancelling 4,000 calls that wait leaves the way free within two intervals") {
    pacer paced;
    tickets many(4000);
    many.ask(paced, 0s);
    pacer::ticket waiting;
    CHECK(*paced.try_acquire(waiting, 0s) > 1s);
    many.cancel(paced);
    SUBCASE("for one that waited behind them") {
        CHECK(*paced.try_acquire(waiting, 1ms) <= 2 * paced.interval());
        CHECK(sleep_until_sent(paced, waiting, 1ms) <= 1ms + 2 * paced.interval());
    }
    SUBCASE("for a new one, though another still sleeps") {
        pacer::ticket next;
        CHECK(sleep_until_sent(paced, next, 1ms) <= 1ms + 2 * paced.interval());
    }
    SUBCASE("for a new one, when that is cancelled too") {
        paced.cancel(waiting);
        pacer::ticket next;
        CHECK(sleep_until_sent(paced, next, 1ms) <= 1ms + paced.interval());
    }
}

TEST_CASE("a call that sleeps as it was told keeps its place, whoever before it leaves") {
    pacer paced;
    tickets before(100);
    before.ask(paced, 0s);
    tickets sleepers(20);
    sleepers.ask(paced, 0s);
    before.cancel(paced);
    // Others come while they sleep; when the sleepers wake, these go first.
    std::vector<std::unique_ptr<pacer::ticket>> newcomers;
    duration now = 0s;
    for (; now < 300ms; now += 1ms) {
        newcomers.push_back(std::make_unique<pacer::ticket>());
        for (const auto& each : newcomers) paced.try_acquire(*each, now);
    }
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < sleepers.size(); ++i) paced.try_acquire(sleepers[i], now);
    for (; order.size() != sleepers.size(); now += 1ms) {
        for (const auto& each : newcomers) CHECK(*paced.try_acquire(*each, now) != 0ns);
        for (std::size_t i = 0; i < sleepers.size(); ++i) {
            if (std::find(order.begin(), order.end(), i) != order.end()) continue;
            if (*paced.try_acquire(sleepers[i], now) == 0ns) order.push_back(i);
        }
    }
    CHECK(std::is_sorted(order.begin(), order.end()));
}

TEST_CASE("a call that is polled at long intervals has its turn among others that ask at the right moment") {
    for (const duration tick : {duration(8ms), duration(16'667us), duration(33'333us), duration(100ms)}) {
        for (const call_priority others : {call_priority::interactive, call_priority::bulk}) {
            INFO(tick.count());
            pacer paced;
            script_chance chance(3);
            tickets polled(4);
            tickets sleeping(16);
            std::vector<duration> wake(16);
            std::vector<duration> since(4, 0s);
            duration longest{};
            std::size_t sent = 0;
            for (duration now = 0s; now < 60s; now += tick) {
                for (std::size_t i = 0; i < polled.size(); ++i) {
                    if (*paced.try_acquire(polled[i], now) != 0ns) continue;
                    longest = std::max(longest, now - since[i]);
                    since[i] = now;
                    ++sent;
                }
                for (auto next = std::min_element(wake.begin(), wake.end()); *next < now + tick;
                     next = std::min_element(wake.begin(), wake.end())) {
                    pacer::ticket& mine = sleeping[static_cast<std::size_t>(next - wake.begin())];
                    const duration wait = *paced.try_acquire(mine, *next, forever, others);
                    *next += (wait == 0ns ? duration(30ms) : wait) + chance.up_to(150us);
                }
            }
            CHECK(sent > 100);
            CHECK(longest < 2s);
        }
    }
}

TEST_CASE("interactive calls go before bulk ones, which have every fourth turn") {
    pacer paced(200, 0ns);
    tickets bulk(4);
    tickets interactive(12);
    bulk.ask(paced, 0s, call_priority::bulk); // of which the first is sent
    interactive.ask(paced, 0s);
    std::vector<char> order;
    std::size_t next_bulk = 1;
    std::size_t next_interactive = 0;
    for (duration now = 5ms; order.size() != 15; now += 5ms) {
        if (next_interactive < 12 && *paced.try_acquire(interactive[next_interactive], now) == 0ns) {
            ++next_interactive;
            order.push_back('i');
        } else {
            CHECK(*paced.try_acquire(bulk[next_bulk], now, forever, call_priority::bulk) == 0ns);
            ++next_bulk;
            order.push_back('b');
        }
    }
    CHECK(std::string(order.begin(), order.end()) == "iiibiiibiiibiii");
}

TEST_CASE("the heaps of those present hold against a list, whatever comes, leaves and returns") {
    using unfriend::detail::queue_entry;
    unfriend::detail::send_queue queue;
    std::vector<queue_entry> entries(200);
    std::set<queue_entry*> waiting;
    std::set<std::pair<std::uint64_t, queue_entry*>> present[2]; // by order of arrival: interactive, bulk
    script_chance chance(1);
    const auto line_of = [&](const queue_entry& entry) -> auto& {
        return present[entry.priority == call_priority::bulk ? 1 : 0];
    };
    for (int round = 0; round < 300'000; ++round) {
        queue_entry& entry = entries[chance.below(entries.size())];
        const bool is_waiting = waiting.count(&entry) != 0;
        const std::size_t event = chance.below(1000);
        if (event < 400 && !is_waiting) {
            queue.enter(entry, chance.percent(50) ? call_priority::bulk : call_priority::interactive, 0s);
            waiting.insert(&entry);
            line_of(entry).emplace(entry.number, &entry);
        } else if (event < 600 && is_waiting) {
            queue.leave(entry);
            waiting.erase(&entry);
            line_of(entry).erase({entry.number, &entry});
        } else if (event < 800 && is_waiting) {
            queue.come_back(entry, 0s);
            line_of(entry).emplace(entry.number, &entry);
        } else if (event < 995 && queue.front() != nullptr) {
            queue_entry& first = *queue.front();
            queue.leave_with_permission(first);
            waiting.erase(&first);
            line_of(first).erase({first.number, &first});
        } else if (event >= 995) {
            queue.pass_over_absent();
            present[0].clear();
            present[1].clear();
        }
        REQUIRE(queue.empty() == waiting.empty());
        const queue_entry* const front = queue.front();
        REQUIRE((front == nullptr) == (present[0].empty() && present[1].empty()));
        if (front != nullptr) REQUIRE(line_of(*front).begin()->second == front);
    }
}

TEST_CASE("each turn is given out once, however many threads ask, slow down and leave") {
    constexpr std::size_t threads = 8;
    constexpr int calls = 2000;
    pacer shared(200, 0ns);
    std::vector<std::size_t> sent(threads);
    std::vector<std::thread> running;
    for (std::size_t number = 0; number < threads; ++number) {
        running.emplace_back([&shared, &mine = sent[number], number] {
            pacer::ticket waiting[4];
            for (int call = 0; call < calls; ++call) {
                // All of them go through the same ten seconds.
                const duration now = call * 5ms;
                const call_priority priority = number % 2 == 0 ? call_priority::bulk : call_priority::interactive;
                for (pacer::ticket& each : waiting) mine += shared.try_acquire(each, now, forever, priority) == 0ns;
                if (call % 7 == 0) shared.cancel(waiting[0]);
                if (call % 1000 == 999) shared.on_throttled(now, now - 50ms);
                shared.on_success(now, now - 50ms);
                if (call % 500 == 0) shared.hold_until(now + 10ms);
                if (call % 300 == 0) shared.set_rate(call % 200 == 0 ? 150 : 200);
                CHECK(shared.interval() >= 5ms);
            }
        });
    }
    for (std::thread& thread : running) thread.join();
    std::size_t all = 0;
    for (const std::size_t each : sent) all += each;
    CHECK(all > 100);
    CHECK(all <= calls);
}
