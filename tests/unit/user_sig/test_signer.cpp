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

TEST_CASE("a UserSig from the future is renewed: the clock was wrong, and is right again") {
    basic_signer<user_sig_generator, no_jitter> signer(1400000000, "administrator", secret("key"), 1000);
    const std::string wrong = sign(signer, start + 100'000);
    CHECK(sign(signer, start + 100'000 - 60) == wrong); // threads differ a little in what they take for the time
    const std::string right = sign(signer, start);
    CHECK(time_of(right) == start);
    CHECK(sign(signer, start + 899) == right);
    CHECK(sign(signer, start - 60) == right);
    CHECK(time_of(sign(signer, start - 61)) == start - 61);
}

TEST_CASE("the key can be replaced: what is signed from then on is signed with the new one, by the same identity") {
    signer signer(1400000000, "administrator", secret("old key"));
    char scratch[max_user_sig_size];
    user_sig_generator with_old_key(1400000000, "administrator", secret("old key"));
    user_sig_generator with_new_key(1400000000, "administrator", secret("new key"));
    const std::string before = sign(signer, start);
    CHECK_FALSE(signer.rotate(secret("new key")));
    const std::string after = sign(signer, start + 1);
    CHECK(time_of(after) == start + 1);
    CHECK(with_new_key.validate(after, start + 1, scratch));
    CHECK(with_old_key.validate(before, start + 1, scratch)); // which the service may know too, meanwhile
    CHECK_FALSE(with_old_key.validate(after, start + 1, scratch));
    CHECK(sign(signer, start + 2) == after);
    signer.invalidate(before); // of a call that was under way: the new one stays
    CHECK(sign(signer, start + 2) == after);
}

TEST_CASE("a key that is no key replaces none") {
    signer signer(1400000000, "administrator", secret("key"));
    const std::string before = sign(signer, start);
    CHECK(signer.rotate(secret("")) == errc::invalid_secret_key);
    CHECK(sign(signer, start + 1) == before);
    signer.invalidate(before);
    user_sig_generator judge(1400000000, "administrator", secret("key"));
    char scratch[max_user_sig_size];
    CHECK(judge.validate(sign(signer, start + 1), start + 1, scratch));
    unfriend::signer nobody(1400000000, "", secret("key"));
    CHECK(nobody.rotate(secret("new key")) == errc::invalid_identifier);
}

TEST_CASE("a reader gives up on a text whose writer is held up, and reads it when the writer is done") {
    detail::seqlock_text<64> shared;
    char buffer[64];
    std::string_view text;
    detail::user_sig_period period;
    shared.publish("first", {1, 2});
    REQUIRE(shared.read(buffer, text, period));
    CHECK(text == "first");
    shared.begin_write();
    CHECK_FALSE(shared.read(buffer, text, period));
    shared.commit("second", {3, 4});
    REQUIRE(shared.read(buffer, text, period));
    CHECK(text == "second");
    CHECK(period.made == 3);
    CHECK(period.renewal == 4);
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

TEST_CASE("threads go on signing while the key is replaced, each time with one of the keys") {
    signer shared(1400000000, "administrator", secret("key 0"), 100);
    std::atomic<bool> is_over{false};
    std::atomic<int> invalid{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            user_sig_generator even(1400000000, "administrator", secret("key 0"));
            user_sig_generator odd(1400000000, "administrator", secret("key 1"));
            char buffer[max_user_sig_size];
            char scratch[max_user_sig_size];
            while (!is_over) {
                const auto taken = shared.user_sig(start, buffer);
                if (!taken || shared.identifier() != "administrator" ||
                    (!even.validate(*taken, start, scratch) && !odd.validate(*taken, start, scratch)))
                    ++invalid;
            }
        });
    }
    for (int turn = 1; turn <= 100; ++turn) {
        if (shared.rotate(secret(turn % 2 == 0 ? "key 0" : "key 1"))) ++invalid;
        char buffer[max_user_sig_size];
        if (!shared.user_sig(start, buffer)) ++invalid;
    }
    is_over = true;
    for (auto& thread : threads) thread.join();
    CHECK(invalid == 0);
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
