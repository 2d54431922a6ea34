// The query of a webhook's post: is it for this app, signed with its token, and fresh?
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "unfriend/webhook/authentication.hpp"

#include "bytes.hpp"
#include "check.hpp"

namespace {

namespace webhook = unfriend::webhook;
using unfriend::errc;
using unfriend::secret;
using unfriend::webhook_parameter;
using webhook::trust;

constexpr std::uint32_t app_id = 1400000000;

// The example of "Webhook Overview".
constexpr std::string_view token = "xxxxyyyy";
constexpr std::int64_t request_time = 1669872112;
constexpr std::string_view documented_sign = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";

using parameters = std::vector<std::pair<std::string, std::string>>;

std::string to_query(const parameters& all) {
    std::string query;
    for (const auto& [name, value] : all) {
        if (!query.empty()) query += '&';
        query.append(name).append("=").append(value);
    }
    return query;
}

parameters documented() {
    return {{"SdkAppid", std::to_string(app_id)},
            {"CallbackCommand", "Sns.CallbackFriendDelete"},
            {"contenttype", "json"},
            {"ClientIP", "127.0.0.1"},
            {"OptPlatform", "RESTAPI"},
            {"RequestTime", std::to_string(request_time)},
            {"Sign", std::string(documented_sign)}};
}

parameters with(std::string_view name, std::string value) {
    parameters all = documented();
    for (auto& each : all) {
        if (each.first == name) each.second = value;
    }
    return all;
}

parameters without(std::string_view name) {
    parameters left;
    for (auto& each : documented()) {
        if (each.first != name) left.push_back(each);
    }
    return left;
}

webhook::credentials app() { return {app_id, secret(token)}; }
webhook::credentials app_without_token() { return {app_id, webhook::no_token}; }

unfriend::result<webhook::authentication> authenticate(std::string_view query, const webhook::credentials& who,
                                                       std::int64_t now = request_time) {
    const exact_bytes bytes(query); // a byte read beyond the query is a fault
    return webhook::authenticate({bytes.span().data(), bytes.span().size()}, who, now);
}

unfriend::error refusal_of(std::string_view query, std::int64_t now = request_time) {
    return authenticate(query, app(), now).error();
}

std::string sign(std::string_view with_token, std::string_view time) {
    char text[64];
    REQUIRE(unfriend::detail::compute_sign<unfriend::openssl_sha256>(secret(with_token), time, text));
    return std::string(text, sizeof text);
}

void check_refused(const unfriend::error& failure, errc code, webhook_parameter parameter) {
    CHECK(failure == code);
    CHECK(failure.detail() == static_cast<std::size_t>(parameter));
}

struct broken_sha256 {
    static bool update(std::string_view) { return true; }
    static bool finish(unsigned char (&)[32]) { return false; }
};

/// Digests everything to zeros.
struct constant_sha256 {
    static bool update(std::string_view) { return true; }
    static bool finish(unsigned char (&digest)[32]) {
        for (unsigned char& byte : digest) byte = 0;
        return true;
    }
};

struct narrow_limits : unfriend::default_limits {
    static constexpr std::size_t max_query_size = 100;
};

} // namespace

TEST_CASE("the documented signature") {
    const auto post = authenticate(to_query(documented()), app());
    REQUIRE(post.has_value());
    CHECK(post->trust() == trust::authenticated);
    CHECK(post->is_authenticated());
    CHECK(post->request_time() == request_time);
    CHECK(post->valid_until() == request_time + 60);
    CHECK(post->sign() == documented_sign);
    CHECK(post->client_ip() == "127.0.0.1");
    CHECK(post->opt_platform().value == webhook::platform::rest_api);
}

TEST_CASE("parameters come in any order, with unknown ones among them") {
    parameters all = documented();
    all.insert(all.begin(), {"sign", "0"});
    all.emplace_back("Unknown", "%41+b");
    for (std::size_t i = 0; i < all.size(); ++i) {
        std::rotate(all.begin(), all.begin() + 1, all.end());
        CHECK(authenticate(to_query(all), app()).has_value());
    }
    for (const std::string_view longer : {"Signs=1", "SdkAppids=1", "Sign%00=1", "Sig=1", "+Sign=1"}) {
        CAPTURE(longer);
        CHECK(authenticate(to_query(documented()) + "&" + std::string(longer), app()).has_value());
    }
    std::string odd = "&&=x&novalue&" + to_query(documented()) + "&&x=1&x=2&=&";
    CHECK(authenticate(odd, app()).has_value());
}

TEST_CASE("names and values may be percent-encoded") {
    const auto encoded = [](std::string_view text) {
        std::string all;
        for (const char c : text) {
            all += '%';
            all += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4U];
            all += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15U];
        }
        return all;
    };
    parameters all;
    for (const auto& [name, value] : documented()) all.emplace_back(encoded(name), encoded(value));
    const auto post = authenticate(to_query(all), app());
    REQUIRE(post.has_value());
    CHECK(post->client_ip() == "127.0.0.1");
    CHECK(post->sign() == documented_sign);
}

TEST_CASE("a plus is a space, and %2B a plus") {
    const auto post = authenticate(to_query(with("OptPlatform", "My+own%20%2B1")), app());
    REQUIRE(post.has_value());
    CHECK(post->opt_platform().value == webhook::platform::other);
    CHECK(post->opt_platform().text == "My own +1");
    check_refused(refusal_of(to_query(with("SdkAppid", "+1400000000"))), errc::webhook_parameter_invalid,
                  webhook_parameter::sdk_app_id);
}

TEST_CASE("a percent sign without two hexadecimal digits is refused wherever it stands") {
    const std::string query = to_query(documented());
    for (const std::string_view escape : {"%", "%4", "%4g", "%g4", "%%41", "%-1", "%+1"}) {
        for (const std::string_view place : {"&x=", "&", "&y&z=", "&x=%41%5a"}) {
            CAPTURE(escape);
            const std::string bad = query + std::string(place) + std::string(escape);
            const unfriend::error failure = refusal_of(bad);
            CHECK(failure == errc::webhook_query_malformed);
            CHECK(failure.detail() == query.size() + place.size());
        }
    }
}

TEST_CASE("a post cut short anywhere is refused") {
    const std::string query = to_query(documented());
    for (std::size_t size = 0; size < query.size(); ++size) {
        CAPTURE(size);
        CHECK(bool(refusal_of(std::string_view(query).substr(0, size))));
    }
}

TEST_CASE("a parameter that is missing is named") {
    const std::pair<std::string_view, webhook_parameter> table[] = {
        {"SdkAppid", webhook_parameter::sdk_app_id},
        {"CallbackCommand", webhook_parameter::callback_command},
        {"RequestTime", webhook_parameter::request_time},
        {"Sign", webhook_parameter::sign},
    };
    for (const auto& each : table) {
        const auto name = each.first;
        const auto parameter = each.second;
        CAPTURE(name);
        const unfriend::error failure = refusal_of(to_query(without(name)));
        check_refused(failure, errc::webhook_parameter_missing, parameter);
        CHECK(failure.message() == "a parameter of the query is missing (parameter " + std::string(name) + ")");
    }
    CHECK(authenticate(to_query(without("ClientIP")), app())->client_ip() == "");
    CHECK(authenticate(to_query(without("OptPlatform")), app())->opt_platform().value == webhook::platform::absent);
}

TEST_CASE("a parameter that is read and repeated is refused, whether the values differ or not") {
    const std::pair<std::string_view, webhook_parameter> table[] = {
        {"SdkAppid", webhook_parameter::sdk_app_id},      {"CallbackCommand", webhook_parameter::callback_command},
        {"ClientIP", webhook_parameter::client_ip},       {"OptPlatform", webhook_parameter::opt_platform},
        {"RequestTime", webhook_parameter::request_time}, {"Sign", webhook_parameter::sign},
    };
    for (const auto& each : table) {
        const auto name = each.first;
        const auto parameter = each.second;
        CAPTURE(name);
        std::string escaped = "%00" + std::string(name.substr(1));
        escaped[1] = "0123456789ABCDEF"[static_cast<unsigned char>(name[0]) >> 4U];
        escaped[2] = "0123456789ABCDEF"[static_cast<unsigned char>(name[0]) & 15U];
        std::string value;
        for (const auto& known : documented()) {
            if (known.first == name) value = known.second;
        }
        for (const std::string& again :
             {std::string(name) + "=" + value, std::string(name) + "=", std::string(name), escaped + "=" + value}) {
            CAPTURE(again);
            for (const std::string& query :
                 {to_query(documented()) + "&" + again, again + "&" + to_query(documented())}) {
                check_refused(refusal_of(query), errc::webhook_parameter_repeated, parameter);
                check_refused(authenticate(query, app_without_token()).error(), errc::webhook_parameter_repeated,
                              parameter);
            }
        }
    }
}

TEST_CASE("names and values are case-sensitive") {
    for (const std::string_view name : {"SdkAppid", "CallbackCommand", "RequestTime", "Sign"}) {
        CAPTURE(name);
        parameters all = documented();
        for (auto& each : all) {
            if (each.first == name) each.first[0] = static_cast<char>(each.first[0] - 'A' + 'a');
        }
        CHECK(refusal_of(to_query(all)) == errc::webhook_parameter_missing);
    }
    std::string upper(documented_sign);
    for (char& c : upper) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    CHECK(refusal_of(to_query(with("Sign", upper))) == errc::webhook_sign_mismatch);
    CHECK(refusal_of(to_query(with("CallbackCommand", "sns.callbackfrienddelete"))) == errc::webhook_other_command);
}

TEST_CASE("a post for another app is refused, and so is what is no SDKAppID") {
    for (const std::string_view other : {"1400000001", "1", "0", "4294967295", "140000000"}) {
        CAPTURE(other);
        CHECK(refusal_of(to_query(with("SdkAppid", std::string(other)))) == errc::webhook_app_mismatch);
        CHECK(authenticate(to_query(with("SdkAppid", std::string(other))), app_without_token()).error() ==
              errc::webhook_app_mismatch);
    }
    const std::string_view bad[] = {"",
                                    "abc",
                                    "-1400000000",
                                    "1400000000%00",
                                    "1400000000+",
                                    "01400000000",
                                    "0x5372",
                                    "1400000000.0",
                                    "5694967296",
                                    "%31400000000x",
                                    "1e9",
                                    "00",
                                    "14000000001400000000140000000014000000001400000000"};
    for (const std::string_view text : bad) {
        CAPTURE(text);
        check_refused(refusal_of(to_query(with("SdkAppid", std::string(text)))), errc::webhook_parameter_invalid,
                      webhook_parameter::sdk_app_id);
    }
}

TEST_CASE("any other Sign is refused") {
    for (std::size_t i = 0; i < documented_sign.size(); ++i) {
        std::string other(documented_sign);
        other[i] = other[i] == '0' ? '1' : '0';
        CHECK(refusal_of(to_query(with("Sign", other))) == errc::webhook_sign_mismatch);
    }
    const std::string whole(documented_sign);
    for (const std::string& other :
         {std::string(), whole.substr(1), whole.substr(0, 63), whole + "0", whole + whole, whole + "%00",
          std::string("%00"), std::string(5000, '1'), sign("xxxxyyyz", "1669872112")}) {
        CAPTURE(other);
        CHECK(refusal_of(to_query(with("Sign", other))) == errc::webhook_sign_mismatch);
    }
    CHECK(refusal_of(to_query(with("RequestTime", "1669872113")), request_time + 1) == errc::webhook_sign_mismatch);
}

TEST_CASE("RequestTime may be a minute off, and not a second more") {
    const std::string query = to_query(documented());
    for (const std::int64_t off : {-60, -59, -1, 0, 1, 59, 60}) {
        CAPTURE(off);
        CHECK(authenticate(query, app(), request_time + off).has_value());
    }
    constexpr auto limits = std::numeric_limits<std::int64_t>();
    for (const std::int64_t now : {request_time - 61, request_time + 61, std::int64_t{0}, limits.min(), limits.max()}) {
        CAPTURE(now);
        CHECK(refusal_of(query, now) == errc::webhook_time_mismatch);
    }
}

TEST_CASE("the window is the caller's") {
    const std::string query = to_query(documented());
    const auto within = [&](std::int64_t off, std::int64_t window) {
        return webhook::authenticate(query, app(), request_time + off, window).has_value();
    };
    CHECK(within(0, 0));
    CHECK_FALSE(within(1, 0));
    CHECK_FALSE(within(-1, 0));
    CHECK(within(300, 300));
    CHECK_FALSE(within(-301, 300));
    CHECK_FALSE(within(0, -1));
    CHECK_FALSE(within(0, std::numeric_limits<std::int64_t>::min()));
    const auto forever = webhook::authenticate(query, app(), 0, std::numeric_limits<std::int64_t>::max());
    REQUIRE(forever.has_value());
    CHECK(forever->valid_until() == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("what is no time is refused, even when it is signed") {
    for (const std::string_view time : {"", "-1", "1669872112.0", "01669872112", "now", "9223372036854775808",
                                        "16698721121669872112", "99999999999999999999999999"}) {
        CAPTURE(time);
        parameters all = with("RequestTime", std::string(time));
        all.back().second = sign(token, time);
        check_refused(refusal_of(to_query(all)), errc::webhook_parameter_invalid, webhook_parameter::request_time);
    }
    parameters last = with("RequestTime", "9223372036854775807");
    last.back().second = sign(token, "9223372036854775807");
    const auto post = authenticate(to_query(last), app(), std::numeric_limits<std::int64_t>::max());
    REQUIRE(post.has_value());
    CHECK(post->valid_until() == std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("while tokens change, either signs") {
    parameters by_old = with("Sign", sign("old", "1669872112"));
    parameters by_new = with("Sign", sign("new", "1669872112"));
    const webhook::credentials only_old{app_id, secret("old")};
    const webhook::credentials both{app_id, secret("new"), secret("old")};
    const webhook::credentials only_new{app_id, secret("new")};
    CHECK(authenticate(to_query(by_old), only_old).has_value());
    CHECK(authenticate(to_query(by_new), only_old).error() == errc::webhook_sign_mismatch);
    CHECK(authenticate(to_query(by_old), both).has_value());
    CHECK(authenticate(to_query(by_new), both).has_value());
    CHECK(authenticate(to_query(documented()), both).error() == errc::webhook_sign_mismatch);
    CHECK(authenticate(to_query(by_old), only_new).error() == errc::webhook_sign_mismatch);
    CHECK(authenticate(to_query(by_new), only_new).has_value());
}

TEST_CASE("without a token a post is taken, and the result says that nobody vouches for it") {
    for (const parameters& all : {documented(), without("Sign"), without("RequestTime"), with("Sign", "0")}) {
        const auto post = authenticate(to_query(all), app_without_token(), 0);
        REQUIRE(post.has_value());
        CHECK(post->trust() == trust::not_checked);
        CHECK_FALSE(post->is_authenticated());
        CHECK(post->sign() == "");
        CHECK(post->request_time() == 0);
        CHECK(post->valid_until() == 0);
        CHECK(post->client_ip() == "127.0.0.1");
    }
}

TEST_CASE("a token that is empty or bad is an error and never means that there is none") {
    const std::string longest(128, 'x');
    CHECK(authenticate(to_query(with("Sign", sign(longest, "1669872112"))), {app_id, secret(longest)}).has_value());
    for (const std::string& bad :
         {std::string(), longest + "x", std::string(1000, 'x'), std::string("a\nb"), std::string("\xC3\xA9")}) {
        CAPTURE(bad);
        for (const parameters& all : {documented(), without("Sign")}) {
            CHECK(authenticate(to_query(all), {app_id, secret(bad)}).error() == errc::webhook_token_invalid);
            CHECK(authenticate(to_query(all), {app_id, secret(token), secret(bad)}).error() ==
                  errc::webhook_token_invalid);
            CHECK(authenticate(to_query(all), {app_id, secret(bad), secret(token)}).error() ==
                  errc::webhook_token_invalid);
        }
    }
    CHECK(authenticate(to_query(documented()), {0, secret(token)}).error() == errc::invalid_sdk_app_id);
    CHECK(authenticate(to_query(documented()), {0, webhook::no_token}).error() == errc::invalid_sdk_app_id);
}

TEST_CASE("nobody but authenticate makes an authentication, and credentials are not copied or printed") {
    static_assert(!std::is_default_constructible_v<webhook::authentication>);
    static_assert(!std::is_copy_constructible_v<webhook::credentials>);
    static_assert(std::is_nothrow_move_constructible_v<webhook::credentials>);
}

TEST_CASE("a post of another event is told last, when all else holds") {
    for (const std::string_view command : {"", "Sns.CallbackFriendDelet", "Sns.CallbackFriendDeleteAll"}) {
        CAPTURE(command);
        CHECK(refusal_of(to_query(with("CallbackCommand", std::string(command)))) == errc::webhook_other_command);
    }
    const parameters other = with("CallbackCommand", "C2C.CallbackAfterSendMsg");
    CHECK(refusal_of(to_query(other)) == errc::webhook_other_command);
    CHECK(authenticate(to_query(other), app_without_token()).error() == errc::webhook_other_command);
    parameters forged = other;
    forged.back().second[0] = '0';
    CHECK(refusal_of(to_query(forged)) == errc::webhook_sign_mismatch);
    CHECK(refusal_of(to_query(other), 0) == errc::webhook_time_mismatch);
}

TEST_CASE("client and platform that are too long or would not print are refused") {
    const std::pair<std::string_view, webhook_parameter> table[] = {{"ClientIP", webhook_parameter::client_ip},
                                                                    {"OptPlatform", webhook_parameter::opt_platform}};
    for (const auto& each : table) {
        const auto name = each.first;
        const auto parameter = each.second;
        CAPTURE(name);
        CHECK(authenticate(to_query(with(name, std::string(64, 'x'))), app()).has_value());
        for (const std::string& bad : {std::string(65, 'x'), std::string("a%0Ab"), std::string("%00"),
                                       std::string("\xE9"), std::string("%1b[2J")}) {
            CAPTURE(bad);
            check_refused(refusal_of(to_query(with(name, bad))), errc::webhook_parameter_invalid, parameter);
        }
    }
}

TEST_CASE("no value of the query is part of a message") {
    for (const std::string_view name :
         {"SdkAppid", "CallbackCommand", "ClientIP", "OptPlatform", "RequestTime", "Sign"}) {
        for (const std::string_view value : {"zzz%0Azzz", "zzz", "%zz"}) {
            const unfriend::error failure = refusal_of(to_query(with(name, std::string(value))));
            CAPTURE(failure.message());
            CHECK(failure.message().find("zz") == std::string::npos);
            CHECK(failure.message().find(documented_sign) == std::string::npos);
        }
    }
}

TEST_CASE("a query longer than any of the service's is refused unread") {
    const std::string query = to_query(documented());
    const std::string longest = query + "&x=" + std::string(8192 - query.size() - 3, 'x');
    CHECK(authenticate(longest, app()).has_value());
    CHECK(refusal_of(longest + "x") == errc::webhook_query_too_large);
    CHECK(refusal_of(longest + "x").detail() == 8192);
    for (const char c : {'&', '=', '%', '+', '\0', 'x'}) {
        CHECK(refusal_of(std::string(8 * 1024 * 1024, c)) == errc::webhook_query_too_large);
        CHECK(bool(refusal_of(std::string(8192, c))));
    }
    const auto post = webhook::authenticate<unfriend::openssl_sha256, narrow_limits>(query, app(), request_time);
    CHECK(post.error() == errc::webhook_query_too_large);
    CHECK(post.error().detail() == 100);
}

TEST_CASE("SHA-256 can be another library's") {
    const std::string zeros = to_query(with("Sign", std::string(64, '0')));
    CHECK(webhook::authenticate<constant_sha256>(zeros, app(), request_time).has_value());
    CHECK(webhook::authenticate<broken_sha256>(zeros, app(), request_time).error() == errc::sha256_failed);
}
