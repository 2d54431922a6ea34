// An observer that notes every event as a line of text, and one that throws.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/call/observer.hpp"

#include "check.hpp"

template <>
struct doctest::StringMaker<std::vector<std::string>> {
    static String convert(const std::vector<std::string>& lines) {
        std::string text;
        for (const std::string& line : lines) text += "\n  " + line;
        return text.c_str();
    }
};

/// Each line begins with the number of the call and the name of the event. Times are in milliseconds.
class recording_observer {
public:
    void on_call_start(const unfriend::call_start& call) {
        note(call, "call_start", call.command, call.accounts,
             call.priority == unfriend::call_priority::bulk ? "bulk" : "interactive");
        deadlines.push_back(call.deadline);
    }
    void on_call_end(const unfriend::call_end& call) {
        note(call, "call_end", ms(call.duration), to_string(call.outcome), to_string(call.stop_reason),
             text(call.last_error), code(call.error_code), id(call.request_id), call.attempts, call.deleted,
             call.already_gone, call.failed, call.unknown);
    }
    void on_attempt_start(const unfriend::attempt_start& attempt) {
        note(attempt, "attempt_start", attempt.attempt, host(attempt.host), attempt.accounts);
        sizes.push_back(attempt.request_bytes);
        timeouts.push_back(attempt.timeout);
    }
    void on_attempt_end(const unfriend::attempt_end& attempt) {
        note(attempt, "attempt_end", attempt.attempt, host(attempt.host), attempt.accounts, ms(attempt.duration),
             attempt.http_status, text(attempt.error), code(attempt.error_code), id(attempt.request_id),
             attempt.retry_in ? "again in " + ms(*attempt.retry_in) : std::string("last"),
             attempt.is_withdrawn ? "withdrawn" : "sent");
        sizes.push_back(attempt.request_bytes);
        sizes.push_back(attempt.response_bytes);
    }
    void on_wait_start(const unfriend::wait_start& wait) {
        note(wait, "wait_start", to_string(wait.kind), ms(wait.duration), wait.attempts);
    }
    void on_rate_change(const unfriend::rate_change& change) {
        note(change, "rate_change");
        rates.push_back(change.previous);
        rates.push_back(change.rate);
    }
    void on_circuit_change(const unfriend::circuit_change& change) {
        note(change, "circuit_change", host(change.host), to_string(change.state));
    }
    void on_user_sig_renewal(const unfriend::user_sig_renewal& renewal) { note(renewal, "user_sig_renewal"); }

    std::vector<std::string> lines{};
    std::vector<std::chrono::nanoseconds> times{}; // of the lines
    std::vector<std::chrono::nanoseconds> deadlines{};
    std::vector<std::chrono::milliseconds> timeouts{};
    std::vector<std::size_t> sizes{}; // of bodies: sent, sent again, received
    std::vector<double> rates{};      // before, after

    /// The lines of one event, without the numbers of the calls and its name.
    std::vector<std::string> of(std::string_view name) const {
        std::vector<std::string> found;
        for (const std::string& line : lines) {
            const std::size_t begin = line.find(' ') + 1;
            if (line.compare(begin, name.size(), name) != 0) continue;
            const std::size_t behind = begin + name.size();
            if (behind == line.size()) found.emplace_back();
            if (behind < line.size() && line[behind] == ' ') found.push_back(line.substr(behind + 1));
        }
        return found;
    }

private:
    static std::string ms(std::chrono::nanoseconds time) {
        return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
    }
    static std::string host(const unfriend::attempt_host& host) {
        return std::string(host.name) + (host.is_backup ? "(backup)" : "");
    }
    static std::string text(const unfriend::error& failure) {
        return failure ? '<' + std::string(failure.message()) + '>' : std::string("-");
    }
    static std::string code(std::optional<std::int32_t> value) { return value ? std::to_string(*value) : "-"; }
    static std::string id(std::string_view value) { return value.empty() ? "-" : std::string(value); }

    static void add(std::string& line, std::string_view word) { line.append(" ").append(word); }
    static void add(std::string& line, const std::string& word) { line.append(" ").append(word); }
    static void add(std::string& line, const char* word) { line.append(" ").append(word); }
    template <class Number>
    static void add(std::string& line, Number number) {
        line.append(" ").append(std::to_string(number));
    }

    template <class... Words>
    void note(const unfriend::call_event& event, std::string_view name, const Words&... words) {
        std::string line = std::to_string(event.call);
        add(line, name);
        (add(line, words), ...);
        lines.push_back(line);
        times.push_back(event.time.monotonic);
    }
};

#if defined(__cpp_exceptions)

using observer_exception = std::runtime_error;

/// Throws at one event, of whatever kind.
struct throwing_observer {
    std::size_t events = 0;
    std::size_t throws_at = 0; // 1: the first; 0: never

    void on_call_start(const unfriend::call_start&) { count(); }
    void on_call_end(const unfriend::call_end&) { count(); }
    void on_attempt_start(const unfriend::attempt_start&) { count(); }
    void on_attempt_end(const unfriend::attempt_end&) { count(); }
    void on_wait_start(const unfriend::wait_start&) { count(); }
    void on_rate_change(const unfriend::rate_change&) { count(); }
    void on_circuit_change(const unfriend::circuit_change&) { count(); }
    void on_user_sig_renewal(const unfriend::user_sig_renewal&) { count(); }

    void count() {
        if (++events == throws_at) throw observer_exception("an observer");
    }
};

#endif
