// A channel with an observer, on a virtual clock, and transports whose first attempt fails.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/http/completion.hpp"
#include "unfriend/http/transport.hpp"

#include "held_transport.hpp"
#include "recording_observer.hpp"

/// What is told of a call for one account whose first attempt gets a 503.
inline std::vector<std::string> observed_lines(const std::string& priority) {
    const std::string host = "adminapisgp.im.qcloud.com";
    return {"1 call_start friend_delete 1 " + priority,
            "1 attempt_start 1 " + host + " 1",
            "1 attempt_end 1 " + host + " 1 0 503 <" + unfriend::error(unfriend::errc::http_status, 503).message() +
                "> - - again in 100 sent",
            "1 wait_start backoff 100 1",
            "1 attempt_start 2 " + host + " 1",
            "1 attempt_end 2 " + host + " 1 0 200 - 0 - last sent",
            "1 call_end 100 deleted completed - 0 - 2 1 0 0 0"};
}

template <class Observer = recording_observer>
struct observed_world {
    struct half_of_each_wait {
        std::uint32_t operator()() const noexcept { return 0x80000000U; }
    };
    using channel_type = unfriend::channel<unfriend::fixed_credentials, unfriend::unpaced, half_of_each_wait,
                                           unfriend::default_limits, Observer&>;

    observed_world() : channel(credentials, unfriend::region::singapore, {}, seen) {}
    observed_world(const observed_world&) = delete;
    observed_world& operator=(const observed_world&) = delete;

    unfriend::timestamp now() const { return at(std::chrono::duration_cast<std::chrono::milliseconds>(time)); }
    void pass(std::chrono::nanoseconds duration) {
        if (duration != (std::chrono::nanoseconds::max)()) time += duration;
    }

    auto clock() {
        return [this] { return now(); };
    }
    auto sleep() {
        return [this](std::chrono::nanoseconds duration) { pass(duration); };
    }
    auto blocking() {
        return [this](const unfriend::http_request& request, unfriend::http_response& response) {
            const std::string body = answer(request);
            response.status = body.empty() ? 503 : 200;
            response.append(body.data(), body.size());
            return std::error_code();
        };
    }
    auto later() {
        return [this](const unfriend::http_request& request, unfriend::completion done) {
            const std::string body = answer(request);
            done(body.empty() ? 503 : 200, body);
        };
    }

    /// Empty for a request that is seen for the first time.
    std::string answer(const unfriend::http_request& request) {
        ++requests;
        const bool is_new = known.insert(std::string(request.body)).second;
        return is_new && !all_go_well ? std::string() : deleted_answer(request);
    }

    Observer seen{};
    unfriend::fixed_credentials credentials{1400000000, "administrator", "eJsig_"};
    channel_type channel;
    std::chrono::nanoseconds time{};
    bool all_go_well = false;
    int requests = 0;
    std::set<std::string> known{};
};
