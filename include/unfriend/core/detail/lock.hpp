// A lock for short sections that threads share. It is a std::shared_mutex that nobody shares: <mutex> costs three times
// as much to include.
#pragma once

#include <shared_mutex>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

class mutex {
public:
    void lock() { mutex_.lock(); }
    bool try_lock() { return mutex_.try_lock(); }
    void unlock() { mutex_.unlock(); }

private:
    std::shared_mutex mutex_;
};

/// Holds a mutex as long as it lives.
class lock_guard {
public:
    explicit lock_guard(mutex& held) : mutex_(held) { mutex_.lock(); }
    /// Of a mutex that is locked already.
    struct adopt {};
    lock_guard(mutex& held, adopt) noexcept : mutex_(held) {}
    lock_guard(const lock_guard&) = delete;
    lock_guard& operator=(const lock_guard&) = delete;
    ~lock_guard() { mutex_.unlock(); }

private:
    mutex& mutex_;
};

}}} // namespace unfriend::v0_2::detail
