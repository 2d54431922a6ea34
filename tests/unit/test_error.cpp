// Errors as values, and results.
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include "unfriend/error.hpp"
#include "unfriend/result.hpp"

#include "check.hpp"

namespace {

using unfriend::errc;
using unfriend::error;

constexpr int first = static_cast<int>(errc::invalid_from_account);
constexpr int last = static_cast<int>(errc::out_of_memory);

} // namespace

TEST_CASE("every errc has a sentence of its own") {
    std::set<std::string_view> sentences;
    for (int code = first; code <= last; ++code) {
        const std::string_view sentence = unfriend::describe(static_cast<errc>(code));
        CAPTURE(code);
        CHECK_FALSE(sentence.empty());
        CHECK(sentences.insert(sentence).second);
    }
}

TEST_CASE("an errc is a std::error_code of the unfriend category") {
    const std::error_code code = errc::no_accounts;
    CHECK(std::string_view(code.category().name()) == "unfriend");
    CHECK(code.category() == unfriend::category());
    CHECK(code == errc::no_accounts);
    CHECK(code.message() == unfriend::describe(errc::no_accounts));
    CHECK(unfriend::category().message(0) == "an error unknown to unfriend");
    CHECK(unfriend::category().message(last + 1) == "an error unknown to unfriend");
}

TEST_CASE("no error is false, any error is true") {
    CHECK_FALSE(static_cast<bool>(error()));
    CHECK_FALSE(static_cast<bool>(error(std::error_code())));
    CHECK(static_cast<bool>(error(errc::wrong_type)));
    CHECK(static_cast<bool>(error(std::make_error_code(std::errc::timed_out))));
}

TEST_CASE("the message tells the number with its unit") {
    CHECK(error(errc::wrong_type, 17).message() ==
          std::string(unfriend::describe(errc::wrong_type)) + " (at byte 17)");
    CHECK(error(errc::buffer_too_small, 94).message() ==
          std::string(unfriend::describe(errc::buffer_too_small)) + " (bytes needed: 94)");
    CHECK(error(errc::http_status, 502).message() ==
          std::string(unfriend::describe(errc::http_status)) + " (status 502)");
    CHECK(error(errc::no_accounts).message() == unfriend::describe(errc::no_accounts));
    CHECK(error(errc::no_accounts).what() == unfriend::describe(errc::no_accounts));
}

TEST_CASE("an error of another category keeps its own text") {
    const std::error_code code = std::make_error_code(std::errc::connection_reset);
    CHECK(error(code).message() == code.message());
    CHECK(error(code).code() == code);
    CHECK(error(code) != errc::transport_failed);
}

TEST_CASE("a result holds a value or the reason why not") {
    const unfriend::result<int> value(7);
    CHECK(value.has_value());
    CHECK(*value == 7);
    CHECK(!value.error());
    const unfriend::result<int> reason(errc::too_many_items, 3);
    CHECK_FALSE(reason.has_value());
    CHECK(reason.error() == errc::too_many_items);
    CHECK(reason.error().detail() == 3);
}

TEST_CASE("a result carries types that can only be moved, and gives them up when it fails") {
    unfriend::result<std::unique_ptr<int>> owner(std::make_unique<int>(7));
    const std::unique_ptr<int> taken = *std::move(owner);
    CHECK(*taken == 7);
    const auto shared = std::make_shared<int>(7);
    unfriend::result<std::shared_ptr<int>> failing(shared);
    failing.fail(errc::transport_failed);
    CHECK(shared.use_count() == 1);
    CHECK_FALSE(failing.has_value());
    CHECK(failing.error() == errc::transport_failed);
}
