// Keeps retries from making an outage worse: calls that succeed earn them.
//
//   unfriend::retry_budget budget(20);
//   if (budget.spend()) send_again();
//   budget.earn(); // a call succeeded
#pragma once

#include <atomic>
#include <cstdint>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// The retries of a channel's calls. The budget starts full; each retry takes one, each call that the service takes
/// puts back a tenth. While the service is away, retries end when the budget is empty. Safe to share between threads,
/// lock-free.
class retry_budget {
public:
    /// `reserve`: how many retries the budget holds at most, and at first.
    explicit retry_budget(std::uint32_t reserve = 20) noexcept : full_(cost * reserve), left_(full_) {}

    /// Pays for one retry; false when there is not enough.
    bool spend() noexcept {
        std::uint64_t left = left_.load(std::memory_order_relaxed);
        do {
            if (left < cost) return false;
        } while (!left_.compare_exchange_weak(left, left - cost, std::memory_order_relaxed));
        return true;
    }

    /// A call succeeded.
    void earn() noexcept {
        std::uint64_t left = left_.load(std::memory_order_relaxed);
        do {
            if (left == full_) return;
        } while (!left_.compare_exchange_weak(left, left + 1, std::memory_order_relaxed));
    }

private:
    static constexpr std::uint64_t cost = 10; // in what one success earns

    std::uint64_t full_;
    std::atomic<std::uint64_t> left_;
};

}} // namespace unfriend::v0_2
