// Regions, hosts and URLs.
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/endpoint.hpp"

#include "bytes.hpp"
#include "check.hpp"

namespace {

using unfriend::errc;
using unfriend::region;

constexpr std::string_view path = "/v4/sns/friend_delete";

struct hosts {
    unfriend::region region;
    std::string_view name;
    std::string_view host;
    std::string_view backup;
};

/// "RESTful API Overview".
constexpr hosts documented[] = {
    {region::china, "china", "console.tim.qq.com", "adminapi.my-imcloud.com"},
    {region::singapore, "singapore", "adminapisgp.im.qcloud.com", "adminapisgp.my-imcloud.com"},
    {region::seoul, "seoul", "adminapikr.im.qcloud.com", "adminapikr.my-imcloud.com"},
    {region::tokyo, "tokyo", "adminapijpn.im.qcloud.com", ""},
    {region::frankfurt, "frankfurt", "adminapiger.im.qcloud.com", "adminapiger.my-imcloud.com"},
    {region::mumbai, "mumbai", "adminapiind.im.qcloud.com", "adminapiind.my-imcloud.com"},
    {region::silicon_valley, "silicon_valley", "adminapiusa.im.qcloud.com", "adminapiusa.my-imcloud.com"},
    {region::jakarta, "jakarta", "adminapiidn.im.qcloud.com", "adminapiidn.my-imcloud.com"},
};

std::string percent_encoded(std::string_view text) {
    const std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string encoded;
    for (const char c : text) {
        if (unreserved.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            const std::string_view digits = "0123456789ABCDEF";
            encoded.append(1, '%').append(1, digits[static_cast<std::size_t>(c) / 16]);
            encoded.append(1, digits[static_cast<std::size_t>(c) % 16]);
        }
    }
    return encoded;
}

/// The URL, encoded into a buffer of exactly the size needed.
unfriend::result<std::string> url_of(unfriend::host_name host, const unfriend::url_query& query) {
    const auto none = unfriend::encode_url(host, path, query, unfriend::char_span());
    if (none.error() != errc::buffer_too_small) return none.error();
    const exact_bytes buffer(none.error().detail());
    const auto url = unfriend::encode_url(host, path, query, buffer.span());
    REQUIRE(url);
    CHECK(url->size() + 1 == buffer.span().size());
    CHECK(url->data()[url->size()] == '\0');
    return std::string(*url);
}

} // namespace

TEST_CASE("every region has its documented hosts and its name") {
    for (const hosts& expected : documented) {
        CAPTURE(expected.name);
        const unfriend::endpoint endpoint = expected.region;
        CHECK(endpoint.host().text() == expected.host);
        CHECK(endpoint.backup_host().text() == expected.backup);
        CHECK(endpoint.backup_host().valid() == !expected.backup.empty());
        CHECK(unfriend::parse_region(expected.name) == expected.region);
    }
}

TEST_CASE("a name that no region has is none") {
    for (const std::string_view name : {"", "China", "atlantis", "singapore "}) {
        CHECK_FALSE(unfriend::parse_region(name).has_value());
    }
}

TEST_CASE("the URL carries every parameter of the documents, and a NUL behind it") {
    const auto url = url_of("adminapisgp.im.qcloud.com", {4294967295U, "administrator", "eJw*a-b_", 4294967295U});
    REQUIRE(url);
    CHECK(*url == "https://adminapisgp.im.qcloud.com/v4/sns/friend_delete?sdkappid=4294967295&identifier=administrator"
                  "&usersig=eJw*a-b_&random=4294967295&contenttype=json");
    const auto least = url_of("h", {1, "a", "b", 0});
    REQUIRE(least);
    CHECK(*least == "https://h/v4/sns/friend_delete?sdkappid=1&identifier=a&usersig=b&random=0&contenttype=json");
}

TEST_CASE("every printable character of an identifier is percent-encoded unless it is unreserved") {
    for (char c = 0x20; c <= 0x7E; ++c) {
        const std::string identifier = std::string("a").append(1, c).append("z");
        const auto url = url_of("host", {1, identifier, "sig", 7});
        REQUIRE(url);
        CHECK(url->find("&identifier=" + percent_encoded(identifier) + "&usersig=") != std::string::npos);
    }
}

TEST_CASE("what an identifier must not hold is refused") {
    using namespace std::string_literals;
    for (const std::string& identifier : {""s, "a\nb"s, "a\0b"s, "a\x7F"s, "\xE5\xA5\xBD"s, std::string(33, 'a')}) {
        CHECK(url_of("host", {1, identifier, "sig", 7}).error() == errc::invalid_identifier);
    }
}

TEST_CASE("a UserSig that could break out of its parameter is refused") {
    for (std::size_t length = 1; length <= 40; ++length) {
        const std::string good(length, 'x');
        CHECK(url_of("host", {1, "a", good, 7}).has_value());
        for (std::size_t at = 0; at < length; ++at) {
            for (const char c : {'&', '=', '+', '/', '%', '#', ' ', '\n', '\0', '\x7F', '\xFF', '@', '[', '`', '{', ':'}) {
                std::string bad = good;
                bad[at] = c;
                CHECK(url_of("host", {1, "a", bad, 7}).error() == errc::invalid_user_sig_text);
            }
        }
    }
    CHECK(url_of("host", {1, "a", "", 7}).error() == errc::invalid_user_sig_text);
}

TEST_CASE("hosts are names or addresses, with a port or without") {
    for (const char* host : {"localhost", "localhost:8443", "a-b.example_1.com", "127.0.0.1:1", "[::1]:65535", "[::1]",
                             "[::ffff:127.0.0.1]:443"}) {
        CAPTURE(host);
        CHECK(unfriend::host_name(host).valid());
    }
    const std::string long_name(254, 'a');
    for (const std::string_view host :
         {std::string_view(""), std::string_view("host/path"), std::string_view("user@host"), std::string_view("a b"),
          std::string_view("host\n"), std::string_view("host:"), std::string_view("host:0"), std::string_view("host:65536"),
          std::string_view("host:99999999999"), std::string_view("host:12a"), std::string_view("::1"),
          std::string_view("[::1"), std::string_view("::1]"), std::string_view("[]"), std::string_view("[a/b]:1"),
          std::string_view("https://host"), std::string_view("host?x"), std::string_view("host#x"),
          std::string_view("host:1:2"), std::string_view(long_name)}) {
        CAPTURE(host);
        CHECK_FALSE(unfriend::host_name(host).valid());
        CHECK(url_of(host, {1, "a", "sig", 7}).error() == errc::invalid_host);
    }
}

TEST_CASE("an SDKAppID of zero is refused") {
    CHECK(url_of("host", {0, "a", "sig", 7}).error() == errc::invalid_sdk_app_id);
}

TEST_CASE("a buffer that is one byte too small says how many it takes, and stays as it was") {
    const unfriend::url_query query{1, "a", "sig", 7};
    const auto url = url_of("host", query);
    REQUIRE(url);
    guarded_bytes buffer(url->size());
    const auto refused = unfriend::encode_url("host", path, query, buffer.span());
    CHECK(refused.error() == errc::buffer_too_small);
    CHECK(refused.error().detail() == url->size() + 1);
    CHECK(buffer.intact());
}

TEST_CASE("the size announced for given lengths is enough for the worst texts of those lengths") {
    const std::string identifier(32, '%');
    const std::string user_sig(300, 'x');
    const std::string host(100, 'h');
    const auto url = url_of(std::string_view(host), {UINT32_MAX, identifier, user_sig, UINT32_MAX});
    REQUIRE(url);
    CHECK(url->size() + 1 == unfriend::max_url_size(host.size(), path.size(), identifier.size(), user_sig.size()));
}
