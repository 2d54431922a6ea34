// Bulk deletion of ranges of any kind and length, whatever happens to the calls.
#include <algorithm>
#include <array>
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
#include "bulk_script.hpp"
#include "check.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::bulk_item;
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
    std::array<std::size_t, 4> seen{};
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        INFO("the script of seed " << seed);
        REQUIRE(run_bulk_script(script_chance(seed), seen) == "");
    }
    for (const std::size_t each : seen) CHECK(each > 500);
}
