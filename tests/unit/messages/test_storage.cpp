// Where items live: the same answer gives the same items in every storage, and each keeps its promises.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"

#include "accounts.hpp"
#include "answers.hpp"
#include "bytes.hpp"
#include "check.hpp"

namespace {

using unfriend::errc;
using unfriend::friend_delete_response;
using unfriend::inline_items;
using unfriend::item_span;
using unfriend::owned_result_item;
using unfriend::result_item;

/// What a storage made of an answer, as text to compare: items, head, failure.
struct outcome {
    std::string items{};
    std::string head{};
    unfriend::error failure{};
};

template <class Item>
std::string told(const Item& item) {
    return std::string(item.to_account) + '=' + code_text(item.result_code) + ':' + std::string(item.result_info) + ';';
}

template <class Response>
void conclude(outcome& seen, const Response& response) {
    seen.head = std::string(response.action_status) + ' ' + code_text(response.error_code) + ' ' +
                std::string(response.error_info) + ' ' + std::string(response.request_id) + ' ' +
                std::to_string(response.omitted) + (response.ok() ? " ok" : "");
}

template <class Response>
outcome decoded_into(Response&& response, std::string_view text) {
    exact_bytes body(text);
    outcome seen;
    fill(response);
    seen.failure = unfriend::decode(body.span(), response);
    for (const auto& item : response.items) seen.items += told(item);
    conclude(seen, response);
    return seen;
}

outcome told_one_by_one(std::string_view text) {
    exact_bytes body(text);
    outcome seen;
    friend_delete_response response{
        unfriend::each_item{[&](const result_item& item) { seen.items += told(item); }, [&] { seen.items.clear(); }}};
    seen.failure = unfriend::decode(body.span(), response);
    if (seen.failure) seen.items.clear();
    conclude(seen, response);
    return seen;
}

/// The outcomes of every storage that has room for 1200 items.
std::vector<outcome> outcomes_of(std::string_view text) {
    static std::array<result_item, 1200> views;
    static std::array<owned_result_item, 1200> owners;
    static friend_delete_response<inline_items<1200>> in_place;
    static friend_delete_response<inline_items<1200, owned_result_item>> owning_in_place;
    std::pmr::monotonic_buffer_resource pool;
    return {decoded_into(in_place, text),
            decoded_into(owning_in_place, text),
            decoded_into(friend_delete_response{item_span{views}}, text),
            decoded_into(friend_delete_response{item_span{owners}}, text),
            decoded_into(friend_delete_response<std::vector<result_item>>(), text),
            decoded_into(friend_delete_response<std::vector<owned_result_item>>(), text),
            decoded_into(friend_delete_response{std::pmr::vector<result_item>(&pool)}, text),
            decoded_into(friend_delete_response<std::vector<result_item>, std::string>(), text),
            told_one_by_one(text)};
}

std::string answer_of(std::size_t count, std::size_t odd_one = SIZE_MAX) {
    std::string body = R"({"ResultItem":[)";
    for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) body += ',';
        body += R"({"To_Account":")" + numbered_account(i) + R"(","ResultCode":)" + (i == odd_one ? "31704" : "0") +
                R"(,"ResultInfo":""})";
    }
    return body + R"(],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"done","RequestId":"Id-1"})";
}

std::string items_of(std::size_t count, std::size_t odd_one = SIZE_MAX) {
    std::string items;
    for (std::size_t i = 0; i < count; ++i) items += numbered_account(i) + (i == odd_one ? "=31704:;" : "=0:;");
    return items;
}

} // namespace

TEST_CASE("every storage sees the same items of the same answer") {
    for (const unsigned count : {0U, 1U, 2U, 31U, 32U, 33U, 63U, 64U, 65U, 1000U, 1200U}) {
        for (const unsigned odd_one : {0U, 1U, 31U, 32U, 999U, 5000U}) {
            INFO("items: ", count, " odd one: ", odd_one);
            for (const outcome& seen : outcomes_of(answer_of(count, odd_one))) {
                CHECK(!seen.failure);
                CHECK(seen.items == items_of(count, odd_one));
                CHECK(seen.head == "OK 0 done Id-1 0 ok");
            }
        }
    }
}

TEST_CASE("of a list that is repeated the last one counts in every storage") {
    const std::string_view first =
        R"({"ResultItem":[{"To_Account":"a","ResultCode":1},{"To_Account":"b","ResultCode":2}],)";
    const struct {
        std::string rest;
        std::string_view items;
    } table[] = {
        {R"("ErrorCode":0,"ResultItem":[{"To_Account":"c","ResultCode":3,"ResultInfo":"i"}]})", "c=3:i;"},
        {R"("ResultItem":[],"ErrorCode":0})", ""},
        {R"("ResultItem":[],"ResultItem":[{"To_Account":"d","ResultCode":0}],"ErrorCode":0})", "d=0:;"},
        {R"("x":{"ResultItem":[{}]},"ErrorCode":0})", "a=1:;b=2:;"},
    };
    for (const auto& row : table) {
        INFO(row.rest);
        for (const outcome& seen : outcomes_of(std::string(first) + row.rest)) {
            CHECK(!seen.failure);
            CHECK(seen.items == row.items);
            CHECK(seen.head == " 0   0 ok");
        }
    }
    const std::string long_then_short =
        answer_of(100).replace(answer_of(100).find("\"ActionStatus\""), 0, R"("ResultItem":[{"To_Account":"z"}],)");
    for (const outcome& seen : outcomes_of(long_then_short)) CHECK(seen.items == "z=-:;");
}

TEST_CASE("a refused answer leaves nothing in any storage") {
    const std::string whole = answer_of(100);
    for (const std::string& text :
         {whole.substr(0, whole.size() - 1), whole + 'x', std::string(R"({"ResultItem":[{},{},{},1]})")}) {
        for (const outcome& seen : outcomes_of(text)) {
            CHECK(seen.failure);
            CHECK(seen.items.empty());
            CHECK(seen.head == " -   0");
        }
    }
}

TEST_CASE("items beyond the capacity are counted, and those that fit are kept") {
    const auto check = [](const outcome& seen, std::size_t count, std::size_t capacity) {
        CHECK((seen.failure == errc::too_many_items) == (count > capacity));
        CHECK(seen.failure.detail() == (count > capacity ? count : 0));
        CHECK(seen.items == items_of(count < capacity ? count : capacity));
        CHECK(seen.head ==
              (count > capacity ? "OK 0 done Id-1 " + std::to_string(count - capacity) : "OK 0 done Id-1 0 ok"));
    };
    for (const unsigned count : {39U, 40U, 41U, 64U, 100U, 1000U}) {
        INFO("items: ", count);
        std::vector<result_item> views(40);
        std::vector<owned_result_item> owners(40);
        check(decoded_into(friend_delete_response<inline_items<40>>(), answer_of(count)), count, 40);
        check(decoded_into(friend_delete_response<inline_items<40, owned_result_item>>(), answer_of(count)), count, 40);
        check(decoded_into(friend_delete_response{item_span{views}}, answer_of(count)), count, 40);
        check(decoded_into(friend_delete_response{item_span{owners}}, answer_of(count)), count, 40);
    }
}

TEST_CASE("a storage without room holds nothing and counts all") {
    friend_delete_response<item_span<result_item>> response;
    exact_bytes body(answer_of(3));
    const unfriend::error failure = unfriend::decode(body.span(), response);
    CHECK(failure == errc::too_many_items);
    CHECK(failure.detail() == 3);
    CHECK(response.omitted == 3);
    CHECK(response.items.empty());
    CHECK(response.error_code == 0);
    CHECK(!response.ok());
}

TEST_CASE("items of another shape in between are counted beyond the capacity too") {
    std::string text = answer_of(10);
    text.insert(text.find('[') + 1, R"({"ResultCode":1},{"x":[{}],"To_Account":"y"},)");
    friend_delete_response<inline_items<4>> response;
    exact_bytes body(text);
    CHECK(unfriend::decode(body.span(), response) == errc::too_many_items);
    CHECK(response.omitted == 8);
    CHECK(response.items[1].to_account == "y");
    CHECK(response.items[3].to_account == "friend1");
}

TEST_CASE("a span is written no further than it reaches") {
    std::array<result_item, 6> items{};
    items[4].to_account = "untouched";
    friend_delete_response response{item_span(items.data(), 4)};
    exact_bytes body(answer_of(50));
    CHECK(unfriend::decode(body.span(), response) == errc::too_many_items);
    CHECK(items[3].to_account == "friend3");
    CHECK(items[4].to_account == "untouched");
}

TEST_CASE("without a way to start over, a repeated list is refused") {
    std::size_t told_items = 0;
    friend_delete_response response{unfriend::each_item{[&](const result_item&) { ++told_items; }}};
    exact_bytes twice(std::string_view(R"({"ResultItem":[{}],"ResultItem":[]})"));
    const unfriend::error failure = unfriend::decode(twice.span(), response);
    CHECK(failure == errc::repeated_items);
    CHECK(failure.detail() >= 33);
    CHECK(failure.detail() <= 35);
    exact_bytes once(answer_of(33));
    told_items = 0;
    CHECK(!unfriend::decode(once.span(), response));
    CHECK(told_items == 33);
}

TEST_CASE("text that is owned outlives the bytes, and text that is not looks into them") {
    friend_delete_response<std::vector<owned_result_item>> owning;
    friend_delete_response<std::vector<result_item>> viewing;
    static_assert(std::is_same_v<decltype(owning.error_info), std::string>);
    static_assert(std::is_same_v<decltype(viewing.error_info), std::string_view>);
    {
        std::string body = answer_of(3, 1);
        CHECK(!unfriend::decode(body, owning));
        body.assign(body.size(), '#');
    }
    CHECK(owning.items.at(2).to_account == "friend2");
    CHECK(owning.error_info == "done");
    CHECK(owning.failures().begin()->to_account == "friend1");
    std::string body = answer_of(3);
    CHECK(!unfriend::decode(body, viewing));
    const std::string_view text = viewing.items.at(2).to_account;
    CHECK(text.data() > body.data());
    CHECK(text.data() < body.data() + body.size());
}

TEST_CASE("a pmr vector takes its memory from where it was told to") {
    std::array<std::byte, 16384> room;
    std::pmr::monotonic_buffer_resource pool(room.data(), room.size(), std::pmr::null_memory_resource());
    friend_delete_response response{std::pmr::vector<result_item>(&pool)};
    exact_bytes body(answer_of(100));
    CHECK(!unfriend::decode(body.span(), response));
    REQUIRE(response.items.size() == 100);
    const auto* const first = reinterpret_cast<const std::byte*>(response.items.data());
    CHECK(first >= room.data());
    CHECK(first < room.data() + room.size());
}
