// A call against a service that does what a script says, on a clock that only the script moves.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "first_step.hpp"
#include "unfriend/call/call_result.hpp"
#include "unfriend/call/channel.hpp"
#include "unfriend/call/operation.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/call/policy.hpp"
#include "unfriend/call/workspace.hpp"

#include "check.hpp"

/// How one attempt ends, and how long it takes.
struct attempt {
    unfriend::error failure{};
    int status = 200;
    std::string body{};
    std::chrono::nanoseconds takes{};
    std::string retry_after{};
};

/// What the service says of one account.
struct verdict {
    std::string_view account;
    std::int32_t code;
    std::string_view info = {};
};

/// The service took the call.
inline attempt answers(std::initializer_list<verdict> items) {
    std::string body = R"({"ResultItem":[)";
    for (const verdict& item : items) {
        if (body.back() == '}') body += ',';
        body.append(R"({"To_Account":")").append(item.account);
        body.append(R"(","ResultCode":)").append(std::to_string(item.code));
        body.append(R"(,"ResultInfo":")").append(item.info).append("\"}");
    }
    return {{}, 200, body.append(R"(],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""})"), {}, {}};
}

/// The service did not take the call.
inline attempt refuses(std::int32_t code, std::string_view info = {}) {
    std::string body = R"({"ActionStatus":"FAIL","ErrorCode":)" + std::to_string(code) + R"(,"ErrorInfo":")";
    return {{}, 200, body.append(info).append("\"}"), {}, {}};
}

/// An HTTP status that is not the service's.
inline attempt status(int number) { return {{}, number, "<html>", {}, {}}; }

/// A body that is not the service's.
inline attempt says(std::string_view body) { return {{}, 200, std::string(body), {}, {}}; }

/// The transport's own error.
inline attempt fails(std::errc condition) { return {std::make_error_code(condition), 0, {}, {}, {}}; }

/// The request may have arrived, and nothing came back.
inline attempt loses() { return fails(std::errc::connection_reset); }

/// The same, later.
inline attempt after(std::chrono::nanoseconds time, attempt how) {
    how.takes = time;
    return how;
}

/// The same, with a Retry-After.
inline attempt asking_to_wait(std::string retry_after, attempt how) {
    how.retry_after = std::move(retry_after);
    return how;
}

/// One request that was sent.
struct sent_request {
    std::chrono::nanoseconds at;
    std::string host;
    std::string url;
    std::string body;
    std::chrono::milliseconds timeout;

    /// The value of a parameter of the URL.
    std::string parameter(const std::string& name) const {
        const std::size_t begin = url.find(name + '=') + name.size() + 1;
        return url.substr(begin, url.find('&', begin) - begin);
    }
    /// The accounts, with a space between them.
    std::string accounts() const {
        const std::size_t begin = body.find('[') + 1;
        std::string names;
        for (const char c : body.substr(begin, body.find(']') - begin)) {
            if (c != '"') names += c == ',' ? ' ' : c;
        }
        return names;
    }
};

/// Credentials that can make another UserSig: sig1, sig2 and so on.
struct renewing_credentials {
    int number = 1;
    std::vector<std::string> refused{};
    std::int64_t asked_at = 0;

    std::uint32_t sdk_app_id() const { return 1400000000; }
    std::string_view identifier() const { return "administrator"; }
    unfriend::result<std::string_view> user_sig(std::int64_t now, unfriend::char_span buffer) {
        asked_at = now;
        const std::string text = "sig" + std::to_string(number);
        return std::string_view(buffer.data(), text.copy(buffer.data(), buffer.size()));
    }
    bool invalidate(std::string_view user_sig) {
        refused.emplace_back(user_sig);
        ++number;
        return true;
    }
};

/// Lets every call go at once, and keeps what it is told.
struct noting_pacer {
    struct ticket {};
    struct throttled {
        std::chrono::nanoseconds sent_at;
        unfriend::throttle_kind kind;
    };
    std::vector<throttled> throttled_calls{};
    std::vector<std::chrono::nanoseconds> successes{}; // when they were sent
    std::vector<std::chrono::nanoseconds> holds{};
    std::vector<unfriend::call_priority> asked{};

    std::optional<std::chrono::nanoseconds> try_acquire(ticket&, std::chrono::nanoseconds, std::chrono::nanoseconds,
                                                        unfriend::call_priority priority) {
        asked.push_back(priority);
        return std::chrono::nanoseconds::zero();
    }
    void cancel(ticket&) {}
    void on_success(std::chrono::nanoseconds, std::chrono::nanoseconds sent_at) { successes.push_back(sent_at); }
    void on_throttled(std::chrono::nanoseconds, std::chrono::nanoseconds sent_at, unfriend::throttle_kind kind) {
        throttled_calls.push_back({sent_at, kind});
    }
    void hold_until(std::chrono::nanoseconds time) { holds.push_back(time); }
    std::vector<unfriend::throttle_kind> kinds() const {
        std::vector<unfriend::throttle_kind> all;
        for (const throttled& each : throttled_calls) all.push_back(each.kind);
        return all;
    }
};

/// The numbers from `next` on, `step` apart.
struct scripted_random {
    std::uint32_t next = 0;
    std::uint32_t step = 0;

    std::uint32_t operator()() { return std::exchange(next, next + step); }
};

inline constexpr unfriend::endpoint one_host{unfriend::host_name("primary.example")};
inline constexpr unfriend::endpoint two_hosts{unfriend::host_name("primary.example"),
                                              unfriend::host_name("backup.example")};

/// A channel and a call on it, in a world where time passes only while waiting and sending.
template <class Credentials = renewing_credentials, class Pacer = noting_pacer, class Observer = unfriend::no_observer>
class scripted_service {
public:
    using channel_type = unfriend::channel<Credentials, Pacer&, scripted_random, unfriend::default_limits, Observer&>;
    using memory_type = unfriend::workspace<8, 2048>;

    explicit scripted_service(const unfriend::call_policy& policy = {}, unfriend::endpoint where = one_host,
                              scripted_random random = {}, Credentials who = {})
        : credentials(std::move(who)), channel(credentials, where, pacer, policy, observer, random),
          call(channel, memory->memory()) {}

    /// Makes the call, the attempts ending as the script says. Everything noted is of this call.
    template <class Request>
    unfriend::call_result operator()(const Request& request, const std::vector<attempt>& script) {
        return (*this)(request, channel.policy().call_timeout, script);
    }
    template <class Request>
    unfriend::call_result operator()(const Request& request, std::chrono::milliseconds deadline,
                                     const std::vector<attempt>& script) {
        sent.clear();
        waits.clear();
        unfriend::step next = first_step(call, request, now, deadline);
        while (next.kind != unfriend::step_kind::done) {
            if (next.kind == unfriend::step_kind::wait) {
                next = wait(next);
            } else if (sent.size() == script.size()) {
                FAIL_CHECK("an attempt that the script does not have");
                next = call.cancel(now);
            } else {
                next = send(next, script[sent.size()]);
            }
        }
        CHECK(call.is_done());
        CHECK(sent.size() == script.size());
        return call.result();
    }

    /// Waits as long as the step says.
    unfriend::step wait(const unfriend::step& step) {
        CHECK(step.duration > std::chrono::nanoseconds::zero());
        waits.push_back(step.duration);
        pass(step.duration);
        return call.resume(now);
    }

    /// Sends what the step says, and lets it end so.
    unfriend::step send(const unfriend::step& step, const attempt& how) {
        sent.push_back({now.monotonic, std::string(step.host.text()), std::string(step.request.url),
                        std::string(step.request.body), step.request.timeout});
        CHECK(step.request.url.substr(8, step.host.text().size()) == step.host.text());
        pass(how.takes);
        call.answer().status = how.status;
        call.answer().set_retry_after(how.retry_after);
        call.answer().append(how.body.data(), how.body.size());
        return call.complete(now, how.failure);
    }

    void pass(std::chrono::nanoseconds time) { now.monotonic += time; }

    Credentials credentials;
    Pacer pacer{};
    Observer observer{};
    channel_type channel;
    std::unique_ptr<memory_type> memory = std::make_unique<memory_type>();
    unfriend::operation<channel_type> call;
    unfriend::timestamp now{std::chrono::hours(5), 1700000000};
    std::vector<sent_request> sent{};
    std::vector<std::chrono::nanoseconds> waits{};
};

/// What became of each account, as "bob deleted 0, carol failed -": a dash where the service said nothing.
inline std::string told(const unfriend::call_result& response) {
    std::string text;
    for (const unfriend::account_result& item : response.items) {
        if (!text.empty()) text += ", ";
        text.append(item.to_account).append(" ").append(to_string(item.outcome)).append(" ");
        text += code_text(item.result_code);
    }
    return text;
}

inline constexpr std::string_view bob[] = {"bob"};
inline constexpr std::string_view three_friends[] = {"bob", "carol", "dave"};

/// A request for one account, and one for three.
inline constexpr unfriend::friend_delete_request<const std::string_view (&)[1]> delete_bob{"alice", bob};
inline constexpr unfriend::friend_delete_request<const std::string_view (&)[3]> delete_three{"alice", three_friends};
