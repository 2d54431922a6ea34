// Which of an endpoint's two hosts the attempts of one call go to.
#pragma once

#include <chrono>

#include "unfriend/call/failover.hpp"
#include "unfriend/core/detail/durations.hpp"
#include "unfriend/http/endpoint.hpp"

namespace unfriend::detail {

class host_selector {
    using nanoseconds = std::chrono::nanoseconds;

public:
    /// A call begins: both hosts are trusted.
    void begin() noexcept { is_untrusted_[0] = is_untrusted_[1] = false; }

    /// The host for an attempt: the one that `failover` prefers, unless this call no longer trusts it.
    host_name choose(const endpoint& where, const failover& state, nanoseconds now) noexcept {
        has_backup_ = where.backup_host().valid();
        is_backup_ = has_backup_ && state.prefers_backup(now);
        if (has_backup_ && is_untrusted_[is_backup_]) is_backup_ = !is_backup_;
        return is_backup_ ? where.backup_host() : where.host();
    }

    /// The host of this attempt could not be reached.
    void mark_unreachable(failover& state, nanoseconds now, std::chrono::milliseconds cool_down) const noexcept {
        state.failed(is_backup_, now, to_nanoseconds(cool_down));
    }

    /// The host of this attempt is not the one that it claims to be. False when no other is left.
    bool distrust() noexcept {
        is_untrusted_[is_backup_] = true;
        return has_backup_ && !is_untrusted_[!is_backup_];
    }

private:
    bool has_backup_ = false;
    bool is_backup_ = false;    // the attempt goes there
    bool is_untrusted_[2] = {}; // primary, backup
};

} // namespace unfriend::detail
