// Webhook authentication: what was computed from the token does not stay on the stack.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "unfriend/webhook/authentication.hpp"

#include "check.hpp"
#include "owned_stack.hpp"

namespace {

namespace webhook = unfriend::webhook;
using unfriend::secret;

// The example of "Webhook Overview".
constexpr std::string_view right_sign = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";
constexpr std::int64_t request_time = 1669872112;

std::string query_with(std::string_view sign) {
    return "SdkAppid=1400000000&CallbackCommand=Sns.CallbackFriendDelete&RequestTime=1669872112&Sign=" +
           std::string(sign);
}

/// The digest whose hexadecimal text is the right sign.
std::string right_digest() {
    std::string digest;
    for (std::size_t i = 0; i < right_sign.size(); i += 2) {
        digest += static_cast<char>(std::stoi(std::string(right_sign.substr(i, 2)), nullptr, 16));
    }
    return digest;
}

} // namespace

TEST_CASE("the post with the right Sign is authenticated") {
    const webhook::credentials app{1400000000, secret("xxxxyyyy")};
    CHECK(webhook::authenticate(query_with(right_sign), app, request_time).has_value());
}

TEST_CASE("after a forged post was refused, the right Sign is not on the stack") {
    const webhook::credentials one{1400000000, secret("xxxxyyyy")};
    const webhook::credentials two{1400000000, secret("the next token"), secret("xxxxyyyy")};
    for (const std::string& forged :
         {std::string(64, '0'), std::string(), std::string(right_sign.rbegin(), right_sign.rend())}) {
        const std::string query = query_with(forged);
        for (const webhook::credentials* const app : {&one, &two}) {
            owned_stack stack;
            unfriend::error failure;
            const auto authenticate = [&] { failure = webhook::authenticate(query, *app, request_time).error(); };
            stack.run(authenticate);
            CHECK(failure == unfriend::errc::webhook_sign_mismatch);
            CHECK(!stack.holds_part_of(right_sign));
            CHECK(!stack.holds_part_of(right_digest()));
        }
    }
}
