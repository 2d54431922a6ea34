// Answers: which integers are taken, and what becomes of the others.
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "unfriend/messages/friend_delete.hpp"

#include "answers.hpp"
#include "check.hpp"

namespace {

using unfriend::errc;

/// The answers that hold `number` as the code of the call, of the first item and of a later one.
template <class Check>
void with_number(std::string_view number, const Check& check) {
    const std::string value(number);
    INFO(value);
    check(decoded(R"({"ErrorCode":)" + value + '}'), [](const auto& response) { return response.error_code; });
    check(decoded(R"({"ErrorCode": )" + value + R"( ,"ErrorInfo":""})"),
          [](const auto& response) { return response.error_code; });
    check(decoded(R"({"ResultItem":[{"ResultCode":)" + value + "}]}"),
          [](const auto& response) { return response.items.empty() ? 0 : response.items[0].result_code; });
    check(
        decoded(R"({"ResultItem":[{"To_Account":"a","ResultCode":0,"ResultInfo":""},{"To_Account":"b","ResultCode":)" +
                value + R"(,"ResultInfo":""}]})"),
        [](const auto& response) { return response.items.size() < 2 ? 0 : response.items[1].result_code; });
}

} // namespace

TEST_CASE("32-bit integers are taken to their last") {
    const struct {
        std::string_view text;
        std::int32_t value;
    } table[] = {
        {"0", 0},
        {"-0", 0},
        {"1", 1},
        {"-1", -1},
        {"9", 9},
        {"10", 10},
        {"31704", 31704},
        {"999999999", 999999999},
        {"1000000000", 1000000000},
        {"-999999999", -999999999},
        {"-1000000000", -1000000000},
        {"2147483647", INT32_MAX},
        {"-2147483647", -INT32_MAX},
        {"-2147483648", INT32_MIN},
    };
    for (const auto& row : table) {
        with_number(row.text, [&](const auto& answer, const auto& code_of) {
            CHECK(!answer.failure);
            CHECK(code_of(answer.response) == row.value);
        });
    }
}

TEST_CASE("an integer beyond 32 bits is out of range, however long it is") {
    for (const char* const text :
         {"2147483648", "-2147483649", "4294967295", "4294967296", "-4294967296", "9999999999", "9223372036854775807",
          "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
          "18446744073709551616", "-18446744073709551616", "100000000000000000000000000000", "1e400", "-1e400"}) {
        with_number(text, [](const auto& answer, const auto&) { CHECK(answer.failure == errc::integer_out_of_range); });
    }
}

TEST_CASE("a number that is not an integer is of another type") {
    for (const char* const text : {"1.0", "0.0", "-0.5", "1e2", "1E2", "0e0", "31704.0", "1e-400"}) {
        with_number(text, [](const auto& answer, const auto&) { CHECK(answer.failure == errc::wrong_type); });
    }
}

TEST_CASE("a number out of range is pointed to") {
    const std::string body = R"({"ErrorInfo":"","ErrorCode":2147483648,"ErrorDisplay":""})";
    const decoded answer(body);
    CHECK(answer.failure == errc::integer_out_of_range);
    CHECK(answer.failure.detail() >= body.find("2147483648"));
    CHECK(answer.failure.detail() <= body.find("2147483648") + 10);
}

TEST_CASE("numbers of unknown members may be anything that JSON allows") {
    for (const std::string number : {"1.5", "-1e-3", "2147483648", "9223372036854775808", "18446744073709551616",
                                     "1e308", "0.1e-400", "-100000000000000000000000000000000"}) {
        INFO(number);
        CHECK(decoded(R"({"a":)" + number + R"(,"ErrorCode":0})").ok());
        CHECK(decoded(R"({"ResultItem":[{"a":)" + number + R"(}],"ErrorCode":0})").ok());
        CHECK(decoded(R"({"ErrorCode":0,"a":[)" + number + ',' + number + "]}").ok());
    }
}

TEST_CASE("a number beyond the range of double is passed over where no member is known, and refused where one is") {
    const std::string digits(400, '7');
    for (const std::string& number :
         {std::string("1e400"), std::string("-1E+400"), std::string("1e999999999999999999999999"), std::string("0e400"),
          std::string("1.5e0000000309"), digits, "-" + digits, digits + ".25", digits + "e-390",
          std::string(250, '9') + "e99", "0." + digits + "e500", std::string(1'000'000, '1')}) {
        INFO(number.substr(0, 40));
        CHECK(decoded(R"({"a":)" + number + R"(,"ErrorCode":0})").ok());
        CHECK(decoded(R"({"a":[ )" + number + " , " + number + R"(],"b":{"c":)" + number + R"(},"ErrorCode":0})").ok());
        CHECK(decoded(R"({"ResultItem":[{"a":)" + number + R"(}],"ErrorCode":0})").ok());
        with_number(number,
                    [](const auto& answer, const auto&) { CHECK(answer.failure == errc::integer_out_of_range); });
    }
}

TEST_CASE("what is not a number is not taken for one because it is large") {
    const std::string digits(400, '7');
    for (const std::string& text :
         std::initializer_list<std::string>{"0" + digits, digits + ".", digits + ".e400", digits + "e", "1e+",
                                            "--1e400", "1e400.5", "1e400e400", "+1e400", ".5e400", digits + "x"}) {
        INFO(text.substr(0, 40));
        CHECK(decoded(R"({"a":)" + text + R"(,"ErrorCode":0})").failure == errc::malformed_json);
    }
    CHECK(decoded(R"({"a":)" + digits + " 1}").failure == errc::malformed_json);
}

TEST_CASE("large numbers in texts are left as they are") {
    const decoded answer(
        R"({"a":["1e400","\n1e400 1e400"],"ErrorInfo":"1e400","ErrorDisplay":"\t-1e400","ErrorCode":0})");
    CHECK(answer.ok());
    CHECK(answer.response.error_info == "1e400");
    CHECK(answer.response.error_display == "\t-1e400");
}
