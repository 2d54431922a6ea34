// What an operation tells the observer of its channel, and what it has to remember for that.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/call_result.hpp"
#include "unfriend/call/circuit.hpp"
#include "unfriend/call/detail/account_table.hpp"
#include "unfriend/call/detail/observing.hpp"
#include "unfriend/call/observer.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/detail/bounds.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/http/transport.hpp"
#include "unfriend/http/url.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

template <class Pacer, class = void>
struct has_rate : std::false_type {};
template <class Pacer>
struct has_rate<Pacer, std::enable_if_t<std::is_convertible_v<decltype(std::declval<Pacer&>().rate()), double>>>
    : std::true_type {};

/// One call after the other, as the observer of `Channel` sees them. The observer may throw: the operation calls those
/// functions that tell it something when its own state is settled.
template <class Channel, class Observer = typename Channel::observer_type>
class call_watch {
    using nanoseconds = std::chrono::nanoseconds;

public:
    /// What follows happens at that time.
    void at(timestamp now) noexcept { now_ = now; }

    /// A call is loaded. It has no events before it is driven.
    void load(timestamp now) noexcept {
        now_ = now;
        call_ = 0;
        is_sending_ = is_pacing_ = false;
    }
    /// The call is driven, for the first time or again.
    template <class Exchange>
    void begin(Channel& channel, const Exchange& exchange, call_priority priority, nanoseconds deadline) {
        if (call_ != 0) return;
        const url_path path = exchange.command().path;
        call_ = channel.next_call();
        begin_ = now_.monotonic;
        const std::string_view command = path.text().substr(path.text().rfind('/') + 1);
        notify(channel.observer(), call_start{event(), command, exchange.accounts().listed(), priority, deadline});
    }

    /// A wait of no time is none, and the wait for the pacer is one.
    void wait(Channel& channel, std::uint32_t attempts, wait_kind kind, nanoseconds duration) {
        if (duration <= nanoseconds::zero()) return;
        const bool is_reported = kind == wait_kind::pace && std::exchange(is_pacing_, true);
        if (!is_reported) notify(channel.observer(), wait_start{event(), attempts, kind, duration});
    }

    template <class Attempt>
    void send(Channel& channel, const Attempt& attempt, std::uint32_t number, std::size_t accounts) {
        const http_request& request = attempt.request();
        is_sending_ = true;
        is_pacing_ = false;
        number_ = number;
        host_ = {attempt.host().text(), attempt.is_at_backup()};
        accounts_ = accounts;
        request_bytes_ = request.body.size();
        sent_at_ = now_.monotonic;
        end_ = {};
        if (attempt.is_probe()) notify(channel.observer(), circuit_change{event(), host_, circuit_state::half_open});
        notify(channel.observer(), attempt_start{event(), number, host_, accounts, request_bytes_, request.timeout});
    }

    // What becomes known at the end of an attempt, before it is decided what follows.

    void take_response(const http_response& response) noexcept {
        end_.status = response.status;
        end_.bytes = response.body().size();
    }
    void take_failure(const error& failure) noexcept { end_.failure = failure; }
    void take_answer(std::int32_t error_code, std::string_view request_id) noexcept {
        end_.code = error_code;
        end_.request_id = request_id;
    }
    void take_circuit(std::optional<circuit_state> changed) noexcept { end_.circuit = changed; }
    void take_renewal() noexcept { end_.is_renewed = true; }
    void take_withdrawal() noexcept { end_.is_withdrawn = true; }
    /// Before and after the pacer hears of the answer.
    void take_old_rate(Channel& channel) {
        if constexpr (is_rate_watched()) end_.old_rate = end_.rate = channel.pacer().rate();
    }
    void take_new_rate(Channel& channel) {
        if constexpr (is_rate_watched()) end_.rate = channel.pacer().rate();
    }

    /// `retry_in`: empty when the call ends. Nothing happens when no attempt is under way.
    void end_attempt(Channel& channel, std::optional<nanoseconds> retry_in = {}) {
        if (!std::exchange(is_sending_, false)) return;
        notify(channel.observer(),
               attempt_end{event(), number_, host_, accounts_, now_.monotonic - sent_at_, end_.status, end_.failure,
                           end_.code, end_.request_id, request_bytes_, end_.bytes, retry_in, end_.is_withdrawn});
        if (end_.circuit) notify(channel.observer(), circuit_change{event(), host_, *end_.circuit});
        if (end_.old_rate < end_.rate || end_.rate < end_.old_rate)
            notify(channel.observer(), rate_change{event(), end_.old_rate, end_.rate});
        if (end_.is_renewed) notify(channel.observer(), user_sig_renewal{event()});
    }

    /// The attempt has ended, and the next one is put off by `delay`.
    void put_off(Channel& channel, std::uint32_t attempts, nanoseconds delay, nanoseconds retry_after) {
        delay = larger(delay, nanoseconds::zero());
        end_attempt(channel, delay);
        const bool is_asked_for = retry_after > nanoseconds::zero() && retry_after >= delay;
        wait(channel, attempts, is_asked_for ? wait_kind::retry_after : wait_kind::backoff, delay);
    }

    template <class Call>
    void end(Channel& channel, const Call& call, const account_table& accounts) {
        if constexpr (observes<Observer, call_end>()) {
            const call_result response = call.result();
            std::size_t counts[4] = {};
            for (std::size_t i = 0; i < accounts.size(); ++i)
                ++counts[static_cast<std::size_t>(accounts.results()[i].outcome)];
            const auto count = [&](outcome value) { return counts[static_cast<std::size_t>(value)]; };
            notify(channel.observer(),
                   call_end{event(), now_.monotonic - begin_, response.outcome, response.stop_reason,
                            response.last_error(), response.error_code, response.request_id, response.attempts,
                            count(outcome::deleted), count(outcome::already_gone), count(outcome::failed),
                            count(outcome::unknown)});
        }
    }

private:
    static constexpr bool is_rate_watched() noexcept {
        return observes<Observer, rate_change>() && has_rate<typename Channel::pacer_type>::value;
    }

    struct attempt_ending {
        int status = 0;
        std::size_t bytes = 0;
        error failure{};
        std::optional<std::int32_t> code{};
        std::string_view request_id{};
        std::optional<circuit_state> circuit{};
        double old_rate = 0;
        double rate = 0;
        bool is_renewed = false;
        bool is_withdrawn = false;
    };

    call_event event() const noexcept { return {call_, now_}; }

    timestamp now_{{}, 0};
    std::uint64_t call_ = 0; // 0: it has not begun
    nanoseconds begin_{};
    nanoseconds sent_at_{};
    std::uint32_t number_ = 0;
    attempt_host host_{};
    std::size_t accounts_ = 0;
    std::size_t request_bytes_ = 0;
    attempt_ending end_{};
    bool is_sending_ = false;
    bool is_pacing_ = false;
};

/// Nobody sees them.
template <class Channel>
class call_watch<Channel, no_observer> {
    using nanoseconds = std::chrono::nanoseconds;

public:
    void at(timestamp) noexcept {}
    void load(timestamp) noexcept {}
    template <class Exchange>
    void begin(Channel&, const Exchange&, call_priority, nanoseconds) noexcept {}
    void wait(Channel&, std::uint32_t, wait_kind, nanoseconds) noexcept {}
    template <class Attempt>
    void send(Channel&, const Attempt&, std::uint32_t, std::size_t) noexcept {}
    void take_response(const http_response&) noexcept {}
    void take_failure(const error&) noexcept {}
    void take_answer(std::int32_t, std::string_view) noexcept {}
    void take_circuit(std::optional<circuit_state>) noexcept {}
    void take_renewal() noexcept {}
    void take_withdrawal() noexcept {}
    void take_old_rate(Channel&) noexcept {}
    void take_new_rate(Channel&) noexcept {}
    void end_attempt(Channel&, std::optional<nanoseconds> = {}) noexcept {}
    void put_off(Channel&, std::uint32_t, nanoseconds, nanoseconds) noexcept {}
    template <class Call>
    void end(Channel&, const Call&, const account_table&) noexcept {}
};

}}} // namespace unfriend::v0_2::detail
