// The schedule of calls: even distances, nothing saved up, slower when a call is refused, and back again.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "unfriend/call/pacer.hpp"
#include "unfriend/call/pacing.hpp"

#include "check.hpp"

using namespace std::chrono_literals;
using unfriend::pacer;
using unfriend::throttle_kind;

namespace {

/// A call that asks by itself, and so leaves the line if it gets no permission.
std::optional<pacer::duration> ask_once(pacer& paced, pacer::duration now,
                                        pacer::duration max_wait = pacer::duration::max()) {
    pacer::ticket ticket;
    return paced.try_acquire(ticket, now, max_wait);
}

/// Calls follow each other, each of which asks when it is told to: when they were sent.
std::vector<pacer::duration> send(pacer& paced, pacer::duration begin, std::size_t calls) {
    std::vector<pacer::duration> sent;
    for (pacer::duration now = begin; sent.size() != calls;) {
        pacer::ticket ticket;
        while (const auto wait = paced.try_acquire(ticket, now)) {
            if (*wait == 0ns) break;
            now += *wait;
        }
        sent.push_back(now);
    }
    return sent;
}

} // namespace

TEST_CASE("calls are spaced evenly at the rate") {
    pacer two_hundred(200, 0ns);
    const auto sent = send(two_hundred, 0ns, 1000);
    for (std::size_t i = 0; i < sent.size(); ++i) CHECK(sent[i] == 5ms * i);
}

TEST_CASE("the first call need not wait, whatever the clock's zero") {
    for (const auto now : {-1000h, 0h, 1000h}) {
        pacer fresh(200, 0ns);
        CHECK(ask_once(fresh, now) == 0ns);
        CHECK(ask_once(fresh, now) == 5ms);
    }
}

TEST_CASE("time that passed without calls is not saved up") {
    pacer paced;
    CHECK(ask_once(paced, 0ns) == 0ns);
    for (const auto now : {10s, 3600s}) {
        CHECK(ask_once(paced, now) == 0ns);
        CHECK(ask_once(paced, now) == paced.interval());
    }
}

TEST_CASE("no second has more calls than the rate, whether or not a second can be divided by it") {
    for (const std::uint32_t rate : {1U, 3U, 7U, 50U, 200U, 999U, 1'000'000'000U}) {
        INFO(rate);
        const pacer paced(rate, 0ns);
        CHECK(paced.interval() * rate >= 1s);
        CHECK((paced.interval() - 1ns) * rate < 1s);
    }
}

TEST_CASE("a rate may be a fraction, and one that is out of range counts as the nearest") {
    CHECK(pacer(0.5, 0ns).interval() == 2s);
    CHECK(pacer(2.5, 0ns).interval() == 400ms);
    for (const double none : {0.0, -1.0, 1e-9, std::numeric_limits<double>::quiet_NaN()})
        CHECK(pacer(none, 0ns).interval() == 1000s);
    CHECK(pacer(1e300, 0ns).interval() == 1ns);
}

TEST_CASE("a second's calls are spread over a second and the jitter") {
    CHECK(pacer().interval() == 5225us); // 45 ms
    CHECK(pacer(200, 200ms).interval() == 6ms);
    CHECK(pacer(50, 100ms).interval() == 22ms);
    CHECK(pacer(1, 250ms).interval() == 1250ms);
    CHECK(pacer(200, -1s).interval() == 5ms);
    CHECK(pacer(1, 1000h).interval() == 3601s);
}

TEST_CASE("calls that come late for their turns catch up, as far as the jitter is theirs") {
    pacer paced(200, 45ms);
    pacer::ticket tickets[8];
    for (pacer::ticket& each : tickets) paced.try_acquire(each, 0ns);
    std::size_t sent = 0;
    for (pacer::ticket& each : tickets) sent += paced.try_acquire(each, 100ms) == 0ns ? 1U : 0U;
    CHECK(sent == 3); // 12 ms, at an interval of 5.225 ms
}

TEST_CASE("no second has more calls than the rate when each is late for its turn, and on its way, within the jitter") {
    pacer paced(200, 45ms);
    std::vector<pacer::duration> arrivals;
    pacer::duration now{};
    pacer::ticket tickets[4];
    for (std::size_t call = 0; call != 3000; ++call) {
        // Now and then nobody asks for 15 ms, and the first of a second's calls takes 30 ms more on its way.
        if (call % 50 == 0) now += 15ms;
        pacer::ticket& mine = tickets[call % 4];
        for (auto wait = paced.try_acquire(mine, now); *wait != 0ns; wait = paced.try_acquire(mine, now)) now += *wait;
        arrivals.push_back(now + (call % 200 == 0 ? 30ms : 0ms));
    }
    for (std::size_t i = 0; i + 200 < arrivals.size(); ++i) CHECK(arrivals[i + 200] - arrivals[i] >= 1s);
}

TEST_CASE("a call that certainly waits longer than it can leaves the line") {
    pacer ten(10, 0ns);
    CHECK(ask_once(ten, 0ns) == 0ns);
    pacer::ticket ticket;
    CHECK_FALSE(ten.try_acquire(ticket, 0ns, 99ms).has_value());
    CHECK(ten.try_acquire(ticket, 0ns, 100ms) == 100ms);
    pacer::ticket second;
    CHECK_FALSE(ten.try_acquire(second, 0ns, 199ms).has_value());
    CHECK(ten.try_acquire(second, 0ns, 200ms).has_value());
    // The time that it can wait may have become less meanwhile.
    CHECK_FALSE(ten.try_acquire(ticket, 0ns, 50ms).has_value());
    CHECK(ten.try_acquire(second, 100ms, 0ns) == 0ns);
}

TEST_CASE("a call that waits is told to come back, at the latest, when it can wait no longer") {
    pacer paced(200, 0ns);
    for (int refusal = 0; refusal < 10; ++refusal) {
        CHECK(ask_once(paced, 10s + refusal * 1s).has_value());
        paced.on_throttled(10s + refusal * 1s + 1ms, 10s + refusal * 1s);
    }
    CHECK(ask_once(paced, 30s) == 0ns);
    const auto interval = paced.interval();
    REQUIRE(interval > 500ms);
    pacer::ticket before[4];
    for (pacer::ticket& each : before) CHECK(paced.try_acquire(each, 30s).has_value());
    // At full speed it would be in time, and the rate may rise.
    pacer::ticket last;
    const auto wait = paced.try_acquire(last, 30s, interval + 20ms);
    REQUIRE(wait.has_value());
    CHECK(*wait == interval + 20ms);
}

TEST_CASE("a wait is at most a tenth of a second, or half of what is foreseen: others may leave the line meanwhile") {
    pacer slow(0.1, 0ns);
    CHECK(ask_once(slow, 0ns) == 0ns);
    pacer::ticket ticket;
    CHECK(slow.try_acquire(ticket, 0ns) == 5s);
    CHECK(slow.try_acquire(ticket, 5s) == 2500ms);
    CHECK(slow.try_acquire(ticket, 9800ms) == 100ms);
    CHECK(slow.try_acquire(ticket, 9950ms) == 50ms);
    CHECK(slow.try_acquire(ticket, 10s) == 0ns);
}

TEST_CASE("a throttled call cuts the rate by a fifth, of what was sent of late") {
    pacer paced(200, 0ns);
    const auto sent = send(paced, 0s, 1000);
    paced.on_throttled(sent.back() + 50ms, sent.back());
    CHECK(paced.interval() == 6250us);
    // Of 20 a second at a rate of 200, at most by seven tenths and a fifth.
    pacer idle(200, 0ns);
    for (int call = 0; call < 100; ++call) CHECK(ask_once(idle, call * 50ms) == 0ns);
    idle.on_throttled(5s, 4950ms);
    CHECK(idle.interval() > 20ms);
    CHECK(idle.interval() < 21ms);
}

TEST_CASE("a refusal of a call that was sent before the last cut says nothing new, and no success of one does") {
    pacer paced;
    const auto sent = send(paced, 0s, 400);
    const auto now = sent.back() + 1ms;
    paced.on_throttled(now, sent.back());
    const auto cut = paced.interval();
    for (const auto each : sent) paced.on_throttled(now + 1s, each);
    paced.on_throttled(now + 1s, now);
    CHECK(paced.interval() == cut);
    for (const auto each : sent) paced.on_success(now + 60s, each);
    paced.on_success(now + 60s, now);
    CHECK(paced.interval() == cut);
    paced.on_throttled(now + 1s, now + 1ns);
    CHECK(paced.interval() > cut);
}

TEST_CASE("a call that lost its turn is served a little early, but not as the first after a cut") {
    pacer paced; // with a jitter of 45 ms, of which 3 ms are for this
    pacer::ticket absent;
    pacer::ticket other;
    const auto lose_turn = [&](pacer::duration now) {
        CHECK(*paced.try_acquire(absent, now) > 0ns);
        CHECK(*paced.try_acquire(other, now) > 0ns);
        CHECK(*paced.try_acquire(other, now + paced.interval()) > 0ns); // its turn is the next
        CHECK(paced.try_acquire(other, now + 2 * paced.interval()) == 0ns);
        return now + 2 * paced.interval();
    };
    CHECK(ask_once(paced, 1s) == 0ns);
    auto last = lose_turn(1s);
    CHECK(ask_once(paced, last) == 0ns); // makes up for the lost time
    auto due = last + paced.interval();
    CHECK(*paced.try_acquire(absent, due - 3ms - 1ns) > 0ns);
    CHECK(paced.try_acquire(absent, due - 3ms) == 0ns);

    CHECK(ask_once(paced, 2s) == 0ns);
    last = lose_turn(2s);
    paced.on_throttled(last, 1500ms);
    due = last + paced.interval();
    CHECK(paced.try_acquire(absent, due - 1ns) == 1ns);
    CHECK(paced.try_acquire(absent, due) == 0ns);

    due = lose_turn(due) - 12ms + paced.interval(); // the most that is made up for
    CHECK(*paced.try_acquire(absent, due - 3ms - 1ns) > 0ns);
    CHECK(paced.try_acquire(absent, due - 3ms) == 0ns);
}

TEST_CASE("no permission is given faster than the new rate after a cut, and lost time is not made up for") {
    pacer paced;
    pacer::ticket tickets[8];
    for (pacer::ticket& each : tickets) paced.try_acquire(each, 0ns);
    CHECK(paced.try_acquire(tickets[1], 7ms) == 0ns); // late for its turn
    paced.on_throttled(20ms, 0ns);
    const auto due = 7ms + paced.interval();
    CHECK(paced.try_acquire(tickets[2], due - 1ns) == 1ns);
    CHECK(paced.try_acquire(tickets[2], due) == 0ns);
    CHECK(paced.try_acquire(tickets[3], due) == paced.interval());
}

TEST_CASE(
    "calls that succeed bring the rate back: quickly near the rate of the refusal, slowly at it, quickly beyond") {
    pacer paced(200, 0ns);
    const auto sent = send(paced, 0s, 1000);
    const auto cut = sent.back() + 1ms;
    paced.on_throttled(cut, sent.back());
    const auto rate_after = [&](pacer::duration time) {
        paced.on_success(cut + time, cut + time);
        return 1e9 / static_cast<double>(paced.interval().count());
    };
    CHECK(rate_after(0s + 1ns) == doctest::Approx(160).epsilon(0.001));
    CHECK(rate_after(2s) > 185);
    CHECK(rate_after(4s) > 198);
    CHECK(rate_after(4s) < 200);
    CHECK(rate_after(3s) > 198); // by the time of another thread
    CHECK(rate_after(6s) == doctest::Approx(200));
    CHECK(rate_after(1h) == doctest::Approx(200)); // and never beyond
}

TEST_CASE("however often calls are refused, some go out, and find out when the service is back") {
    pacer paced;
    pacer::duration now{};
    for (int refusal = 0; refusal < 1000; ++refusal) {
        now = send(paced, now + 1ms, 1).back();
        paced.on_throttled(now + 1ms, now);
    }
    CHECK(paced.interval() <= 6s);
    pacer slow(1, 0ns); // one that is slow by itself is still adapted
    for (int refusal = 0; refusal < 100; ++refusal) {
        now = send(slow, now + 1ms, 1).back();
        slow.on_throttled(now + 1ms, now, throttle_kind::security_policy);
    }
    CHECK(slow.interval() == 16s);
}

TEST_CASE("an objection of the security policy that comes after another cuts the rate to a sixteenth again") {
    pacer paced(200, 0ns);
    paced.on_throttled(1s, 0s, throttle_kind::security_policy);
    CHECK(paced.interval() == 80ms);
    paced.on_throttled(1s + 1ms, 1s, throttle_kind::security_policy); // of a call that was sent before
    CHECK(paced.interval() == 80ms);
    paced.on_throttled(2s, 1s + 1ns, throttle_kind::security_policy);
    CHECK(paced.interval() == 1280ms);
}

TEST_CASE("a throttled call on the way back from an objection does not make it quicker") {
    pacer paced(200, 0ns);
    paced.on_throttled(1s, 0s, throttle_kind::security_policy);
    auto sent = send(paced, 1s, 10);
    paced.on_throttled(sent.back() + 1ms, sent.back());
    paced.on_success(61s, 61s);
    CHECK(paced.interval() >= 40ms);
    paced.on_success(121s, 121s);
    CHECK(paced.interval() >= 20ms);
}

TEST_CASE("nothing is sent before the time for which the pacer is held") {
    pacer paced(200, 0ns);
    pacer::ticket waiting;
    CHECK(ask_once(paced, 0s) == 0s);
    CHECK(paced.try_acquire(waiting, 0s) == 5ms);
    paced.hold_until(1s);
    paced.hold_until(500ms); // less than that is no news
    CHECK(paced.try_acquire(waiting, 5ms) == 497500us);
    CHECK(paced.try_acquire(waiting, 999ms) == 1ms);
    CHECK_FALSE(ask_once(paced, 0s, 999ms).has_value());
    CHECK(paced.try_acquire(waiting, 1s) == 0s);
    CHECK(ask_once(paced, 1s) == 5ms);
}

TEST_CASE("a change of the rate holds for the calls that wait") {
    pacer paced(1, 0ns);
    pacer::ticket waiting;
    CHECK(ask_once(paced, 0s) == 0s);
    CHECK(paced.try_acquire(waiting, 0s) == 500ms);
    paced.set_rate(200);
    CHECK(paced.try_acquire(waiting, 4ms) == 1ms);
    paced.set_rate(0.5);
    CHECK(paced.try_acquire(waiting, 5ms) == 997500us);
    CHECK(paced.try_acquire(waiting, 2s) == 0s);
}

TEST_CASE("a rate that is reduced stays reduced when the allowed one changes") {
    pacer paced(200, 0ns);
    const auto sent = send(paced, 0s, 1000);
    paced.on_throttled(sent.back(), sent.back());
    CHECK(paced.interval() == 6250us);
    paced.set_rate(400);
    CHECK(paced.interval() == 6250us);
    paced.set_rate(100);
    CHECK(paced.interval() == 10ms);
    paced.set_rate(200);
    CHECK(paced.interval() == 5ms);
}

TEST_CASE("calls that are not paced go at once, and nothing slows them") {
    unfriend::unpaced free;
    unfriend::unpaced::ticket ticket;
    free.on_throttled(0s, 0s, throttle_kind::frequency);
    free.on_throttled(0s, 0s, throttle_kind::security_policy);
    free.hold_until(1h);
    free.on_success(0s, 0s);
    for (int call = 0; call < 10; ++call) CHECK(free.try_acquire(ticket, 0s, 0s, unfriend::call_priority::bulk) == 0ns);
    free.cancel(ticket);
}

namespace {

class no_hold : public unfriend::unpaced {
    using unfriend::unpaced::hold_until;
};

static_assert(unfriend::is_pacer<pacer>);
static_assert(unfriend::is_pacer<unfriend::unpaced>);
static_assert(!unfriend::is_pacer<no_hold>);
static_assert(!unfriend::is_pacer<int>);

} // namespace
