// The rules of a call, kept under 100,000 scripts of random failures. A script that breaks one is replayed by its seed.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "call_script.hpp"
#include "check.hpp"

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNFRIEND_TEST_SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNFRIEND_TEST_SLOW 1
#endif
#endif

#if defined(UNFRIEND_TEST_SLOW)
constexpr std::uint64_t scripts = 20'000;
#else
constexpr std::uint64_t scripts = 100'000;
#endif

} // namespace

TEST_CASE("whatever happens, no account is lost or told wrongly, and time, attempts, budget and quota are kept") {
    const auto memory = std::make_unique<std::array<call_script::workspace_type, call_script::lanes>>();
    script_coverage coverage;
    for (std::uint64_t seed = 1; seed <= scripts; ++seed) {
        call_script script(seed, *memory, coverage);
        const std::string_view broken_promise = script.run();
        INFO("the script of seed " << seed);
        REQUIRE(broken_promise == "");
    }
    MESSAGE(coverage.attempts << " attempts, of which " << coverage.retries << " again");
    for (const std::size_t outcome : coverage.outcomes) CHECK(outcome > scripts / 20);
    for (const std::size_t end : coverage.ends) CHECK(end > scripts / 20);
    CHECK(coverage.attempts > scripts);
    CHECK(coverage.retries > scripts / 2);
    CHECK(coverage.renewals > scripts / 50);
    CHECK(coverage.at_backup > scripts / 20);
    CHECK(coverage.over_quota > scripts / 1000);
    CHECK(coverage.lost_track > scripts / 1000);
    CHECK(coverage.connect_timeouts > scripts / 50);
    CHECK(coverage.throttled > scripts / 50);
}
