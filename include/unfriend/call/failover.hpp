// Which of an endpoint's two hosts calls go to.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

namespace unfriend {

/// The primary host, until it cannot be reached; then the backup, until a cool-down is over or it cannot be
/// reached either. Safe to share between threads, lock-free.
class failover {
public:
    using duration = std::chrono::nanoseconds;

    /// Whether a call that begins at `now` goes to the backup host.
    bool prefers_backup(duration now) const noexcept {
        return now.count() < primary_again_.load(std::memory_order_relaxed);
    }

    /// A host could not be reached at `now`.
    void failed(bool was_backup, duration now, duration cool_down) noexcept {
        primary_again_.store(was_backup ? always_primary : (now + cool_down).count(), std::memory_order_relaxed);
    }

private:
    static constexpr std::int64_t always_primary = std::numeric_limits<std::int64_t>::min();

    std::atomic<std::int64_t> primary_again_{always_primary};
};

} // namespace unfriend
