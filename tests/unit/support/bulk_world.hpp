// A bulk job against a model of the service, in virtual time: hours of it take no time.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/clients/bulk.hpp"

#include "bulk_job.hpp"
#include "held_transport.hpp"
#include "service_model.hpp"

/// Requests arrive after 10 ms and a chance of up to 30 ms more; so do the responses.
class bulk_world {
    using nanoseconds = std::chrono::nanoseconds;

public:
    using workspace_type = unfriend::workspace<16, 8192>;
    using channel_type = unfriend::channel<unfriend::fixed_credentials, unfriend::pacer&>;

    /// What the service answers to a request that arrives now; the default deletes what it is asked for.
    std::function<std::string(const request_seen&)> service = [this](const request_seen& request) {
        return deleted(request);
    };
    std::size_t quota = 1'000'000; ///< calls in any second; others get 60011

    struct transport {
        bulk_world* world;
        void operator()(const unfriend::http_request& request, unfriend::completion done) const {
            world->send(request, std::move(done));
        }
    };

    bulk_world(unfriend::pacer& pacer, const unfriend::call_policy& policy)
        : channel(credentials, unfriend::endpoint(unfriend::region::singapore), pacer, policy,
                  unfriend::random_sequence(1)) {}

    std::string deleted(const request_seen& request) {
        std::vector<item_told> items;
        for (const std::string_view account : request.to_account)
            items.push_back({std::string(account), graph.remove(request.from_account, account, 1) ? 0 : 31704, true});
        return answer_of(items);
    }

    /// Runs the job to its end, or up to `longest`.
    template <class Job>
    void run(Job& job, nanoseconds longest = std::chrono::hours(24)) {
        while (!job.is_done() && now < longest) {
            const nanoseconds idle_time = job.poll(timestamp(), [this](const unfriend::bulk_item& item) {
                reported.push_back({item.index, std::string(item.from_account), std::string(item.account.to_account),
                                    item.account.outcome, item.account.result_code});
            });
            most_in_flight = std::max(most_in_flight, job.in_flight());
            if (idle_time == nanoseconds::zero()) continue;
            nanoseconds next = now + std::min(idle_time, nanoseconds(std::chrono::hours(1)));
            if (!under_way_.empty()) next = std::min(next, under_way_.begin()->first);
            now = next;
            while (!under_way_.empty() && under_way_.begin()->first <= now) {
                const std::function<void()> happens = std::move(under_way_.begin()->second);
                under_way_.erase(under_way_.begin());
                happens();
            }
        }
    }

    unfriend::timestamp timestamp() const { return {now, now.count() / 1'000'000'000}; }
    std::size_t count(unfriend::outcome value) const {
        return static_cast<std::size_t>(std::count_if(
            reported.begin(), reported.end(), [&](const reported_item& item) { return item.outcome == value; }));
    }

    nanoseconds now{};
    friend_graph graph{};
    std::vector<reported_item> reported{};
    std::size_t calls = 0;
    std::size_t refused = 0;
    std::size_t side_by_side = 0; ///< calls sent while another of their From_Account was in flight
    std::size_t most_in_flight = 0;
    nanoseconds last_sent{};

    unfriend::fixed_credentials credentials{1400000000, "administrator", "eJsig_"};
    channel_type channel;
    transport post{this};

private:
    struct exchange {
        std::string url;
        std::string body;
        unfriend::completion done;
    };

    nanoseconds delay() { return std::chrono::milliseconds(10) + chance_.up_to(std::chrono::milliseconds(30)); }

    void at(nanoseconds time, std::function<void()> happens) { under_way_.emplace(time, std::move(happens)); }

    void send(const unfriend::http_request& request, unfriend::completion done) {
        ++calls;
        last_sent = now;
        const auto one =
            std::make_shared<exchange>(exchange{std::string(request.url), std::string(request.body), std::move(done)});
        const std::string from(request_seen(request).from_account);
        if (!in_flight_.insert(from).second) ++side_by_side;
        at(now + delay(), [this, one, from] {
            unfriend::http_request arrived{};
            arrived.url = one->url;
            arrived.body = one->body;
            if (window_.size() < quota || now - window_[window_.size() - quota] >= std::chrono::seconds(1)) {
                window_.push_back(now);
                reply(one, from, service(request_seen(arrived)));
            } else {
                ++refused;
                reply(one, from, refusal(60011));
            }
        });
    }

    /// An empty body: the response is lost.
    void reply(const std::shared_ptr<exchange>& one, const std::string& from, const std::string& body) {
        at(now + delay(), [this, one, from, body] {
            in_flight_.erase(from);
            if (body.empty()) return one->done(std::make_error_code(std::errc::connection_reset));
            one->done(200, body);
        });
    }

    script_chance chance_{7};
    std::multimap<nanoseconds, std::function<void()>> under_way_{};
    std::vector<nanoseconds> window_{};
    std::set<std::string> in_flight_{};
};

/// Pairs that each have a From_Account of their own, so that each is a call.
inline text_pairs single_calls(std::size_t count) {
    text_pairs pairs;
    for (std::size_t i = 0; i < count; ++i) pairs.emplace_back("user" + std::to_string(i), "pal");
    return pairs;
}
