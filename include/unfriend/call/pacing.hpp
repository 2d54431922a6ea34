// What a pacer is: a type with a `ticket` and the six functions of `unpaced`, below. `pacer` is the library's own;
// examples/pacers/redis_pacer.hpp shares a quota between processes.
//
//   unfriend::channel channel{signer, unfriend::region::singapore, my_pacer};
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 {

/// Who goes first when several calls wait for permission to send.
enum class call_priority : std::uint8_t {
    interactive, ///< somebody waits for the result
    bulk,        ///< gives way to interactive calls, but keeps a quarter of the rate
};

/// Why the service refused a call as one too many ("Error Codes").
enum class throttle_kind : std::uint8_t {
    frequency,       ///< over a frequency limit (60007, 60011, 60018, 60019), or HTTP status 429
    security_policy, ///< the security policy finds that the app deletes too often (31707)
};

/// For calls that need no pacing, or are paced elsewhere. It shows what a pacer has to offer: all times are nanoseconds
/// on the clock of the calls, from any fixed point in time.
struct unpaced {
    using duration = std::chrono::nanoseconds;

    /// The place of one call in the line of those that wait. Default-constructible; it stays where it is, and its
    /// destructor gives the place up.
    struct ticket {};

    /// Asks for permission to send at once. Zero: the call may send, and has left the line. More: not yet; ask again
    /// after that time, or earlier. Nothing: permission would take longer than `max_wait`; the call has left the line.
    std::optional<duration> try_acquire(ticket&, duration /*now*/, duration /*max_wait*/, call_priority) noexcept {
        return duration::zero();
    }
    /// The call does not wait any more.
    void cancel(ticket&) noexcept {}
    /// The service took a call that was sent at `sent_at`.
    void on_success(duration /*now*/, duration /*sent_at*/) noexcept {}
    /// The service refused a call that was sent at `sent_at`, as one too many.
    void on_throttled(duration /*now*/, duration /*sent_at*/, throttle_kind) noexcept {}
    /// Nothing may be sent before `time`: the service asks for it (`Retry-After`).
    void hold_until(duration /*time*/) noexcept {}
};

namespace detail {

template <class T, class = void>
struct is_pacer : std::false_type {};
template <class T>
struct is_pacer<
    T, std::void_t<typename T::ticket, decltype(std::declval<T&>().cancel(std::declval<typename T::ticket&>())),
                   decltype(std::declval<T&>().on_success(std::chrono::nanoseconds(), std::chrono::nanoseconds())),
                   decltype(std::declval<T&>().on_throttled(std::chrono::nanoseconds(), std::chrono::nanoseconds(),
                                                            throttle_kind::frequency)),
                   decltype(std::declval<T&>().hold_until(std::chrono::nanoseconds()))>>
    : std::is_convertible<decltype(std::declval<T&>().try_acquire(
                              std::declval<typename T::ticket&>(), std::chrono::nanoseconds(),
                              std::chrono::nanoseconds(), call_priority::interactive)),
                          std::optional<std::chrono::nanoseconds>> {};

} // namespace detail

/// Whether `T` can pace the calls of a channel.
template <class T>
inline constexpr bool is_pacer = detail::is_pacer<T>::value;

}} // namespace unfriend::v0_2
