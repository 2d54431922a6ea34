// All that the calls of a process share: who calls, where, how hard they try, and how fast they may.
//
//   unfriend::channel channel{signer, unfriend::region::singapore, policy};    // one for the process
//   unfriend::client client{channel, transport};                               // any number of these, of any kind
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "unfriend/call/circuit.hpp"
#include "unfriend/call/detail/observing.hpp"
#include "unfriend/call/observer.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/call/policy.hpp"
#include "unfriend/call/retry_budget.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/random.hpp"
#include "unfriend/http/endpoint.hpp"

namespace unfriend { inline namespace v0_2 {

namespace detail {

/// For the deduction of temporary credentials, which are then refused with a sentence.
template <class Credentials, class Where>
using enable_if_temporary =
    std::enable_if_t<!std::is_lvalue_reference_v<Credentials> && std::is_convertible_v<const Where&, endpoint>>;

template <class Credentials>
constexpr void refuse_temporary() noexcept {
    static_assert(
        std::is_lvalue_reference_v<Credentials>,
        "unfriend: the credentials are a temporary, which dies before the first call: give the signer a name");
}

} // namespace detail

/// Safe to share between threads as far as `Credentials`, `Pacer`, `Random` and `Observer` are; those of the library
/// are.
///
/// `Credentials`: `signer`, `fixed_credentials` or a type of the same shape. `Pacer`: `pacer`, `unpaced` or a
/// type of one's own (pacing.hpp); a reference when it is somebody else's. `Random`: a callable that yields 32-bit
/// numbers: for the `random` of each attempt, and for the waits. `Observer`: sees what happens to the calls
/// (observer.hpp); a reference when others use it too.
template <class Credentials, class Pacer = unfriend::pacer, class Random = random_sequence,
          class Limits = default_limits, class Observer = no_observer>
class channel {
public:
    using limits = Limits;
    using pacer_type = std::remove_reference_t<Pacer>;
    using observer_type = std::remove_reference_t<Observer>;
    static_assert(is_pacer<pacer_type>,
                  "unfriend: a pacer has a ticket and the functions of `unpaced` (call/pacing.hpp)");
    static_assert(std::is_same_v<observer_type, no_observer> || detail::check_observer<observer_type>(),
                  "unfriend: an observer is a class, not final, with at least one of the functions that "
                  "call/observer.hpp lists");

    /// `credentials` must outlive the channel. Allocates nothing.
    channel(Credentials& credentials UNFRIEND_LIFETIMEBOUND, unfriend::endpoint where, const call_policy& policy = {},
            Random random = {})
        : credentials_(credentials), endpoint_(where), policy_(policy), random_(std::move(random)),
          retry_budget_(policy.retry_budget_size) {}
    /// The same with a pacer that others use too, which must outlive the channel.
    channel(Credentials& credentials UNFRIEND_LIFETIMEBOUND, unfriend::endpoint where, Pacer pacer,
            const call_policy& policy = {}, Random random = {})
        : credentials_(credentials), endpoint_(where), policy_(policy), pacer_(std::forward<Pacer>(pacer)),
          random_(std::move(random)), retry_budget_(policy.retry_budget_size) {}
    /// Refused: temporary credentials.
    template <class Temporary, class = std::enable_if_t<std::is_same_v<Temporary, Credentials>>>
    channel(Temporary&& credentials, unfriend::endpoint where, const call_policy& policy = {})
        : channel(credentials, where, policy) {
        detail::refuse_temporary<Temporary>();
    }
    /// Both with an observer. Another's must outlive the channel.
    channel(Credentials& credentials UNFRIEND_LIFETIMEBOUND, unfriend::endpoint where, const call_policy& policy,
            Observer observer, Random random = {})
        : credentials_(credentials), endpoint_(where), policy_(policy), random_(std::move(random)),
          retry_budget_(policy.retry_budget_size), observer_(std::forward<Observer>(observer)) {}
    channel(Credentials& credentials UNFRIEND_LIFETIMEBOUND, unfriend::endpoint where, Pacer pacer,
            const call_policy& policy, Observer observer, Random random = {})
        : credentials_(credentials), endpoint_(where), policy_(policy), pacer_(std::forward<Pacer>(pacer)),
          random_(std::move(random)), retry_budget_(policy.retry_budget_size),
          observer_(std::forward<Observer>(observer)) {}
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;

    Credentials& credentials() noexcept { return credentials_; }
    const unfriend::endpoint& endpoint() const noexcept { return endpoint_; }
    const call_policy& policy() const noexcept { return policy_; }
    pacer_type& pacer() noexcept { return pacer_; }
    unfriend::retry_budget& retry_budget() noexcept { return retry_budget_; }
    host_circuits& circuits() noexcept { return circuits_; }
    std::uint32_t random() { return random_(); }
    observer_type& observer() noexcept { return observer_; }
    /// The number of a call, for its events.
    std::uint64_t next_call() noexcept { return calls_.fetch_add(1, std::memory_order_relaxed) + 1; }

private:
    Credentials& credentials_;
    unfriend::endpoint endpoint_;
    call_policy policy_;
    Pacer pacer_{};
    Random random_;
    unfriend::retry_budget retry_budget_;
    host_circuits circuits_;
    Observer observer_{};
    std::atomic<std::uint64_t> calls_{0};
};

template <class Credentials>
channel(Credentials&, region, const call_policy& = {}) -> channel<Credentials>;
template <class Credentials>
channel(Credentials&, endpoint, const call_policy& = {}) -> channel<Credentials>;
template <class Credentials, class Where, class = detail::enable_if_temporary<Credentials, Where>>
channel(Credentials&&, const Where&, const call_policy& = {}) -> channel<Credentials>;
template <class Credentials, class Pacer, class = std::enable_if_t<is_pacer<Pacer>>>
channel(Credentials&, region, Pacer&, const call_policy& = {}) -> channel<Credentials, Pacer&>;
template <class Credentials, class Pacer, class = std::enable_if_t<is_pacer<Pacer>>>
channel(Credentials&, endpoint, Pacer&, const call_policy& = {}) -> channel<Credentials, Pacer&>;
// An lvalue is somebody else's observer, an rvalue the channel's own.
template <class Credentials, class Observer, class = detail::if_observer<Observer>>
channel(Credentials&, region, const call_policy&, Observer&&)
    -> channel<Credentials, pacer, random_sequence, default_limits, Observer>;
template <class Credentials, class Observer, class = detail::if_observer<Observer>>
channel(Credentials&, endpoint, const call_policy&, Observer&&)
    -> channel<Credentials, pacer, random_sequence, default_limits, Observer>;
template <class Credentials, class Pacer, class Observer, class = std::enable_if_t<is_pacer<Pacer>>,
          class = detail::if_observer<Observer>>
channel(Credentials&, region, Pacer&, const call_policy&, Observer&&)
    -> channel<Credentials, Pacer&, random_sequence, default_limits, Observer>;
template <class Credentials, class Pacer, class Observer, class = std::enable_if_t<is_pacer<Pacer>>,
          class = detail::if_observer<Observer>>
channel(Credentials&, endpoint, Pacer&, const call_policy&, Observer&&)
    -> channel<Credentials, Pacer&, random_sequence, default_limits, Observer>;

}} // namespace unfriend::v0_2
