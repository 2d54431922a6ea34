// How a bulk job goes about its work, and why it stops before its end.
//
//   unfriend::bulk_options options;
//   options.concurrency = 16;
//   options.job_timeout = std::chrono::hours(2);
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/messages/delete_type.hpp"

namespace unfriend { inline namespace v0_2 {

/// The settings of a bulk job. The channel's policy holds for each of its calls, with two exceptions: the time-out of a
/// call does not include its waits for the pacer, and a throttled attempt does not count (`forgive_throttling`).
struct bulk_options {
    unfriend::delete_type delete_type = unfriend::delete_type::unspecified;
    /// Calls in flight at a time, 1 to 4096; 1 with a transport that blocks. The job keeps as many again in memory:
    /// finished calls that wait for an earlier one, and calls that wait for another of their From_Account.
    std::size_t concurrency = 4;
    /// For the whole job. Pairs that are not sent by then are reported as not sent.
    std::chrono::milliseconds job_timeout = (std::chrono::milliseconds::max)();
    /// How long the job waits for more pairs before it sends a call that is not full, when the source has none yet.
    std::chrono::milliseconds linger{50};
    /// A throttled attempt does not count towards the `max_attempts` of the policy: a throttled pair is sent again
    /// until the service takes it or the job stops.
    bool forgive_throttling = true;
    /// The job stops after this number of calls in a row without a response. 0 counts as 1.
    std::uint32_t max_consecutive_failures = 3;
    /// The job stops when the service has answered calls for this long, and nothing was settled or reported. The time
    /// in which all calls wait for the pacer or for input does not count.
    std::chrono::milliseconds max_stall{60'000};
};

namespace detail {

/// The options with a number of calls in flight that is possible.
inline bulk_options with_lanes(bulk_options options, bool is_blocking) noexcept {
    constexpr std::size_t most = 4096;
    options.concurrency = is_blocking ? 1 : smaller(larger<std::size_t>(options.concurrency, 1), most);
    return options;
}

} // namespace detail

/// Why a bulk job sends nothing more.
enum class job_stop_reason : std::uint8_t {
    completed,         ///< all pairs are read, or the job still runs
    cancelled,         ///< the caller stopped or cancelled it
    deadline_exceeded, ///< `job_timeout`
    unanswered,        ///< `max_consecutive_failures`
    stalled,           ///< `max_stall`
    security_policy,   ///< the security policy refused three calls in a row (31707)
    refused,           ///< a refusal that holds for all calls: credentials, permission, quota
    not_journalled,    ///< the journal did not take a call
};

/// The reason in a sentence, for people. Static text.
constexpr std::string_view to_string(job_stop_reason reason) noexcept {
    switch (reason) {
    case job_stop_reason::completed: return "completed";
    case job_stop_reason::cancelled: return "cancelled";
    case job_stop_reason::deadline_exceeded: return "the time-out of the job has passed";
    case job_stop_reason::unanswered: return "the service does not respond";
    case job_stop_reason::stalled: return "the service responds, and deletes nothing";
    case job_stop_reason::security_policy: return "the security policy refuses call after call";
    case job_stop_reason::refused: return "the service refuses the call for a reason that holds for all calls";
    case job_stop_reason::not_journalled: break;
    }
    return "the journal cannot be written";
}

}} // namespace unfriend::v0_2
