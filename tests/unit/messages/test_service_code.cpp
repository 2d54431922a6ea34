// The service's own codes: what each means, its class, and whether to try again.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

#include "unfriend/messages/service_code.hpp"

#include "check.hpp"

namespace {

using unfriend::code_kind;
using unfriend::retry_advice;

constexpr struct {
    std::int32_t code;
    code_kind kind;
    retry_advice retry;
} documented[] = {
    {0, code_kind::success, retry_advice::never},
    {30001, code_kind::request, retry_advice::never},
    {30002, code_kind::credentials, retry_advice::never},
    {30003, code_kind::not_found, retry_advice::never},
    {30004, code_kind::permission, retry_advice::never},
    {30006, code_kind::transient, retry_advice::with_backoff},
    {30007, code_kind::transient, retry_advice::with_backoff},
    {30008, code_kind::transient, retry_advice::with_backoff},
    {31704, code_kind::already_gone, retry_advice::never},
    {31707, code_kind::security_policy, retry_advice::never},
    {60002, code_kind::request, retry_advice::never},
    {60003, code_kind::request, retry_advice::never},
    {60004, code_kind::credentials, retry_advice::with_backoff},
    {60005, code_kind::credentials, retry_advice::with_backoff},
    {60006, code_kind::credentials, retry_advice::never},
    {60007, code_kind::throttled, retry_advice::with_backoff},
    {60008, code_kind::transient, retry_advice::with_backoff},
    {60009, code_kind::request, retry_advice::never},
    {60010, code_kind::permission, retry_advice::never},
    {60011, code_kind::throttled, retry_advice::with_backoff},
    {60012, code_kind::request, retry_advice::never},
    {60013, code_kind::transient, retry_advice::with_backoff},
    {60014, code_kind::transient, retry_advice::with_backoff},
    {60015, code_kind::request, retry_advice::never},
    {60016, code_kind::permission, retry_advice::never},
    {60017, code_kind::permission, retry_advice::never},
    {60018, code_kind::throttled, retry_advice::with_backoff},
    {60019, code_kind::throttled, retry_advice::with_backoff},
    {60020, code_kind::quota, retry_advice::never},
    {60021, code_kind::permission, retry_advice::never},
    {60025, code_kind::credentials, retry_advice::never},
    {60026, code_kind::permission, retry_advice::never},
    {60027, code_kind::permission, retry_advice::never},
    {60028, code_kind::quota, retry_advice::never},
    {70001, code_kind::credentials, retry_advice::with_new_user_sig},
    {70002, code_kind::credentials, retry_advice::never},
    {70003, code_kind::credentials, retry_advice::never},
    {70005, code_kind::credentials, retry_advice::never},
    {70009, code_kind::credentials, retry_advice::never},
    {70013, code_kind::credentials, retry_advice::never},
    {70014, code_kind::credentials, retry_advice::never},
    {70016, code_kind::credentials, retry_advice::never},
    {70020, code_kind::credentials, retry_advice::never},
    {70050, code_kind::credentials, retry_advice::never},
    {70051, code_kind::permission, retry_advice::never},
    {70052, code_kind::credentials, retry_advice::with_new_user_sig},
    {70107, code_kind::not_found, retry_advice::never},
    {70114, code_kind::permission, retry_advice::never},
    {70169, code_kind::transient, retry_advice::with_backoff},
    {70206, code_kind::request, retry_advice::never},
    {70398, code_kind::quota, retry_advice::never},
    {70399, code_kind::permission, retry_advice::never},
    {70402, code_kind::request, retry_advice::never},
    {70403, code_kind::permission, retry_advice::never},
    {70404, code_kind::permission, retry_advice::never},
    {70500, code_kind::transient, retry_advice::with_backoff},
    {71000, code_kind::permission, retry_advice::never},
    {72000, code_kind::quota, retry_advice::never},
    {72001, code_kind::permission, retry_advice::never},
    {72002, code_kind::quota, retry_advice::never},
    {80005, code_kind::quota, retry_advice::never},
};

static_assert(unfriend::kind_of(31704) == code_kind::already_gone);
static_assert(unfriend::retryable(30006) && !unfriend::retryable(30001));
static_assert(unfriend::may_have_applied(60013) && !unfriend::may_have_applied(60011));
static_assert(!unfriend::describe(70001).empty());
static_assert(unfriend::lookup(60020).kind == code_kind::quota);
static_assert(unfriend::to_string(code_kind::already_gone) == "already gone");

} // namespace

TEST_CASE("every documented code has its class, its advice and a sentence") {
    CHECK(std::size(documented) == std::size(unfriend::service_codes));
    for (const auto& row : documented) {
        INFO("code: ", row.code);
        const unfriend::service_code found = unfriend::lookup(row.code);
        CHECK(found.code == row.code);
        CHECK(found.kind == row.kind);
        CHECK(found.retry == row.retry);
        CHECK(unfriend::kind_of(row.code) == row.kind);
        CHECK(unfriend::retryable(row.code) == (row.retry != retry_advice::never));
        CHECK(!found.meaning.empty());
        CHECK(found.meaning.find("undocumented") == std::string_view::npos);
        CHECK(unfriend::describe(row.code) == found.meaning);
    }
}

TEST_CASE(
    "the codes by which the service says that it lost track of a call leave open whether it acted, and no others") {
    const std::set<std::int32_t> lost_track = {30006, 30007, 60008, 60013, 60014, 70169, 70500};
    for (const auto& row : documented) {
        INFO("code: ", row.code);
        CHECK(unfriend::may_have_applied(row.code) == (lost_track.count(row.code) == 1));
        if (unfriend::may_have_applied(row.code)) CHECK(unfriend::retryable(row.code));
    }
}

TEST_CASE("an undocumented code keeps its number and gets the class of its range") {
    const struct {
        std::int32_t code;
        code_kind kind;
    } table[] = {
        {30000, code_kind::request},     {30005, code_kind::request},
        {31705, code_kind::request},     {39999, code_kind::request},
        {37999, code_kind::request},     {39001, code_kind::request},
        {38000, code_kind::app_defined}, {39000, code_kind::app_defined},
        {60000, code_kind::request},     {60001, code_kind::request},
        {60022, code_kind::request},     {69999, code_kind::request},
        {70000, code_kind::credentials}, {70004, code_kind::credentials},
        {79999, code_kind::credentials}, {29999, code_kind::unknown},
        {40000, code_kind::unknown},     {59999, code_kind::unknown},
        {80000, code_kind::unknown},     {1, code_kind::unknown},
        {-1, code_kind::unknown},        {-30001, code_kind::unknown},
        {-70001, code_kind::unknown},    {INT32_MAX, code_kind::unknown},
        {INT32_MIN, code_kind::unknown}, {INT32_MIN + 1, code_kind::unknown},
    };
    for (const auto& row : table) {
        INFO("code: ", row.code);
        const unfriend::service_code found = unfriend::lookup(row.code);
        CHECK(found.code == row.code);
        CHECK(found.kind == row.kind);
        CHECK(found.retry == retry_advice::never);
        CHECK(!unfriend::retryable(row.code));
        CHECK(!unfriend::may_have_applied(row.code));
        CHECK(!found.meaning.empty());
    }
}

TEST_CASE("an absent code is told from an undocumented one, and is no success") {
    CHECK(unfriend::describe(std::nullopt) != unfriend::describe(1));
    CHECK(unfriend::kind_of(std::nullopt) == code_kind::unknown);
    CHECK_FALSE(unfriend::retryable(std::nullopt));
    CHECK_FALSE(unfriend::may_have_applied(std::nullopt));
}

TEST_CASE("every class has a name of its own") {
    std::set<std::string_view> names;
    for (int kind = 0; kind <= static_cast<int>(code_kind::unknown); ++kind) {
        CHECK(names.insert(unfriend::to_string(static_cast<code_kind>(kind))).second);
    }
    CHECK(names.count("") == 0);
}
