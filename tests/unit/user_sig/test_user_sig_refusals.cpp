// UserSigs: what cannot be signed, what is no UserSig, and the parts that a program may replace.
#include "user_sig_vectors.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/user_sig/generator.hpp"

#include "bytes.hpp"
#include "check.hpp"

namespace {

using unfriend::errc;
using unfriend::secret;
using unfriend::user_sig_generator;

constexpr std::uint32_t app = 1400000000;
constexpr std::int64_t now = 1700000000;
constexpr std::string_view key = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

unfriend::error refusal_of(std::uint32_t sdk_app_id, std::string_view identifier, std::string_view key_text,
                           std::int64_t time = now, std::int64_t expire = 60, std::string_view user_buf = {}) {
    user_sig_generator generator(sdk_app_id, identifier, secret(key_text));
    char buffer[unfriend::max_user_sig_size];
    return generator.generate(time, expire, buffer, user_buf).error();
}

/// A document like the official ones, but for what a test changes in it.
std::string document_with(std::string_view from, std::string_view to) {
    std::string document =
        R"({"TLS.ver":"2.0","TLS.identifier":"admin","TLS.sdkappid":1400000000,"TLS.time":1700000000,)"
        R"("TLS.expire":60,"TLS.sig":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="})";
    if (!from.empty()) document.replace(document.find(from), from.size(), to);
    return document;
}

/// Adds up bytes: no HMAC at all, but a function of key and message.
class summing_hmac {
public:
    explicit summing_hmac(std::string_view key_text) : key_(key_text) {}

    bool compute(std::string_view message, unsigned char (&mac)[32]) const {
        std::memset(mac, 0, sizeof mac);
        for (std::size_t i = 0; i < key_.size(); ++i) add(mac[i % 32], key_[i]);
        for (std::size_t i = 0; i < message.size(); ++i) add(mac[i % 32], message[i]);
        return true;
    }

private:
    static void add(unsigned char& sum, char c) {
        sum = static_cast<unsigned char>(sum * 7 + static_cast<unsigned char>(c));
    }

    std::string key_;
};

class failing_hmac {
public:
    explicit failing_hmac(std::string_view) {}
    bool compute(std::string_view, unsigned char (&)[32]) const { return false; }
};

/// RFC 1950 by hand, with one stored block: what an engine without zlib might do.
class plain_codec {
public:
    std::size_t compress(std::string_view bytes, unfriend::char_span out) const {
        if (out.size() < bytes.size() + 11 || bytes.size() > 0xFFFF) return 0;
        const auto low = static_cast<unsigned>(bytes.size() & 0xFFU);
        const auto high = static_cast<unsigned>(bytes.size() >> 8U);
        std::string stream{'\x78',
                           '\x01',
                           '\x01',
                           static_cast<char>(low),
                           static_cast<char>(high),
                           static_cast<char>(~low),
                           static_cast<char>(~high)};
        stream += bytes;
        const std::uint32_t sum = checksum(bytes);
        for (const unsigned shift : {24U, 16U, 8U, 0U}) stream += static_cast<char>(sum >> shift & 0xFFU);
        return stream.copy(out.data(), stream.size());
    }

    static std::size_t decompress(std::string_view bytes, unfriend::char_span out) {
        if (bytes.size() < 11 || bytes.size() - 11 > out.size()) return 0;
        return bytes.substr(7, bytes.size() - 11).copy(out.data(), out.size());
    }

private:
    static std::uint32_t checksum(std::string_view bytes) {
        std::uint32_t sum = 1;
        std::uint32_t sum_of_sums = 0;
        for (const char c : bytes) {
            sum = (sum + static_cast<unsigned char>(c)) % 65521;
            sum_of_sums = (sum_of_sums + sum) % 65521;
        }
        return sum_of_sums << 16U | sum;
    }
};

class failing_codec {
public:
    std::size_t compress(std::string_view, unfriend::char_span) const { return 0; }
    static std::size_t decompress(std::string_view, unfriend::char_span) { return 0; }
};

} // namespace

TEST_CASE("what cannot be signed is refused by name") {
    CHECK(!refusal_of(app, "admin", key));
    CHECK(refusal_of(0, "admin", key) == errc::invalid_sdk_app_id);
    for (const std::string& identifier :
         {std::string(), std::string(33, 'x'), std::string("ad\nmin"), std::string("admin\n"), std::string("ad\rmin"),
          std::string("admin\0", 6), std::string("\x7F"), std::string("\xC3\xA9")}) {
        CHECK(refusal_of(app, identifier, key) == errc::invalid_identifier);
    }
    CHECK(!refusal_of(app, std::string(32, 'x'), key));
    CHECK(refusal_of(app, "admin", "") == errc::invalid_secret_key);
    CHECK(refusal_of(app, "admin", std::string(257, 'k')) == errc::invalid_secret_key);
    CHECK(!refusal_of(app, "admin", std::string(256, 'k')));
    CHECK(refusal_of(app, "admin", "key\n") == errc::invalid_secret_key);
}

TEST_CASE("a lifetime is at least a second and ends within 64 bits") {
    for (const std::int64_t expire : {std::int64_t{0}, std::int64_t{-1}, INT64_MIN}) {
        CHECK(refusal_of(app, "admin", key, now, expire) == errc::invalid_expire);
    }
    for (const std::int64_t time : {std::int64_t{-1}, INT64_MIN}) {
        CHECK(refusal_of(app, "admin", key, time, 60) == errc::invalid_expire);
    }
    CHECK(refusal_of(app, "admin", key, now, INT64_MAX) == errc::invalid_expire);
    CHECK(refusal_of(app, "admin", key, now, INT64_MAX - now + 1) == errc::invalid_expire);
    CHECK(!refusal_of(app, "admin", key, now, INT64_MAX - now));
    CHECK(!refusal_of(app, "admin", key, 0, 1));
}

TEST_CASE("a userbuf of 512 bytes is signed along and one of 513 is refused") {
    std::string user_buf;
    std::uint32_t state = 1;
    while (user_buf.size() < 512) {
        state = state * 1664525 + 1013904223;
        user_buf += static_cast<char>(state >> 24U);
    }
    const std::string identifier(32, '"');
    unfriend::basic_user_sig_generator<unfriend::openssl_hmac_sha256, unfriend::stored_codec> stored(
        UINT32_MAX, identifier, secret(key));
    user_sig_generator generator(UINT32_MAX, identifier, secret(key));
    char buffer[unfriend::max_user_sig_size];
    char scratch[unfriend::max_user_sig_size];
    const auto largest = stored.generate(now, INT64_MAX - now, buffer, user_buf);
    REQUIRE(largest.has_value());
    const auto claims = generator.validate(*largest, now, scratch);
    REQUIRE(claims.has_value());
    CHECK(from_base64(claims->user_buf, "+/", '=') == user_buf);
    CHECK(generator.generate(now, 60, buffer, user_buf).has_value());

    const auto refused = generator.generate(now, 60, buffer, user_buf + 'x');
    CHECK(refused.error() == errc::user_buf_too_large);
    CHECK(refused.error().detail() == 512);
}

TEST_CASE("a buffer that is too small is refused with the size needed, and nothing beside it is touched") {
    user_sig_generator generator(app, "admin", secret(key));
    char buffer[unfriend::max_user_sig_size];
    const auto user_sig = generator.generate(now, 60, buffer);
    REQUIRE(user_sig.has_value());
    for (const std::size_t room : {std::size_t{0}, std::size_t{1}, user_sig->size() - 1}) {
        guarded_bytes small(room);
        const auto refused = generator.generate(now, 60, small.span());
        CHECK(refused.error() == errc::buffer_too_small);
        CHECK(refused.error().detail() == user_sig->size());
        CHECK(small.intact());
    }
    guarded_bytes enough(user_sig->size());
    CHECK(generator.generate(now, 60, enough.span()).has_value());
    CHECK(enough.intact());
}

TEST_CASE("a scratch buffer that is too small is refused with the size needed") {
    const user_sig_vector vector = official_user_sigs().at(0);
    guarded_bytes small(16);
    const unfriend::error failure = unfriend::inspect_user_sig(vector.user_sig, small.span()).error();
    CHECK(failure == errc::buffer_too_small);
    CHECK(failure.detail() > 16);
    CHECK(failure.detail() <= unfriend::max_user_sig_size);
    CHECK(small.intact());
    guarded_bytes enough(failure.detail());
    CHECK(unfriend::inspect_user_sig(vector.user_sig, enough.span()).has_value());
    CHECK(enough.intact());
}

TEST_CASE("what is no UserSig is malformed, with and without the key") {
    std::vector<std::string> garbage{"",
                                     "A",
                                     "AAAA",
                                     "____",
                                     "eJ__",
                                     "eJw_",
                                     "not a UserSig",
                                     std::string(10000, 'A'),
                                     std::string(10001, '_'),
                                     to_base64("{}", "*-", '_'),
                                     packed_user_sig(""),
                                     packed_user_sig("{}"),
                                     packed_user_sig("[]"),
                                     packed_user_sig(std::string(1000000, '0')),
                                     packed_user_sig(document_with("", "") + "x"),
                                     to_base64(compressed(document_with("", "")) + "x", "*-", '_'),
                                     to_base64(compressed(document_with("", "")), "+/", '=')};
    for (const char* const member :
         {R"("TLS.ver":"2.0",)", R"("TLS.identifier":"admin",)", R"("TLS.sdkappid":1400000000,)",
          R"("TLS.time":1700000000,)", R"("TLS.expire":60,)"}) {
        garbage.push_back(packed_user_sig(document_with(member, "")));
    }
    for (const char* const version : {R"("1.0")", R"("2.0 ")", "2.0", "null"}) {
        garbage.push_back(packed_user_sig(document_with(R"("2.0")", version)));
    }
    for (const char* const identifier :
         {R"("")", R"("ad\nmin")", R"("ad\u000Amin")", R"("adm\u0000in")", R"("\u00e9")", "7"}) {
        garbage.push_back(packed_user_sig(document_with(R"("admin")", identifier)));
    }
    for (const char* const number : {"0", "-1", "4294967296", "1400000000.0", "\"1400000000\"", "5694967296"}) {
        garbage.push_back(packed_user_sig(document_with("1400000000", number)));
    }
    for (const char* const number : {"-1", "9223372036854775808", "1e9", "\"1700000000\""}) {
        garbage.push_back(packed_user_sig(document_with("1700000000", number)));
        garbage.push_back(packed_user_sig(document_with(":60", std::string(":") + number)));
    }
    garbage.push_back(packed_user_sig(
        document_with(R"("TLS.sig":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")", R"("TLS.sig":"")")));
    garbage.push_back(
        packed_user_sig(document_with(R"("TLS.expire":60)", R"("TLS.userbuf":"a\nTLS.x:","TLS.expire":60)")));
    user_sig_generator generator(app, "admin", secret(key));
    for (const std::string& text : garbage) {
        INFO(text.substr(0, 100), " : ", unpacked_user_sig(text));
        guarded_bytes scratch(unfriend::max_user_sig_size);
        CHECK(unfriend::inspect_user_sig(text, scratch.span()).error() == errc::user_sig_malformed);
        CHECK(generator.validate(text, now, scratch.span()).error() == errc::user_sig_malformed);
        CHECK(scratch.intact());
    }
}

TEST_CASE("a signature of any length but the right one does not match") {
    user_sig_generator generator(app, "admin", secret(key));
    char scratch[unfriend::max_user_sig_size];
    for (const std::string sig : {"A", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                                  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
        const std::string text = packed_user_sig(document_with("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", sig));
        CHECK(unfriend::inspect_user_sig(text, scratch).has_value());
        CHECK(generator.validate(text, now, scratch).error() == errc::user_sig_mismatch);
    }
}

TEST_CASE("a generator with wrong arguments verifies nothing") {
    const user_sig_vector vector = official_user_sigs().at(0);
    char scratch[unfriend::max_user_sig_size];
    user_sig_generator no_app(0, vector.identifier, secret(vector.key));
    CHECK(no_app.validate(vector.user_sig, vector.time, scratch).error() == errc::invalid_sdk_app_id);
    user_sig_generator no_key(vector.sdk_app_id, vector.identifier, secret(""));
    CHECK(no_key.validate(vector.user_sig, vector.time, scratch).error() == errc::invalid_secret_key);
    user_sig_generator no_identifier(vector.sdk_app_id, "", secret(vector.key));
    CHECK(no_identifier.validate(vector.user_sig, vector.time, scratch).error() == errc::invalid_identifier);
    CHECK(no_identifier.identifier().empty());
}

TEST_CASE("HMAC and compression are the program's to choose") {
    char buffer[unfriend::max_user_sig_size];
    char scratch[unfriend::max_user_sig_size];
    SUBCASE("a codec of one's own makes UserSigs that zlib reads") {
        unfriend::basic_user_sig_generator<unfriend::openssl_hmac_sha256, plain_codec> own(app, "admin", secret(key));
        user_sig_generator generator(app, "admin", secret(key));
        const auto user_sig = own.generate(now, 60, buffer, "user data");
        REQUIRE(user_sig.has_value());
        CHECK(generator.validate(*user_sig, now, scratch).has_value());
        CHECK(own.validate(*user_sig, now, scratch).has_value());
        CHECK(unfriend::inspect_user_sig<plain_codec>(*user_sig, scratch).has_value());
    }
    SUBCASE("an HMAC of one's own is what signs and verifies") {
        unfriend::basic_user_sig_generator<summing_hmac> own(app, "admin", secret(key));
        user_sig_generator generator(app, "admin", secret(key));
        const auto user_sig = own.generate(now, 60, buffer);
        REQUIRE(user_sig.has_value());
        CHECK(own.validate(*user_sig, now, scratch).has_value());
        CHECK(generator.validate(*user_sig, now, scratch).error() == errc::user_sig_mismatch);
    }
    SUBCASE("a UserSig that is stored and not compressed is as good") {
        unfriend::basic_user_sig_generator<unfriend::openssl_hmac_sha256, unfriend::stored_codec> stored(app, "admin",
                                                                                                         secret(key));
        user_sig_generator generator(app, "admin", secret(key));
        const auto user_sig = stored.generate(now, 60, buffer);
        REQUIRE(user_sig.has_value());
        CHECK(user_sig->substr(0, 2) == "eJ");
        CHECK(generator.validate(*user_sig, now, scratch).has_value());
    }
    SUBCASE("one that fails is reported") {
        unfriend::basic_user_sig_generator<failing_hmac> no_hmac(app, "admin", secret(key));
        CHECK(no_hmac.generate(now, 60, buffer).error() == errc::hmac_failed);
        const user_sig_vector vector = official_user_sigs().at(0);
        CHECK(no_hmac.validate(vector.user_sig, vector.time, scratch).error() == errc::hmac_failed);
        unfriend::basic_user_sig_generator<summing_hmac, failing_codec> no_codec(app, "admin", secret(key));
        CHECK(no_codec.generate(now, 60, buffer).error() == errc::compression_failed);
        CHECK(no_codec.validate(vector.user_sig, vector.time, scratch).error() == errc::user_sig_malformed);
    }
}
