// The documents' samples, each cut at every byte, with every other byte in every place, and with every token of JSON
// inserted at every place: the library says of each what RapidJSON's DOM says.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "check.hpp"
#include "checked_decode.hpp"
#include "samples.hpp"

namespace {

using namespace std::string_view_literals;

constexpr std::string_view tokens[] = {
    "{"sv,
    "}"sv,
    "["sv,
    "]"sv,
    ","sv,
    ":"sv,
    "\""sv,
    "\\"sv,
    " "sv,
    "\n"sv,
    "\t"sv,
    "\r"sv,
    "0"sv,
    "-"sv,
    "-0"sv,
    "1.5"sv,
    "1e400"sv,
    "2147483648"sv,
    "9223372036854775808"sv,
    "null"sv,
    "true"sv,
    "false"sv,
    "{}"sv,
    "[]"sv,
    "\"\""sv,
    "\"x\":1,"sv,
    ",\"x\":{}"sv,
    "\\n"sv,
    "\\u0041"sv,
    "\\ud83d\\ude00"sv,
    "\\ud83d"sv,
    "\\udc00"sv,
    "\\u00"sv,
    "\xC3\xA9"sv,
    "\xED\xA0\x80"sv,
    "\xF0\x9F\x98\x80"sv,
    "\xEF\xBB\xBF"sv,
    "\xFF"sv,
    "\0"sv,
    "/**/"sv,
    "<"sv,
    "NaN"sv,
};

/// The samples as they are and without white space, and one with what the samples lack.
std::vector<std::string> bodies(const char* name, std::string_view rich) {
    const std::string sample = read_test_data(name);
    REQUIRE(!sample.empty());
    return {sample, minified(sample), std::string(rich)};
}

template <class Checker>
void check_all(const std::vector<std::string>& all) {
    for (const std::string& whole : all) {
        Checker checker;
        verdicts count;
        std::size_t wrong = 0;
        std::string first_wrong;
        const auto check = [&](const std::string& body) {
            if (checker.check(body, count)) return;
            if (wrong++ == 0) first_wrong = body;
        };
        check(whole);
        CHECK(count.refused == 0);
        for (std::size_t at = 0; at <= whole.size(); ++at) {
            check(whole.substr(0, at));
            check(whole.substr(at));
            for (const std::string_view token : tokens) check(std::string(whole).insert(at, token));
            if (at == whole.size()) continue;
            check(std::string(whole).erase(at, 1));
            std::string changed = whole;
            for (int byte = 0; byte != 256; ++byte) {
                changed[at] = static_cast<char>(byte);
                check(changed);
            }
        }
        INFO(first_wrong);
        CHECK(wrong == 0);
        CHECK(count.accepted > whole.size());
        CHECK(count.refused > 256 * whole.size());
    }
}

} // namespace

TEST_CASE("the sample of an answer, changed in every way in every place") {
    check_all<friend_delete_checker>(bodies("samples/friend_delete_response.json",
                                            "{\"x\":[1.5e-3,{\"y\":\"\\\\\"}],\"ErrorInfo\":"
                                            "\"\\n\\uD83D\\uDE00\xE5\xA5\xBD\",\"ResultItem\":[{\"ResultCode\":"
                                            "-31704,\"To_Account\":\"a\\\"\"},{}],\"RequestId\":\"r\"}"));
}

TEST_CASE("the sample of an event, changed in every way in every place") {
    check_all<event_checker>(
        bodies("samples/friend_delete_webhook.json",
               "{\"PairList\":[{\"To_Account\":\"\\u0062\xC3\xA9\",\"x\":[[]],\"From_Account\":\"a\"}],"
               "\"OptPlatform\":\"iPad\",\"CallbackCommand\":\"Sns.\\u0043allbackFriendDelete\"}"));
}
