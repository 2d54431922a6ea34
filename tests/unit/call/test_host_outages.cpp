// Many calls and a host in trouble, on a virtual clock: who is delayed, and who goes where.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/call/workspace.hpp"

#include "check.hpp"
#include "scripted_service.hpp"

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// Calls at even intervals, each over hosts that answer or fail after a time.
class outage {
public:
    struct host {
        nanoseconds takes;
        bool is_dead = false;
    };
    struct call_seen {
        nanoseconds begin;
        nanoseconds end;
        std::size_t at_primary = 0;
        std::size_t at_backup = 0;
        bool is_ok = false;
    };

    outage(host primary, host backup, const unfriend::call_policy& policy = {})
        : hosts_{primary, backup}, channel_(credentials_, two_hosts, policy, unfriend::random_sequence(1)) {}

    /// Begins `count` calls, `interval` apart, with `timeout` each, and follows them until all have ended.
    void run(std::size_t count, nanoseconds interval, std::chrono::milliseconds timeout) {
        for (std::size_t i = 0; i < count; ++i) events_.push({now_ + interval * static_cast<std::int64_t>(i), nobody});
        timeout_ = timeout;
        while (!events_.empty()) {
            const auto [time, place] = events_.top();
            events_.pop();
            now_ = time;
            place == nobody ? begin() : go_on(*slots_[place], place);
        }
    }
    void set_primary(host state) { hosts_[0] = state; }
    void pass(nanoseconds time) { now_ += time; }

    std::vector<call_seen> calls{};

private:
    using channel_type = unfriend::channel<unfriend::fixed_credentials, unfriend::unpaced>;
    static constexpr std::size_t nobody = SIZE_MAX;

    struct slot {
        explicit slot(channel_type& channel) : call(channel, memory) {}
        unfriend::workspace<1, 512> memory;
        unfriend::operation<channel_type> call;
        std::size_t number = 0;
        unfriend::step next{};
        nanoseconds sent_at{};
    };

    unfriend::timestamp now() const { return {now_, 1700000000}; }

    void begin() {
        if (free_.empty()) {
            free_.push_back(slots_.size());
            slots_.push_back(std::make_unique<slot>(channel_));
        }
        const std::size_t place = free_.back();
        free_.pop_back();
        slots_[place]->number = calls.size();
        calls.push_back({now_, {}, 0, 0, false});
        follow(*slots_[place], place, first_step(slots_[place]->call, delete_bob, now(), timeout_));
    }

    void go_on(slot& mine, std::size_t place) {
        if (mine.next.kind == unfriend::step_kind::wait) return follow(mine, place, mine.call.resume(now()));
        const host& where = host_of(mine.next);
        if (where.is_dead || now_ - mine.sent_at < where.takes) {
            follow(mine, place, mine.call.complete(now(), std::make_error_code(std::errc::not_connected)));
        } else {
            const std::string body = answers({{"bob", 0}}).body;
            mine.call.answer().status = 200;
            mine.call.answer().append(body.data(), body.size());
            follow(mine, place, mine.call.complete(now()));
        }
    }

    const host& host_of(const unfriend::step& next) const { return hosts_[next.host.text() == "backup.example"]; }

    void follow(slot& mine, std::size_t place, const unfriend::step& next) {
        mine.next = next;
        call_seen& seen = calls[mine.number];
        switch (next.kind) {
        case unfriend::step_kind::done:
            seen.end = now_;
            seen.is_ok = mine.call.result().ok();
            return free_.push_back(place);
        case unfriend::step_kind::wait: return events_.push({now_ + next.duration, place});
        case unfriend::step_kind::send: break;
        }
        mine.sent_at = now_;
        ++(&host_of(next) == &hosts_[0] ? seen.at_primary : seen.at_backup);
        // The transport keeps to the time of the attempt.
        const nanoseconds time = next.request.timeout;
        events_.push({now_ + std::min(host_of(next).takes, time), place});
    }

    host hosts_[2];
    unfriend::fixed_credentials credentials_{1400000000, "administrator", "eJsig_"};
    channel_type channel_;
    std::vector<std::unique_ptr<slot>> slots_{};
    std::vector<std::size_t> free_{};
    using event = std::pair<nanoseconds, std::size_t>;
    std::priority_queue<event, std::vector<event>, std::greater<>> events_{};
    nanoseconds now_ = 1h;
    std::chrono::milliseconds timeout_{};
};

template <class Test>
std::size_t count(const std::vector<outage::call_seen>& calls, Test test) {
    return static_cast<std::size_t>(std::count_if(calls.begin(), calls.end(), test));
}

} // namespace

TEST_CASE("one call with 50 ms of its own sends nobody to the backup") {
    outage service({100ms}, {20ms});
    service.run(1, 0ms, 50ms);
    CHECK_FALSE(service.calls[0].is_ok);
    service.run(750, 80ms, 30s); // a minute
    CHECK(count(service.calls, [](const auto& call) { return call.at_backup != 0; }) == 0);
    CHECK(count(service.calls, [](const auto& call) { return call.is_ok; }) == 750);
}

TEST_CASE("a dead primary delays the calls in flight at the first time-out, and one probe a cool-down") {
    constexpr nanoseconds connect_timeout = 2s;
    unfriend::call_policy policy;
    policy.retry_budget_size = 1'000; // so that each of them may try the backup
    outage service({connect_timeout, true}, {20ms}, policy);
    service.run(20'000, 10ms, 30s); // 100 calls a second for 200 s
    const std::size_t delayed = count(service.calls, [](const auto& call) { return call.end - call.begin > 1s; });
    const std::size_t in_flight_at_first_timeout = 201;
    const std::size_t until_it_opens = 2; // two more failures make three in a row
    const std::size_t probes = 3;
    MESSAGE(delayed << " of 20,000 calls were delayed");
    CHECK(delayed <= in_flight_at_first_timeout + until_it_opens + probes);
    CHECK(delayed >= in_flight_at_first_timeout);
    CHECK(count(service.calls, [](const auto& call) { return call.is_ok; }) == 20'000);
}

TEST_CASE("a primary that recovers has its calls back after one probe") {
    outage service({2s, true}, {20ms});
    service.run(1'000, 10ms, 30s);
    service.set_primary({20ms});
    service.run(1'000, 10ms, 30s);
    CHECK(count(service.calls, [](const auto& call) { return call.at_primary != 0 && call.begin > 1h + 20s; }) == 0);
    service.pass(60s);
    service.calls.clear();
    service.run(1'000, 10ms, 30s);
    CHECK(count(service.calls, [](const auto& call) { return call.at_backup != 0; }) <= 2); // during the probe
}
