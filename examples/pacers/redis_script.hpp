// A script that Redis (5 or later) runs undivided, over hiredis.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <hiredis/hiredis.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace example {

/// Where Redis is. The connection is not encrypted: hiredis has TLS from version 1.0 on, in a library of its own, and
/// the 0.14 of Debian 12 and Ubuntu 22.04 has none. Where Redis is on another machine, let a tunnel (stunnel, say)
/// carry the connection, and name its near end here.
struct redis_options {
    std::string host = "127.0.0.1";        ///< a name is looked up, for as long as that takes; or a Unix socket's path
    int port = 6379;                       ///< of no meaning to a Unix socket
    std::string username;                  ///< of Redis's access control list (6 or later); empty: the default user
    std::string password;                  ///< empty: Redis asks for none
    std::string key = "unfriend:pacer";    ///< what the script works on
    std::chrono::milliseconds timeout{50}; ///< for connecting, and for each answer of Redis
};

/// A Lua script of one key at one Redis, over a connection that is made when needed. One thread at a time.
class redis_script {
public:
    using values = std::array<std::string, 5>; ///< of ARGV

    /// `text` must outlive the script.
    redis_script(const redis_options& options, std::string_view text) : options_(options), text_(text) {}

    /// The integer that the script returns, run with `arguments`; nothing when that failed, and then the
    /// next run connects anew. That a connection was closed is no failure as long as the same Redis, which has
    /// lost nothing, takes another.
    std::optional<std::int64_t> operator()(const values& arguments) {
        const bool was_connected = connection_ != nullptr;
        if (!was_connected && !connect()) return std::nullopt;
        reply answer = run(arguments);
        if (answer == nullptr && was_connected && !is_late_) {
            const std::string before = run_id_;
            if (!connect()) return std::nullopt;
            if (run_id_.empty() || run_id_ != before) {
                failure_ = "Redis was started anew";
                return std::nullopt;
            }
            answer = run(arguments);
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
        if (!options_.password.empty() && !expect(authenticate(), REDIS_REPLY_STATUS)) return false;
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

    reply authenticate() {
        if (options_.username.empty()) return send({"AUTH", options_.password});
        return send({"AUTH", options_.username, options_.password});
    }

    reply run(const values& arguments) {
        reply answer = run("EVALSHA", digest_, arguments);
        return is_error(answer, "NOSCRIPT") ? run("EVAL", text_, arguments) : std::move(answer);
    }

    reply run(std::string_view command, std::string_view script, const values& arguments) {
        const auto& [first, second, third, fourth, fifth] = arguments;
        return send({command, script, "1", options_.key, first, second, third, fourth, fifth});
    }

    /// Null when Redis did not answer.
    reply send(std::initializer_list<std::string_view> words) {
        constexpr std::size_t most_words = 9;
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

    const redis_options& options_;
    std::string_view text_;
    std::string digest_;   // by which Redis knows the text
    std::string run_id_;   // of the Redis that the connection is to
    bool is_late_ = false; // the last answer, and the connection with it
    std::string failure_;
    std::unique_ptr<redisContext, deleter> connection_;
};

} // namespace example
