// Counters and histograms of the calls of a channel, in the text format of OpenMetrics 1.0, which Prometheus reads.
//
//   example::metrics seen(where, calls_a_second);
//   unfriend::channel channel{signer, where, pacer, policy, seen};
//   serve("/metrics", example::metrics::content_type, [&] { return seen.text(); });
//
// Names and labels are those of OpenTelemetry ("Semantic conventions for HTTP metrics" and "for HTTP spans") where it
// has them, as Prometheus spells them: `http.client.request.duration` in seconds is
// `http_client_request_duration_seconds`, the attribute `server.address` is the label `server_address`.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include <unfriend/call/observer.hpp>
#include <unfriend/http/endpoint.hpp>
#include <unfriend/messages/service_code.hpp>

#include "histogram.hpp"

namespace example {

namespace detail {

// In nanoseconds; as OpenTelemetry advises for durations of HTTP requests.
inline constexpr bucket_bound duration_bounds[] = {
    {5'000'000, "0.005"},   {10'000'000, "0.01"},     {25'000'000, "0.025"},  {50'000'000, "0.05"},
    {75'000'000, "0.075"},  {100'000'000, "0.1"},     {250'000'000, "0.25"},  {500'000'000, "0.5"},
    {750'000'000, "0.75"},  {1'000'000'000, "1.0"},   {2'500'000'000, "2.5"}, {5'000'000'000, "5.0"},
    {7'500'000'000, "7.5"}, {10'000'000'000, "10.0"},
};
// In bytes.
inline constexpr bucket_bound size_bounds[] = {
    {100, "100.0"},      {1'000, "1000.0"},   {4'000, "4000.0"},
    {16'000, "16000.0"}, {64'000, "64000.0"}, {256'000, "256000.0"},
};

/// How an attempt ended: the labels of OpenTelemetry's `http.response.status_code` and `error.type`. An empty label is
/// left out. Other statuses count as the last entry, so that nobody else decides how many series there are.
struct attempt_ending {
    int status;
    std::string_view status_code;
    std::string_view error_type;
};
inline constexpr attempt_ending attempt_endings[] = {
    {200, "200", ""},    {408, "408", "408"},      {425, "425", "425"},
    {429, "429", "429"}, {500, "500", "500"},      {502, "502", "502"},
    {503, "503", "503"}, {504, "504", "504"},      {0, "200", "unusable_response"},
    {0, "", "timeout"},  {0, "", "not_connected"}, {0, "", "cancelled"},
    {0, "", "_OTHER"},
};

/// The entry that `attempt` counts as.
inline std::size_t ending_of(const unfriend::attempt_end& attempt) noexcept {
    constexpr std::size_t unusable = 8;
    constexpr std::size_t other = std::size(attempt_endings) - 1;
    if (attempt.http_status == 200) return attempt.error ? unusable : 0;
    for (std::size_t i = 1; attempt.http_status != 0 && i < unusable; ++i) {
        if (attempt_endings[i].status == attempt.http_status) return i;
    }
    if (attempt.http_status != 0) return other;
    if (attempt.error == unfriend::errc::cancelled) return unusable + 3;
    if (attempt.error.code() == std::errc::timed_out) return unusable + 1;
    return attempt.error.code() == std::errc::not_connected ? unusable + 2 : other;
}

} // namespace detail

/// An observer of any number of channels with one endpoint. Safe to share between threads: an event is a few atomic
/// additions, without locks. Allocates nothing but in `text`.
class metrics {
    using count = std::atomic<std::uint64_t>;

public:
    /// Of the HTTP response whose body is `text()`.
    static constexpr const char* content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// `rate`: the calls a second that the pacer allows.
    metrics(const unfriend::endpoint& where, double rate)
        : hosts_{{host(where.host()), host(where.backup_host())}}, rate_(rate) {}

    void on_call_start(const unfriend::call_start&) noexcept { add(active_calls_); }

    void on_call_end(const unfriend::call_end& call) noexcept {
        using unfriend::outcome;
        active_calls_.fetch_sub(1, std::memory_order_relaxed);
        add(stop_reasons_[index(call.stop_reason)]);
        call_durations_[index(call.outcome)].add(call.duration.count());
        add(accounts_[index(outcome::deleted)], call.deleted);
        add(accounts_[index(outcome::already_gone)], call.already_gone);
        add(accounts_[index(outcome::failed)], call.failed);
        add(accounts_[index(outcome::unknown)], call.unknown);
    }

    void on_attempt_start(const unfriend::attempt_start& attempt) noexcept { add(host_of(attempt.host).active); }

    void on_attempt_end(const unfriend::attempt_end& attempt) noexcept {
        host& there = host_of(attempt.host);
        there.active.fetch_sub(1, std::memory_order_relaxed);
        if (attempt.is_withdrawn) return;
        if (attempt.attempt > 1) add(there.resent);
        there.durations[detail::ending_of(attempt)].add(attempt.duration.count());
        there.request_bytes.add(static_cast<std::int64_t>(attempt.request_bytes));
        if (attempt.http_status != 0) there.response_bytes.add(static_cast<std::int64_t>(attempt.response_bytes));
        if (attempt.error_code) add(answers_[index(unfriend::kind_of(attempt.error_code))]);
    }

    void on_wait_start(const unfriend::wait_start& wait) noexcept { add(waits_[index(wait.kind)]); }
    void on_rate_change(const unfriend::rate_change& change) noexcept {
        rate_.store(change.rate, std::memory_order_relaxed);
    }
    void on_circuit_change(const unfriend::circuit_change& change) noexcept {
        const bool is_avoided = change.state != unfriend::circuit_state::closed;
        host_of(change.host).is_avoided.store(is_avoided, std::memory_order_relaxed);
    }
    void on_user_sig_renewal(const unfriend::user_sig_renewal&) noexcept { add(renewals_); }

    /// All of it. What the calls add meanwhile may be there in part.
    std::string text() const {
        std::ostringstream out;
        out.precision(15);
        print_attempts(out);
        print_hosts(out);
        print_calls(out);
        out << "# EOF\n";
        return out.str();
    }

private:
    using durations = histogram<detail::duration_bounds, 1'000'000'000>;
    using sizes = histogram<detail::size_bounds>;

    struct host {
        explicit host(unfriend::host_name name) : address(name.text()) {
            const std::size_t colon = address.rfind(':');
            if (colon == std::string::npos || address.find(']', colon) != std::string::npos) return;
            port = address.substr(colon + 1);
            address.resize(colon);
        }
        /// No character of an address needs an escape.
        std::string labels() const {
            return R"(http_request_method="POST",server_address=")" + address + R"(",server_port=")" + port + '"';
        }

        std::string address; // empty: there is no backup
        std::string port = "443";
        std::array<metrics::durations, std::size(detail::attempt_endings)> durations{};
        sizes request_bytes{};
        sizes response_bytes{};
        count active{0};
        count resent{0};
        std::atomic<bool> is_avoided{false};
    };

    template <class Enum>
    static constexpr std::size_t index(Enum value) noexcept {
        return static_cast<std::size_t>(value);
    }
    static void add(count& counter, std::uint64_t number = 1) noexcept {
        counter.fetch_add(number, std::memory_order_relaxed);
    }
    host& host_of(const unfriend::attempt_host& where) noexcept { return hosts_[where.is_backup ? 1 : 0]; }

    static void begin(std::ostream& out, std::string_view name, std::string_view type, std::string_view unit,
                      std::string_view help) {
        out << "# TYPE " << name << ' ' << type << '\n';
        if (!unit.empty()) out << "# UNIT " << name << ' ' << unit << '\n';
        out << "# HELP " << name << ' ' << help << '\n';
    }

    /// Calls `print(host)` for each.
    template <class Print>
    void for_each_host(Print print) const {
        for (const host& each : hosts_) {
            if (!each.address.empty()) print(each);
        }
    }

    /// A counter with one label, whose values are those of an enumeration.
    template <class Enum, std::size_t Size>
    static void print_counters(std::ostream& out, std::string_view name, std::string_view label,
                               const std::array<count, Size>& counters) {
        for (std::size_t i = 0; i < Size; ++i) {
            out << name << "_total{" << label << "=\"" << to_string(static_cast<Enum>(i)) << "\"} " << counters[i]
                << '\n';
        }
    }

    void print_attempts(std::ostream& out) const {
        constexpr std::string_view name = "http_client_request_duration_seconds";
        begin(out, name, "histogram", "seconds", "Duration of attempts.");
        for_each_host([&](const host& each) {
            for (std::size_t i = 0; i < each.durations.size(); ++i) {
                if (i != 0 && each.durations[i].empty()) continue;
                const detail::attempt_ending& ending = detail::attempt_endings[i];
                std::string labels = each.labels();
                if (!ending.status_code.empty())
                    labels.append(",http_response_status_code=\"").append(ending.status_code).append("\"");
                if (!ending.error_type.empty()) labels.append(",error_type=\"").append(ending.error_type).append("\"");
                each.durations[i].print(out, name, labels);
            }
        });
        constexpr std::string_view sent = "http_client_request_body_size_bytes";
        begin(out, sent, "histogram", "bytes", "Size of the bodies sent.");
        for_each_host([&](const host& each) { each.request_bytes.print(out, sent, each.labels()); });
        constexpr std::string_view received = "http_client_response_body_size_bytes";
        begin(out, received, "histogram", "bytes", "Size of the bodies received.");
        for_each_host([&](const host& each) { each.response_bytes.print(out, received, each.labels()); });
    }

    void print_hosts(std::ostream& out) const {
        begin(out, "http_client_active_requests", "gauge", "", "Attempts under way.");
        for_each_host([&](const host& each) {
            out << "http_client_active_requests{" << each.labels() << "} " << each.active << '\n';
        });
        begin(out, "http_request_resend_count", "counter", "", "Attempts after the first of their call.");
        for_each_host([&](const host& each) {
            out << "http_request_resend_count_total{" << each.labels() << "} " << each.resent << '\n';
        });
        begin(out, "unfriend_host_avoided", "gauge", "", "1 while calls avoid the host.");
        for_each_host([&](const host& each) {
            out << "unfriend_host_avoided{" << each.labels() << "} " << (each.is_avoided ? 1 : 0) << '\n';
        });
    }

    void print_calls(std::ostream& out) const {
        begin(out, "unfriend_active_calls", "gauge", "", "Calls under way, those that wait included.");
        out << "unfriend_active_calls " << active_calls_ << '\n';
        constexpr std::string_view name = "unfriend_call_duration_seconds";
        begin(out, name, "histogram", "seconds", "Duration of calls, attempts and waits included.");
        for (std::size_t i = 0; i < call_durations_.size(); ++i) {
            const std::string outcome(to_string(static_cast<unfriend::outcome>(i)));
            call_durations_[i].print(out, name, "outcome=\"" + outcome + '"');
        }
        begin(out, "unfriend_calls", "counter", "",
              "Calls that ended, by the reason why they made no further attempt.");
        print_counters<unfriend::stop_reason>(out, "unfriend_calls", "stop_reason", stop_reasons_);
        begin(out, "unfriend_accounts", "counter", "", "Accounts of calls that ended.");
        print_counters<unfriend::outcome>(out, "unfriend_accounts", "outcome", accounts_);
        begin(out, "unfriend_answers", "counter", "", "Answers of the service, by the kind of their ErrorCode.");
        print_counters<unfriend::code_kind>(out, "unfriend_answers", "kind", answers_);
        begin(out, "unfriend_waits", "counter", "", "Waits of calls.");
        print_counters<unfriend::wait_kind>(out, "unfriend_waits", "kind", waits_);
        begin(out, "unfriend_rate", "gauge", "", "Calls a second that the pacer allows.");
        out << "unfriend_rate " << rate_ << '\n';
        begin(out, "unfriend_user_sig_renewals", "counter", "", "UserSigs that the service refused as expired.");
        out << "unfriend_user_sig_renewals_total " << renewals_ << '\n';
    }

    std::array<host, 2> hosts_;
    std::array<count, 4> accounts_{};
    std::array<durations, 4> call_durations_{};
    std::array<count, 6> stop_reasons_{};
    std::array<count, 12> answers_{};
    std::array<count, 3> waits_{};
    count active_calls_{0};
    count renewals_{0};
    std::atomic<double> rate_;
};

} // namespace example
