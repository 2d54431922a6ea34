// How fast calls go, and how many are refused, when the service lets through 200 in any second: five minutes of
// virtual time each. Refused calls do not count at the service, so that both are bounded here.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "unfriend/call/pacer.hpp"
#include "unfriend/call/pacing.hpp"

#include "check.hpp"
#include "pace_model.hpp"

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::size_t calls_in_flight = 32;
constexpr nanoseconds five_minutes = 5min;
constexpr std::uint64_t seeds[] = {1, 2, 3};

struct measured {
    double calls_a_second = 0;
    double slowest_process = 0;
    double refused_percent = 0;
};

measured run_five_minutes(std::uint64_t seed, std::size_t processes, double configured_rate, network way = {}) {
    pace_model model(seed, way);
    for (std::size_t i = 0; i < processes; ++i) model.add_process(configured_rate, calls_in_flight);
    model.run(five_minutes);
    const double seconds = std::chrono::duration<double>(five_minutes).count();
    measured result;
    result.calls_a_second = static_cast<double>(model.taken()) / seconds;
    std::size_t least = model.taken();
    for (const pace_model::process& each : model.processes()) least = std::min(least, each.taken);
    result.slowest_process = static_cast<double>(least) / seconds;
    result.refused_percent =
        100.0 * static_cast<double>(model.refused()) / static_cast<double>(model.taken() + model.refused());
    MESSAGE("seed " << seed << ": " << result.calls_a_second << " a second, the slowest process "
                    << result.slowest_process << ", " << result.refused_percent << " % refused");
    return result;
}

/// How long it takes after `refusals` in a row until the pace is the full one again.
nanoseconds time_to_full_speed(std::size_t refusals, std::size_t in_flight, std::int32_t code = 60011) {
    pace_model model(refusals + in_flight);
    pace_model::process& only = model.add_process(200, in_flight);
    const nanoseconds full = only.pacer.interval();
    model.run(10s);
    CHECK(only.refused == 0);
    model.refuse_next(refusals, code);
    model.run_until([&] { return model.refusals_left() == 0; });
    const nanoseconds begin = model.now();
    model.run(500ms); // in which the last refusal comes back
    CHECK(only.pacer.interval() > full);
    model.run_until([&] { return only.pacer.interval() == full || model.now() > begin + 1h; });
    MESSAGE(refusals << " refusals, " << in_flight << " in flight: full speed after "
                     << std::chrono::duration<double>(model.now() - begin).count() << " s");
    return model.now() - begin;
}

} // namespace

TEST_CASE("by default 32 calls in flight use the quota, and none is refused") {
    for (const std::uint64_t seed : seeds) {
        const measured result = run_five_minutes(seed, 1, 200);
        CHECK(result.calls_a_second >= 190);
        CHECK(result.refused_percent == 0);
    }
}

TEST_CASE("the same over the loopback, where nothing takes any time") {
    const measured result = run_five_minutes(1, 1, 200, loopback);
    CHECK(result.calls_a_second >= 190);
    CHECK(result.refused_percent == 0);
}

TEST_CASE("a rate that is configured too high costs little") {
    for (const std::uint64_t seed : seeds) {
        const measured result = run_five_minutes(seed, 1, 220);
        CHECK(result.calls_a_second >= 175);
        CHECK(result.refused_percent <= 0.5);
    }
}

TEST_CASE("two processes that do not know of each other share the quota") {
    for (const std::uint64_t seed : seeds) {
        const measured result = run_five_minutes(seed, 2, 200);
        CHECK(result.calls_a_second >= 175);
        CHECK(result.slowest_process >= 75);
        CHECK(result.refused_percent <= 1);
    }
}

TEST_CASE("so do ten") {
    for (const std::uint64_t seed : seeds) {
        const measured result = run_five_minutes(seed, 10, 200);
        CHECK(result.calls_a_second >= 180);
        CHECK(result.slowest_process >= 13);
        CHECK(result.refused_percent <= 3);
    }
}

TEST_CASE("the pace is full again 15 s after ten refusals in a row, and 45 s after sixty") {
    for (const std::size_t in_flight : {1U, 4U, 32U}) {
        CHECK(time_to_full_speed(10, in_flight) <= 15s);
        CHECK(time_to_full_speed(60, in_flight) <= 45s);
    }
}

TEST_CASE("after the security policy objects, the pace is a sixteenth, and at most doubles each minute") {
    pace_model model(1);
    pace_model::process& only = model.add_process(200, calls_in_flight);
    const nanoseconds full = only.pacer.interval();
    model.run(10s);
    model.refuse_next(1, 31707);
    model.run_until([&] { return only.refused == 1; });
    CHECK(only.pacer.interval() == 16 * full);
    for (const int part : {8, 4, 2}) {
        model.run(1min);
        CHECK(only.pacer.interval() >= part * full);
        CHECK(only.pacer.interval() < part * full * 11 / 10);
    }
    model.run(61s);
    CHECK(only.pacer.interval() == full);
    CHECK(only.refused == 1);
}

TEST_CASE("after a throttled answer no call goes out faster, those that were waiting included") {
    pace_model model(1);
    pace_model::process& only = model.add_process(200, 2000);
    model.run(2s);
    model.refuse_next(1);
    model.run_until([&] { return only.refused == 1; });
    const std::size_t before = only.sent.size();
    const nanoseconds slowed = only.pacer.interval();
    model.run_until([&] { return only.pacer.interval() != slowed; });
    REQUIRE(only.sent.size() > before + 5);
    for (std::size_t i = before; i < only.sent.size(); ++i) CHECK(only.sent[i] - only.sent[i - 1] >= slowed);
}

TEST_CASE("the rate may be changed while calls run") {
    pace_model model(1);
    pace_model::process& only = model.add_process(200, calls_in_flight);
    model.run(10s);
    for (const double rate : {50.0, 180.0, 0.5, 200.0}) {
        only.pacer.set_rate(rate);
        model.run(1s);
        const std::size_t before = only.taken;
        model.run(20s);
        const double measured_rate = static_cast<double>(only.taken - before) / 20;
        CHECK(measured_rate <= rate);
        CHECK(measured_rate >= rate * 0.9);
    }
    CHECK(only.refused == 0);
}

TEST_CASE("calls of a bulk job give way to interactive ones, and keep a quarter of the rate") {
    const struct {
        std::size_t interactive; // in flight
        std::size_t bulk;
        std::size_t bulk_at_least; // in ten seconds, of 1914 calls
        std::size_t bulk_at_most;
    } table[] = {{32, 32, 475, 482}, {32, 0, 0, 0}, {0, 32, 1900, 1920}, {1, 32, 1650, 1800}};
    for (const auto& row : table) {
        INFO(row.interactive << " interactive, " << row.bulk << " bulk");
        pace_model model(1);
        pace_model::process& only = model.add_process(200, row.interactive);
        model.add_calls(only, row.bulk, unfriend::call_priority::bulk);
        model.run(1s);
        const std::size_t before = only.sent_by_bulk;
        const std::size_t all_before = only.sent.size();
        model.run(10s);
        CHECK(only.sent.size() - all_before >= 1900);
        CHECK(only.sent_by_bulk - before >= row.bulk_at_least);
        CHECK(only.sent_by_bulk - before <= row.bulk_at_most);
        CHECK(only.refused == 0);
    }
}
