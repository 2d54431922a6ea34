// --trace: what happens to the calls, a JSON object a line.
//
// The first line is `run_start`; `time` is in seconds since then. Members that say nothing are left out.
#pragma once

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <fcntl.h>
#include <rapidjson/stringbuffer.h>
#include <unistd.h>

#include <unfriend/call/observer.hpp>
#include <unfriend/core/clock.hpp>
#include <unfriend/http/endpoint.hpp>

#include "report.hpp"

namespace example {

/// The observer of the command's channel. For one thread at a time.
class trace {
public:
    trace() = default;
    trace(const trace&) = delete;
    trace& operator=(const trace&) = delete;
    ~trace() {
        if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
    }

    /// Writes to the file, which is made or emptied; without a name, to standard error. False when it cannot be opened.
    bool open(const std::string& name) {
        constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
        descriptor_ = name.empty() ? STDERR_FILENO : ::open(name.c_str(), flags, 0666);
        return is_open();
    }
    bool is_open() const noexcept { return descriptor_ >= 0; }
    bool is_on_standard_error() const noexcept { return descriptor_ == STDERR_FILENO; }
    /// Something could not be written.
    bool is_broken() const noexcept { return is_broken_; }

    /// The first line.
    void begin(std::string_view version, const unfriend::endpoint& where, double rate) {
        if (!is_open()) return;
        const unfriend::timestamp now = unfriend::default_clock{}();
        begin_ = now.monotonic;
        line one("run_start", {}, now, begin_);
        one.add("version", version);
        one.add("unix_time", now.unix_seconds);
        one.add("rate", rate);
        one.add("host", where.host().text());
        if (where.backup_host().valid()) one.add("backup_host", where.backup_host().text());
        write(one);
    }

    void on_call_start(const unfriend::call_start& call) {
        if (!is_open()) return;
        line one("call_start", call, begin_);
        one.add("command", call.command);
        one.add("accounts", call.accounts);
        write(one);
    }

    void on_call_end(const unfriend::call_end& call) {
        if (!is_open()) return;
        line one("call_end", call, begin_);
        one.add("duration", seconds(call.duration));
        one.add("outcome", to_string(call.outcome));
        one.add("stop_reason", to_string(call.stop_reason));
        one.add("attempts", call.attempts);
        one.add_answer(call.last_error, call.error_code, call.request_id);
        one.add("deleted", call.deleted);
        one.add("already_gone", call.already_gone);
        one.add("failed", call.failed);
        one.add("unknown", call.unknown);
        write(one);
    }

    void on_attempt_start(const unfriend::attempt_start& attempt) {
        if (!is_open()) return;
        line one("attempt_start", attempt, begin_);
        one.add("attempt", attempt.attempt);
        one.add_host(attempt.host);
        one.add("accounts", attempt.accounts);
        one.add("request_bytes", attempt.request_bytes);
        one.add("timeout", seconds(attempt.timeout));
        write(one);
    }

    void on_attempt_end(const unfriend::attempt_end& attempt) {
        if (!is_open()) return;
        line one("attempt_end", attempt, begin_);
        one.add("attempt", attempt.attempt);
        one.add_host(attempt.host);
        one.add("accounts", attempt.accounts);
        one.add("duration", seconds(attempt.duration));
        if (attempt.http_status != 0) one.add("http_status", attempt.http_status);
        one.add_answer(attempt.error, attempt.error_code, attempt.request_id);
        one.add("request_bytes", attempt.request_bytes);
        one.add("response_bytes", attempt.response_bytes);
        if (attempt.retry_in) one.add("retry_in", seconds(*attempt.retry_in));
        if (attempt.is_withdrawn) one.add("withdrawn", true);
        write(one);
    }

    void on_wait_start(const unfriend::wait_start& wait) {
        if (!is_open()) return;
        line one("wait_start", wait, begin_);
        one.add("kind", to_string(wait.kind));
        one.add("duration", seconds(wait.duration));
        write(one);
    }

    void on_rate_change(const unfriend::rate_change& change) {
        if (!is_open()) return;
        line one("rate_change", change, begin_);
        one.add("previous", change.previous);
        one.add("rate", change.rate);
        write(one);
    }

    void on_circuit_change(const unfriend::circuit_change& change) {
        if (!is_open()) return;
        line one("circuit_change", change, begin_);
        one.add_host(change.host);
        one.add("state", to_string(change.state));
        write(one);
    }

    void on_user_sig_renewal(const unfriend::user_sig_renewal& renewal) {
        if (is_open()) write(line("user_sig_renewal", renewal, begin_));
    }

private:
    class line {
    public:
        line(const char* name, std::optional<std::uint64_t> call, unfriend::timestamp time,
             std::chrono::nanoseconds begin)
            : json_(text_) {
            json_.SetMaxDecimalPlaces(6);
            json_.StartObject();
            add("event", name);
            add("time", seconds(time.monotonic - begin));
            if (call) add("call", *call);
        }
        line(const char* name, const unfriend::call_event& event, std::chrono::nanoseconds begin)
            : line(name, event.call, event.time, begin) {}

        void add(const char* key, std::string_view value) {
            json_.Key(key);
            write_text(json_, value);
        }
        void add(const char* key, const char* value) { add(key, std::string_view(value)); }
        template <class Number>
        void add(const char* key, Number value) {
            json_.Key(key);
            if constexpr (std::is_same_v<Number, bool>) {
                json_.Bool(value);
            } else if constexpr (std::is_floating_point_v<Number>) {
                json_.Double(value);
            } else if constexpr (std::is_signed_v<Number>) {
                json_.Int64(value);
            } else {
                json_.Uint64(value);
            }
        }
        void add_host(const unfriend::attempt_host& host) {
            add("host", host.name);
            add("backup", host.is_backup);
        }
        void add_answer(const unfriend::error& failure, std::optional<std::int32_t> code, std::string_view request_id) {
            if (failure) add("error", std::string_view(failure.message()));
            if (code) add("error_code", *code);
            if (!request_id.empty()) add("request_id", request_id);
        }

        std::string_view finish() {
            json_.EndObject();
            text_.Put('\n');
            return {text_.GetString(), text_.GetSize()};
        }

    private:
        rapidjson::StringBuffer text_;
        json_writer json_;
    };

    static double seconds(std::chrono::nanoseconds duration) noexcept {
        return std::chrono::duration<double>(duration).count();
    }

    /// At once, so that it outlives the process.
    void write(line&& one) { write(one); }
    void write(line& one) {
        std::string_view text = one.finish();
        while (!text.empty() && !is_broken_) {
            const ssize_t count = ::write(descriptor_, text.data(), text.size());
            if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
            is_broken_ = count < 0 && errno != EINTR;
        }
    }

    int descriptor_ = -1;
    bool is_broken_ = false;
    std::chrono::nanoseconds begin_{};
};

} // namespace example
