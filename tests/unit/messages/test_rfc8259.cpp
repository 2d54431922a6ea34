// RFC 8259, section by section: what JSON is and what it is not, as values that nobody asks for and as those of this
// library's own members, read ahead of RapidJSON and by it.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/webhook.hpp"

#include "answers.hpp"
#include "bytes.hpp"
#include "check.hpp"

namespace {

using namespace std::string_view_literals;
using unfriend::errc;

enum verdict : bool { refused, accepted };

struct row {
    std::string_view json;
    verdict expected;
    std::string_view reason;
};

/// Whether the body of an answer, or of a webhook, is read. If it is not, the error is one of text that is no JSON.
template <class Message, class Decode>
bool is_read(std::string_view text, Decode decode) {
    const exact_bytes body(text);
    Message message;
    const unfriend::error failure = decode(body.span(), message);
    CHECK((!failure || failure == errc::malformed_json || failure == errc::invalid_utf8 ||
           failure == errc::truncated_json || failure == errc::trailing_bytes));
    return !failure;
}

bool is_read_as_answer(std::string_view text) {
    return is_read<unfriend::friend_delete_response<unfriend::inline_items<4>>>(
        text, [](unfriend::char_span body, auto& message) { return unfriend::decode(body, message); });
}

bool is_read_as_event(std::string_view text) {
    return is_read<unfriend::webhook::event<unfriend::inline_items<4, unfriend::webhook::friend_pair>>>(
        text, [](unfriend::char_span body, auto& message) { return unfriend::webhook::decode(body, message); });
}

std::string with(std::string_view before, std::string_view value, std::string_view behind) {
    return std::string(before).append(value).append(behind);
}

/// Each value in every place where an unknown member can be.
template <std::size_t size>
void check_values(const row (&table)[size]) {
    for (const row& each : table) {
        CAPTURE(each.json);
        CAPTURE(each.reason);
        CHECK(is_read_as_answer(with(R"({"x":)", each.json, "}")) == each.expected);
        CHECK(is_read_as_answer(with(R"({"ErrorCode":0,"x":)", each.json, R"(,"y":1})")) == each.expected);
        CHECK(is_read_as_answer(with(R"({"x":[)", each.json, "]}")) == each.expected);
        CHECK(is_read_as_answer(with(R"({"x":{"y":)", each.json, "}}")) == each.expected);
        CHECK(is_read_as_answer(with(R"({"ResultItem":[{"To_Account":"a","x":)", each.json, "},{}]}")) ==
              each.expected);
        CHECK(is_read_as_event(with(R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[],"x":)", each.json,
                                    "}")) == each.expected);
    }
}

/// Each text is a whole body.
template <std::size_t size>
void check_bodies(const row (&table)[size]) {
    for (const row& each : table) {
        CAPTURE(each.json);
        CAPTURE(each.reason);
        CHECK(is_read_as_answer(each.json) == each.expected);
    }
}

/// A member's value with quotes, and what it says; nothing if it is no string.
struct text_row {
    std::string_view json;
    std::optional<std::string_view> value;
    std::string_view reason;
};

/// A member's value, and what it says.
struct number_row {
    std::string_view json;
    std::optional<std::int32_t> value;
    std::optional<errc> code;
    std::string_view reason;
};

bool is(const unfriend::error& failure, std::optional<errc> code) { return code ? failure == *code : !failure; }

} // namespace

TEST_CASE("2: white space is space, tab, line feed and carriage return, around the six structural characters") {
    check_bodies({
        {"{}", accepted, "the least object"},
        {" \t\n\r{ \t\n\r} \t\n\r", accepted, "white space around each structural character"},
        {"{\"ErrorCode\" \n:\r 0 \t, \"x\" : [ 1 , 2 ] }", accepted, "the same around colon, comma and brackets"},
        {"\x0B{}", refused, "a vertical tab is none"},
        {"\x0C{}", refused, "a form feed is none"},
        {"{\xC2\xA0}", refused, "a space that does not break is none"},
        {"\xE3\x80\x80{}", refused, "an ideographic space is none"},
        {"{}\xE2\x80\xA8", refused, "a line separator is none"},
        {"{\0}"sv, refused, "NUL is none"},
        {"{/* */}", refused, "a comment is none"},
        {"{}//", refused, "a comment is none, behind the text either"},
        {"{}#", refused, "nor one of another language"},
        {"{\"x\"\x7F:1}", refused, "DEL is none"},
        {"{} {}", refused, "a text is one value"},
        {"{},", refused, "a separator separates two values"},
    });
}

TEST_CASE("3: the literal names are false, null and true, in lower case") {
    check_values({
        {"false", accepted, "a name"},
        {"null", accepted, "a name"},
        {"true", accepted, "a name"},
        {"False", refused, "names are in lower case"},
        {"NULL", refused, "names are in lower case"},
        {"tRue", refused, "names are in lower case"},
        {"nul", refused, "a part is not the name"},
        {"nulll", refused, "more than the name is not the name"},
        {"truefalse", refused, "one value is not two"},
        {"undefined", refused, "no other name is allowed"},
        {"NaN", refused, "no other name is allowed"},
        {"Infinity", refused, "no other name is allowed"},
        {"-Infinity", refused, "no other name is allowed"},
        {"yes", refused, "no other name is allowed"},
    });
}

TEST_CASE("4: an object is members with names that are strings, colons and commas between them") {
    check_values({
        {"{}", accepted, "an object without members"},
        {R"({"a":1})", accepted, "one member"},
        {R"({"a":1,"b":[]})", accepted, "two members"},
        {R"({"":0})", accepted, "an empty name is a string"},
        {R"({"a":1,"a":2})", accepted, "names should be unique, and need not be"},
        {R"({"\u0061":1})", accepted, "a name may have escapes"},
        {"{", refused, "it is not closed"},
        {R"({"a")", refused, "a name without a value"},
        {R"({"a"})", refused, "a name without a colon"},
        {R"({"a":})", refused, "a name without a value"},
        {R"({"a" 1})", refused, "no colon"},
        {R"({"a"::1})", refused, "two colons"},
        {R"({"a":1,})", refused, "a comma behind the last member"},
        {R"({,"a":1})", refused, "a comma before the first member"},
        {R"({"a":1,,"b":2})", refused, "two commas"},
        {R"({"a":1 "b":2})", refused, "no comma"},
        {R"({"a":1;"b":2})", refused, "another separator"},
        {R"({"a"=1})", refused, "another separator"},
        {"{a:1}", refused, "a name without quotes"},
        {"{'a':1}", refused, "a name in other quotes"},
        {"{1:1}", refused, "a name that is a number"},
        {"{null:1}", refused, "a name that is a literal"},
        {"{[]:1}", refused, "a name that is an array"},
        {R"({"a":1])", refused, "the bracket of an array"},
        {"{}}", refused, "it is closed twice"},
        {R"({"a"})", refused, "a string is no member"},
    });
}

TEST_CASE("5: an array is values with commas between them, of any types") {
    check_values({
        {"[]", accepted, "an array without values"},
        {"[1]", accepted, "one value"},
        {R"([1,"a",null,true,{},[]])", accepted, "values of every type"},
        {"[[[[[[]]]]]]", accepted, "arrays in arrays"},
        {"[ ]", accepted, "white space in it"},
        {"[", refused, "it is not closed"},
        {"[1", refused, "it is not closed"},
        {"[1,]", refused, "a comma behind the last value"},
        {"[,1]", refused, "a comma before the first value"},
        {"[,]", refused, "a comma between nothing"},
        {"[1,,2]", refused, "two commas"},
        {"[1 2]", refused, "no comma"},
        {"[1;2]", refused, "another separator"},
        {"[1:2]", refused, "a colon is for objects"},
        {"[1}", refused, "the brace of an object"},
        {"[1]]", refused, "it is closed twice"},
        {"(1)", refused, "no other brackets"},
    });
}

TEST_CASE("6: a number is a decimal integer, a fraction and an exponent") {
    check_values({
        {"0", accepted, "zero"},
        {"-0", accepted, "minus zero"},
        {"1234567890", accepted, "digits"},
        {"-1", accepted, "a minus"},
        {"0.0", accepted, "a fraction behind zero"},
        {"1.50", accepted, "a fraction that ends with zero"},
        {"1e5", accepted, "an exponent"},
        {"1E+5", accepted, "an exponent with a plus"},
        {"-1.5e-05", accepted, "an exponent that begins with zero"},
        {"0e0", accepted, "an exponent behind zero"},
        {"18446744073709551616", accepted, "the grammar has no largest number"},
        {"1e400", accepted, "nor one beyond double precision"},
        {"-1e400", accepted, "nor a smallest"},
        {"1e-400", accepted, "nor a least one"},
        {"3.141592653589793238462643383279502884197", accepted, "nor a most precise one"},
        {"00", refused, "a leading zero"},
        {"01", refused, "a leading zero"},
        {"-01", refused, "a leading zero behind the minus"},
        {"-", refused, "a minus alone"},
        {"--1", refused, "two signs"},
        {"+1", refused, "a plus"},
        {".5", refused, "no integer"},
        {"-.5", refused, "no integer"},
        {"1.", refused, "no digit behind the point"},
        {"1.e5", refused, "no digit behind the point"},
        {"1..5", refused, "two points"},
        {"1e", refused, "no digit in the exponent"},
        {"1e+", refused, "no digit in the exponent"},
        {"1e1.5", refused, "a fraction in the exponent"},
        {"1ee5", refused, "two exponents"},
        {"0x1F", refused, "another base"},
        {"0b1", refused, "another base"},
        {"1_000", refused, "a separator of digits"},
        {"1,5e", refused, "a comma is no point"},
        {"1 000", refused, "a space in a number"},
        {"1f", refused, "a suffix"},
        {"\xEF\xBC\x91", refused, "a digit that is not ASCII"},
        {"\xE2\x88\x92"
         "1",
         refused, "a minus that is not ASCII"},
    });
}

TEST_CASE("6: a number as a code of an answer") {
    constexpr number_row table[] = {
        {"0", 0, {}, "zero"},
        {"-0", 0, {}, "minus zero is zero"},
        {"31704", 31704, {}, "a code"},
        {"-31704", -31704, {}, "a code with a minus"},
        {"2147483647", 2147483647, {}, "the largest of 32 bits"},
        {"-2147483648", INT32_MIN, {}, "the smallest of 32 bits"},
        {"2147483648", {}, errc::integer_out_of_range, "one more"},
        {"-2147483649", {}, errc::integer_out_of_range, "one less"},
        {"18446744073709551616", {}, errc::integer_out_of_range, "beyond 64 bits"},
        {"1e400", {}, errc::integer_out_of_range, "beyond double precision"},
        {"0.0", {}, errc::wrong_type, "a fraction is no integer, not even a zero"},
        {"1e2", {}, errc::wrong_type, "nor is what has an exponent"},
        {"01", {}, errc::malformed_json, "a leading zero is no number"},
        {"+1", {}, errc::malformed_json, "nor is a plus"},
        {"1.", {}, errc::malformed_json, "nor is a point without digits"},
        {"\"0\"", {}, errc::wrong_type, "a string is no number"},
    };
    for (const number_row& each : table) {
        CAPTURE(each.json);
        CAPTURE(each.reason);
        for (const std::string_view before : {R"({"ErrorCode":)", R"({"x":{},"ErrorCode":)"}) {
            const decoded answer(with(before, each.json, "}"));
            CHECK(is(answer.failure, each.code));
            CHECK(answer.response.error_code == each.value);
        }
        const decoded answer(with(R"({"ResultItem":[{"ResultCode":)", each.json, "}]}"));
        CHECK(is(answer.failure, each.code));
        if (each.value) CHECK(answer.response.items[0].result_code == each.value);
    }
}

TEST_CASE("7: a string is characters in quotes, some of them escaped") {
    check_values({
        {R"("")", accepted, "the empty string"},
        {R"("a")", accepted, "a character"},
        {R"("\"\\\/\b\f\n\r\t")", accepted, "the two-character escapes"},
        {R"("\u0000")", accepted, "NUL, escaped"},
        {R"("\u00e9\u00E9")", accepted, "digits of either case"},
        {R"("\ud83d\ude00")", accepted, "a pair of surrogates"},
        {"\"\x7F\"", accepted, "DEL is no control character of the grammar"},
        {"\"\xC3\xA9\xE5\xA5\xBD\xF0\x9F\x98\x80\"", accepted, "characters beyond ASCII"},
        {"\"\xEF\xBF\xBF\"", accepted, "a code point that is no character"},
        {"\"'/\"", accepted, "what need not be escaped"},
        {R"(")", refused, "it is not closed"},
        {R"("a)", refused, "it is not closed"},
        {"'a'", refused, "other quotes"},
        {"a", refused, "no quotes"},
        {R"("\a")", refused, "an escape that does not exist"},
        {R"("\'")", refused, "an escape that does not exist"},
        {R"("\x41")", refused, "an escape of another language"},
        {R"("\0")", refused, "an escape of another language"},
        {R"("\U0041")", refused, "an escape in upper case"},
        {R"("\u")", refused, "an escape without digits"},
        {R"("\u004")", refused, "three digits"},
        {R"("\u00g0")", refused, "no digit"},
        {R"("\u 041")", refused, "a space in the place of a digit"},
        {R"("\u+041")", refused, "a sign in the place of a digit"},
        {"\"\n\"", refused, "a line feed"},
        {"\"\t\"", refused, "a tab"},
        {"\"\0\""sv, refused, "NUL"},
        {"\"\x1F\"", refused, "the last control character"},
        {"\"\\\n\"", refused, "a line that goes on"},
        {R"("a" "b")", refused, "two strings"},
        {R"("a"b)", refused, "a character behind the closing quote"},
    });
}

TEST_CASE("7: a string as a text of an answer has the value that is written") {
    constexpr text_row table[] = {
        {R"("")", "", "nothing"},
        {R"("a")", "a", "a character"},
        {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t", "the two-character escapes"},
        {R"("\u0041\u005c")", "A\\", "escapes of ASCII"},
        {R"("\u0000")", "\0"sv, "NUL is a character"},
        {R"("\u00e9\u597D")", "\xC3\xA9\xE5\xA5\xBD", "two and three bytes"},
        {R"("\uD83D\uDE00")", "\xF0\x9F\x98\x80", "a pair is one character"},
        {R"("\uFFFF\uD7FF\uE000")", "\xEF\xBF\xBF\xED\x9F\xBF\xEE\x80\x80", "beside the surrogates"},
        {R"("\uDBFF\uDFFF")", "\xF4\x8F\xBF\xBF", "the last code point"},
        {"\"\xC3\xA9\x7F\"", "\xC3\xA9\x7F", "what is not escaped is as it was"},
        {R"("\\u0041")", "\\u0041", "an escaped backslash escapes nothing"},
        {R"("\\\\n")", "\\\\n", "nor do two"},
        {R"("\a")", {}, "no escape"},
        {R"("\u00G0")", {}, "no digit"},
        {"\"\x01\"", {}, "a control character"},
        {"0", {}, "a number"},
        {"null", {}, "nothing is no text"},
    };
    for (const text_row& each : table) {
        CAPTURE(each.json);
        CAPTURE(each.reason);
        for (const std::string_view before : {R"({"ErrorInfo":)", R"({"x":[],"ErrorInfo":)", R"({"\u0045rrorInfo":)"}) {
            const decoded answer(with(before, each.json, "}"));
            CHECK(static_cast<bool>(answer.failure) == !each.value);
            CHECK(answer.response.error_info == each.value.value_or(""));
        }
        const decoded answer(with(R"({"ResultItem":[{"To_Account":)", each.json, "}]}"));
        CHECK(static_cast<bool>(answer.failure) == !each.value);
        if (each.value) CHECK(answer.response.items[0].to_account == *each.value);
    }
}

TEST_CASE("8.1: a text is UTF-8, without a byte order mark") {
    check_bodies({
        {"{\"\xC3\xA9\":\"\xF0\x9F\x98\x80\"}", accepted, "UTF-8"},
        {"\xEF\xBB\xBF{}", refused, "a byte order mark"},
        {"\xFF\xFE{\0}\0"sv, refused, "UTF-16, little end first"},
        {"\0{\0}"sv, refused, "UTF-16, big end first"},
        {"{\0\0\0}\0\0\0"sv, refused, "UTF-32"},
        {"{\"\xE9\":1}", refused, "Latin-1"},
        {"{\"\xB0\xA1\":1}", refused, "GB 2312"},
    });
    check_values({
        {"\"\xC0\x80\"", refused, "NUL in two bytes"},
        {"\"\xC1\xBF\"", refused, "DEL in two bytes"},
        {"\"\xE0\x9F\xBF\"", refused, "two bytes' worth in three"},
        {"\"\xF0\x8F\xBF\xBF\"", refused, "three bytes' worth in four"},
        {"\"\xF4\x90\x80\x80\"", refused, "beyond the last code point"},
        {"\"\xF8\x88\x80\x80\x80\"", refused, "five bytes"},
        {"\"\x80\"", refused, "a byte that continues nothing"},
        {"\"\xC3\"", refused, "a sequence without its end"},
        {"\"\xE5\xA5\"", refused, "a sequence without its end"},
        {"\"\xF0\x9F\x98\"", refused, "a sequence without its end"},
        {"\"\xE5\xA5x\"", refused, "a sequence with another end"},
        {"\"\xFE\"", refused, "a byte that is in no sequence"},
    });
}

TEST_CASE("8.2: what is no sequence of characters is refused: a surrogate stands in a pair") {
    check_values({
        {R"("\ud83d")", refused, "the first half alone"},
        {R"("\ud83dx")", refused, "the first half before a character"},
        {R"("\ud83d\n")", refused, "the first half before an escape"},
        {R"("\ud83d\u0041")", refused, "the first half before a character, escaped"},
        {R"("\ud83d\ud83d")", refused, "the first half twice"},
        {R"("\ude00")", refused, "the second half alone"},
        {R"("\ude00\ud83d")", refused, "the halves in the wrong order"},
        {"\"\xED\xA0\xBD\xED\xB8\x80\"", refused, "a pair as six bytes"},
        {"\"\xED\xA0\x80\"", refused, "a half as three bytes"},
    });
}

TEST_CASE("8.3: names are equal when their characters are, however they are written") {
    for (const std::string_view name : {"ErrorInfo"sv, R"(\u0045rrorInfo)"sv, R"(Error\u0049nfo)"sv,
                                        R"(\u0045\u0072\u0072\u006f\u0072\u0049\u006E\u0066\u006F)"sv}) {
        CAPTURE(name);
        CHECK(decoded(with("{\"", name, R"(":"a"})")).response.error_info == "a");
    }
    for (const std::string_view name : {"errorinfo"sv, "ErrorInfo "sv, " ErrorInfo"sv, "ErrorInf"sv,
                                        "ErrorInfo\\u0000"sv, "\xCE\x95rrorInfo"sv, "Error\xE2\x80\x8BInfo"sv}) {
        CAPTURE(name);
        const decoded answer(with("{\"", name, R"(":"a"})"));
        CHECK(!answer.failure);
        CHECK(answer.response.error_info.empty());
    }
}

TEST_CASE("9: a parser may set limits: of depth, of the range of numbers") {
    std::string open, close;
    for (int level = 1; level != 16; ++level) {
        open += '[';
        close += ']';
    }
    CHECK(is_read_as_answer(R"({"x":)" + open + close + "}"));
    const decoded deeper(R"({"x":)" + open + "[]" + close + "}");
    CHECK(deeper.failure == errc::nesting_too_deep);
}
