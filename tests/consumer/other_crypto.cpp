// UserSigs and webhooks by another library than OpenSSL: HEADER, with the classes HMAC_SHA256 and SHA256. OpenSSL says
// the same.
#include HEADER

#include <array>
#include <string>
#include <string_view>

#include <unfriend/unfriend.hpp>

namespace {

constexpr std::int64_t now = 1700000000;

std::string digest_as_text(const unsigned char (&digest)[32]) {
    std::string text;
    for (const unsigned char byte : digest) {
        text += "0123456789abcdef"[byte >> 4U];
        text += "0123456789abcdef"[byte & 15U];
    }
    return text;
}

/// UserSigs, the second after the first by the same object, are those that OpenSSL makes.
bool signs_as_openssl() {
    using generator = unfriend::basic_user_sig_generator<example::HMAC_SHA256>;
    const std::string key(64, 'k');
    generator other{1400000000, "administrator", unfriend::secret(key)};
    unfriend::user_sig_generator own{1400000000, "administrator", unfriend::secret(key)};
    for (const std::int64_t expire : {60, 86400}) {
        char buffer[unfriend::max_user_sig_size];
        char own_buffer[unfriend::max_user_sig_size];
        char scratch[unfriend::max_user_sig_size];
        const auto made = other.generate(now, expire, buffer);
        const auto expected = own.generate(now, expire, own_buffer);
        if (!made || !expected || *made != *expected || !other.validate(*made, now + 1, scratch)) return false;
    }
    return true;
}

/// A webhook whose `Sign` is the SHA-256 of the token and the time is authenticated; with another token it is not.
bool authenticates_webhooks() {
    const std::string token = "a token";
    example::SHA256 sha256;
    unsigned char digest[32];
    if (!sha256.update(token) || !sha256.update(std::to_string(now)) || !sha256.finish(digest)) return false;
    const std::string query = "SdkAppid=1400000000&CallbackCommand=Sns.CallbackFriendDelete&contenttype=json"
                              "&ClientIP=127.0.0.1&OptPlatform=RESTAPI&RequestTime=" +
                              std::to_string(now) + "&Sign=" + digest_as_text(digest);
    const unfriend::webhook::credentials app{1400000000, unfriend::secret(token)};
    const unfriend::webhook::credentials other{1400000000, unfriend::secret("another token")};
    return unfriend::webhook::authenticate<example::SHA256>(query, app, now).has_value() &&
           unfriend::webhook::authenticate(query, app, now).has_value() &&
           !unfriend::webhook::authenticate<example::SHA256>(query, other, now).has_value();
}

} // namespace

int main() { return signs_as_openssl() && authenticates_webhooks() ? 0 : 1; }
