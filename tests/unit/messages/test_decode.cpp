// Answers: what they say, however their members are laid out.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "answers.hpp"
#include "check.hpp"
#include "samples.hpp"

namespace {

using optional_code = std::optional<std::int32_t>;
using decoded_all = decoded<unfriend::friend_delete_all_response<>>;

/// An object of the members chosen by the bits of `chosen`, in the order of `order`.
std::string object_of(const std::vector<std::string>& members, const std::vector<std::size_t>& order, unsigned chosen) {
    std::string json = "{";
    for (const std::size_t index : order) {
        if ((chosen >> index & 1U) == 0) continue;
        if (json.size() > 1) json += ',';
        json += members[index];
    }
    return json + '}';
}

/// Calls `check` with every order of `size` things.
template <class Check>
void for_each_order(std::size_t size, const Check& check) {
    std::vector<std::size_t> order(size);
    for (std::size_t i = 0; i < size; ++i) order[i] = i;
    do {
        check(order);
    } while (std::next_permutation(order.begin(), order.end()));
}

} // namespace

TEST_CASE("the documents' own answer is understood") {
    const std::string sample = read_test_data("samples/friend_delete_response.json");
    REQUIRE(!sample.empty());
    for (const std::string& text : {sample, minified(sample)}) {
        const decoded answer(text);
        CHECK(!answer.failure);
        CHECK(answer.response.ok());
        CHECK(answer.response.action_status == "OK");
        CHECK(answer.response.error_code == 0);
        CHECK(answer.response.error_info == "0");
        CHECK(answer.response.error_display.empty());
        CHECK(answer.response.request_id.empty());
        CHECK(answer.response.omitted == 0);
        REQUIRE(answer.response.items.size() == 3);
        for (std::size_t i = 0; i < 3; ++i) {
            const unfriend::result_item& item = answer.response.items[i];
            CHECK(item.to_account == "id" + std::to_string(i + 1));
            CHECK(item.result_code == 0);
            CHECK(item.result_info.empty());
            CHECK(item.ok());
        }
        CHECK(answer.response.failures().empty());
    }
}

TEST_CASE("the members of an answer come in any order, and any of them may be absent") {
    const std::vector<std::string> members{
        R"("ResultItem":[{"To_Account":"bob","ResultCode":31704,"ResultInfo":"no friend"}])",
        R"("ActionStatus":"FAIL")",
        R"("ErrorCode":30001)",
        R"("ErrorInfo":"why")",
        R"("ErrorDisplay":"shown")",
        R"("RequestId":"Id-1-O-2")"};
    std::size_t wrong = 0;
    for_each_order(members.size(), [&](const std::vector<std::size_t>& order) {
        for (unsigned chosen = 0; chosen < 64; ++chosen) {
            exact_bytes body(object_of(members, order, chosen));
            unfriend::friend_delete_response<unfriend::inline_items<2>> response;
            const auto has = [&](unsigned index) { return (chosen >> index & 1U) != 0; };
            const bool right = !unfriend::decode(body.span(), response) && response.items.size() == (has(0) ? 1 : 0) &&
                               (!has(0) || response.items[0].result_code == 31704) &&
                               response.action_status == (has(1) ? "FAIL" : "") &&
                               response.error_code == (has(2) ? optional_code(30001) : std::nullopt) &&
                               response.error_info == (has(3) ? "why" : "") &&
                               response.error_display == (has(4) ? "shown" : "") &&
                               response.request_id == (has(5) ? "Id-1-O-2" : "");
            wrong += right ? 0U : 1U;
        }
    });
    CHECK(wrong == 0);
}

TEST_CASE("the members of an item come in any order, and any of them may be absent") {
    const std::vector<std::string> members{R"("To_Account":"bob")", R"("ResultCode":30003)", R"("ResultInfo":"why")"};
    for_each_order(members.size(), [&](const std::vector<std::size_t>& order) {
        for (unsigned chosen = 0; chosen < 8; ++chosen) {
            const std::string item = object_of(members, order, chosen);
            const decoded answer(R"({"ResultItem":[)" + item + ',' + item + ',' + item + "]}");
            INFO(item);
            CHECK(!answer.failure);
            CHECK(answer.response.items.size() == 3);
            for (const unfriend::result_item& read : answer.response.items) {
                CHECK(read.to_account == ((chosen & 1U) != 0 ? "bob" : ""));
                CHECK(read.result_code == ((chosen & 2U) != 0 ? optional_code(30003) : std::nullopt));
                CHECK(read.result_info == ((chosen & 4U) != 0 ? "why" : ""));
            }
        }
    });
}

TEST_CASE("members that are not known are passed over, wherever they stand and whatever they hold") {
    const char* const unknown_values[] = {"null",
                                          "true",
                                          "false",
                                          "0",
                                          "-12.5e3",
                                          "18446744073709551615",
                                          R"("text")",
                                          R"("\"}],{[\\")",
                                          R"({})",
                                          R"([])",
                                          R"([[],[{}],{"ErrorCode":7}])",
                                          R"({"ErrorCode":7,"ResultItem":[{"To_Account":"eve"}],"a":{"b":[1]}})",
                                          R"("")",
                                          R"("中")"};
    const char* const unknown_names[] = {"RequestID",  "Fail_Account", "Invalid_Account", "",           "ErrorCod",
                                         "ErrorCodes", "errorcode",    "resultitem",      "To_Account_"};
    for (const std::string name : unknown_names) {
        for (const std::string value : unknown_values) {
            const std::string unknown = '"' + name + "\":" + value;
            const std::string item = '{' + unknown + R"(,"To_Account":"bob",)" + unknown + R"(,"ResultCode":0,)" +
                                     unknown + R"(,"ResultInfo":"i",)" + unknown + '}';
            const decoded answer('{' + unknown + R"(,"ResultItem":[)" + item + ',' + item + "]," + unknown +
                                 R"(,"ActionStatus":"OK",)" + unknown + R"(,"ErrorCode":0,)" + unknown + '}');
            INFO(unknown);
            CHECK(answer.ok());
            CHECK(answer.response.items.size() == 2);
            for (const unfriend::result_item& read : answer.response.items) {
                CHECK(read.to_account == "bob");
                CHECK(read.result_code == 0);
                CHECK(read.result_info == "i");
            }
        }
    }
}

TEST_CASE("of a member that is repeated the last one counts") {
    const decoded head(R"({"ErrorCode":30001,"ActionStatus":"FAIL","ErrorCode":7,"ErrorInfo":"a","ErrorInfo":"",)"
                       R"("ActionStatus":"OK","ErrorCode":0})");
    CHECK(head.ok());
    CHECK(head.response.error_info.empty());
    const decoded item(R"({"ResultItem":[{"To_Account":"bob","To_Account":"carol","ResultCode":1,"ResultCode":0,)"
                       R"("ResultInfo":"a","ResultInfo":"b","To_Account":"dave"}]})");
    REQUIRE(item.response.items.size() == 1);
    CHECK(item.response.items[0].to_account == "dave");
    CHECK(item.response.items[0].result_code == 0);
    CHECK(item.response.items[0].result_info == "b");
}

TEST_CASE("a list may be empty, and an item may be") {
    const decoded none(R"({"ResultItem":[],"ActionStatus":"OK","ErrorCode":0})");
    CHECK(none.ok());
    CHECK(none.response.items.empty());
    const decoded blank(R"({"ResultItem":[{},{ }]})");
    CHECK(!blank.failure);
    REQUIRE(blank.response.items.size() == 2);
    CHECK(!blank.response.items[1].result_code);
    CHECK(!blank.response.items[1].ok());
    CHECK(!blank.response.items[1].retryable());
}

TEST_CASE("a call succeeded only if the answer says so and nothing in it says otherwise") {
    const struct {
        const char* body;
        bool ok;
    } table[] = {
        {R"({"ActionStatus":"OK","ErrorCode":0})", true},
        {R"({"ErrorCode":0})", true},
        {R"({"ActionStatus":"OK"})", false},
        {R"({"ActionStatus":"FAIL","ErrorCode":0})", false},
        {R"({"ActionStatus":"OK","ErrorCode":30001})", false},
        {R"({"ActionStatus":"FAIL","ErrorCode":30001})", false},
        {R"({"ActionStatus":"ok","ErrorCode":0})", false},
        {R"({"ActionStatus":"OK ","ErrorCode":0})", false},
        {R"({"ActionStatus":"OK","ErrorCode":-1})", false},
        {R"({"ActionStatus":"OK","ErrorCode":-2147483648})", false},
        {R"({})", false},
    };
    for (const auto& row : table) {
        INFO(row.body);
        const decoded some(row.body);
        CHECK(!some.failure);
        CHECK(some.response.ok() == row.ok);
        const decoded_all all(row.body);
        CHECK(!all.failure);
        CHECK(all.response.ok() == row.ok);
    }
}

TEST_CASE("failures and what is worth another try are found among the items") {
    const decoded answer(
        R"({"ResultItem":[{"To_Account":"a","ResultCode":0},{"To_Account":"b","ResultCode":30006},)"
        R"({"To_Account":"c","ResultCode":31704},{"To_Account":"d","ResultCode":0},{"To_Account":"e"},)"
        R"({"To_Account":"f","ResultCode":30008},{"To_Account":"g","ResultCode":-5}],)"
        R"("ActionStatus":"OK","ErrorCode":0})");
    CHECK(answer.ok());
    std::string failed;
    for (const unfriend::result_item& item : answer.response.failures()) failed += item.to_account;
    CHECK(failed == "bcefg");
    CHECK(answer.response.failures().size() == 5);
    std::string again;
    for (const unfriend::result_item& item : answer.response.retryable()) again += item.to_account;
    CHECK(again == "bf");
    CHECK(answer.response.retryable().begin()->to_account == "b");
    CHECK(!answer.response.retryable().empty());
}

TEST_CASE("the answer to deleting all friends has a head and passes over everything else") {
    const decoded_all answer(R"({"ResultItem":[{"To_Account":1}],"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"i",)"
                             R"("ErrorDisplay":"d","RequestId":"r"})");
    CHECK(answer.ok());
    CHECK(answer.response.error_info == "i");
    CHECK(answer.response.error_display == "d");
    CHECK(answer.response.request_id == "r");
}

TEST_CASE("a response that is used again holds nothing of its earlier answer") {
    unfriend::friend_delete_response<unfriend::inline_items<4>> response;
    exact_bytes earlier(std::string_view(R"({"ResultItem":[{"To_Account":"a"}],"ActionStatus":"OK","ErrorCode":0})"));
    CHECK(!unfriend::decode(earlier.span(), response));
    CHECK(response.ok());
    CHECK(response.items.size() == 1);
    exact_bytes body(std::string_view("{}"));
    CHECK(!unfriend::decode(body.span(), response));
    CHECK(is_blank(response));
    CHECK(response.items.empty());
    CHECK(response.omitted == 0);
}

TEST_CASE("text of an answer looks into the bytes that it was decoded from") {
    const decoded answer(R"({"ResultItem":[{"To_Account":"bob","ResultInfo":"a\nb"}],"ErrorInfo":"i"})");
    const auto inside = [&](std::string_view text) {
        const char* const begin = answer.body.span().data();
        return text.data() >= begin && text.data() + text.size() <= begin + answer.body.span().size();
    };
    REQUIRE(answer.response.items.size() == 1);
    CHECK(inside(answer.response.items[0].to_account));
    CHECK(inside(answer.response.items[0].result_info));
    CHECK(inside(answer.response.error_info));
}
