// A program may make RapidJSON throw, for its own parsing. `decode` returns its errors all the same, and lets nothing
// but the exceptions of the program's own callbacks through.
#include <stdexcept>

#include <rapidjson/error/error.h>

#if defined(__cpp_exceptions)

namespace {

struct known_exception : std::runtime_error, rapidjson::ParseResult {
    known_exception(rapidjson::ParseErrorCode code, std::size_t offset)
        : std::runtime_error("JSON"), rapidjson::ParseResult(code, offset) {}
};

struct foreign_exception {};

/// Whether RapidJSON throws an exception that says what went wrong.
bool throws_known = true;

[[noreturn]] void throw_parse_error(rapidjson::ParseErrorCode code, std::size_t offset) {
    if (throws_known) throw known_exception(code, offset);
    throw foreign_exception();
}

} // namespace

#define RAPIDJSON_PARSE_ERROR_NORETURN(code, offset) throw_parse_error(code, offset)

#endif

#include <string>
#include <string_view>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/webhook/event.hpp"

#include "bytes.hpp"
#include "check.hpp"

#if defined(__cpp_exceptions)

namespace {

using unfriend::errc;

struct refusal {
    std::string_view body;
    errc code;
    std::size_t offset;
};

constexpr refusal refusals[] = {
    {"", errc::empty_body, 0},
    {"  ", errc::empty_body, 0},
    {"<html>", errc::html_body, 0},
    {"[]", errc::not_an_object, 1},
    {R"({"ErrorCode":0)", errc::truncated_json, 14},
    {R"({"ErrorCode":"0"})", errc::wrong_type, 16},
    {R"({"ErrorCode":0}x)", errc::trailing_bytes, 15},
    {R"({"ErrorCode":2147483648})", errc::integer_out_of_range, 23},
    {R"({"ErrorCode":0,})", errc::malformed_json, 15},
};

} // namespace

TEST_CASE("errors are returned, whatever RapidJSON throws") {
    for (const bool known : {true, false}) {
        throws_known = known;
        for (const refusal& row : refusals) {
            CAPTURE(row.body);
            const exact_bytes body(row.body);
            unfriend::friend_delete_response<unfriend::inline_items<4>> response;
            unfriend::error failure;
            CHECK_NOTHROW(failure = unfriend::decode(body.span(), response));
            CHECK(failure == row.code);
            CHECK(failure.detail() == row.offset);
        }
        const exact_bytes body(std::string_view(R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[{}]})"));
        unfriend::webhook::event event;
        CHECK(unfriend::webhook::decode(body.span(), event) == errc::missing_member);
    }
}

TEST_CASE("an exception of a callback is the program's") {
    std::string items;
    for (int i = 0; i != 100; ++i) items += R"({"a":[],"To_Account":"b"},)";
    const std::string text = R"({"ResultItem":[)" + items + "{}]}";
    const auto decode_throwing = [&](const auto& exception) {
        const exact_bytes body(text);
        unfriend::friend_delete_response response{
            unfriend::each_item{[&](const unfriend::result_item&) { throw exception; }}};
        static_cast<void>(unfriend::decode(body.span(), response));
    };
    CHECK_THROWS_AS(decode_throwing(std::runtime_error("callback")), std::runtime_error);
    CHECK_THROWS_AS(decode_throwing(foreign_exception()), foreign_exception);
    CHECK_THROWS_AS(decode_throwing(known_exception(rapidjson::kParseErrorTermination, 0)), known_exception);
}

#endif
