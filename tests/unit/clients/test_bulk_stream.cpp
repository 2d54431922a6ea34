// Bulk deletion of ranges of any kind and length, whatever happens to the calls.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "unfriend/clients/bulk.hpp"

#include "allocation_counter.hpp"
#include "bulk_job.hpp"
#include "check.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::bulk_item;
using unfriend::bulk_options;
using unfriend::outcome;

struct pair_views {
    std::string_view from_account;
    std::string_view to_account;
};

/// Numbered pairs, made when they are reached: the texts of one are overwritten by the next, and there is no way
/// back. A copy that was advanced leaves the others behind without any.
class fleeting_pairs {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = pair_views;
    using difference_type = std::ptrdiff_t;
    using pointer = const pair_views*;
    using reference = pair_views;

    /// `number`: of the first pair. `size`: of each run of one From_Account.
    fleeting_pairs(std::size_t number, std::size_t size) : number_(number), size_(size) { make(); }

    pair_views operator*() const { return {from_, to_}; }
    fleeting_pairs& operator++() {
        ++number_;
        make();
        return *this;
    }
    friend bool operator==(const fleeting_pairs& left, const fleeting_pairs& right) {
        return left.number_ == right.number_;
    }
    friend bool operator!=(const fleeting_pairs& left, const fleeting_pairs& right) { return !(left == right); }

private:
    void make() {
        std::snprintf(from_, sizeof from_, "user%zu", number_ / size_);
        std::snprintf(to_, sizeof to_, "friend%zu", number_);
    }

    std::size_t number_;
    std::size_t size_;
    char from_[32] = {};
    char to_[32] = {};
};

/// Deletes everybody before it returns, and takes nothing from the heap.
struct deleting_transport {
    std::size_t* calls;

    std::error_code operator()(const unfriend::http_request& request, unfriend::http_response& response) const {
        ++*calls;
        const auto append = [&](std::string_view text) { response.append(text.data(), text.size()); };
        constexpr std::string_view before = R"("To_Account":[)";
        std::string_view rest = request.body.substr(request.body.find(before) + before.size());
        std::string_view separator = R"({"ResultItem":[)";
        for (rest = rest.substr(0, rest.find(']')); !rest.empty();) {
            const std::string_view account = rest.substr(0, rest.find(','));
            append(separator);
            append(R"({"To_Account":)");
            append(account);
            append(R"(,"ResultCode":0,"ResultInfo":""})");
            separator = ",";
            rest.remove_prefix(std::min(account.size() + 1, rest.size()));
        }
        append(R"(],"ActionStatus":"OK","ErrorCode":0})");
        response.status = 200;
        return {};
    }
};

} // namespace

TEST_CASE("a range that can be walked once only, whose texts die at every step, is read and reported in full") {
    constexpr std::size_t size = 1000;
    held_job<fleeting_pairs> job(fleeting_pairs(0, 7), fleeting_pairs(size, 7));
    job.answer_all();
    REQUIRE(job.reported.size() == size);
    CHECK(job.answered == 143);
    for (std::size_t i = 0; i < size; ++i) {
        CHECK(job.reported[i].index == i);
        CHECK(job.reported[i].from_account == "user" + std::to_string(i / 7));
        CHECK(job.reported[i].to_account == "friend" + std::to_string(i));
        CHECK(job.reported[i].outcome == outcome::deleted);
    }
}

TEST_CASE("a million pairs take no more memory than a thousand, and none once the calls have theirs") {
    using workspace = unfriend::workspace<100, 16384>;
    using allocator = counting_allocator<char>;
    memory_count counts[2];
    constexpr std::size_t sizes[] = {1'000, 1'000'000};
    for (std::size_t i = 0; i < 2; ++i) {
        plain_calls plain;
        std::size_t calls = 0;
        deleting_transport transport{&calls};
        unfriend::bulk<plain_channel, deleting_transport, unfriend::range_source<fleeting_pairs>, workspace, allocator>
            job(plain.channel, transport, fleeting_pairs(0, 5'000), fleeting_pairs(sizes[i], 5'000), {},
                allocator(counts[i]));
        std::uint64_t reported = 0;
        const auto report = [&reported](const bulk_item&) { ++reported; };
        while (reported < 900) job.poll(at(0ms), report);
        const allocations further = allocations_of([&] {
            while (!job.is_done()) job.poll(at(0ms), report);
        });
        CHECK(further.all() == 0);
        CHECK(reported == sizes[i]);
        CHECK(job.totals().deleted == sizes[i]);
        CHECK(calls == sizes[i] / 100);
    }
    CHECK(counts[0].blocks == counts[1].blocks);
    CHECK(counts[0].total_bytes == counts[1].total_bytes);
    CHECK(counts[1].total_bytes < 9 * (sizeof(workspace) + 1024));
}

TEST_CASE("whatever happens to the calls, each pair is reported once, in order, with its true outcome") {
    constexpr outcome all[] = {outcome::failed, outcome::deleted, outcome::already_gone, outcome::unknown};
    std::size_t seen[4] = {};
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        INFO("the script of seed " << seed);
        script_chance chance(seed);
        text_pairs pairs;
        for (std::size_t size = chance.below(60), from = 0; pairs.size() < size;) {
            if (chance.percent(15)) ++from;
            pairs.emplace_back("user" + std::to_string(from % 3), "friend" + std::to_string(pairs.size()));
            if (chance.percent(3)) pairs.back().second.clear();
        }
        bulk_options options;
        options.concurrency = 1 + chance.below(4);
        options.max_consecutive_failures = static_cast<std::uint32_t>(1 + chance.below(20));
        const unsigned fault_percent = chance.one_of({0U, 20U, 60U});
        const bool is_interrupted = chance.percent(20);
        held_job<text_pairs::const_iterator, unfriend::workspace<5, 2048>> job(pairs.begin(), pairs.end(), options);
        friend_graph graph;
        const auto act = [&](const unfriend::http_request& request) {
            const request_seen seen_request(request);
            std::vector<item_told> items;
            for (const std::string_view account : seen_request.to_account) {
                const bool is_refused = chance.percent(fault_percent / 4);
                const bool is_removed = !is_refused && graph.remove(seen_request.from_account, account, 1);
                items.push_back({std::string(account), is_refused ? 30006 : is_removed ? 0 : 31704, true});
            }
            return answer_of(items);
        };
        std::chrono::milliseconds now{};
        for (job.poll(at(now)); !job.job.is_done(); job.poll(at(now))) {
            CHECK(job.job.in_flight() <= options.concurrency);
            now += std::chrono::milliseconds(chance.below(50));
            if (is_interrupted && chance.percent(10)) chance.percent(50) ? job.job.stop() : job.job.cancel(at(now));
            if (job.held.empty()) continue;
            const std::size_t place = chance.below(job.held.size());
            held_transport::attempt next = std::move(job.held[place]);
            job.held.erase(job.held.begin() + static_cast<std::ptrdiff_t>(place));
            if (chance.percent(fault_percent)) {
                const fault& wrong = faults()[chance.below(faults().size())];
                if (wrong.may_reach_service && chance.percent(50)) act(next.request);
                wrong.failure ? next.done(wrong.failure) : next.done(wrong.status, wrong.body);
            } else {
                next.done(200, chance.percent(fault_percent / 6) ? refusal(random_code(chance)) : act(next.request));
            }
        }
        for (held_transport::attempt& late : job.held) act(late.request);
        REQUIRE(is_reported_in_order(job.reported, pairs));
        std::uint64_t counted[4] = {};
        for (const reported_item& each : job.reported) {
            const bool is_gone = graph.is_gone(each.from_account, each.to_account);
            if (each.outcome != outcome::unknown) CHECK(is_gone == (each.outcome != outcome::failed));
            ++counted[static_cast<std::size_t>(each.outcome)];
            ++seen[static_cast<std::size_t>(each.outcome)];
        }
        CHECK(job.job.totals().failed == counted[0]);
        CHECK(job.job.totals().deleted == counted[1]);
        CHECK(job.job.totals().already_gone == counted[2]);
        CHECK(job.job.totals().unknown == counted[3]);
    }
    for (const outcome each : all) CHECK(seen[static_cast<std::size_t>(each)] > 500);
}
