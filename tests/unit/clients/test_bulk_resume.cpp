// Jobs that are cut off at any step and go on in another, over slow input and a service that loses track: 50,000 random
// scripts. One that breaks is replayed by its seed.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "unfriend/clients/bulk.hpp"

#include "bulk_job.hpp"
#include "check.hpp"
#include "held_transport.hpp"
#include "service_model.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::bulk_options;
using unfriend::outcome;
using unfriend::source_state;

using pair_key = std::pair<std::string, std::string>;

/// What was noted of the pairs, as a file would keep it.
struct memory_journal {
    std::set<pair_key> open{}; // sent, and the result is not known
    std::map<pair_key, outcome> settled{};

    template <class Accounts>
    bool before_sending(std::string_view from, const Accounts& accounts) {
        for (const std::string_view to : accounts) open.emplace(from, to);
        return true;
    }
    void after(std::string_view from, const unfriend::call_result& response) {
        for (const unfriend::account_result& item : response.items) {
            const pair_key key(from, item.to_account);
            if (item.outcome == outcome::unknown) continue;
            open.erase(key);
            if (item.ok() || !item.retryable()) settled[key] = item.outcome;
        }
    }
};

struct resumed_pair {
    std::string from_account;
    std::string to_account;
    bool may_have_applied;
};

/// Has a pair, or nothing yet, as chance will have it.
struct slow_source {
    std::deque<resumed_pair> pairs;
    script_chance* chance;
    bool is_slow;
    bool has_come = false; // the front one

    source_state state() {
        if (pairs.empty()) return source_state::ended;
        has_come = has_come || !is_slow || chance->percent(70);
        return has_come ? source_state::pair : source_state::pending;
    }
    const resumed_pair& front() const { return pairs.front(); }
    void pop() {
        pairs.pop_front();
        has_come = false;
    }
};

/// Friends and strangers, and how often each was asked about.
class service_side {
public:
    explicit service_side(script_chance& chance) : chance_(chance) {}

    /// The answer to a request that arrives; empty: none.
    std::string act(const unfriend::http_request& request) {
        const request_seen seen(request);
        if (chance_.percent(10)) return refusal(chance_.one_of({60011, 30008, 60007, 31707, 60020}));
        for (const std::string_view account : seen.to_account) ++asked[pair_key(seen.from_account, account)];
        if (chance_.percent(5)) return {};
        std::vector<item_told> items;
        const bool loses_track = chance_.percent(10);
        for (const std::string_view account : seen.to_account) {
            const pair_key key(seen.from_account, account);
            if (chance_.percent(5)) {
                items.push_back({key.second, chance_.one_of({30008, 30006, 60011}), true});
                continue;
            }
            const bool is_removed = key.second.front() == 'f' && removed.insert(key).second;
            items.push_back({key.second, is_removed ? 0 : 31704, true});
            if (chance_.percent(5)) items.back().code = 30007; // it was done, and the service lost track of it
        }
        if (loses_track) return chance_.percent(50) ? refusal(60013) : std::string();
        return answer_of(items);
    }

    std::set<pair_key> removed{};
    std::map<pair_key, int> asked{};

private:
    script_chance& chance_;
};

struct run_result {
    std::map<pair_key, outcome> reported{};
    std::size_t reports = 0;
};

using job_type = unfriend::bulk<plain_channel, held_transport, slow_source&, unfriend::workspace<5, 2048>>;

/// Runs a job to its end, or up to a random step. What is in flight then arrives all the same, or does not.
run_result run(script_chance& chance, service_side& service, memory_journal& journal, slow_source& source,
               bool is_cut_off) {
    run_result result;
    unfriend::call_policy policy = plain_calls::policy();
    policy.max_attempts = static_cast<std::uint32_t>(1 + chance.below(4));
    plain_calls calls(policy);
    std::vector<held_transport::attempt> held;
    held_transport transport{&held};
    bulk_options options;
    options.concurrency = 1 + chance.below(4);
    options.max_consecutive_failures = 1000;
    {
        job_type job(calls.channel, transport, source, options);
        std::chrono::milliseconds now{};
        const auto report = [&](const unfriend::bulk_item& item) {
            ++result.reports;
            result.reported[{std::string(item.from_account), std::string(item.account.to_account)}] =
                item.account.outcome;
        };
        for (std::size_t left = is_cut_off ? chance.below(60) : SIZE_MAX; left != 0 && !job.is_done(); --left) {
            job.poll(at(now), report, journal);
            now += std::chrono::milliseconds(chance.below(40));
            if (held.empty() || chance.percent(50)) continue;
            const std::size_t place = chance.below(held.size());
            held_transport::attempt next = std::move(held[place]);
            held.erase(held.begin() + static_cast<std::ptrdiff_t>(place));
            if (chance.percent(5)) {
                next.done(std::make_error_code(std::errc::not_connected));
                continue;
            }
            const std::string body = service.act(next.request);
            body.empty() ? next.done(std::make_error_code(std::errc::connection_reset)) : next.done(200, body);
        }
        for (held_transport::attempt& late : held) {
            if (chance.percent(50)) service.act(late.request);
        }
    }
    return result;
}

} // namespace

TEST_CASE("a job that is cut off at any step goes on to the truth, and nothing is reported twice or lost") {
    std::size_t seen[4] = {};
    std::size_t resumed = 0;
    for (std::uint64_t seed = 1; seed <= 50'000; ++seed) {
        INFO("the script of seed " << seed);
        script_chance chance(seed);
        service_side service(chance);
        memory_journal journal;
        std::vector<pair_key> pairs;
        for (std::size_t size = 1 + chance.below(25); pairs.size() < size;) {
            const char* const kind = chance.percent(60) ? "friend" : "stranger";
            pairs.emplace_back("user" + std::to_string(chance.below(3)), kind + std::to_string(pairs.size()));
        }
        std::map<pair_key, outcome> last;
        bool is_cut_off = true;
        for (int round = 0; round < 3; ++round) {
            is_cut_off = round < 2 && chance.percent(70);
            const memory_journal before = journal;
            const std::map<pair_key, int> asked_before = service.asked;
            slow_source source{{}, &chance, chance.percent(50)};
            for (const pair_key& each : pairs) {
                if (before.settled.count(each) != 0) continue;
                source.pairs.push_back({each.first, each.second, before.open.count(each) != 0});
            }
            const std::size_t given = source.pairs.size();
            const run_result now = run(chance, service, journal, source, is_cut_off);
            REQUIRE(now.reports == now.reported.size());
            // A job that stopped by itself leaves what had not come yet.
            if (!is_cut_off) REQUIRE(now.reports + source.pairs.size() == given);
            for (const auto& [key, value] : now.reported) {
                last[key] = value;
                if (value != outcome::already_gone) continue;
                const bool was_asked_before = before.open.count(key) != 0 || service.asked[key] > 1;
                REQUIRE(was_asked_before);
            }
            if (round != 0 && given != 0) ++resumed;
            if (!is_cut_off) break;
        }
        REQUIRE_FALSE(is_cut_off);
        for (const pair_key& each : pairs) {
            const auto settled = journal.settled.find(each);
            if (settled == journal.settled.end() && last.count(each) == 0) continue;
            const outcome value = settled != journal.settled.end() ? settled->second : last.at(each);
            const bool is_friend = each.second.front() == 'f';
            const bool is_removed = service.removed.count(each) != 0;
            ++seen[static_cast<std::size_t>(value)];
            if (value == outcome::deleted) REQUIRE(is_removed);
            if (value == outcome::failed) REQUIRE_FALSE(is_removed);
            if (value == outcome::already_gone) REQUIRE((is_removed || !is_friend));
        }
    }
    CHECK(resumed > 25'000);
    for (const std::size_t count : seen) CHECK(count > 1'000);
}
