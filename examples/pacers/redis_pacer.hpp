// A pacer for one quota among any number of processes, kept in Redis (5 or later), over hiredis:
//
//   example::redis_pacer pacer(options, [](bool shared, std::string_view why) { … });   // one for each process
//   if (auto wait = pacer.reserve(now, patience)) …                                     // send after *wait
//   if (throttled) pacer.on_throttled(now); else pacer.on_success(now);
//
// Slots are given out by one script that Redis runs undivided, by Redis's own clock, so the clocks of the
// processes need not agree. While Redis is away, each process keeps to its share: calls_per_second / processes.
//
// What holds. No second at the service has more than `calls_per_second` calls
//   - while Redis is there, whatever the processes do, as long as arrivals do not differ from the slots by more
//     than `jitter`: the way to Redis and back, the process's wait, and the way to the service;
//   - while Redis is away from every process;
//   - when it goes away from all of them, as long as no wait that it gave out was longer than a second: a process
//     falls back only after a second and `jitter` in which it sends nothing new;
//   - when it comes back to all of them, with its memory or without, as long as no wait that a share gave out was
//     longer than some three seconds: for five seconds and `jitter` a process keeps to its share and to the
//     common slots both, and by then the others have come back too, since each tries once a second.
// What cannot hold. When Redis is away from some processes alone, those add their shares to a quota that the others
// use in full. The same goes for a process that starts within those five seconds, which knows of no outage. Beyond
// the waits named above, calls that were told to go at a time still do, besides those of the new schedule. Fewer
// calls a second than processes make shares of one call a second each. While calls are made, Redis must not evict
// the key, and its clock must not be set by more than `jitter`; slewing it does no harm.
#pragma once

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <hiredis/hiredis.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <unfriend/call/pacer.hpp>

namespace example {

struct redis_pacer_options {
    std::string host = "127.0.0.1";        ///< a name is looked up, for as long as that takes; or a Unix socket's path
    int port = 6379;                       ///< of no meaning to a Unix socket
    std::string password;                  ///< empty: Redis asks for none
    std::string key = "unfriend:pacer";    ///< where the quota is kept: one key for each SDKAppID
    std::uint32_t calls_per_second = 200;  ///< of all processes together
    std::uint32_t processes = 1;           ///< how many there are at most: what the share is reckoned from
    std::chrono::milliseconds jitter{100}; ///< by how much arrivals at the service may differ from their slots
    std::chrono::milliseconds timeout{50}; ///< for connecting, and for each answer of Redis
};

/// A Lua script of one key at one Redis, over a connection that is made when needed. One thread at a time.
class redis_script {
public:
    /// `text` must outlive the script.
    redis_script(const redis_pacer_options& options, std::string_view text) : options_(options), text_(text) {}

    /// The integer that the script returns, run with three values of ARGV; nothing when that failed, and then the
    /// next run connects anew. That a connection was closed is no failure as long as the same Redis, which has
    /// lost nothing, takes another.
    std::optional<std::int64_t> operator()(std::string_view first, std::string_view second, std::string_view third) {
        const bool was_connected = connection_ != nullptr;
        if (!was_connected && !connect()) return std::nullopt;
        reply answer = run(first, second, third);
        if (answer == nullptr && was_connected && !is_late_) {
            const std::string before = run_id_;
            if (!connect()) return std::nullopt;
            if (run_id_.empty() || run_id_ != before) {
                failure_ = "Redis was started anew";
                return std::nullopt;
            }
            answer = run(first, second, third);
        }
        if (!expect(answer, REDIS_REPLY_INTEGER)) return std::nullopt;
        return answer->integer;
    }

    /// Why the last run failed.
    const std::string& failure() const noexcept { return failure_; }

private:
    struct deleter {
        void operator()(redisContext* context) const noexcept { redisFree(context); }
        void operator()(redisReply* answer) const noexcept { freeReplyObject(answer); }
        void operator()(char* command) const noexcept { redisFreeCommand(command); }
    };
    using reply = std::unique_ptr<redisReply, deleter>;

    static bool is_error(const reply& answer, std::string_view code) {
        return answer != nullptr && answer->type == REDIS_REPLY_ERROR &&
               std::string_view(answer->str, answer->len).substr(0, code.size()) == code;
    }

    bool connect() {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.timeout);
        const std::chrono::microseconds rest = options_.timeout - seconds;
        const timeval timeout{static_cast<time_t>(seconds.count()), static_cast<suseconds_t>(rest.count())};
        const char* host = options_.host.c_str();
        const bool is_path = options_.host.find('/') != std::string::npos;
        connection_.reset(is_path ? redisConnectUnixWithTimeout(host, timeout)
                                  : redisConnectWithTimeout(host, options_.port, timeout));
        if (connection_ == nullptr) return fail("out of memory");
        if (connection_->err != 0) return fail(connection_->errstr);
        if (redisSetTimeout(connection_.get(), timeout) != REDIS_OK) return fail(connection_->errstr);
        if (!options_.password.empty() && !expect(send({"AUTH", options_.password}), REDIS_REPLY_STATUS)) return false;
        const reply loaded = send({"SCRIPT", "LOAD", text_});
        if (!expect(loaded, REDIS_REPLY_STRING)) return false;
        digest_.assign(loaded->str, loaded->len);
        const reply info = send({"INFO", "server"});
        if (!expect(info, REDIS_REPLY_STRING)) return false;
        const std::string_view text(info->str, info->len);
        const std::size_t run_id = std::min(text.find("run_id:"), text.size());
        run_id_ = text.substr(run_id, text.find('\r', run_id) - run_id);
        return true;
    }

    reply run(std::string_view first, std::string_view second, std::string_view third) {
        reply answer = send({"EVALSHA", digest_, "1", options_.key, first, second, third});
        if (is_error(answer, "NOSCRIPT")) return send({"EVAL", text_, "1", options_.key, first, second, third});
        return answer;
    }

    /// Null when Redis did not answer.
    reply send(std::initializer_list<std::string_view> words) {
        constexpr std::size_t most_words = 7;
        const char* texts[most_words];
        std::size_t sizes[most_words];
        int count = 0;
        for (const std::string_view word : words) {
            texts[count] = word.data();
            sizes[count++] = word.size();
        }
        errno = 0;
        char* formatted = nullptr;
        const int size = redisFormatCommandArgv(&formatted, count, texts, sizes);
        const std::unique_ptr<char, deleter> command(formatted);
        // hiredis itself would raise SIGPIPE where Redis has closed the connection.
        const bool is_sent =
            size > 0 && ::send(connection_->fd, command.get(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
        void* answer = nullptr;
        const bool is_answered = is_sent && redisGetReply(connection_.get(), &answer) == REDIS_OK;
        is_late_ = !is_answered && errno == EAGAIN;
        return reply(static_cast<redisReply*>(answer));
    }

    bool expect(const reply& answer, int type) {
        if (answer == nullptr) return fail(is_late_ ? "no answer in time" : "the connection was lost");
        if (answer->type == type) return true;
        return fail(answer->type == REDIS_REPLY_ERROR ? std::string_view(answer->str, answer->len)
                                                      : "an answer of another type");
    }

    bool fail(std::string_view why) {
        failure_ = why;
        connection_.reset();
        return false;
    }

    const redis_pacer_options& options_;
    std::string_view text_;
    std::string digest_;   // by which Redis knows the text
    std::string run_id_;   // of the Redis that the connection is to
    bool is_late_ = false; // the last answer, and the connection with it
    std::string failure_;
    std::unique_ptr<redisContext, deleter> connection_;
};

/// Takes the place of `unfriend::pacer`. Safe to share between threads, which ask Redis one after another. A call is
/// held up by Redis for a few `timeout`s at most, and then not again for a second.
class redis_pacer {
public:
    using duration = std::chrono::nanoseconds;
    /// Is told that from now on the quota is shared, or that it is not, and why. It must not use the pacer.
    using change_listener = std::function<void(bool shared, std::string_view why)>;

    /// Connects when first asked for a slot.
    explicit redis_pacer(redis_pacer_options options, change_listener on_change = {})
        : options_(std::move(options)), on_change_(std::move(on_change)), script_(options_, take_slot),
          whole_(options_.calls_per_second, options_.jitter),
          share_(options_.calls_per_second / std::max(options_.processes, 1U), options_.jitter) {}

    /// Takes the next slot and says how long to wait for it; nothing, and no slot taken, when that would be
    /// longer than `patience`.
    std::optional<duration> reserve(duration now, duration patience = duration::max()) {
        const std::lock_guard<std::mutex> one_at_a_time(mutex_);
        if (!is_shared_ && now < next_try_) return reserve_of_share(now, patience);
        const bool keeps_to_share = !is_shared_ || now < settled_;
        const duration earliest = std::max(keeps_to_share ? std::max(share_free_, rested_) : rested_, now) - now;
        const std::optional<std::int64_t> answer =
            script_(microseconds(whole_.interval()), microseconds(earliest), std::to_string(patience.count() / 1000));
        if (!answer) {
            fall_back(now);
            return reserve_of_share(now, patience);
        }
        if (!is_shared_) come_back(now);
        if (*answer < 0) return std::nullopt;
        const duration wait = std::chrono::microseconds(*answer);
        last_shared_ = std::max(last_shared_, now + wait);
        if (keeps_to_share) share_free_ = now + wait + share_.interval();
        return wait;
    }

    /// The service said that calls come too fast: gives out no slot for a second, in which the service counts what
    /// it took, and doubles the distance between calls from then on `doublings` times, up to 64 times the least.
    /// Until then it does nothing more: calls that were under way tell nothing new.
    ///
    /// Each process counts its own refusals: its next slot moves the common schedule on by that second, and its
    /// slots take up so much more of it. That makes the schedule slower for all and never faster than the quota,
    /// and takes no further question to Redis; and when the app is too fast, the others are refused as well.
    void on_throttled(duration now, unsigned doublings = 1) {
        const std::lock_guard<std::mutex> one_at_a_time(mutex_);
        if (now < rested_) return;
        rested_ = now + window;
        whole_.on_throttled(now, doublings);
        share_.on_throttled(now, doublings);
    }

    /// The service took a call: a sixteenth nearer to full speed again, but sixteen times a second at most, and not
    /// in the second after a slow-down, when what is answered was sent before it.
    void on_success(duration now) noexcept {
        whole_.on_success(now);
        share_.on_success(now);
    }

private:
    static constexpr duration window = std::chrono::seconds(1); // that the service counts calls in
    static constexpr duration between_tries = std::chrono::seconds(1);
    static constexpr duration longest_share_wait = std::chrono::seconds(3);
    static constexpr duration never = duration::min() / 2;

    // GCRA, in microseconds. KEYS[1] holds when the schedule is free, and expires then. ARGV: the distance to keep
    // behind this slot, how far off the slot has to be at least, and at most.
    static constexpr std::string_view take_slot = R"lua(
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local slot = math.max(now + ARGV[2], tonumber(redis.call('GET', KEYS[1]) or 0))
if slot - now > tonumber(ARGV[3]) then return -1 end
local free = slot + ARGV[1]
redis.call('SET', KEYS[1], string.format('%.0f', free), 'PX', math.ceil((free - now) / 1000) + 1)
return slot - now
)lua";

    // Rounded up, so that no distance is shorter in Redis than here.
    static std::string microseconds(duration time) { return std::to_string((time.count() + 999) / 1000); }

    std::optional<duration> reserve_of_share(duration now, duration patience) {
        const duration wait = std::max({share_free_, rested_, now}) - now;
        if (wait > patience) return std::nullopt;
        share_free_ = now + wait + share_.interval();
        return wait;
    }

    void fall_back(duration now) {
        next_try_ = now + between_tries;
        if (!is_shared_) return;
        is_shared_ = false;
        // Others may have sent up to this moment, and this process has still to send at its last slot.
        share_free_ = std::max(share_free_, std::max(now, last_shared_) + window + options_.jitter);
        if (on_change_) on_change_(false, script_.failure());
    }

    void come_back(duration now) {
        is_shared_ = true;
        settled_ = std::max(now, share_free_) + between_tries + longest_share_wait + window + options_.jitter;
        if (on_change_) on_change_(true, "Redis answers again");
    }

    const redis_pacer_options options_;
    const change_listener on_change_;
    std::mutex mutex_;
    redis_script script_;
    unfriend::pacer whole_; // what a slot takes up of the common schedule
    unfriend::pacer share_; // and of this process's own
    bool is_shared_ = true;
    duration next_try_{0};     // while it is not shared
    duration settled_ = never; // until then, once it is shared again, the share is kept to as well
    duration rested_ = never;  // until then, after a refusal, nothing is sent
    duration share_free_ = never;
    duration last_shared_ = never;
};

} // namespace example
