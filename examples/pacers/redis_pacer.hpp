// A pacer for one quota among any number of processes, kept in Redis (5 or later), over hiredis:
//
//   example::redis_pacer pacer(options, [](bool shared, std::string_view why) { … });   // one for each process
//   unfriend::channel channel{signer, unfriend::region::singapore, pacer};
//
// The calls of a process wait in one line, as with `unfriend::pacer`. For the first of them the process takes the next
// slot of the common schedule: one script that Redis runs undivided gives out the slots, by Redis's own clock, so the
// clocks of the processes need not agree. A process holds one slot at a time, and its calls hold none. While Redis is
// away, each process keeps to its share: calls_per_second / processes. When the service refuses calls all the same,
// each process adapts its own rate.
//
// What holds. No second at the service has more than `calls_per_second` calls
//   - while Redis is there, whatever the processes do, as long as arrivals do not differ from the slots by more
//     than `jitter`: the way to Redis and back, the process's wait, and the way to the service;
//   - while Redis is away from every process;
//   - when it goes away from all of them: a process falls back only after a second and `jitter` in which it sends
//     nothing new;
//   - when it comes back to all of them, with its memory or without: for five seconds and `jitter` a process keeps to
//   its
//     share and to the common slots both, and by then the others have come back too, since each tries once a second;
//   - when a schedule turns out to lie in the future, because Redis's clock was set back or another Redis with a slower
//     clock took over: the first process that sees it begins the schedule anew after a second and `jitter`, and says
//     so.
// What cannot hold. When Redis is away from some processes alone, those add their shares to a quota that the others
// use in full. The same goes for a process that starts within those five seconds, which knows of no outage. A slot that
// a process holds when the schedule changes is still used: one for each process. Fewer calls a second than processes
// make shares of one call a second each. While calls are made, Redis must not evict the key, and its clock must not be
// set forward by more than `jitter`; slewing it does no harm.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <unfriend/call/pacer.hpp>
#include <unfriend/call/pacing.hpp>

#include "redis_script.hpp"

namespace example {

/// The quota is kept at `key`: one for each SDKAppID.
struct redis_pacer_options : redis_options {
    double calls_per_second = 200;         ///< of all processes together
    std::uint32_t processes = 1;           ///< how many there are at most: what the share is reckoned from
    std::chrono::milliseconds jitter{100}; ///< by how much arrivals at the service may differ from their slots
};

/// A pacer as unfriend/call/pacing.hpp describes it. Safe to share between threads, which ask Redis one after another.
/// A call is held up by Redis for a few `timeout`s at most, and then not again for a second.
class redis_pacer {
public:
    using duration = std::chrono::nanoseconds;
    using ticket = unfriend::pacer::ticket;
    /// Is told that from now on the quota is shared, or that it is not, and why; and that it still is, but its schedule
    /// began anew. It must not use the pacer.
    using change_listener = std::function<void(bool shared, std::string_view why)>;

    /// Connects when a call first asks.
    explicit redis_pacer(redis_pacer_options options, change_listener on_change = {})
        : options_(std::move(options)), on_change_(std::move(on_change)), script_(options_, take_slot),
          line_(options_.calls_per_second, options_.jitter), interval_(line_.interval()),
          share_interval_(unfriend::pacer(share(options_), options_.jitter).interval()) {}

    /// Asks for permission to send at once, first or again; see `unfriend::pacer`.
    std::optional<duration> try_acquire(ticket& mine, duration now, duration max_wait = duration::max(),
                                        unfriend::call_priority priority = unfriend::call_priority::interactive) {
        const std::lock_guard<std::mutex> one_at_a_time(mutex_);
        if (slot_ && now > *slot_ + window) slot_ = std::nullopt; // its calls did not come back for it
        if (!slot_ && !find_slot(now, max_wait)) {
            line_.cancel(mine);
            return std::nullopt;
        }
        std::optional<duration> wait = line_.try_acquire(mine, now, max_wait, priority);
        if (!wait || *wait > duration::zero()) return wait;
        slot_ = std::nullopt;
        last_sent_ = now;
        return wait;
    }

    void cancel(ticket& mine) noexcept { line_.cancel(mine); }
    void on_success(duration now, duration sent_at) noexcept { line_.on_success(now, sent_at); }
    void on_throttled(duration now, duration sent_at, unfriend::throttle_kind kind) noexcept {
        line_.on_throttled(now, sent_at, kind);
    }
    void hold_until(duration time) noexcept { line_.hold_until(time); }

private:
    static constexpr duration window = std::chrono::seconds(1); // that the service counts calls in
    static constexpr duration between_tries = std::chrono::seconds(1);
    static constexpr duration longest_outage = std::chrono::seconds(3); // that one process has noticed and another not
    static constexpr duration never = duration::min() / 2;

    // GCRA, in microseconds. KEYS[1] holds when the schedule is free, and expires then. ARGV: the interval; how far off
    // the slot has to be at least, and at most; how far off a slot can be as long as nobody's clock was set; how long
    // to wait when it is further. Returns how far off the slot is; -1: further than it may be; -2 and less: the
    // schedule began anew, and the slot is as far off as the rest says.
    static constexpr std::string_view take_slot = R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local slot = math.max(now + ARGV[2], tonumber(redis.call('GET', KEYS[1]) or 0))
local is_anew = slot - now > tonumber(ARGV[4])
if is_anew then slot = now + ARGV[5] end
if slot - now > tonumber(ARGV[3]) and not is_anew then return -1 end
local free = slot + ARGV[1]
redis.call('SET', KEYS[1], string.format('%.0f', free), 'PX', math.ceil((free - now) / 1000) + 1)
return is_anew and -2 - (slot - now) or slot - now
)lua";

    static double share(const redis_pacer_options& options) {
        return std::max(options.calls_per_second / std::max(options.processes, 1U), 1.0);
    }

    // Rounded up, so that no interval is shorter in Redis than here.
    static std::string microseconds(duration time) { return std::to_string((time.count() + 999) / 1000); }

    bool keeps_to_share(duration now) const { return !is_shared_ || now < settled_; }

    /// When this process may use a slot, by its share and by what the service thinks of its pace.
    duration next_own_time(duration now) const {
        duration next = now;
        if (keeps_to_share(now)) next = std::max(next, share_free_);
        const duration interval = line_.interval();
        return interval > interval_ ? std::max(next, last_sent_ + interval) : next;
    }

    /// Takes a slot, or holds the line until there may be one. False when it would be further off than `max_wait`.
    bool find_slot(duration now, duration max_wait) {
        // A common slot that lies far ahead would hold up the others.
        const duration not_before = next_own_time(now) - share_interval_;
        if (now >= not_before && (is_shared_ || now >= next_try_)) return reserve(now, max_wait);
        if (!is_shared_) return reserve_of_share(now, max_wait);
        line_.hold_until(not_before);
        return true;
    }

    /// From the common schedule.
    bool reserve(duration now, duration max_wait) {
        const duration earliest = next_own_time(now) - now;
        const duration anew = window + options_.jitter;
        const std::optional<std::int64_t> answer =
            script_({microseconds(interval_), microseconds(earliest), std::to_string(max_wait.count() / 1000),
                     microseconds(earliest + furthest()), microseconds(std::max(earliest, anew))});
        if (!answer) {
            fall_back(now);
            return reserve_of_share(now, max_wait);
        }
        if (!is_shared_) come_back(now);
        if (*answer == -1) return false;
        const bool began_anew = *answer < 0;
        if (began_anew && on_change_)
            on_change_(true, "the schedule lay in the future and began anew: was Redis's clock set back?");
        take(now, now + std::chrono::microseconds(began_anew ? -2 - *answer : *answer));
        return true;
    }

    /// How far off a slot can be when every process holds one, with room for some more processes than were expected.
    duration furthest() const { return std::chrono::seconds(2) + interval_ * (std::int64_t{options_.processes} + 10); }

    bool reserve_of_share(duration now, duration max_wait) {
        const duration slot = std::max(share_free_, now);
        if (slot - now > max_wait) return false;
        take(now, slot);
        return true;
    }

    void take(duration now, duration slot) {
        slot_ = slot;
        line_.hold_until(slot);
        if (keeps_to_share(now)) share_free_ = slot + share_interval_;
    }

    void fall_back(duration now) {
        next_try_ = now + between_tries;
        if (!is_shared_) return;
        is_shared_ = false;
        // Others may have sent up to this moment.
        share_free_ = std::max(share_free_, std::max(now, last_sent_) + window + options_.jitter);
        if (on_change_) on_change_(false, script_.failure());
    }

    void come_back(duration now) {
        is_shared_ = true;
        settled_ = std::max(now, share_free_) + between_tries + longest_outage + window + options_.jitter;
        if (on_change_) on_change_(true, "Redis answers again");
    }

    const redis_pacer_options options_;
    const change_listener on_change_;
    std::mutex mutex_;
    redis_script script_;
    unfriend::pacer line_;
    const duration interval_;       // between slots of the common schedule
    const duration share_interval_; // and of this process's share
    bool is_shared_ = true;
    duration next_try_{0};     // while it is not shared
    duration settled_ = never; // until then, once it is shared again, the share is kept to as well
    duration share_free_ = never;
    duration last_sent_ = never;
    std::optional<duration> slot_{}; // that this process holds
};

} // namespace example
