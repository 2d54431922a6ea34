// The catalogue of the service's codes, against the tables of its documents.
#include <cstdint>
#include <iterator>
#include <string_view>

#include "unfriend/service_code.hpp"

#include "check.hpp"

namespace {

using unfriend::code_class;
using unfriend::retry_advice;

struct expectation {
    std::int32_t code;
    code_class kind;
    retry_advice retry;
};

constexpr auto never = retry_advice::never;
constexpr auto later = retry_advice::later;

constexpr expectation documented[] = {
    {0, code_class::success, never},
    {30001, code_class::request, never},
    {30002, code_class::credentials, never},
    {30003, code_class::not_found, never},
    {30004, code_class::permission, never},
    {30006, code_class::transient, later},
    {30007, code_class::transient, later},
    {30008, code_class::transient, later},
    {31704, code_class::already_gone, never},
    {31707, code_class::policy, never},
    {60002, code_class::request, never},
    {60003, code_class::request, never},
    {60004, code_class::credentials, never},
    {60005, code_class::credentials, never},
    {60006, code_class::credentials, never},
    {60007, code_class::throttled, later},
    {60008, code_class::transient, later},
    {60009, code_class::request, never},
    {60010, code_class::permission, never},
    {60011, code_class::throttled, later},
    {60012, code_class::request, never},
    {60013, code_class::transient, later},
    {60014, code_class::transient, later},
    {60015, code_class::request, never},
    {60016, code_class::permission, never},
    {60017, code_class::permission, never},
    {60018, code_class::throttled, later},
    {60019, code_class::throttled, later},
    {60020, code_class::quota, never},
    {60021, code_class::permission, never},
    {70001, code_class::credentials, retry_advice::new_sig},
    {70003, code_class::credentials, never},
    {70009, code_class::credentials, never},
    {70013, code_class::credentials, never},
    {70014, code_class::credentials, never},
    {70016, code_class::credentials, never},
    {70020, code_class::credentials, never},
    {70050, code_class::credentials, never},
    {70051, code_class::permission, never},
    {70107, code_class::not_found, never},
};

} // namespace

TEST_CASE("every documented code has its class, its advice and a meaning") {
    CHECK(std::size(documented) == std::size(unfriend::service_codes));
    for (const expectation& expected : documented) {
        CAPTURE(expected.code);
        const unfriend::service_code found = unfriend::lookup(expected.code);
        CHECK(found.code == expected.code);
        CHECK(found.kind == expected.kind);
        CHECK(found.retry == expected.retry);
        CHECK(found.meaning.find("undocumented") == std::string_view::npos);
        CHECK_FALSE(found.meaning.empty());
        CHECK(unfriend::describe(expected.code) == found.meaning);
        CHECK(unfriend::classify(expected.code) == found.kind);
        CHECK(unfriend::retryable(expected.code) == (found.retry != never));
    }
}

TEST_CASE("a code that is not documented has the class of its range and is not retried") {
    constexpr expectation ranges[] = {
        {30000, code_class::request, never},      {30005, code_class::request, never},
        {39999, code_class::request, never},      {60000, code_class::request, never},
        {69999, code_class::request, never},      {70000, code_class::credentials, never},
        {79999, code_class::credentials, never},  {1, code_class::unknown, never},
        {-1, code_class::unknown, never},         {29999, code_class::unknown, never},
        {40000, code_class::unknown, never},      {59999, code_class::unknown, never},
        {80000, code_class::unknown, never},      {-30001, code_class::unknown, never},
        {INT32_MAX, code_class::unknown, never},  {INT32_MIN, code_class::unknown, never},
    };
    for (const expectation& expected : ranges) {
        CAPTURE(expected.code);
        const unfriend::service_code found = unfriend::lookup(expected.code);
        CHECK(found.code == expected.code);
        CHECK(found.kind == expected.kind);
        CHECK(found.retry == expected.retry);
        CHECK_FALSE(found.meaning.empty());
    }
}

TEST_CASE("an absent code says that it is") {
    CHECK(unfriend::describe(unfriend::absent_code) == "the answer carries no code");
}

TEST_CASE("the catalogue works at compile time") {
    static_assert(unfriend::classify(31704) == code_class::already_gone);
    static_assert(unfriend::retryable(60011));
    static_assert(!unfriend::retryable(31707));
    static_assert(unfriend::name(code_class::already_gone) == "already gone");
    CHECK(unfriend::name(unfriend::classify(60020)) == "quota");
}
