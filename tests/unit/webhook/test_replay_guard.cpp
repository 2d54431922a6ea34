// Posts that come twice.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "unfriend/webhook/authentication.hpp"
#include "unfriend/webhook/replay_guard.hpp"

#include "check.hpp"

namespace {

namespace webhook = unfriend::webhook;
using unfriend::errc;
using unfriend::secret;

constexpr std::int64_t noon = 1669872112;

/// A post whose `RequestTime` is `time`, taken at `now`.
webhook::authentication post_of(std::int64_t time, std::int64_t now) {
    const std::string text = std::to_string(time);
    char sign[64];
    REQUIRE(unfriend::detail::compute_sign<unfriend::openssl_sha256>(secret("token"), text, sign));
    const std::string query = "SdkAppid=1&CallbackCommand=Sns.CallbackFriendDelete&RequestTime=" + text +
                              "&Sign=" + std::string(sign, sizeof sign);
    auto post = webhook::authenticate(query, {1, secret("token")}, now);
    REQUIRE(post.has_value());
    return *post;
}

webhook::authentication post_of(std::int64_t time) { return post_of(time, time); }

struct broken_sha256 {
    static bool update(std::string_view) { return false; }
    static bool finish(unsigned char (&)[32]) { return true; }
};

} // namespace

TEST_CASE("the same Sign and body is taken once") {
    webhook::replay_guard<8> guard;
    CHECK(!guard.admit(post_of(noon), "body", noon));
    CHECK(guard.admit(post_of(noon), "body", noon) == errc::webhook_replayed);
    CHECK(guard.admit(post_of(noon, noon + 60), "body", noon + 60) == errc::webhook_replayed);
}

TEST_CASE("another body, or another Sign, is another post") {
    webhook::replay_guard<8> guard;
    CHECK(!guard.admit(post_of(noon), "body", noon));
    CHECK(!guard.admit(post_of(noon), "Body", noon));
    CHECK(!guard.admit(post_of(noon), "", noon));
    CHECK(!guard.admit(post_of(noon), std::string_view("body\0", 5), noon));
    CHECK(!guard.admit(post_of(noon + 1), "body", noon));
    CHECK(guard.admit(post_of(noon + 1), "body", noon) == errc::webhook_replayed);
}

TEST_CASE("a post whose time is ahead is remembered as long as it could be replayed") {
    webhook::replay_guard<1> guard;
    CHECK(!guard.admit(post_of(noon + 60, noon), "body", noon));
    for (const std::int64_t later : {1, 60, 61, 119, 120}) {
        CAPTURE(later);
        CHECK(guard.admit(post_of(noon + 60, noon + later), "body", noon + later) == errc::webhook_replayed);
        CHECK(guard.admit(post_of(noon + later), "another", noon + later) == errc::webhook_guard_full);
    }
    CHECK(!guard.admit(post_of(noon + 121), "another", noon + 121));
}

TEST_CASE("a full guard refuses rather than forgets, until time makes room") {
    webhook::replay_guard<4> guard;
    for (const std::string_view body : {"1", "2", "3", "4"}) CHECK(!guard.admit(post_of(noon), body, noon));
    const unfriend::error full = guard.admit(post_of(noon), "5", noon);
    CHECK(full == errc::webhook_guard_full);
    CHECK(full.detail() == 4);
    for (const std::string_view body : {"1", "2", "3", "4"}) {
        CHECK(guard.admit(post_of(noon), body, noon) == errc::webhook_replayed);
    }
    CHECK(guard.admit(post_of(noon + 60), "5", noon + 60) == errc::webhook_guard_full);
    for (const std::string_view body : {"5", "6", "7", "8"}) CHECK(!guard.admit(post_of(noon + 61), body, noon + 61));
    CHECK(guard.admit(post_of(noon + 61), "9", noon + 61) == errc::webhook_guard_full);
    CHECK(guard.admit(post_of(noon + 61), "5", noon + 61) == errc::webhook_replayed);
}

TEST_CASE("a clock that is set back lets no replay through") {
    webhook::replay_guard<2> guard;
    CHECK(!guard.admit(post_of(noon), "first", noon));
    CHECK(!guard.admit(post_of(noon + 100), "second", noon + 100));
    // Both places are taken; the first post is past and gives its place up.
    CHECK(!guard.admit(post_of(noon + 101), "third", noon + 101));
    CHECK(guard.admit(post_of(noon), "first", noon) == errc::webhook_time_mismatch);
    CHECK(guard.admit(post_of(noon + 100, noon + 50), "second", noon + 50) == errc::webhook_replayed);
}

TEST_CASE("a clock that was ahead for a while does no lasting harm") {
    webhook::replay_guard<2> guard;
    CHECK(!guard.admit(post_of(noon), "1", noon));
    CHECK(!guard.admit(post_of(noon), "2", noon));
    constexpr std::int64_t wrong = std::numeric_limits<std::int64_t>::max();
    CHECK(guard.admit(post_of(noon), "1", wrong) == errc::webhook_replayed);
    CHECK(!guard.admit(post_of(noon + 1), "3", wrong));
    CHECK(guard.admit(post_of(noon), "1", noon + 1) == errc::webhook_time_mismatch);
    CHECK(!guard.admit(post_of(noon + 61), "4", noon + 61));
    CHECK(!guard.admit(post_of(noon + 62), "5", noon + 62));
}

TEST_CASE("a post that nobody vouches for takes no place") {
    const auto post =
        webhook::authenticate("SdkAppid=1&CallbackCommand=Sns.CallbackFriendDelete", {1, webhook::no_token}, noon);
    REQUIRE(post.has_value());
    webhook::replay_guard<1> guard;
    for (int i = 0; i < 3; ++i) CHECK(!guard.admit(*post, "body", noon));
    CHECK(!guard.admit(post_of(noon), "body", noon));
}

TEST_CASE("a digest that cannot be computed is no pass") {
    webhook::replay_guard<1, broken_sha256> guard;
    CHECK(guard.admit(post_of(noon), "body", noon) == errc::sha256_failed);
}

TEST_CASE("the guard's memory is in itself and as large as its capacity says") {
    static_assert(sizeof(webhook::replay_guard<1000>) - sizeof(webhook::replay_guard<999>) == 40);
    static_assert(sizeof(webhook::replay_guard<>) < 165 * 1024);
}
