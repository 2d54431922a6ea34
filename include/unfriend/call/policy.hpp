// How hard a call tries: its time, its attempts, and the waits between them.
//
//   unfriend::call_policy policy;
//   policy.call_timeout = std::chrono::seconds(5);
//   policy.max_attempts = 5;
//   unfriend::client client{signer, unfriend::region::singapore, transport, policy};
#pragma once

#include <chrono>
#include <cstdint>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// The settings of a channel's calls. Negative durations count as zero.
struct call_policy {
    /// For the whole call, attempts and waits included. Nothing is sent after it.
    std::chrono::milliseconds call_timeout{30'000};
    /// For one attempt; an attempt gets less when less is left of the call's time. The transport keeps to it: an
    /// attempt that the transport does not end lasts until the deadline of the call. 0: the transport's own time-out,
    /// which should be shorter than the call's, since nothing ends a transport that blocks.
    std::chrono::milliseconds attempt_timeout{10'000};
    /// An attempt that would have less time than this, or than a millisecond, is not made.
    std::chrono::milliseconds min_attempt_time{10};
    /// The first included. 0 counts as 1.
    std::uint32_t max_attempts = 4;
    /// Before attempt n + 1 the call waits a random time of 0 to `initial_backoff` times 2 to the n - 1, but at
    /// most `max_backoff`: exponential back-off with full jitter.
    std::chrono::milliseconds initial_backoff{200};
    std::chrono::milliseconds max_backoff{10'000};
    /// How many retries the calls of a channel may make together before any call has succeeded; calls that succeed
    /// earn further ones (retry_budget.hpp).
    std::uint32_t retry_budget_size = 20;
    /// How many calls in a row have to find a host out of reach before the calls of the channel avoid it (circuit.hpp).
    /// 0 counts as 1. The call that found out tries the other host at once.
    std::uint32_t failover_threshold = 3;
    /// How long calls avoid such a host before one of them probes it. 0 turns failover off.
    std::chrono::milliseconds failover_cool_down{60'000};
};

}} // namespace unfriend::v0_2
