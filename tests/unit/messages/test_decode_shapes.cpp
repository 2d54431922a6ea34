// Answers written in every way that JSON allows read the same: bodies made up at random, from a fixed seed, are
// compared with what they were made from.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"

#include "bytes.hpp"
#include "check.hpp"

namespace {

struct expected_item {
    std::string to_account{};
    std::optional<std::int32_t> result_code{};
    std::string result_info{};
};

struct expected_answer {
    std::vector<expected_item> items{};
    std::string action_status{};
    std::optional<std::int32_t> error_code{};
    std::string error_info{};
};

/// Writes answers, now as the service does and now with every liberty that JSON gives.
class answer_maker {
public:
    explicit answer_maker(std::uint32_t seed) : random_(seed) {}

    std::string make(expected_answer& expected) {
        liberty_ = below(4); // 0: none at all; 3: at every turn
        spaces_ = below(3) == 0;
        std::vector<std::string> members;
        if (!chance()) {
            expected.action_status = below(2) == 0 ? "OK" : "FAIL";
            members.push_back(member("ActionStatus", text(expected.action_status)));
        }
        if (!chance()) members.push_back(member("ErrorCode", integer(expected.error_code)));
        if (!chance()) members.push_back(member("ErrorInfo", any_text(expected.error_info)));
        const std::string items = list(expected.items);
        if (chance()) {
            members.push_back(member("ResultItem", items));
        } else {
            members.insert(members.begin(), member("ResultItem", items));
        }
        return space() + object(members) + space();
    }

private:
    std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }

    /// Whether to take a liberty.
    bool chance() { return below(12) < liberty_; }

    std::string space() {
        if (!spaces_) return {};
        const char* const spaces[] = {"", " ", "\n", "\t\r\n    "};
        return spaces[chance() ? below(4) : 1];
    }

    std::string list(std::vector<expected_item>& items) {
        const std::uint32_t sizes[] = {0, 1, 2, 5, 40, 90};
        items.resize(sizes[below(6)]);
        std::string json = "[" + space();
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (i != 0) json += space() + ',' + space();
            json += item(items[i]);
        }
        return json + space() + ']';
    }

    std::string item(expected_item& expected) {
        std::vector<std::string> members;
        expected.to_account = "user" + std::to_string(below(100000));
        if (chance()) any_text(expected.to_account);
        members.push_back(member("To_Account", text(expected.to_account)));
        expected.result_code = below(8) == 0 ? 31704 : 0;
        members.push_back(
            member("ResultCode", chance() ? integer(expected.result_code) : std::to_string(*expected.result_code)));
        members.push_back(member("ResultInfo", below(8) == 0 ? any_text(expected.result_info) : "\"\""));
        if (chance()) members.push_back(member("ResultCode", integer(expected.result_code)));
        return object(members);
    }

    /// An object of these members, and perhaps of one that is not known.
    std::string object(std::vector<std::string>& members) {
        if (members.size() <= 4 && chance())
            members.insert(members.begin() + below(static_cast<std::uint32_t>(members.size() + 1)), unknown());
        std::string json = "{" + space();
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i != 0) json += space() + ',' + space();
            json += members[i];
        }
        return json + space() + '}';
    }

    std::string unknown() {
        const char* const values[] = {"null",
                                      "1",
                                      "-2.5e3",
                                      "true",
                                      "{}",
                                      "[]",
                                      "[{\"ResultCode\":3}]",
                                      "{\"To_Account\":{\"x\":[1]}}",
                                      "\"}],\\\"{\"",
                                      "\"\\u00e9\""};
        return member(below(2) == 0 ? "RequestID" : "Fail_Account", values[below(10)]);
    }

    std::string member(std::string_view name, const std::string& value) {
        return text(name) + space() + ':' + space() + value;
    }

    std::string integer(std::optional<std::int32_t>& value) {
        const std::int32_t values[] = {0, 1, -1, 30001, 31704, 999999999, 1000000000, INT32_MAX, -INT32_MAX, 70001};
        value = values[below(10)];
        return std::to_string(*value);
    }

    /// A string of JSON that spells `plain`, each character as itself or as an escape.
    std::string text(std::string_view plain) {
        std::string json = "\"";
        const bool escapes = liberty_ > 1 && below(8) == 0;
        for (const char c : plain) {
            const unsigned value = static_cast<unsigned char>(c);
            const bool must = c == '"' || c == '\\' || value < 0x20;
            if (must || (escapes && value < 0x80 && below(4) == 0)) {
                json += "\\u00";
                json += "0123456789abcdef"[value / 16];
                json += "0123456789ABCDEF"[value % 16];
            } else {
                json += c;
            }
        }
        return json + '"';
    }

    std::string any_text(std::string& plain) {
        const char* const pieces[] = {"why",
                                      " ",
                                      "\"",
                                      "\\",
                                      "\n",
                                      "\x7F",
                                      "\xC3\xA9",
                                      "\xE5\xA5\xBD",
                                      "\xF0\x9F\x98\x80",
                                      "a longer piece of text",
                                      "/"};
        plain.clear();
        for (std::uint32_t count = below(6); count != 0; --count) plain += pieces[below(11)];
        return text(plain);
    }

    std::mt19937 random_;
    std::uint32_t liberty_ = 0;
    bool spaces_ = false;
};

template <class Response>
bool agrees(const expected_answer& expected, const Response& response) {
    const auto same_item = [](const expected_item& left, const unfriend::result_item& right) {
        return left.to_account == right.to_account && left.result_code == right.result_code &&
               left.result_info == right.result_info;
    };
    return expected.action_status == response.action_status && expected.error_code == response.error_code &&
           expected.error_info == response.error_info && response.omitted == 0 &&
           response.items.size() == expected.items.size() &&
           std::equal(expected.items.begin(), expected.items.end(), response.items.begin(), same_item);
}

} // namespace

TEST_CASE("an answer reads the same in whatever way it is written") {
    std::size_t wrong = 0;
    std::size_t items = 0;
    std::string first_wrong;
    unfriend::friend_delete_response<unfriend::inline_items<128>> response;
    for (std::uint32_t seed = 1; seed <= 4000; ++seed) {
        expected_answer expected;
        const std::string text = answer_maker(seed).make(expected);
        const exact_bytes body(text);
        const bool right = !unfriend::decode(body.span(), response) && agrees(expected, response);
        if (!right && wrong++ == 0) first_wrong = text;
        items += expected.items.size();
    }
    INFO("first: ", first_wrong);
    CHECK(wrong == 0);
    CHECK(items > 50000);
}

TEST_CASE("an answer that is cut short is refused in whatever way it is written") {
    std::size_t wrong = 0;
    std::string first_wrong;
    unfriend::friend_delete_response<unfriend::inline_items<128>> response;
    for (std::uint32_t seed = 1; seed <= 4000; ++seed) {
        expected_answer expected;
        const std::string text = answer_maker(seed).make(expected);
        const std::size_t size = 1 + seed * 7919 % text.rfind('}');
        if (text.find_first_not_of(" \t\r\n") >= size) continue;
        const exact_bytes body(std::string_view(text).substr(0, size));
        const unfriend::error failure = unfriend::decode(body.span(), response);
        const bool right =
            failure == unfriend::errc::truncated_json && failure.detail() == size && response.items.empty();
        if (!right && wrong++ == 0) first_wrong = text.substr(0, size);
    }
    INFO("first: ", first_wrong);
    CHECK(wrong == 0);
}

TEST_CASE("an item that is written as an earlier one stands after being decoded in place is read for itself") {
    const std::string first = R"({"To_Account":"a","ResultCode":0,"ResultInfo":"\\u0041"})";
    const std::string second = R"({"To_Account":"b","ResultCode":0,"ResultInfo":"\u00411"})";
    const exact_bytes body(R"({"ResultItem":[)" + first + ',' + second + ',' + second + ',' + first + "]}");
    unfriend::friend_delete_response<unfriend::inline_items<4>> response;
    CHECK(!unfriend::decode(body.span(), response));
    REQUIRE(response.items.size() == 4);
    CHECK(response.items[0].result_info == R"(\u0041)");
    CHECK(response.items[1].result_info == "A1");
    CHECK(response.items[2].result_info == "A1");
    CHECK(response.items[3].result_info == R"(\u0041)");
}
