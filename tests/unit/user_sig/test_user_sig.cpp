// UserSigs: the official ones are read and verified, and ours say the same.
#include "user_sig_vectors.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unfriend/user_sig/generator.hpp"

#include "bytes.hpp"
#include "check.hpp"

namespace {

using unfriend::errc;
using unfriend::secret;
using unfriend::user_sig_generator;

/// Room for what a UserSig says, of exactly the size that is documented to be enough.
class scratch_space {
public:
    operator unfriend::char_span() const { return bytes_.span(); }

private:
    exact_bytes bytes_{unfriend::max_user_sig_size};
};

void check_claims(const unfriend::result<unfriend::user_sig_claims>& claims, const user_sig_vector& vector) {
    CHECK(!claims.error());
    if (!claims) return;
    CHECK(claims->sdk_app_id == vector.sdk_app_id);
    CHECK(claims->identifier == vector.identifier);
    CHECK(claims->time == vector.time);
    CHECK(claims->expire == vector.expire);
    CHECK(claims->user_buf == vector.user_buf_text);
}

user_sig_generator generator_of(const user_sig_vector& vector) {
    return {vector.sdk_app_id, vector.identifier, secret(vector.key)};
}

std::string generated(user_sig_generator& generator, const user_sig_vector& vector) {
    exact_bytes buffer(unfriend::max_user_sig_size);
    const auto user_sig = generator.generate(vector.time, vector.expire, buffer.span(), vector.user_buf);
    CHECK(!user_sig.error());
    return user_sig ? std::string(*user_sig) : std::string();
}

/// The members of a flat JSON object: strings in quotes, numbers as they are written.
struct members_reader : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, members_reader> {
    std::map<std::string, std::string> members;

    bool Key(const char* text, rapidjson::SizeType size, bool) {
        key_.assign(text, size);
        return true;
    }

    bool String(const char* text, rapidjson::SizeType size, bool) { return add('"' + std::string(text, size) + '"'); }
    bool RawNumber(const char* text, rapidjson::SizeType size, bool) { return add(std::string(text, size)); }
    bool Default() { return add("another value"); }
    bool StartObject() { return true; }
    bool EndObject(rapidjson::SizeType) { return true; }

private:
    bool add(std::string value) { return members.emplace(key_, std::move(value)).second; }

    std::string key_;
};

/// The members of the document; empty for none, and for one that repeats a member.
std::map<std::string, std::string> members_of(std::string document) {
    rapidjson::InsituStringStream stream(document.data());
    members_reader reader;
    constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
    if (rapidjson::Reader().Parse<flags>(stream, reader).IsError()) reader.members.clear();
    return reader.members;
}

/// Whether two documents have the same members with the same values, in any order.
bool same_document(const std::string& left, const std::string& right) {
    const std::map<std::string, std::string> members = members_of(left);
    return !members.empty() && members == members_of(right);
}

} // namespace

TEST_CASE("there are 40 official UserSigs, 8 of them with a userbuf") {
    const std::vector<user_sig_vector> vectors = official_user_sigs();
    CHECK(vectors.size() == 40);
    std::size_t with_user_buf = 0;
    for (const user_sig_vector& vector : vectors) with_user_buf += vector.user_buf.empty() ? 0U : 1U;
    CHECK(with_user_buf == 8);
}

TEST_CASE("an official UserSig says what it was made of") {
    for (const user_sig_vector& vector : official_user_sigs()) {
        INFO(vector.identifier);
        const scratch_space scratch;
        check_claims(unfriend::inspect_user_sig(vector.user_sig, scratch), vector);
    }
}

TEST_CASE("an official UserSig is valid from its first second to its last") {
    for (const user_sig_vector& vector : official_user_sigs()) {
        INFO(vector.identifier);
        user_sig_generator generator = generator_of(vector);
        const scratch_space scratch;
        check_claims(generator.validate(vector.user_sig, vector.time, scratch), vector);
        check_claims(generator.validate(vector.user_sig, vector.time + vector.expire - 1, scratch), vector);
        for (const std::int64_t late : {vector.time + vector.expire, vector.time + vector.expire + 1, INT64_MAX}) {
            CHECK(generator.validate(vector.user_sig, late, scratch).error() == errc::user_sig_expired);
        }
    }
}

TEST_CASE("from the same inputs comes the same document") {
    for (const user_sig_vector& vector : official_user_sigs()) {
        INFO(vector.identifier);
        user_sig_generator generator = generator_of(vector);
        const std::string user_sig = generated(generator, vector);
        CHECK(same_document(unpacked_user_sig(user_sig), unpacked_user_sig(vector.user_sig)));
        CHECK(user_sig.substr(0, 2) == "eJ");
        const scratch_space scratch;
        check_claims(generator.validate(user_sig, vector.time, scratch), vector);
    }
}

TEST_CASE("a generator makes any number of UserSigs, each by itself") {
    const std::vector<user_sig_vector> vectors = official_user_sigs();
    user_sig_generator generator = generator_of(vectors.at(0));
    const std::string first = generated(generator, vectors.at(0));
    for (std::int64_t second = 1; second < 100; ++second) {
        user_sig_vector later = vectors.at(0);
        later.time += second;
        CHECK(generated(generator, later) != first);
    }
    CHECK(generated(generator, vectors.at(0)) == first);
}

TEST_CASE("an altered UserSig is refused, whichever character it is") {
    const std::string letters = std::string(base64_letters) + "*-_+/= \n";
    std::size_t accepted = 0;
    std::size_t index = 0;
    for (const user_sig_vector& vector : official_user_sigs()) {
        user_sig_generator generator = generator_of(vector);
        const bool thorough = index++ % 20 == 0;
        const scratch_space scratch;
        for (std::size_t at = 0; at < vector.user_sig.size(); ++at) {
            const std::size_t from = thorough ? 0 : letters.find(vector.user_sig[at]) ^ 32U;
            const std::size_t to = thorough ? letters.size() : from + 1;
            for (std::size_t other = from; other < to; ++other) {
                std::string altered = vector.user_sig;
                altered[at] = letters[other];
                if (altered == vector.user_sig || !generator.validate(altered, vector.time, scratch)) continue;
                // The bits that pad the last byte of compressed data say nothing.
                if (unpacked_user_sig(altered) != unpacked_user_sig(vector.user_sig)) ++accepted;
            }
        }
    }
    CHECK(accepted == 0);
}

TEST_CASE("a UserSig that is cut short or longer than it was is malformed") {
    const user_sig_vector vector = official_user_sigs().at(4);
    user_sig_generator generator = generator_of(vector);
    const scratch_space scratch;
    for (std::size_t size = 0; size < vector.user_sig.size(); ++size) {
        INFO("size: ", size);
        const exact_bytes cut(std::string_view(vector.user_sig).substr(0, size));
        const std::string_view text(cut.span().data(), size);
        CHECK(generator.validate(text, vector.time, scratch).error() == errc::user_sig_malformed);
        CHECK(unfriend::inspect_user_sig(text, scratch).error() == errc::user_sig_malformed);
    }
    for (const std::string more : {"A", "_", "AAAA", "____", "\n"}) {
        CHECK(generator.validate(vector.user_sig + more, vector.time, scratch).error() == errc::user_sig_malformed);
    }
}

TEST_CASE("a UserSig of another key does not match") {
    const std::vector<user_sig_vector> vectors = official_user_sigs();
    user_sig_vector vector = vectors.at(0);
    vector.key = vectors.at(1).key;
    user_sig_generator generator = generator_of(vector);
    const scratch_space scratch;
    CHECK(generator.validate(vector.user_sig, vector.time, scratch).error() == errc::user_sig_mismatch);
    CHECK(unfriend::inspect_user_sig(vector.user_sig, scratch).has_value());
}

TEST_CASE("a genuine UserSig of another app or identifier is foreign") {
    const user_sig_vector vector = official_user_sigs().at(0);
    const scratch_space scratch;
    user_sig_generator other_app(vector.sdk_app_id + 1, vector.identifier, secret(vector.key));
    CHECK(other_app.validate(vector.user_sig, vector.time, scratch).error() == errc::user_sig_identity_mismatch);
    user_sig_generator other_identifier(vector.sdk_app_id, vector.identifier + "2", secret(vector.key));
    CHECK(other_identifier.validate(vector.user_sig, vector.time, scratch).error() == errc::user_sig_identity_mismatch);
}

TEST_CASE("a UserSig from the future is put down to the clocks, within bounds") {
    const user_sig_vector vector = official_user_sigs().at(0);
    user_sig_generator generator = generator_of(vector);
    const scratch_space scratch;
    check_claims(generator.validate(vector.user_sig, vector.time - 300, scratch), vector);
    CHECK(generator.validate(vector.user_sig, vector.time - 301, scratch).error() == errc::user_sig_not_yet_valid);
    check_claims(generator.validate(vector.user_sig, vector.time - 10, scratch, 10), vector);
    CHECK(generator.validate(vector.user_sig, vector.time - 11, scratch, 10).error() == errc::user_sig_not_yet_valid);
    CHECK(generator.validate(vector.user_sig, vector.time - 1, scratch, 0).error() == errc::user_sig_not_yet_valid);
    check_claims(generator.validate(vector.user_sig, vector.time, scratch, 0), vector);
}

TEST_CASE("a clock that shows nonsense is survived") {
    const user_sig_vector vector = official_user_sigs().at(0);
    user_sig_generator generator = generator_of(vector);
    const scratch_space scratch;
    for (const std::int64_t now : {INT64_MIN, INT64_MIN + 1, std::int64_t{-1}, std::int64_t{0}}) {
        CHECK(generator.validate(vector.user_sig, now, scratch).error() == errc::user_sig_not_yet_valid);
    }
    CHECK(generator.validate(vector.user_sig, INT64_MAX, scratch).error() == errc::user_sig_expired);
}
