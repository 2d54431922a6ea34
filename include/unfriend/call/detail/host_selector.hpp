// Which of an endpoint's two hosts the attempts of one call go to, and what their ends say of these hosts.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "unfriend/call/circuit.hpp"
#include "unfriend/call/policy.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/detail/durations.hpp"
#include "unfriend/http/endpoint.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

class host_selector {
    using nanoseconds = std::chrono::nanoseconds;

public:
    /// A call begins: both hosts are trusted, and the primary is tried first.
    void begin() noexcept { *this = {}; }

    /// The host for an attempt that begins at `now` and has `time` to end: one whose circuit lets the attempt through,
    /// if there is one.
    host_name choose(const endpoint& where, host_circuits& circuits, const call_policy& policy, nanoseconds now,
                     nanoseconds time) noexcept {
        sent_at_ = now;
        time_ = time;
        is_short_ = time < usual_time(policy) / 2;
        has_backup_ = where.backup_host().valid();
        is_probe_ = false;
        is_at_backup_ = has_backup_ && chooses_backup(circuits, policy, now);
        return is_at_backup_ ? where.backup_host() : where.host();
    }

    bool is_at_backup() const noexcept { return is_at_backup_; }
    bool is_probe() const noexcept { return is_probe_; }

    // Each of these returns what it made of the circuit, if it changed it.

    /// The host of this attempt answered.
    std::optional<circuit_state> on_answer(host_circuits& circuits) noexcept {
        is_probe_ = false;
        return change(circuit_of(circuits, is_at_backup_).on_answer(), circuit_state::closed);
    }

    /// The host of this attempt could not be reached: the next attempt of this call tries the other one. A call says so
    /// of a host once, and not at all when its own time was too short for the host to answer.
    std::optional<circuit_state> on_failure(host_circuits& circuits, const call_policy& policy,
                                            nanoseconds now) noexcept {
        const nanoseconds cool_down = to_nanoseconds(policy.failover_cool_down);
        prefers_backup_ = cool_down > nanoseconds::zero() && !is_at_backup_;
        if (is_short_ && now - sent_at_ + timer_slack >= time_) return on_nothing(circuits, now);
        circuit& host = circuit_of(circuits, is_at_backup_);
        const bool is_counted = std::exchange(is_counted_[is_at_backup_], true);
        const bool was_probe = std::exchange(is_probe_, false);
        if (cool_down <= nanoseconds::zero() || (is_counted && !was_probe)) return {};
        return change(was_probe ? host.end_probe(now, cool_down)
                                : host.on_failure(now, cool_down, policy.failover_threshold),
                      circuit_state::open);
    }

    /// This attempt ended, and says nothing of its host.
    std::optional<circuit_state> on_nothing(host_circuits& circuits, nanoseconds now) noexcept {
        if (!std::exchange(is_probe_, false)) return {};
        return change(circuit_of(circuits, is_at_backup_).end_probe(now, nanoseconds::zero()), circuit_state::open);
    }

    /// The host of this attempt is not the one that it claims to be. False when no other is left.
    bool distrust() noexcept {
        is_untrusted_[is_at_backup_] = true;
        return has_backup_ && !is_untrusted_[!is_at_backup_];
    }

private:
    static constexpr nanoseconds timer_slack = std::chrono::milliseconds(5);

    static std::optional<circuit_state> change(bool is_changed, circuit_state state) noexcept {
        return is_changed ? std::optional(state) : std::nullopt;
    }

    static circuit& circuit_of(host_circuits& circuits, bool is_backup) noexcept {
        return is_backup ? circuits.backup : circuits.primary;
    }

    /// What the policy gives an attempt that is the first of its call.
    static nanoseconds usual_time(const call_policy& policy) noexcept {
        const nanoseconds attempt = to_nanoseconds(policy.attempt_timeout);
        const nanoseconds call = to_nanoseconds(policy.call_timeout);
        return attempt == nanoseconds::zero() ? call : smaller(attempt, call);
    }

    bool chooses_backup(host_circuits& circuits, const call_policy& policy, nanoseconds now) noexcept {
        const nanoseconds until = now + larger(time_, to_nanoseconds(policy.failover_cool_down));
        for (const bool is_backup : {prefers_backup_, !prefers_backup_}) {
            if (is_untrusted_[is_backup]) continue;
            circuit& host = circuit_of(circuits, is_backup);
            if (host.is_closed()) return is_backup;
            is_probe_ = !is_short_ && host.begin_probe(now, until);
            if (is_probe_) return is_backup;
        }
        return is_untrusted_[prefers_backup_] ? !prefers_backup_ : prefers_backup_; // neither lets it through
    }

    bool has_backup_ = false;
    bool prefers_backup_ = false; // after the primary could not be reached
    bool is_at_backup_ = false;   // this attempt
    bool is_probe_ = false;       // this attempt
    bool is_short_ = false;       // this attempt has less than half the time that is usual
    bool is_untrusted_[2] = {};   // primary, backup
    bool is_counted_[2] = {};     // likewise: this call has failed to reach it
    nanoseconds sent_at_{};
    nanoseconds time_{};
};

}}} // namespace unfriend::v0_2::detail
