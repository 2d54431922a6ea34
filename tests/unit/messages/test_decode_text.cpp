// Answers: strings with escapes and beyond ASCII, and white space between tokens.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"

#include "answers.hpp"
#include "check.hpp"
#include "samples.hpp"

namespace {

using namespace std::string_view_literals;

/// Where a string can stand in an answer, as the text before and behind it.
struct string_place {
    std::string_view before;
    std::string_view behind;
};

constexpr string_place value_of_head{R"({"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":")", R"("})"};
constexpr string_place value_of_item{
    R"({"ResultItem":[{"To_Account":"a","ResultCode":0,"ResultInfo":"b"},{"To_Account":")", R"("}],"ErrorCode":0})"};

std::string placed(const string_place& place, std::string_view text) {
    return std::string(place.before).append(text).append(place.behind);
}

/// What a string of JSON spells; "(refused)" where decoding fails.
std::string spelled_in_head(std::string_view text) {
    const decoded answer(placed(value_of_head, text));
    return answer.ok() ? std::string(answer.response.error_info) : "(refused)";
}

std::string spelled_in_item(std::string_view text) {
    const decoded answer(placed(value_of_item, text));
    return answer.ok() && answer.response.items.size() == 2 ? std::string(answer.response.items[1].to_account)
                                                            : "(refused)";
}

/// The places between the tokens of a minified JSON text, both ends included.
std::vector<std::size_t> token_bounds(std::string_view json) {
    std::vector<std::size_t> bounds{0};
    bool in_text = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"') in_text = !in_text;
        const bool punctuation = !in_text && "{}[]:,\""sv.find(c) != std::string_view::npos;
        const bool opening_quote = in_text && c == '"';
        if (opening_quote && bounds.back() != i) bounds.push_back(i);
        if (punctuation && c != '"' && bounds.back() != i) bounds.push_back(i);
        if (punctuation) bounds.push_back(i + 1);
    }
    return bounds;
}

} // namespace

TEST_CASE("escapes spell what RFC 8259 says") {
    const struct {
        std::string_view text;
        std::string_view meaning;
    } table[] = {
        {R"(\")", "\""},
        {R"(\\)", "\\"},
        {R"(\/)", "/"},
        {R"(\b\f\n\r\t)", "\b\f\n\r\t"},
        {R"(\\n)", "\\n"},
        {R"(\u0041\u005a)", "AZ"},
        {R"(\u0022\u005C)", "\"\\"},
        {R"(\u0000)", "\0"sv},
        {R"(a\u0000b)", "a\0b"sv},
        {R"(\u007F\u0080)", "\x7F\xC2\x80"},
        {R"(\u07FF\u0800)", "\xDF\xBF\xE0\xA0\x80"},
        {R"(\u00e9\u00E9)", "\xC3\xA9\xC3\xA9"},
        {R"(\u20AC)", "\xE2\x82\xAC"},
        {R"(\uD7FF\uE000\uFFFF)", "\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"},
        {R"(\uD800\uDC00)", "\xF0\x90\x80\x80"},
        {R"(\uD83D\uDE00)", "\xF0\x9F\x98\x80"},
        {R"(\ud83d\ude00)", "\xF0\x9F\x98\x80"},
        {R"(\uDBFF\uDFFF)", "\xF4\x8F\xBF\xBF"},
        {R"(\uD83D\uDE00\uD83D\uDE01!)", "\xF0\x9F\x98\x80\xF0\x9F\x98\x81!"},
    };
    for (const auto& row : table) {
        INFO(row.text);
        CHECK(spelled_in_head(row.text) == row.meaning);
        CHECK(spelled_in_item(row.text) == row.meaning);
    }
}

TEST_CASE("text beyond ASCII is kept as it is") {
    for (const std::string_view text :
         {"\xC2\x80"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv, "\xED\x9F\xBF"sv, "\xEE\x80\x80"sv, "\xEF\xBF\xBF"sv,
          "\xF0\x90\x80\x80"sv, "\xF4\x8F\xBF\xBF"sv, "\xEF\xBB\xBF"sv, "\x7F"sv, "好友不存在"sv, "a好b友c"sv}) {
        CHECK(spelled_in_head(text) == text);
        CHECK(spelled_in_item(text) == text);
    }
}

TEST_CASE("escapes and characters beyond ASCII are read wherever in a string they stand") {
    for (std::size_t before = 0; before <= 70; ++before) {
        for (std::size_t behind = 0; behind <= 40; behind += 5) {
            const std::string left(before, 'l');
            const std::string right(behind, 'r');
            INFO("before: ", before, " behind: ", behind);
            CHECK(spelled_in_item(left + R"(\")" + right) == left + '"' + right);
            CHECK(spelled_in_item(left + R"(\uD83D\uDE00)" + right) == left + "\xF0\x9F\x98\x80" + right);
            CHECK(spelled_in_head(left + "\xE2\x82\xAC" + right) == left + "\xE2\x82\xAC" + right);
            CHECK(spelled_in_head(left + "\x7F" + right) == left + "\x7F" + right);
        }
    }
}

TEST_CASE("a name may be written with escapes") {
    const decoded answer(
        R"({"\u0052esult\u0049tem":[{"To\u005fAccount":"bob","ResultCod\u0065":0,"\u0052esultInfo":"i"}],)"
        R"("Action\u0053tatus":"OK","\u0045rrorCode":0})");
    CHECK(answer.ok());
    REQUIRE(answer.response.items.size() == 1);
    CHECK(answer.response.items[0].to_account == "bob");
    CHECK(answer.response.items[0].result_code == 0);
    CHECK(answer.response.items[0].result_info == "i");
}

TEST_CASE("a name with a NUL or more behind a known one is not known") {
    const decoded answer(R"({"ErrorCode":0,"ErrorCode\u0000":1,"ErrorCode ":2,"ErrorCode\n":3})");
    CHECK(answer.ok());
}

TEST_CASE("white space may stand between any two tokens") {
    const std::string json = minified(read_test_data("samples/friend_delete_response.json"));
    REQUIRE(!json.empty());
    const std::vector<std::size_t> bounds = token_bounds(json);
    for (const std::string_view space : {" "sv, "\t"sv, "\n"sv, "\r"sv, " \r\n\t  "sv}) {
        std::string everywhere = json;
        for (std::size_t i = bounds.size(); i-- != 0;) {
            everywhere.insert(bounds[i], space);
            std::string once = json;
            once.insert(bounds[i], space);
            INFO("at: ", bounds[i]);
            const decoded answer(once);
            CHECK(answer.ok());
            CHECK(answer.response.items.size() == 3);
        }
        const decoded answer(everywhere);
        CHECK(answer.ok());
        CHECK(answer.response.items.size() == 3);
        CHECK(answer.response.error_info == "0");
    }
}

TEST_CASE("nothing else passes for white space") {
    const std::string json = minified(read_test_data("samples/friend_delete_response.json"));
    const std::vector<std::size_t> bounds = token_bounds(json);
    for (const std::string_view space :
         {"\v"sv, "\f"sv, "\0"sv, "\xC2\xA0"sv, "\xE2\x80\xA8"sv, "\xEF\xBB\xBF"sv, "\x1F"sv}) {
        for (const std::size_t bound : bounds) {
            std::string text = json;
            text.insert(bound, space);
            const decoded answer(text);
            INFO("at: ", bound);
            CHECK(answer.failure ==
                  (bound == json.size() ? unfriend::errc::trailing_bytes : unfriend::errc::malformed_json));
        }
    }
}
