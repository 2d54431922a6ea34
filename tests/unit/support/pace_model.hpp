// Processes that call the service at the same time, on a virtual clock: real calls over real pacers, a network that
// takes its time, and a service that lets through 200 calls in any second.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/core/random.hpp"

#include "scripted_service.hpp"
#include "service_model.hpp"

/// How long a message takes in one direction: `least`, and up to `spread` more.
struct network {
    std::chrono::nanoseconds least = std::chrono::milliseconds(10);
    std::chrono::nanoseconds spread = std::chrono::milliseconds(30);
};
inline constexpr network loopback{std::chrono::nanoseconds(0), std::chrono::nanoseconds(0)};

class pace_model {
    using nanoseconds = std::chrono::nanoseconds;
    using channel_type = unfriend::channel<unfriend::fixed_credentials, unfriend::pacer&>;

public:
    /// A process with a pacer of its own and calls that follow each other.
    class process {
    public:
        process(double calls_per_second, std::uint64_t seed)
            : pacer(calls_per_second), channel_(credentials_, one_host, pacer, {}, unfriend::random_sequence(seed)) {}

        unfriend::pacer pacer;
        std::size_t taken = 0;
        std::size_t refused = 0;
        std::vector<nanoseconds> sent{};
        std::size_t sent_by_bulk = 0;

    private:
        friend class pace_model;
        struct lane {
            lane(process& owner, unfriend::call_priority how)
                : mine(owner), priority(how), machine(owner.channel_, memory.memory()) {}
            process& mine;
            unfriend::call_priority priority;
            unfriend::workspace<1, 256> memory;
            unfriend::operation<channel_type> machine;
            bool is_taken = false;
        };

        unfriend::fixed_credentials credentials_{1400000000, "administrator", "eJsig_"};
        channel_type channel_;
        std::deque<lane> lanes_{};
    };

    explicit pace_model(std::uint64_t seed, network way = {}) : chance_(seed), way_(way) {}

    /// The process makes its first calls at once, `calls_in_flight` together.
    process& add_process(double calls_per_second, std::size_t calls_in_flight) {
        process& added = processes_.emplace_back(calls_per_second, chance_.below(1'000'000));
        add_calls(added, calls_in_flight);
        return added;
    }
    void add_calls(process& of, std::size_t calls_in_flight,
                   unfriend::call_priority priority = unfriend::call_priority::interactive) {
        for (; calls_in_flight != 0; --calls_in_flight) {
            typename process::lane& added = of.lanes_.emplace_back(of, priority);
            at(now_, kind::resume, added);
        }
    }

    void run(nanoseconds duration) {
        const nanoseconds end = now_ + duration;
        while (!events_.empty() && events_.top().time <= end) step();
        now_ = end;
    }
    template <class Condition>
    void run_until(Condition is_over) {
        while (!is_over()) step();
    }

    nanoseconds now() const { return now_; }
    std::deque<process>& processes() { return processes_; }

    /// Refuses the next calls that arrive, whatever the quota: as too many, or by the security policy.
    void refuse_next(std::size_t calls, std::int32_t code = 60011) {
        refusals_left_ = calls;
        refusal_code_ = code;
    }
    std::size_t refusals_left() const { return refusals_left_; }

    std::size_t taken() const {
        std::size_t all = 0;
        for (const process& each : processes_) all += each.taken;
        return all;
    }
    std::size_t refused() const {
        std::size_t all = 0;
        for (const process& each : processes_) all += each.refused;
        return all;
    }

private:
    enum class kind : std::uint8_t { resume, arrive, answer };
    struct event {
        nanoseconds time;
        std::uint64_t number; // of events at one time, the first comes first
        kind what;
        typename process::lane* lane;
        bool operator<(const event& other) const {
            return time != other.time ? time > other.time : number > other.number;
        }
    };

    void at(nanoseconds time, kind what, typename process::lane& lane) {
        events_.push({time, ++event_count_, what, &lane});
    }
    nanoseconds one_way() { return way_.least + chance_.up_to(way_.spread); }
    unfriend::timestamp timestamp() const { return {now_, now_.count() / 1'000'000'000}; }

    void step() {
        const event next = events_.top();
        events_.pop();
        now_ = next.time;
        typename process::lane& lane = *next.lane;
        if (next.what == kind::resume) {
            follow(lane, lane.machine.resume(timestamp()));
        } else if (next.what == kind::arrive) {
            lane.is_taken = refusals_left_ == 0 && quota_.take(now_);
            if (refusals_left_ != 0) --refusals_left_;
            at(now_ + one_way(), kind::answer, lane);
        } else {
            answer(lane);
        }
    }

    void answer(typename process::lane& lane) {
        static const std::string success = answer_of({{"bob", 0, true}});
        const std::string refused = refusal(refusal_code_);
        ++(lane.is_taken ? lane.mine.taken : lane.mine.refused);
        const std::string& body = lane.is_taken ? success : refused;
        lane.machine.answer().status = 200;
        lane.machine.answer().append(body.data(), body.size());
        follow(lane, lane.machine.complete(timestamp()));
    }

    void follow(typename process::lane& lane, unfriend::step next) {
        while (next.kind == unfriend::step_kind::done) next = start(lane);
        if (next.kind == unfriend::step_kind::wait) return at(now_ + next.duration, kind::resume, lane);
        lane.mine.sent.push_back(now_);
        if (lane.priority == unfriend::call_priority::bulk) ++lane.mine.sent_by_bulk;
        at(now_ + one_way(), kind::arrive, lane);
    }

    unfriend::step start(typename process::lane& lane) {
        if (lane.priority == unfriend::call_priority::interactive)
            return first_step(lane.machine, delete_bob, timestamp(), call_time);
        return first_step(lane.machine, delete_bob, timestamp(),
                          unfriend::detail::job_terms{call_time, now_ + call_time});
    }

    static constexpr std::chrono::milliseconds call_time = std::chrono::hours(1);

    script_chance chance_;
    network way_;
    nanoseconds now_ = std::chrono::hours(1);
    sliding_quota quota_{200};
    std::size_t refusals_left_ = 0;
    std::int32_t refusal_code_ = 60011;
    std::deque<process> processes_{};
    std::priority_queue<event> events_{};
    std::uint64_t event_count_ = 0;
};
