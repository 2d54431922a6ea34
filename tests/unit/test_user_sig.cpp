// UserSigs: those that the official generator made, and our own.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/document.h>

#include "unfriend/user_sig.hpp"

#include "check.hpp"
#include "samples.hpp"

namespace {

using unfriend::errc;
using unfriend::secret;
using unfriend::user_sig_generator;

/// One UserSig of the official generator.
struct vector {
    std::string key;
    std::string identifier;
    std::uint32_t sdk_app_id;
    std::int64_t time;
    std::int64_t expire;
    std::string user_sig;
    std::string user_buf; ///< base64
    std::string sig;
};

std::string text_of(const rapidjson::Value& object, const char* name) {
    const auto member = object.FindMember(name);
    return member == object.MemberEnd() ? std::string() : std::string(member->value.GetString());
}

std::vector<vector> official_vectors() {
    rapidjson::Document json;
    json.Parse(read_test_data("user_sig.json").c_str());
    REQUIRE(json.IsArray());
    std::vector<vector> vectors;
    for (const rapidjson::Value& entry : json.GetArray()) {
        const rapidjson::Value& document = entry["document"];
        vectors.push_back({text_of(entry, "key"), text_of(entry, "identifier"), entry["sdkappid"].GetUint(),
                           entry["time"].GetInt64(), entry["expire"].GetInt64(), text_of(entry, "user_sig"),
                           text_of(document, "TLS.userbuf"), text_of(document, "TLS.sig")});
    }
    return vectors;
}

std::string from_base64(std::string_view text) {
    const auto& alphabet = unfriend::detail::standard_base64;
    std::string bytes(unfriend::detail::base64_decoded_size(text, alphabet), '\0');
    REQUIRE(unfriend::detail::decode_base64(text, alphabet, bytes.data()));
    return bytes;
}

user_sig_generator generator_of(const vector& known) {
    return user_sig_generator(known.sdk_app_id, known.identifier, secret(known.key));
}

/// The signature inside a UserSig.
std::string signature_of(std::string_view user_sig) {
    char scratch[unfriend::max_user_sig_size];
    unfriend::detail::user_sig_document document;
    REQUIRE(!unfriend::detail::read_user_sig<unfriend::zlib_codec>(user_sig, scratch, document));
    return std::string(document.sig);
}

constexpr std::int64_t made = 1'700'000'000;

std::string generate(user_sig_generator& generator, std::int64_t time, std::int64_t expire) {
    char buffer[unfriend::max_user_sig_size];
    const auto user_sig = generator.generate(time, expire, buffer);
    REQUIRE(user_sig);
    return std::string(*user_sig);
}

/// A UserSig packed from any document.
std::string packed(std::string_view document) {
    unfriend::zlib_codec codec;
    char bytes[2048];
    const std::size_t size = codec.compress(document, bytes);
    std::string text(unfriend::detail::base64_size(size), '\0');
    unfriend::detail::encode_base64({bytes, size}, unfriend::detail::user_sig_base64, text.data());
    return text;
}

unfriend::error inspected(std::string_view user_sig) {
    char scratch[unfriend::max_user_sig_size];
    return unfriend::inspect_user_sig(user_sig, scratch).error();
}

} // namespace

TEST_CASE("all 40 official UserSigs say what their documents do") {
    const auto vectors = official_vectors();
    CHECK(vectors.size() == 40);
    for (const vector& known : vectors) {
        CAPTURE(known.identifier);
        char scratch[unfriend::max_user_sig_size];
        const auto claims = unfriend::inspect_user_sig(known.user_sig, scratch);
        REQUIRE(claims);
        CHECK(claims->sdk_app_id == known.sdk_app_id);
        CHECK(claims->identifier == known.identifier);
        CHECK(claims->time == known.time);
        CHECK(claims->expire == known.expire);
        CHECK(claims->user_buf == known.user_buf);
    }
}

TEST_CASE("all 40 official UserSigs verify from their first second to their last, and not beyond") {
    for (const vector& known : official_vectors()) {
        CAPTURE(known.identifier);
        user_sig_generator judge = generator_of(known);
        char scratch[unfriend::max_user_sig_size];
        CHECK(judge.verify(known.user_sig, known.time, scratch).has_value());
        CHECK(judge.verify(known.user_sig, known.time + known.expire - 1, scratch).has_value());
        CHECK(judge.verify(known.user_sig, known.time + known.expire, scratch).error() == errc::user_sig_expired);
    }
}

TEST_CASE("what we generate for the official inputs carries the official signature") {
    for (const vector& known : official_vectors()) {
        CAPTURE(known.identifier);
        user_sig_generator generator = generator_of(known);
        char buffer[unfriend::max_user_sig_size];
        const auto ours = generator.generate(known.time, known.expire, buffer, from_base64(known.user_buf));
        REQUIRE(ours);
        CHECK(ours->substr(0, 2) == "eJ");
        CHECK(signature_of(*ours) == known.sig);
        char scratch[unfriend::max_user_sig_size];
        const auto claims = generator.verify(*ours, known.time, scratch);
        REQUIRE(claims);
        CHECK(claims->identifier == known.identifier);
        CHECK(claims->user_buf == known.user_buf);
    }
}

TEST_CASE("a UserSig altered in any character is refused") {
    const vector known = official_vectors().front();
    user_sig_generator judge = generator_of(known);
    for (std::size_t at = 0; at < known.user_sig.size(); ++at) {
        std::string altered = known.user_sig;
        altered[at] = altered[at] == 'A' ? 'B' : 'A';
        char scratch[unfriend::max_user_sig_size];
        const auto verdict = judge.verify(altered, known.time, scratch);
        CAPTURE(at);
        CHECK_FALSE(verdict.has_value());
    }
}

TEST_CASE("a UserSig cut short or grown is malformed") {
    const vector known = official_vectors().front();
    for (std::size_t size = 0; size < known.user_sig.size(); ++size) {
        CHECK(inspected(std::string_view(known.user_sig).substr(0, size)) == errc::user_sig_malformed);
    }
    CHECK(inspected(known.user_sig + "A") == errc::user_sig_malformed);
    CHECK(inspected(known.user_sig + "AAAA") == errc::user_sig_malformed);
    CHECK(inspected(std::string(100'000, 'A')) == errc::user_sig_malformed);
    CHECK(inspected("not a UserSig at all") == errc::user_sig_malformed);
}

TEST_CASE("another key, app or identifier does not verify") {
    user_sig_generator owner(1400000000, "administrator", secret("key"));
    const std::string user_sig = generate(owner, made, 60);
    char scratch[unfriend::max_user_sig_size];
    user_sig_generator other_key(1400000000, "administrator", secret("other key"));
    CHECK(other_key.verify(user_sig, made, scratch).error() == errc::user_sig_mismatch);
    user_sig_generator other_app(1400000001, "administrator", secret("key"));
    CHECK(other_app.verify(user_sig, made, scratch).error() == errc::user_sig_foreign);
    user_sig_generator other_admin(1400000000, "administrato", secret("key"));
    CHECK(other_admin.verify(user_sig, made, scratch).error() == errc::user_sig_foreign);
}

TEST_CASE("a UserSig from the future is put down to the clocks as far as the skew allows") {
    user_sig_generator generator(1400000000, "administrator", secret("key"));
    const std::string user_sig = generate(generator, made, 60);
    char scratch[unfriend::max_user_sig_size];
    CHECK(generator.verify(user_sig, made - 300, scratch).has_value());
    CHECK(generator.verify(user_sig, made - 301, scratch).error() == errc::user_sig_not_yet_valid);
    CHECK(generator.verify(user_sig, made - 1, scratch, 0).error() == errc::user_sig_not_yet_valid);
    CHECK(generator.verify(user_sig, made, scratch, 0).has_value());
}

TEST_CASE("wrong arguments are refused by name, each before anything is signed") {
    using namespace std::string_literals;
    char buffer[unfriend::max_user_sig_size];
    const auto refusal = [&](std::uint32_t app, const std::string& identifier, const std::string& key, std::int64_t time,
                             std::int64_t expire, const std::string& user_buf) {
        user_sig_generator generator(app, identifier, secret(key));
        return generator.generate(time, expire, buffer, user_buf).error();
    };
    CHECK(!refusal(1, "admin", "key", made, 1, ""));
    CHECK(refusal(0, "admin", "key", made, 60, "") == errc::invalid_sdk_app_id);
    for (const std::string& identifier : {""s, "a\nTLS.sdkappid:1"s, "a\0b"s, "\x7F"s, std::string(33, 'a')}) {
        CHECK(refusal(1, identifier, "key", made, 60, "") == errc::invalid_identifier);
    }
    CHECK(refusal(1, "admin", "", made, 60, "") == errc::invalid_secret_key);
    CHECK(refusal(1, "admin", std::string(257, 'k'), made, 60, "") == errc::invalid_secret_key);
    CHECK(refusal(1, "admin", "key", made, 0, "") == errc::invalid_expire);
    CHECK(refusal(1, "admin", "key", made, -1, "") == errc::invalid_expire);
    CHECK(refusal(1, "admin", "key", -1, 60, "") == errc::invalid_expire);
    CHECK(refusal(1, "admin", "key", made, INT64_MAX, "") == errc::invalid_expire);
    CHECK(!refusal(1, std::string(32, '"'), std::string(256, 'k'), INT64_MAX - 1, 1, std::string(512, '\xFF')));
    CHECK(refusal(1, "admin", "key", made, 60, std::string(513, 'b')) == errc::user_buf_too_large);
    CHECK(refusal(1, "admin", "key", made, 60, std::string(513, 'b')).detail() == 512);
}

TEST_CASE("a buffer that is one byte too small says how many it takes") {
    user_sig_generator generator(1400000000, "administrator", secret("key"));
    const std::string user_sig = generate(generator, made, 60);
    std::vector<char> buffer(user_sig.size());
    CHECK(generator.generate(made, 60, {buffer.data(), buffer.size() - 1}).error() == errc::buffer_too_small);
    CHECK(generator.generate(made, 60, {buffer.data(), buffer.size() - 1}).error().detail() == user_sig.size());
    CHECK(generator.generate(made, 60, buffer).has_value());
    char scratch[16];
    CHECK(generator.verify(user_sig, made, scratch).error() == errc::buffer_too_small);
}

TEST_CASE("a document that is not as documented is malformed, though well packed") {
    const std::string good = R"({"TLS.ver":"2.0","TLS.identifier":"a","TLS.sdkappid":1,"TLS.expire":1,"TLS.time":1,"TLS.sig":"x"})";
    CHECK(!inspected(packed(good)));
    const auto replaced = [&](std::string_view from, std::string_view to) {
        std::string document = good;
        document.replace(document.find(from), from.size(), to);
        return inspected(packed(document));
    };
    CHECK(replaced(R"("2.0")", R"("1.0")") == errc::user_sig_malformed);
    CHECK(replaced(R"("TLS.ver":"2.0",)", "") == errc::user_sig_malformed);
    CHECK(replaced(R"("a")", R"("a\nTLS.sdkappid:2")") == errc::user_sig_malformed);
    CHECK(replaced(R"("a")", R"("")") == errc::user_sig_malformed);
    CHECK(replaced(R"("TLS.sdkappid":1)", R"("TLS.sdkappid":0)") == errc::user_sig_malformed);
    CHECK(replaced(R"("TLS.sdkappid":1)", R"("TLS.sdkappid":4294967296)") == errc::user_sig_malformed);
    CHECK(replaced(R"("TLS.sdkappid":1)", R"("TLS.sdkappid":"1")") == errc::user_sig_malformed);
    CHECK(replaced(R"("TLS.time":1)", R"("TLS.time":-1)") == errc::user_sig_malformed);
    CHECK(replaced(R"(,"TLS.time":1)", "") == errc::user_sig_malformed);
    CHECK(replaced(R"("x")", R"("")") == errc::user_sig_malformed);
    CHECK(inspected(packed(good + "x")) == errc::user_sig_malformed);
    CHECK(inspected(packed("[]")) == errc::user_sig_malformed);
    CHECK(inspected(packed(std::string(1900, ' '))) == errc::user_sig_malformed);
}

TEST_CASE("HMAC and compression can be a program's own") {
    struct constant_hmac {
        explicit constant_hmac(std::string_view) {}
        static bool compute(std::string_view, unsigned char (&mac)[32]) noexcept {
            for (unsigned char& byte : mac) byte = 0;
            return true;
        }
    };
    struct no_compression {
        static std::size_t compress(std::string_view bytes, unfriend::char_span out) {
            return bytes.copy(out.data(), out.size());
        }
        static std::size_t decompress(std::string_view bytes, unfriend::char_span out) {
            return bytes.copy(out.data(), out.size());
        }
    };
    unfriend::basic_user_sig_generator<constant_hmac, no_compression> generator(7, "admin", secret("key"));
    char buffer[unfriend::max_user_sig_size];
    const auto user_sig = generator.generate(made, 60, buffer);
    REQUIRE(user_sig);
    char scratch[unfriend::max_user_sig_size];
    CHECK(generator.verify(*user_sig, made, scratch).has_value());
    CHECK(unfriend::detail::decode_base64(*user_sig, unfriend::detail::user_sig_base64, scratch));
    CHECK(std::string_view(scratch).find(R"({"TLS.ver":"2.0","TLS.identifier":"admin","TLS.sdkappid":7,)") == 0);
}

TEST_CASE("an HMAC or a compression that fails is an error") {
    struct failing_hmac {
        explicit failing_hmac(std::string_view) {}
        static bool compute(std::string_view, unsigned char (&)[32]) noexcept { return false; }
    };
    struct failing_codec {
        static std::size_t compress(std::string_view, unfriend::char_span) noexcept { return 0; }
        static std::size_t decompress(std::string_view, unfriend::char_span) noexcept { return 0; }
    };
    char buffer[unfriend::max_user_sig_size];
    unfriend::basic_user_sig_generator<failing_hmac> no_hmac(7, "admin", secret("key"));
    CHECK(no_hmac.generate(made, 60, buffer).error() == errc::hmac_failed);
    unfriend::basic_user_sig_generator<unfriend::openssl_hmac_sha256, failing_codec> no_codec(7, "admin", secret("key"));
    CHECK(no_codec.generate(made, 60, buffer).error() == errc::compression_failed);
}

TEST_CASE("stored blocks are longer and as valid") {
    unfriend::basic_user_sig_generator<unfriend::openssl_hmac_sha256, unfriend::stored_codec> stored(
        1400000000, "administrator", secret("key"));
    user_sig_generator usual(1400000000, "administrator", secret("key"));
    char buffer[unfriend::max_user_sig_size];
    char scratch[unfriend::max_user_sig_size];
    const auto user_sig = stored.generate(made, 60, buffer, std::string(512, 'b'));
    REQUIRE(user_sig);
    CHECK(usual.verify(*user_sig, made, scratch).has_value());
    CHECK(user_sig->size() <= unfriend::max_user_sig_size);
}
