// One random script: several calls over one channel, against a model of the service, with everything that can go
// wrong going wrong. What the rules of a call promise is checked at every step.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/call/workspace.hpp"

#include "first_step.hpp"
#include "hosts_model.hpp"
#include "script_call.hpp"
#include "service_model.hpp"

/// How often the scripts came to each end: tests of chance have to show that they reach everything.
struct script_coverage {
    std::array<std::size_t, 4> outcomes{};
    std::array<std::size_t, 6> ends{};
    std::size_t attempts = 0;
    std::size_t retries = 0;
    std::size_t renewals = 0;
    std::size_t at_backup = 0;
    std::size_t over_quota = 0;
    std::size_t lost_track = 0;       // of a call, which it had done
    std::size_t connect_timeouts = 0; // attempts that waited for a connection until their time was up
    std::size_t throttled = 0;        // calls in a time when the service took none
};

class call_script {
    using nanoseconds = std::chrono::nanoseconds;
    using channel_type = unfriend::channel<numbered_credentials, unfriend::pacer&>;
    using operation_type = unfriend::operation<channel_type>;

public:
    using workspace_type = unfriend::workspace<8, 2048>;
    static constexpr std::size_t lanes = 3;

    call_script(std::uint64_t seed, std::array<workspace_type, lanes>& memory, script_coverage& coverage,
                std::string_view choices = {})
        : chance_(seed, choices), coverage_(coverage), policy_(random_policy()), has_backup_(chance_.percent(70)),
          is_punctual_(chance_.percent(60)), fault_percent_(chance_.one_of({5U, 30U, 70U, 95U})),
          calls_a_second_(chance_.one_of({1U, 5U, 50U, 200U})), has_rivals_(chance_.percent(30)),
          quota_(has_rivals_ ? (calls_a_second_ + 1) / 2 : calls_a_second_), pacer_(calls_a_second_, jitter),
          channel_(credentials_, where(), pacer_, policy_, unfriend::random_sequence(seed)),
          retries_left_(10 * policy_.retry_budget_size), hosts_(policy_) {
        const std::size_t running = 1 + chance_.below(lanes);
        for (std::size_t i = 0; i < running; ++i) lanes_.emplace_back(channel_, memory[i], i);
    }

    /// Runs to the end. Empty when every promise was kept; else the first that was not.
    std::string_view run() {
        throttling_begin_ = chance_.up_to(std::chrono::seconds(5));
        if (chance_.percent(30)) throttling_end_ = throttling_begin_ + chance_.up_to(std::chrono::seconds(10));
        for (lane& each : lanes_) each.due = now_ + chance_.up_to(std::chrono::seconds(2));
        while (broken_.empty() && happens_next()) {
        }
        for (std::size_t i = 0; i < calls_.size(); ++i)
            require(calls_[i].is_true_of(graph_, i), "what was told is true");
        return broken_;
    }

private:
    static constexpr nanoseconds never = nanoseconds::max();
    static constexpr nanoseconds jitter = std::chrono::milliseconds(2);
    static constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();
    static constexpr std::string_view names[] = {"bob", "carol", "dave", "erin", "frank", "grace", "heidi"};

    struct attempt {
        std::size_t lane;
        std::size_t call;
        nanoseconds arrival;
        nanoseconds end;
        const fault* wrong; // nullptr: the service's answer comes through
        bool is_backup;
        bool does_act;
        std::string user_sig;
        std::vector<std::size_t> carried{}; // positions
        std::vector<item_told> items{};
        std::int32_t error_code = 0;
        std::string body{};
    };
    struct lane {
        lane(channel_type& channel, workspace_type& memory, std::size_t position)
            : number(position), machine(channel, memory) {}
        std::size_t number;
        operation_type machine;
        std::size_t call = nobody;
        nanoseconds due{}; // to start, resume, cancel or expire
        unfriend::step_kind state = unfriend::step_kind::done;
        bool is_cancelled_when_due = false;
    };

    unfriend::call_policy random_policy() {
        using std::chrono::milliseconds;
        const auto of = [this](std::initializer_list<int> choices) {
            return milliseconds(*(choices.begin() + chance_.below(choices.size())));
        };
        unfriend::call_policy policy;
        policy.call_timeout = of({0, 50, 500, 5'000, 60'000});
        policy.attempt_timeout = of({-1, 0, 10, 300, 5'000});
        policy.min_attempt_time = of({-1, 0, 1, 10, 100});
        policy.max_attempts = static_cast<std::uint32_t>(chance_.below(7));
        policy.initial_backoff = of({0, 1, 200});
        policy.max_backoff = of({0, 100, 10'000});
        policy.retry_budget_size = chance_.one_of({0U, 1U, 3U, 20U});
        policy.failover_cool_down = of({0, 100, 60'000});
        policy.failover_threshold = chance_.one_of({0U, 1U, 2U, 3U});
        return policy;
    }

    unfriend::endpoint where() const {
        return unfriend::endpoint("primary.test",
                                  has_backup_ ? unfriend::host_name("backup.test") : unfriend::host_name());
    }

    void require(bool is_kept, std::string_view promise) {
        if (!is_kept && broken_.empty()) broken_ = promise;
    }

    unfriend::timestamp now() const { return {now_, now_.count() / 1'000'000'000}; }

    /// The earliest thing that is due happens. False when nothing is.
    bool happens_next() {
        lane* const next_lane = &*std::min_element(lanes_.begin(), lanes_.end(),
                                                   [](const lane& a, const lane& b) { return a.due < b.due; });
        const auto time_of = [](const attempt& each) { return std::min(each.arrival, each.end); };
        const auto next = std::min_element(under_way_.begin(), under_way_.end(),
                                           [&](const attempt& a, const attempt& b) { return time_of(a) < time_of(b); });
        if (next != under_way_.end() && time_of(*next) <= next_lane->due) {
            now_ = std::max(now_, time_of(*next));
            if (next->arrival <= next->end) {
                next->arrival = never;
                arrive(*next);
            } else {
                const attempt ended = std::move(*next);
                under_way_.erase(next);
                end(ended);
            }
            return true;
        }
        if (next_lane->due == never) return false;
        now_ = std::max(now_, next_lane->due);
        go_on(*next_lane);
        return true;
    }

    void go_on(lane& each) {
        each.due = never;
        if (each.call == nobody) return start(each);
        script_call& mine = calls_[each.call];
        if (each.is_cancelled_when_due) {
            const bool is_sent = each.state == unfriend::step_kind::send;
            const bool is_late = is_sent && now_ >= mine.deadline;
            if (is_sent) mine.lose();
            if (is_sent && is_late) hosts_.fail(mine.hosts, now_);
            if (is_sent && !is_late) hosts_.leave(mine.hosts, now_);
            return follow(each, is_late ? each.machine.expire(now()) : each.machine.cancel(now()));
        }
        follow(each, each.machine.resume(now()));
    }

    void start(lane& each) {
        if (calls_.size() == 6) return;
        each.call = calls_.size();
        calls_.emplace_back();
        script_call& mine = calls_.back();
        std::vector<std::string_view> accounts;
        for (std::size_t count = 1 + chance_.below(6); count != 0; --count) {
            accounts.push_back(chance_.one_of(names));
            mine.accounts.emplace_back().account = accounts.back();
        }
        const std::chrono::milliseconds own(chance_.below(3'000));
        const bool has_own = chance_.percent(20);
        mine.deadline = now_ + (has_own ? own : policy_.call_timeout);
        const unfriend::friend_delete_request request{"alice", accounts};
        follow(each,
               has_own ? first_step(each.machine, request, now(), own) : first_step(each.machine, request, now()));
    }

    /// What the machine says that it does next.
    void follow(lane& each, const unfriend::step& next) {
        each.state = next.kind;
        each.is_cancelled_when_due = false;
        if (next.kind == unfriend::step_kind::done) return finish(each);
        if (next.kind == unfriend::step_kind::wait) {
            require(next.duration > nanoseconds::zero(), "a wait takes some time");
            require(now_ + next.duration < calls_[each.call].deadline, "no wait goes on until the deadline");
            const bool is_early = chance_.percent(5);
            const nanoseconds late = chance_.up_to(is_punctual_ ? jitter / 2 : std::chrono::milliseconds(700));
            each.due = now_ + (is_early ? next.duration / 2 : next.duration + late);
            each.is_cancelled_when_due = chance_.percent(2);
            return;
        }
        send(each, next);
        each.is_cancelled_when_due = chance_.percent(10);
        if (each.is_cancelled_when_due) {
            const nanoseconds left = calls_[each.call].deadline - now_;
            each.due = now_ + (chance_.percent(50) ? left : chance_.up_to(left));
        }
    }

    void send(lane& each, const unfriend::step& next) {
        script_call& mine = calls_[each.call];
        const request_seen seen(next.request);
        ++mine.attempts;
        ++coverage_.attempts;
        require(now_ <= mine.deadline, "nothing is sent after the deadline");
        require(now_ + next.request.timeout <= mine.deadline, "no attempt may last beyond the deadline");
        require((next.request.timeout.count() > 0) == (policy_.attempt_timeout.count() > 0),
                "every attempt has a timeout, unless the transport's own holds");
        require(next.request.timeout <= std::max(policy_.attempt_timeout, std::chrono::milliseconds(0)),
                "no attempt may last longer than the policy says");
        require(mine.attempts <= std::max(policy_.max_attempts, 1U), "the attempts are within the limit");
        require(std::find(mine.randoms.begin(), mine.randoms.end(), seen.random) == mine.randoms.end(),
                "random is fresh for each attempt");
        mine.randoms.emplace_back(seen.random);
        require(seen.user_sig != mine.refused_sig, "a UserSig that was refused as expired is not sent again");
        const nanoseconds left = mine.deadline - now_;
        const nanoseconds time = next.request.timeout.count() == 0 ? left : next.request.timeout;
        const bool is_backup = has_backup_ && hosts_.choose(mine.hosts, now_, time);
        require(seen.host == (is_backup ? "backup.test" : "primary.test"),
                "the host is the primary, or its backup while the primary cannot be reached");

        attempt sent{};
        sent.lane = each.number;
        sent.call = each.call;
        sent.is_backup = seen.host == "backup.test";
        sent.user_sig = seen.user_sig;
        if (sent.is_backup) ++coverage_.at_backup;
        std::vector<std::string_view> to_do;
        for (std::size_t i = 0; i < mine.accounts.size(); ++i) {
            if (!mine.accounts[i].is_to_do) continue;
            to_do.push_back(mine.accounts[i].account);
            sent.carried.push_back(i);
        }
        require(seen.from_account == "alice" && seen.to_account == to_do,
                "the accounts still to do are sent, no others");
        sent.wrong = chance_.percent(fault_percent_) ? &faults()[chance_.below(faults().size())] : nullptr;
        sent.does_act = sent.wrong == nullptr || (sent.wrong->may_reach_service && chance_.percent(50));
        const nanoseconds on_the_way = std::chrono::milliseconds(1) + chance_.up_to(jitter / 2);
        sent.arrival = sent.does_act ? now_ + on_the_way : never;
        sent.end = now_ + on_the_way + chance_.up_to(time + std::chrono::milliseconds(3));
        if (sent.wrong != nullptr && sent.wrong->failure && chance_.percent(30)) sent.end = now_ + time; // a time-out
        if (sent.wrong != nullptr && sent.wrong->failure == std::errc::not_connected && sent.end == now_ + time)
            ++coverage_.connect_timeouts;
        under_way_.push_back(std::move(sent));
    }

    /// The service takes a call, or refuses it.
    void arrive(attempt& mine) {
        const bool is_in_quota = quota_.take(now_);
        require(is_in_quota || has_rivals_, "the service sees no more calls a second than the quota");
        const int number = std::stoi(mine.user_sig.substr(3));
        if (chance_.percent(3)) oldest_valid_ = std::max(oldest_valid_, number + 1);
        if (!is_in_quota) {
            ++coverage_.over_quota;
            mine.error_code = 60011;
        } else if (now_ >= throttling_begin_ && now_ < throttling_end_) {
            ++coverage_.throttled;
            mine.error_code = chance_.one_of({60007, 60011, 60018, 60019});
        } else if (number < oldest_valid_) {
            mine.error_code = 70001;
        } else if (chance_.percent(fault_percent_ / 4)) {
            mine.error_code = random_code(chance_);
            if (is_expiry(mine.error_code)) oldest_valid_ = number + 1;
        }
        if (mine.error_code != 0) {
            mine.body = refusal(mine.error_code);
            // Having lost track of a call, the service may have acted on it all the same.
            if (!loses_track(mine.error_code) || chance_.percent(50)) return;
            for (const std::size_t index : mine.carried)
                graph_.remove("alice", calls_[mine.call].accounts[index].account, mine.call);
            ++coverage_.lost_track;
            return;
        }
        for (const std::size_t index : mine.carried) mine.items.push_back(act_on(mine, index));
        std::vector<item_told> items = mine.items;
        if (chance_.percent(30) && !has_twins(items)) {
            for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[chance_.below(i)]);
        }
        if (chance_.percent(10)) items.push_back({"nobody", 0, true});
        mine.body = answer_of(items);
    }

    item_told act_on(const attempt& mine, std::size_t index) {
        const std::string account(calls_[mine.call].accounts[index].account);
        const bool fails = chance_.percent(fault_percent_ / 3);
        if (fails && chance_.percent(80)) {
            const std::int32_t code = random_code_of_account(account);
            if (loses_track(code) && chance_.percent(50)) graph_.remove("alice", account, mine.call);
            return {account, code, true};
        }
        const std::int32_t code = graph_.remove("alice", account, mine.call) ? 0 : 31704;
        if (!fails || count(mine, account) > 1) return {account, code, true};
        // It is dealt with, and the answer does not say how.
        return {account, std::nullopt, chance_.percent(50)};
    }

    /// Any code that can be true of the account: of one that is gone, only what says nothing lasting of it.
    std::int32_t random_code_of_account(const std::string& account) {
        const bool is_gone = graph_.is_gone("alice", account);
        for (;;) {
            const std::int32_t code = random_code(chance_);
            if (is_gone ? code == 31704 || is_of_the_moment(code) : code != 31704) return code;
        }
    }

    static bool is_expiry(std::int32_t code) { return code == 70001 || code == 70052; }

    std::size_t count(const attempt& mine, std::string_view account) const {
        return static_cast<std::size_t>(std::count_if(mine.carried.begin(), mine.carried.end(), [&](std::size_t index) {
            return calls_[mine.call].accounts[index].account == account;
        }));
    }

    static bool has_twins(const std::vector<item_told>& items) {
        return std::any_of(items.begin(), items.end(), [&](const item_told& each) {
            return std::any_of(items.begin(), items.end(), [&](const item_told& other) {
                return &each != &other && each.to_account == other.to_account;
            });
        });
    }

    /// The transport says how an attempt ended: to its call, unless that is over.
    void end(const attempt& mine) {
        lane& its_lane = lanes_[mine.lane];
        if (its_lane.call != mine.call || its_lane.state != unfriend::step_kind::send) {
            if (its_lane.call != nobody) return;
            require(its_lane.machine.complete(now()).kind == unfriend::step_kind::done, "a call that is over stays so");
            return;
        }
        its_lane.due = never;
        script_call& its_call = calls_[mine.call];
        unfriend::http_response& answer = its_lane.machine.answer();
        const std::string_view body = mine.wrong == nullptr ? mine.body : mine.wrong->body;
        answer.status = mine.wrong == nullptr ? 200 : mine.wrong->status;
        answer.append(body.data(), body.size());
        const std::size_t to_do_before = its_call.to_do();
        const bool may_retry = mine.wrong != nullptr ? learn_of(*mine.wrong, mine, its_call) : learn(mine, its_call);
        const unfriend::step next =
            its_lane.machine.complete(now(), mine.wrong == nullptr ? unfriend::error() : mine.wrong->failure);
        const bool goes_on = next.kind != unfriend::step_kind::done;
        require(may_retry || !goes_on, "only what can succeed is tried again");
        const bool is_renewal = mine.wrong == nullptr && is_expiry(mine.error_code);
        if (goes_on) pay(is_renewal || is_throttled(mine) || its_call.to_do() < to_do_before);
        if (!goes_on && may_retry) check_reason(its_lane.machine.result(), its_call);
        follow(its_lane, next);
    }

    static bool is_throttled(const attempt& mine) {
        const auto is_throttling = [](std::optional<std::int32_t> code) {
            return unfriend::kind_of(code) == unfriend::code_kind::throttled;
        };
        if (mine.wrong != nullptr) return mine.wrong->status == 429;
        if (mine.error_code != 0) return is_throttling(mine.error_code);
        return std::any_of(mine.items.begin(), mine.items.end(),
                           [&](const item_told& each) { return is_throttling(each.code); });
    }

    void pay(bool is_free) {
        ++coverage_.retries;
        if (is_free) return;
        require(retries_left_ >= 10, "retries are paid from the budget");
        retries_left_ -= std::min<std::size_t>(retries_left_, 10);
    }

    void check_reason(const unfriend::call_result& response, const script_call& mine) {
        const unfriend::stop_reason why = response.stop_reason;
        require(why == unfriend::stop_reason::attempts_exhausted || why == unfriend::stop_reason::budget_exhausted ||
                    why == unfriend::stop_reason::deadline_exceeded,
                "a call that may be retried is, unless it lacks attempts, budget or time");
        if (why == unfriend::stop_reason::attempts_exhausted)
            require(mine.attempts == std::max(policy_.max_attempts, 1U), "all attempts are used before giving up");
    }

    /// Returns whether the call may go on.
    bool learn_of(const fault& wrong, const attempt& mine, script_call& its_call) {
        if (wrong.may_reach_service) its_call.lose();
        if (wrong.is_unreachable) {
            hosts_.fail(its_call.hosts, now_);
        } else if (wrong.retry == another::never && wrong.failure) {
            hosts_.leave(its_call.hosts, now_); // called off
        } else {
            hosts_.answer(its_call.hosts);
        }
        if (wrong.retry == another::at_other_host) {
            its_call.hosts.is_untrusted[mine.is_backup ? 1 : 0] = true;
            return has_backup_ && !its_call.hosts.is_untrusted[mine.is_backup ? 0 : 1];
        }
        return wrong.retry == another::yes;
    }

    bool learn(const attempt& mine, script_call& its_call) {
        its_call.is_answered = true;
        hosts_.answer(its_call.hosts);
        its_call.error_code = mine.error_code;
        if (mine.error_code != 0) {
            if (loses_track(mine.error_code)) its_call.lose();
            const unfriend::retry_advice advice = unfriend::lookup(mine.error_code).retry;
            if (advice != unfriend::retry_advice::with_new_user_sig)
                return advice == unfriend::retry_advice::with_backoff;
            its_call.refused_sig = mine.user_sig;
            ++coverage_.renewals;
            return !std::exchange(its_call.is_renewed, true);
        }
        retries_left_ = std::min<std::size_t>(retries_left_ + 1, 10 * policy_.retry_budget_size);
        bool is_any_stranger = false;
        for (std::size_t i = 0; i < mine.carried.size(); ++i) {
            script_position& account = its_call.accounts[mine.carried[i]];
            account.learn(mine.items[i]);
            is_any_stranger = is_any_stranger || account.is_stranger;
        }
        if (is_any_stranger) its_call.credit_twins();
        return its_call.to_do() != 0;
    }

    void finish(lane& each) {
        const unfriend::call_result response = each.machine.result();
        const script_call& mine = calls_[each.call];
        require(response.items.size() == mine.accounts.size(), "every account of the request is in the result");
        for (std::size_t i = 0; broken_.empty() && i < mine.accounts.size(); ++i) {
            require(response.items[i].to_account == mine.accounts[i].account, "the results are in the request's order");
            require(response.items[i].outcome == mine.accounts[i].expected, "each account is told as it became");
            ++coverage_.outcomes[static_cast<std::size_t>(response.items[i].outcome)];
        }
        require(response.attempts == mine.attempts, "the attempts are counted");
        require(response.answered() == mine.is_answered, "a call is answered when an attempt was");
        require(response.answered() || response.last_error(), "a call without an answer says why");
        require(response.error_code == mine.error_code, "the last ErrorCode is told");
        require(response.stop_reason != unfriend::stop_reason::completed || mine.to_do() == 0,
                "a settled call has nothing to do");
        ++coverage_.ends[static_cast<std::size_t>(response.stop_reason)];
        each.call = nobody;
        each.due = now_ + chance_.up_to(std::chrono::seconds(chance_.one_of({0, 1, 100})));
    }

    script_chance chance_;
    script_coverage& coverage_;
    unfriend::call_policy policy_;
    bool has_backup_;
    bool is_punctual_;
    unsigned fault_percent_;
    std::uint32_t calls_a_second_;
    bool has_rivals_; // which the pacer does not know of, and which take half of the quota
    sliding_quota quota_;
    unfriend::pacer pacer_;
    numbered_credentials credentials_{};
    channel_type channel_;
    std::size_t retries_left_; // in tenths
    hosts_model hosts_;
    friend_graph graph_{};
    std::deque<lane> lanes_{}; // which cannot move
    std::vector<script_call> calls_{};
    std::vector<attempt> under_way_{};
    nanoseconds now_{};
    int oldest_valid_ = 1;
    nanoseconds throttling_begin_{}; // for a while the service takes no calls at all, but says so
    nanoseconds throttling_end_{};
    std::string_view broken_{};
};
