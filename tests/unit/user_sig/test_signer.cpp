#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "unfriend/user_sig/signer.hpp"

using namespace unfriend;

namespace {

constexpr std::int64_t start = 1'700'000'000;

struct no_jitter {
    std::uint32_t operator()() noexcept { return 0; }
};
struct most_jitter {
    std::uint32_t operator()() noexcept { return 99; }
};

template <class Signer>
std::string sign(Signer& signer, std::int64_t now) {
    char buffer[max_user_sig_size];
    const auto made = signer.user_sig(now, buffer);
    REQUIRE(made);
    return std::string(*made);
}

std::int64_t time_of(const std::string& user_sig) {
    char scratch[max_user_sig_size];
    const auto claims = inspect_user_sig(user_sig, scratch);
    REQUIRE(claims);
    return claims->time;
}

} // namespace

TEST_CASE("a signer signs once and gives out the same UserSig until it is due for renewal") {
    basic_signer<user_sig_generator, no_jitter> signer(1400000000, "administrator", secret("key"), 1000);
    const std::string first = sign(signer, start);
    CHECK(time_of(first) == start);
    CHECK(sign(signer, start + 899) == first);
    const std::string second = sign(signer, start + 900);
    CHECK(time_of(second) == start + 900);
    CHECK(sign(signer, start + 1799) == second);
}

TEST_CASE("the moment of renewal is drawn from the tenth before the last tenth of its life") {
    basic_signer<user_sig_generator, most_jitter> signer(1400000000, "administrator", secret("key"), 1000);
    const std::string first = sign(signer, start);
    CHECK(sign(signer, start + 800) == first);
    CHECK(time_of(sign(signer, start + 801)) == start + 801);
}

TEST_CASE("a life of one second is renewed every second") {
    signer signer(1400000000, "administrator", secret("key"), 1);
    CHECK(time_of(sign(signer, start)) == start);
    CHECK(time_of(sign(signer, start + 1)) == start + 1);
}

TEST_CASE("a UserSig that the service refused is made anew at once, and only that one") {
    signer signer(1400000000, "administrator", secret("key"));
    const std::string first = sign(signer, start);
    signer.invalidate("not this one");
    CHECK(sign(signer, start + 1) == first);
    signer.invalidate(first);
    const std::string second = sign(signer, start + 1);
    CHECK(time_of(second) == start + 1);
    signer.invalidate(first);
    CHECK(sign(signer, start + 2) == second);
}

TEST_CASE("wrong arguments and small buffers are errors, not bad UserSigs") {
    char buffer[max_user_sig_size];
    signer no_app(0, "administrator", secret("key"));
    CHECK(no_app.user_sig(start, buffer).error() == errc::invalid_sdk_app_id);
    signer no_key(1400000000, "administrator", secret(""));
    CHECK(no_key.user_sig(start, buffer).error() == errc::invalid_secret_key);
    signer no_life(1400000000, "administrator", secret("key"), 0);
    CHECK(no_life.user_sig(start, buffer).error() == errc::invalid_expire);
    signer signer(1400000000, "administrator", secret("key"));
    char small[max_user_sig_size - 1];
    CHECK(signer.user_sig(start, small).error() == errc::buffer_too_small);
}

TEST_CASE("threads that share a signer only ever see whole UserSigs, renewed and refused as they may be") {
    signer shared(1400000000, "administrator", secret("key"), 100);
    std::atomic<std::int64_t> now{start};
    std::atomic<int> invalid{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            user_sig_generator judge(1400000000, "administrator", secret("key"));
            char buffer[max_user_sig_size];
            char scratch[max_user_sig_size];
            for (int call = 0; call < 500; ++call) {
                const auto taken = shared.user_sig(now.fetch_add(1), buffer);
                if (!taken || !judge.validate(*taken, start, scratch, 1'000'000)) ++invalid;
                if (taken && call % 50 == 0) shared.invalidate(*taken);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(invalid == 0);
}
