// Errors as values: codes, sentences, numbers, and results that hold a value or a reason.
#include <cstddef>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include "unfriend/core/error.hpp"
#include "unfriend/core/result.hpp"

#include "check.hpp"

namespace {

using unfriend::detail_kind;
using unfriend::errc;
using unfriend::error;
using unfriend::result;

constexpr int last_code = static_cast<int>(errc::out_of_memory);

struct large {
    explicit large(int number) : value(number) {}
    large(const large&) = delete;
    large& operator=(const large&) = delete;

    int value;
};

static_assert(std::is_error_code_enum_v<errc>);
static_assert(!std::is_convertible_v<error, bool>, "an error is asked, not counted");
static_assert(std::is_nothrow_copy_constructible_v<error>);
static_assert(unfriend::describe(errc::empty_body) == "the body is empty: a JSON object was expected");

} // namespace

TEST_CASE("every code has a sentence of its own") {
    std::set<std::string_view> sentences;
    for (int code = 1; code <= last_code; ++code) {
        const std::string_view sentence = unfriend::describe(static_cast<errc>(code));
        INFO("code: ", code);
        CHECK(sentence.size() > 10);
        CHECK(sentence.find("unknown to unfriend") == std::string_view::npos);
        CHECK(sentences.insert(sentence).second);
    }
}

TEST_CASE("a code that is none has a sentence too") {
    for (const int code : {0, -1, last_code + 1, 1 << 30}) {
        CHECK(unfriend::describe(static_cast<errc>(code)) == "an error unknown to unfriend");
        CHECK(!unfriend::category().message(code).empty());
    }
}

TEST_CASE("a code is a std::error_code of the category unfriend") {
    const std::error_code code = errc::truncated_json;
    CHECK(code);
    CHECK(code == errc::truncated_json);
    CHECK(code != errc::malformed_json);
    CHECK(code.category() == unfriend::category());
    CHECK(std::string_view(code.category().name()) == "unfriend");
    CHECK(code.message() == unfriend::describe(errc::truncated_json));
    CHECK(&unfriend::category() == &unfriend::category());
}

TEST_CASE("an error is false until something fails") {
    CHECK(!error());
    CHECK(error().detail() == 0);
    CHECK(error(errc::no_accounts));
    CHECK(!error(std::error_code()));
    CHECK(error(std::make_error_code(std::errc::timed_out)));
}

TEST_CASE("an error compares with the codes of this library") {
    const error failure(errc::no_accounts);
    CHECK(failure == errc::no_accounts);
    CHECK(failure != errc::too_many_accounts);
    CHECK(!(failure != errc::no_accounts));
    CHECK(error(std::error_code(static_cast<int>(errc::no_accounts), std::generic_category())) != errc::no_accounts);
}

TEST_CASE("the text of an error tells its number, named for what it counts") {
    const struct {
        error failure;
        std::string_view number;
    } table[] = {
        {{errc::truncated_json, 17}, " (at byte 17)"},
        {{errc::buffer_too_small, 99}, " (bytes needed: 99)"},
        {{errc::body_too_large, 10}, " (bytes allowed: 10)"},
        {{errc::invalid_to_account, 3}, " (index 3)"},
        {{errc::too_many_items, 1001}, " (count 1001)"},
        {{errc::http_status, 502}, " (status 502)"},
        {errc::no_accounts, ""},
        {{errc::no_accounts, 5}, ""},
    };
    for (const auto& row : table) {
        std::string sentence(unfriend::describe(static_cast<errc>(row.failure.code().value())));
        CHECK(row.failure.what() == sentence);
        CHECK(row.failure.message() == sentence.append(row.number));
    }
    CHECK(unfriend::detail_of(errc::truncated_json) == detail_kind::byte_offset);
    CHECK(unfriend::detail_of(errc::no_accounts) == detail_kind::none);
}

TEST_CASE("an error of another category keeps its own text") {
    const std::error_code timed_out = std::make_error_code(std::errc::timed_out);
    const error failure(timed_out);
    CHECK(failure.code() == timed_out);
    CHECK(failure.code() == std::errc::timed_out);
    CHECK(failure.message() == timed_out.message());
    CHECK(failure.what() == "an error of another category");
}

TEST_CASE("a result holds a value") {
    result<std::string> text(std::string("value"));
    CHECK(text.has_value());
    CHECK(static_cast<bool>(text));
    CHECK(*text == "value");
    CHECK(text->size() == 5);
    CHECK(!text.error());
    *text += '!';
    CHECK(*std::as_const(text) == "value!");
    CHECK(std::as_const(text)->size() == 6);
}

TEST_CASE("a result holds a reason") {
    for (const result<int>& none :
         {result<int>(errc::buffer_too_small, 12), result<int>(error(errc::buffer_too_small, 12))}) {
        CHECK(!none.has_value());
        CHECK(!none);
        CHECK(none.error() == errc::buffer_too_small);
        CHECK(none.error().detail() == 12);
    }
    const result<int> foreign(error(std::make_error_code(std::errc::timed_out)));
    CHECK(!foreign);
    CHECK(foreign.error().code() == std::errc::timed_out);
}

TEST_CASE("a result holds a value that can only be moved") {
    result<std::unique_ptr<int>> pointer(std::make_unique<int>(7));
    CHECK(**pointer == 7);
    const std::unique_ptr<int> taken = *std::move(pointer);
    CHECK(*taken == 7);
    result<std::unique_ptr<int>> moved = result<std::unique_ptr<int>>(std::make_unique<int>(8));
    CHECK(**moved == 8);
}

TEST_CASE("a result can make its value where it stays, and give it up") {
    result<large> value(std::in_place, 5);
    CHECK(value->value == 5);
    value.fail(errc::out_of_memory);
    CHECK(!value);
    CHECK(value.error() == errc::out_of_memory);
}

TEST_CASE("an error is about something that has a name, or about nothing") {
    CHECK(error(errc::webhook_parameter_missing, 5, "Sign").subject() == "Sign");
    CHECK(error(errc::webhook_parameter_missing, 5, "Sign").detail() == 5);
    CHECK(error(errc::buffer_too_small, 12).subject().empty());
    CHECK(error().subject().empty());
}
