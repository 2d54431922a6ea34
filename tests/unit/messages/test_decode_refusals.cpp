// Answers that are refused: each by its name, with the byte where decoding stopped, and with nothing half read.
#include <cstddef>
#include <string>
#include <string_view>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "answers.hpp"
#include "check.hpp"
#include "samples.hpp"

namespace {

using namespace std::string_view_literals;
using unfriend::errc;

struct refusal {
    std::string_view body;
    errc code;
    std::size_t detail;
};

/// Decodes `text`, which must be refused and leave nothing behind in a response that was used before.
unfriend::error refusal_of(std::string_view text) {
    const decoded answer(text);
    CHECK(is_blank(answer.response));
    CHECK(answer.response.items.empty());
    CHECK(answer.response.omitted == 0);
    return answer.failure;
}

template <std::size_t size>
void check_refusals(const refusal (&table)[size]) {
    for (const refusal& row : table) {
        INFO(row.body);
        const unfriend::error failure = refusal_of(row.body);
        CHECK(failure == row.code);
        CHECK(failure.detail() == row.detail);
    }
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

/// An answer with an unknown member that brings the nesting to `depth`, the root included.
std::string nested(std::string_view open, std::string_view close, std::size_t depth) {
    return R"({"ErrorCode":0,"a":)" + repeated(open, depth - 1) + "1" + repeated(close, depth - 1) + '}';
}

struct shallow_limits : unfriend::default_limits {
    static constexpr std::size_t max_nesting = 3;
};

template <std::size_t levels>
struct nesting_limits : unfriend::default_limits {
    static constexpr std::size_t max_nesting = levels;
};

/// The failure of a body under a limit of nesting.
template <std::size_t levels, class Response>
unfriend::error failure_within(std::string_view text) {
    const exact_bytes body(text);
    Response response;
    return unfriend::decode<nesting_limits<levels>>(body.span(), response);
}

} // namespace

TEST_CASE("what is not JSON at all is told apart") {
    check_refusals({
        {"", errc::empty_body, 0},
        {" ", errc::empty_body, 0},
        {" \t\r\n ", errc::empty_body, 0},
        {"<html><body>502 Bad Gateway</body></html>", errc::html_body, 0},
        {"\r\n  <!DOCTYPE html>", errc::html_body, 4},
        {"<?xml version=\"1.0\"?>", errc::html_body, 0},
        {"Bad Gateway", errc::malformed_json, 0},
        {"\xEF\xBB\xBF{}", errc::malformed_json, 0},
        {"\0{}"sv, errc::malformed_json, 0},
        {"\0"sv, errc::malformed_json, 0},
    });
}

TEST_CASE("JSON that is not an object is refused") {
    for (const std::string_view text : {"[]"sv, "[{}]"sv, "1"sv, "-2147483649"sv, "1.5"sv, "9223372036854775808"sv,
                                        "\"text\""sv, "null"sv, "true"sv, " false "sv, "\"\\u0041\""sv}) {
        INFO(text);
        CHECK(refusal_of(text) == errc::not_an_object);
    }
}

TEST_CASE("bytes behind the object are refused, and where they begin is told") {
    check_refusals({
        {"{}x", errc::trailing_bytes, 2},
        {"{}{}", errc::trailing_bytes, 2},
        {"{} {}", errc::trailing_bytes, 3},
        {"{},", errc::trailing_bytes, 2},
        {"{}}", errc::trailing_bytes, 2},
        {"{}\0"sv, errc::trailing_bytes, 2},
        {"{} \0"sv, errc::trailing_bytes, 3},
        {"{}\0\0\0\0"sv, errc::trailing_bytes, 2},
        {"{\"ErrorCode\":0}\n\n]", errc::trailing_bytes, 17},
    });
}

TEST_CASE("an answer that is cut short anywhere is told from one that is wrong") {
    const std::string sample = read_test_data("samples/friend_delete_response.json");
    REQUIRE(!sample.empty());
    const std::string rich =
        "{\"ResultItem\":[{\"To_Account\":\"\\uD83D\\uDE00\\n\xE5\xA5\xBD\",\"ResultCode\":-31704,"
        "\"ResultInfo\":\"\xF0\x9F\x98\x80\"}],\"x\":[1.5e-3,true,false,null,{\"y\":\"\\\\\"}],\"ErrorCode\":0}";
    for (const std::string& text : {sample, minified(sample), rich}) {
        CHECK(decoded(text).ok() == true);
        const std::size_t end = text.rfind('}');
        for (std::size_t size = 1; size <= end; ++size) {
            INFO("cut behind byte ", size, " of ", text);
            const unfriend::error failure = refusal_of(std::string_view(text).substr(0, size));
            CHECK(failure == errc::truncated_json);
            CHECK(failure.detail() == size);
        }
    }
}

TEST_CASE("an answer whose last byte is wrong is not taken for one that is cut short") {
    for (const std::string_view text :
         {"{\"a\":1]"sv, "{]"sv, "{,"sv, "{1"sv, "{\"a\"}"sv, "{\"a\":}"sv, "{\"a\":1,}"sv, "{\"a\":\"\\q"sv,
          "{\"a\":nulx"sv, "{\"a\":01"sv, "{\"a\":-x"sv, "{\"a\":+"sv, "{\"a\":\"\\u12G"sv, "{\"a\":\"\n"sv,
          "{\"a\":1.e"sv, "{\"a\":1ex"sv}) {
        INFO(text);
        CHECK(refusal_of(text) == errc::malformed_json);
    }
}

TEST_CASE("what other parsers let pass is refused") {
    check_refusals({
        {R"({'ErrorCode':0})", errc::malformed_json, 1},
        {R"({ErrorCode:0})", errc::malformed_json, 1},
        {R"({"ErrorCode":0,})", errc::malformed_json, 15},
        {R"({,"ErrorCode":0})", errc::malformed_json, 1},
        {R"({"ErrorCode":0 "a":1})", errc::malformed_json, 15},
        {R"({"ErrorCode" 0})", errc::malformed_json, 13},
        {R"({"ErrorCode":0,"a":[1,]})", errc::malformed_json, 22},
        {R"({"ErrorCode":0/**/})", errc::malformed_json, 14},
        {"{\"ErrorCode\":0 // done\n}", errc::malformed_json, 15},
        {R"({"ErrorCode":NaN})", errc::malformed_json, 13},
        {R"({"a":Infinity})", errc::malformed_json, 5},
        {R"({"a":-Infinity})", errc::malformed_json, 6},
        {R"({"a":True})", errc::malformed_json, 5},
        {R"({"a":.5})", errc::malformed_json, 5},
        {R"({"a":+1})", errc::malformed_json, 5},
    });
    for (const std::string_view number : {"00"sv, "01"sv, "-01"sv, "0x10"sv, "1."sv, "1.e5"sv, "1e"sv, "1e+"sv, "-"sv,
                                          "1_0"sv, "1 0"sv, "0123456789"sv}) {
        INFO(number);
        const std::string value(number);
        CHECK(refusal_of(R"({"ErrorCode":)" + value + '}') == errc::malformed_json);
        CHECK(refusal_of(R"({"a":)" + value + '}') == errc::malformed_json);
        CHECK(refusal_of(R"({"ResultItem":[{"ResultCode":)" + value + "}]}") == errc::malformed_json);
    }
}

TEST_CASE("control characters and unknown escapes are refused in any string") {
    std::string texts[41];
    for (std::size_t c = 0; c < 0x20; ++c) texts[c] = std::string(1, static_cast<char>(c));
    const std::string_view escapes[] = {R"(\a)",    R"(\x41)",   R"(\')",     R"(\0)", R"(\U0041)",
                                        R"(\u004)", R"(\u00g1)", R"(\u 041)", "\\\n"};
    for (std::size_t i = 0; i < 9; ++i) texts[32 + i] = escapes[i];
    for (const std::string& text : texts) {
        for (const std::string plain : {"", "plain text of some length"}) {
            const std::string bad = plain + text;
            INFO(bad);
            CHECK(refusal_of(R"({"ErrorInfo":")" + bad + "\"}") == errc::malformed_json);
            CHECK(refusal_of(R"({"a":")" + bad + "\"}") == errc::malformed_json);
            CHECK(refusal_of("{\"" + bad + R"(":"")" + '}') == errc::malformed_json);
            CHECK(refusal_of(R"({"ResultItem":[{"To_Account":"a"},{"To_Account":")" + bad + "\"}]}") ==
                  errc::malformed_json);
        }
    }
}

TEST_CASE("a known member of another type is refused") {
    const char* const head_texts[] = {"ActionStatus", "ErrorInfo", "ErrorDisplay", "RequestId"};
    const char* const not_texts[] = {"0", "-1", "1.5", "true", "false", "null", "{}", "[]", "18446744073709551615"};
    const char* const not_integers[] = {"\"0\"", "\"\"", "true", "null", "{}", "[]", "0.0", "1.5", "1e2", "-0.0"};
    for (const std::string value : not_texts) {
        INFO(value);
        for (const std::string name : head_texts)
            CHECK(refusal_of("{\"" + name + "\":" + value + '}') == errc::wrong_type);
        for (const std::string name : {"To_Account", "ResultInfo"}) {
            CHECK(refusal_of("{\"ResultItem\":[{\"" + name + "\":" + value + "}]}") == errc::wrong_type);
        }
    }
    for (const std::string value : not_integers) {
        INFO(value);
        CHECK(refusal_of("{\"ErrorCode\":" + value + '}') == errc::wrong_type);
        CHECK(refusal_of("{\"ResultItem\":[{\"ResultCode\":0},{\"ResultCode\":" + value + "}]}") == errc::wrong_type);
    }
    for (const std::string value :
         {"{}", "\"\"", "0", "null", "true", "[1]", "[\"bob\"]", "[null]", "[[]]", "[[{}]]", "[{},[]]", "[{},1.5]"}) {
        INFO(value);
        CHECK(refusal_of("{\"ResultItem\":" + value + '}') == errc::wrong_type);
    }
}

TEST_CASE("a value of the wrong type is pointed to") {
    const std::string_view body = R"({"ErrorCode":0,"ErrorInfo":12345,"ErrorDisplay":""})";
    const unfriend::error failure = refusal_of(body);
    CHECK(failure == errc::wrong_type);
    CHECK(failure.detail() >= body.find("12345"));
    CHECK(failure.detail() <= body.find("12345") + 5);
}

TEST_CASE("an earlier value of a repeated member must have the right type too") {
    CHECK(refusal_of(R"({"ErrorCode":"0","ErrorCode":0})") == errc::wrong_type);
    CHECK(refusal_of(R"({"ResultItem":0,"ResultItem":[]})") == errc::wrong_type);
}

TEST_CASE("16 levels of nesting are read and a 17th is refused") {
    for (const auto& [open, close] : {std::pair{"["sv, "]"sv}, std::pair{"{\"a\":"sv, "}"sv}}) {
        CHECK(decoded(nested(open, close, 16)).ok());
        const unfriend::error failure = refusal_of(nested(open, close, 17));
        CHECK(failure == errc::nesting_too_deep);
        CHECK(failure.detail() >= 19 + 15 * open.size());
        CHECK(failure.detail() <= 19 + 16 * open.size());
    }
    const auto in_item = [](std::size_t depth) {
        return R"({"ResultItem":[{"a":)" + repeated("[", depth - 3) + repeated("]", depth - 3) + "}]}";
    };
    CHECK(!decoded(in_item(16)).failure);
    CHECK(refusal_of(in_item(17)) == errc::nesting_too_deep);
}

TEST_CASE("nesting is counted anew for each member") {
    std::string body = "{";
    for (int i = 0; i < 100; ++i) body += R"("a":[[[{"b":[]}]]],)";
    CHECK(decoded(body + R"("ErrorCode":0})").ok());
}

TEST_CASE("the limit of nesting is a parameter") {
    unfriend::friend_delete_all_response<> response;
    exact_bytes three(std::string_view(R"({"a":[[]]})"));
    CHECK(!unfriend::decode<shallow_limits>(three.span(), response));
    exact_bytes four(std::string_view(R"({"a":[[[]]]})"));
    CHECK(unfriend::decode<shallow_limits>(four.span(), response) == errc::nesting_too_deep);
}

TEST_CASE("a limit below the levels of a response is a limit too, and its error points into the body") {
    using all = unfriend::friend_delete_all_response<>;
    using some = unfriend::friend_delete_response<unfriend::inline_items<4>>;
    constexpr std::string_view flat = R"({"ErrorCode":0,"ErrorInfo":"0"})";
    constexpr std::string_view list = R"({"ErrorCode":0,"ResultItem":[{"To_Account":"a"},{"To_Account":"b"}]})";
    constexpr std::string_view unknown = R"({"ErrorCode":0,"a":[[]]})";
    const auto refuses = [](const unfriend::error& failure, std::string_view body) {
        return failure == errc::nesting_too_deep && failure.detail() > 0 && failure.detail() <= body.size();
    };
    CHECK(refuses(failure_within<0, all>(flat), flat));
    CHECK(refuses(failure_within<0, some>(flat), flat));
    CHECK(!failure_within<1, all>(flat));
    CHECK(!failure_within<1, some>(flat));
    CHECK(refuses(failure_within<1, some>(list), list));
    CHECK(refuses(failure_within<2, some>(list), list));
    CHECK(!failure_within<3, some>(list));
    CHECK(refuses(failure_within<1, all>(unknown), unknown));
    CHECK(refuses(failure_within<2, all>(unknown), unknown));
    CHECK(refuses(failure_within<2, some>(unknown), unknown));
    CHECK(!failure_within<3, all>(unknown));
}

TEST_CASE("megabytes of brackets are refused and do not exhaust the stack") {
    constexpr std::size_t size = 8 * 1024 * 1024;
    CHECK(refusal_of(std::string(size, '[')) == errc::not_an_object);
    CHECK(refusal_of(repeated("{\"a\":", size / 5)) == errc::nesting_too_deep);
    CHECK(refusal_of("{\"a\":" + std::string(size, '[')) == errc::nesting_too_deep);
    CHECK(refusal_of("{\"ResultItem\":" + std::string(size, '[')) == errc::wrong_type);
    CHECK(refusal_of("{\"ResultItem\":[" + repeated("{\"a\":", size / 5)) == errc::nesting_too_deep);
    CHECK(refusal_of("{" + std::string(size, ' ')) == errc::truncated_json);
    CHECK(refusal_of("{\"ErrorInfo\":\"" + std::string(size, 'x')) == errc::truncated_json);
    CHECK(refusal_of("{\"ErrorCode\":1" + std::string(size, '0') + '}') == errc::integer_out_of_range);
}

TEST_CASE("the answer to deleting all friends is refused for the same reasons") {
    const auto refusal_of_all = [](std::string_view text) {
        const decoded<unfriend::friend_delete_all_response<>> answer(text);
        CHECK(is_blank(answer.response));
        return answer.failure;
    };
    CHECK(refusal_of_all("") == errc::empty_body);
    CHECK(refusal_of_all("<html>") == errc::html_body);
    CHECK(refusal_of_all("[]") == errc::not_an_object);
    CHECK(refusal_of_all(R"({"ErrorCode":"0"})") == errc::wrong_type);
    CHECK(refusal_of_all(R"({"ErrorCode":2147483648})") == errc::integer_out_of_range);
    CHECK(refusal_of_all(R"({"ErrorCode":0}x)") == errc::trailing_bytes);
    CHECK(refusal_of_all(R"({"ErrorCode":0)") == errc::truncated_json);
    CHECK(refusal_of_all("{\"ErrorInfo\":\"\xFF\"}") == errc::invalid_utf8);
}
