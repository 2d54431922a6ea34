// What can be seen of the calls of a channel: each attempt, each wait, and what the calls find out.
//
//   struct slow_attempts {
//       void on_attempt_end(const unfriend::attempt_end& attempt) {
//           if (attempt.duration > std::chrono::seconds(1)) log(attempt.host, attempt.http_status, attempt.request_id);
//       }
//   };
//   unfriend::channel channel{signer, unfriend::region::singapore, unfriend::call_policy{}, slow_attempts{}};
//
// An observer is a class, not final, with any of these functions; each takes its event as a const reference:
//
//   on_call_start       on_attempt_start    on_wait_start        on_rate_change     on_circuit_change
//   on_call_end         on_attempt_end      on_user_sig_renewal
//
// No event has a UserSig, a URL, a key or the text of an account.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/call_result.hpp"
#include "unfriend/call/circuit.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/error.hpp"

namespace unfriend { inline namespace v0_2 {

/// What all events have. Views are valid until the observer's function returns.
struct call_event {
    std::uint64_t call; ///< identifies the call: no two calls of a channel have the same; 1 and up
    timestamp time;     ///< as the driver passed it in
};

/// A call begins. A call that ends without an attempt has a start and an end too; a call that its caller rejects
/// (`operation::reject`) has neither.
struct call_start : call_event {
    std::string_view command;          ///< `friend_delete` or `friend_delete_all`
    std::size_t accounts;              ///< that the request names; 0: all friends, or a request that is not valid
    call_priority priority;            ///< `bulk` of a job
    std::chrono::nanoseconds deadline; ///< when the call ends at the latest, on the clock of `timestamp::monotonic`
};

/// One host of the channel's endpoint.
struct attempt_host {
    std::string_view name; ///< HOST or HOST:PORT
    bool is_backup;
};

/// An attempt is about to be sent.
struct attempt_start : call_event {
    std::uint32_t attempt; ///< of the call; 1 for the first
    attempt_host host;
    std::size_t accounts;              ///< that it carries; 0: all friends
    std::size_t request_bytes;         ///< of the body
    std::chrono::milliseconds timeout; ///< 0: the transport's own
};

/// An attempt has ended, and it is decided what follows.
struct attempt_end : call_event {
    std::uint32_t attempt;
    attempt_host host;
    std::size_t accounts;
    std::chrono::nanoseconds duration;
    int http_status;                        ///< 0: there was no response
    unfriend::error error;                  ///< why the response cannot be used, or why there is none; false: it can
    std::optional<std::int32_t> error_code; ///< the service's `ErrorCode`
    std::string_view request_id;            ///< the service's `RequestId`; empty: it sent none
    std::size_t request_bytes;              ///< of the body
    std::size_t response_bytes;             ///< of the body, as far as there was room for it
    /// The next attempt follows after this time, and when the pacer permits it. Empty: the call ends.
    std::optional<std::chrono::nanoseconds> retry_in;
    /// The driver did not send the attempt after all (`operation::withdraw`): it does not count.
    bool is_withdrawn;
};

/// Why a call waits.
enum class wait_kind : std::uint8_t {
    backoff,     ///< before another attempt
    retry_after, ///< before another attempt, as long as the response asks for
    pace,        ///< until the pacer permits the attempt
};

/// The kind in a word or two. Static text.
constexpr std::string_view to_string(wait_kind kind) noexcept {
    switch (kind) {
    case wait_kind::backoff: return "backoff";
    case wait_kind::retry_after: return "retry_after";
    case wait_kind::pace: break;
    }
    return "pace";
}

/// A wait begins. It ends with the next start of an attempt, start of a wait, or end of the call.
struct wait_start : call_event {
    std::uint32_t attempts; ///< that the call has made
    wait_kind kind;
    /// For `pace` that of its first part: the pacer is asked again after it.
    std::chrono::nanoseconds duration;
};

/// The answer to an attempt has changed the rate of the pacer. Only pacers with a function `rate()` have this event.
struct rate_change : call_event {
    double previous; ///< calls a second
    double rate;     ///< calls a second
};

/// An attempt has changed the circuit of its host: `half_open` when it probes the host.
struct circuit_change : call_event {
    attempt_host host;
    circuit_state state;
};

/// The service refused the UserSig as expired, and the credentials have another.
struct user_sig_renewal : call_event {};

/// A call has ended.
struct call_end : call_event {
    std::chrono::nanoseconds duration;
    unfriend::outcome outcome; ///< of all accounts together
    unfriend::stop_reason stop_reason;
    unfriend::error last_error;             ///< as in the report
    std::optional<std::int32_t> error_code; ///< as in the report
    std::string_view request_id;            ///< as in the report
    std::uint32_t attempts;
    std::size_t deleted; ///< how many accounts have this outcome; of `friend_delete_all`: all friends count as one
    std::size_t already_gone;
    std::size_t failed;
    std::size_t unknown;
};

/// The observer of a channel that has none: sees nothing, and costs nothing.
struct no_observer {};

}} // namespace unfriend::v0_2
