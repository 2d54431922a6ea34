// Where a call goes: regions, hosts and the URL.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "unfriend/http/url.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "bytes.hpp"
#include "check.hpp"

namespace {

using unfriend::endpoint;
using unfriend::errc;
using unfriend::host_name;
using unfriend::region;

constexpr std::string_view user_sig = "eJwtzE0LgjAAgOH-snPYNtt0Qoc*IlG4RuY_";

/// Percent-encoding as RFC 3986 describes it, written apart from the library's.
std::string percent_encoded(std::string_view text) {
    const std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string encoded;
    for (const char c : text) {
        if (unreserved.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            const unsigned value = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += "0123456789ABCDEF"[value / 16];
            encoded += "0123456789ABCDEF"[value % 16];
        }
    }
    return encoded;
}

unfriend::error url_refusal(std::string_view host, const unfriend::url_query& query) {
    char buffer[2048];
    return unfriend::encode_url(host, "/v4/sns/friend_delete", query, buffer).error();
}

/// A name of 253 bytes, the most that DNS has, in labels of at most 63.
std::string longest_name() {
    const std::string label(63, 'h');
    return label + "." + label + "." + label + "." + label.substr(2);
}

} // namespace

TEST_CASE("every region has its documented host and backup") {
    const struct {
        region where;
        std::string_view name;
        std::string_view host;
        std::string_view backup_host;
    } table[] = {
        {region::china, "china", "console.tim.qq.com", "adminapi.my-imcloud.com"},
        {region::singapore, "singapore", "adminapisgp.im.qcloud.com", "adminapisgp.my-imcloud.com"},
        {region::seoul, "seoul", "adminapikr.im.qcloud.com", "adminapikr.my-imcloud.com"},
        {region::tokyo, "tokyo", "adminapijpn.im.qcloud.com", "adminapijpn.my-imcloud.com"},
        {region::frankfurt, "frankfurt", "adminapiger.im.qcloud.com", "adminapiger.my-imcloud.com"},
        {region::mumbai, "mumbai", "adminapiind.im.qcloud.com", "adminapiind.my-imcloud.com"},
        {region::silicon_valley, "silicon_valley", "adminapiusa.im.qcloud.com", "adminapiusa.my-imcloud.com"},
        {region::jakarta, "jakarta", "adminapiidn.im.qcloud.com", "adminapiidn.my-imcloud.com"},
    };
    CHECK(std::size(table) == std::size(unfriend::regions));
    for (const auto& row : table) {
        INFO(row.name);
        const endpoint where = row.where;
        CHECK(where.host().valid());
        CHECK(where.host().text() == row.host);
        CHECK(where.backup_host().text() == row.backup_host);
        CHECK(where.backup_host().valid() == !row.backup_host.empty());
        CHECK(unfriend::parse_region(row.name) == row.where);
    }
}

TEST_CASE("a name that no region has is none") {
    for (const char* const name : {"", "China", "singapore ", "singapor", "singapore2", "silicon-valley", "us"}) {
        CHECK(!unfriend::parse_region(name).has_value());
    }
}

TEST_CASE("regions are known when the program is compiled") {
    static_assert(unfriend::parse_region("seoul") == region::seoul);
    static_assert(endpoint(region::seoul).host().valid());
    static_assert(!host_name("not a host").valid());
    static_assert(unfriend::url_path(unfriend::friend_delete::path).valid());
}

TEST_CASE("the URL is the documented one") {
    const endpoint where = region::singapore;
    char buffer[512];
    const auto url = unfriend::encode_url(where.host(), unfriend::friend_delete::path,
                                          {1400000000, "administrator", user_sig, 4294967295}, buffer);
    REQUIRE(url.has_value());
    CHECK(
        *url ==
        "https://adminapisgp.im.qcloud.com/v4/sns/friend_delete?sdkappid=1400000000&identifier=administrator&usersig=" +
            std::string(user_sig) + "&random=4294967295&contenttype=json");
    const auto all =
        unfriend::encode_url("localhost:8443", unfriend::friend_delete_all::path, {1, "a", "s", 0}, buffer);
    REQUIRE(all.has_value());
    CHECK(
        *all ==
        "https://localhost:8443/v4/sns/friend_delete_all?sdkappid=1&identifier=a&usersig=s&random=0&contenttype=json");
}

TEST_CASE("any identifier of printable ASCII is percent-encoded") {
    char buffer[1024];
    for (char c = 0x20; c <= 0x7E; ++c) {
        for (const std::string& identifier : {std::string(1, c), "a" + std::string(1, c) + "b", std::string(32, c)}) {
            const auto url = unfriend::encode_url("h", "/p", {7, identifier, user_sig, 9}, buffer);
            REQUIRE(url.has_value());
            CHECK(*url == "https://h/p?sdkappid=7&identifier=" + percent_encoded(identifier) +
                              "&usersig=" + std::string(user_sig) + "&random=9&contenttype=json");
        }
    }
}

TEST_CASE("hosts are names, addresses and ports, and nothing that could lead elsewhere") {
    const std::string longest = longest_name();
    for (const std::string& good :
         {std::string("console.tim.qq.com"), std::string("localhost"), std::string("a"), std::string("host-1.example"),
          std::string("xn--hst-sna.example"), std::string("my_host"), std::string("3com.example"),
          std::string("1.2.3.4.example"), std::string("host.example."), std::string("host.example.:443"),
          std::string("0xfriend"), std::string("localhost:1"), std::string("localhost:65535"), std::string("h:443"),
          std::string(63, 'h'), longest, longest + ".:65535"}) {
        INFO(good);
        CHECK(host_name(std::string_view(good)).valid());
        CHECK(host_name(std::string_view(good)).text() == good);
    }
    for (const std::string& bad : {std::string(),
                                   std::string("."),
                                   std::string(".."),
                                   std::string("..:80"),
                                   std::string(".host"),
                                   std::string("host.."),
                                   std::string("a..b"),
                                   std::string("-"),
                                   std::string("-host"),
                                   std::string("host-"),
                                   std::string("host-.example"),
                                   std::string("host.-example"),
                                   std::string("host:00080"),
                                   std::string("host:080"),
                                   std::string(64, 'h'),
                                   std::string(64, 'h') + ".example",
                                   std::string("host/path"),
                                   std::string("host/"),
                                   std::string("user@host"),
                                   std::string("ho st"),
                                   std::string(" host"),
                                   std::string("host "),
                                   std::string("host\n"),
                                   std::string("host\r\nX: y"),
                                   std::string("host\0", 5),
                                   std::string("host?x"),
                                   std::string("host#x"),
                                   std::string("host\\x"),
                                   std::string("host%2F"),
                                   std::string("https://host"),
                                   std::string("h\xC3\xB6st"),
                                   std::string("host:"),
                                   std::string("host:0"),
                                   std::string("host:00000"),
                                   std::string("host:65536"),
                                   std::string("host:99999"),
                                   std::string("host:100000"),
                                   std::string("host:abc"),
                                   std::string("host:80a"),
                                   std::string("host:-1"),
                                   std::string("host:+80"),
                                   std::string("host: 80"),
                                   std::string("host:80:80"),
                                   std::string(":80"),
                                   std::string("::1"),
                                   longest + "h",
                                   longest + "h:80",
                                   std::string(100000, 'h')}) {
        INFO(bad.substr(0, 100));
        CHECK(!host_name(std::string_view(bad)).valid());
        CHECK(host_name(std::string_view(bad)).text().empty());
        CHECK(url_refusal(bad, {1, "a", "s", 0}) == errc::invalid_host);
    }
    CHECK(!host_name().valid());
}

TEST_CASE("an IPv4 address is four decimal numbers") {
    for (const std::string_view good : {"127.0.0.1", "0.0.0.0", "255.255.255.255", "10.200.30.4:65535"}) {
        CHECK(host_name(good).text() == good);
    }
    // Many resolvers would read these as addresses; the service has no such names.
    for (const std::string_view bad : {"1", "127.1", "127.0.1", "2130706433", "127.0.0.256", "127.0.0.01", "127.0.0.1.",
                                       "127.0.0.1.1", "0x7f000001", "0x7f.0.0.1", "127.0.0.0x1", "host.1", "host.0x1f",
                                       "host.0X", "0177.0.0.1", "127..0.1", "127.0.0.:80", "1.2.3.4."}) {
        INFO(bad);
        CHECK(!host_name(bad).valid());
    }
}

TEST_CASE("an IPv6 address in brackets has eight groups, or fewer and one gap") {
    for (const std::string_view good :
         {"[::]", "[::1]", "[::1]:8443", "[1::]", "[2001:db8::7]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]",
          "[::2:3:4:5:6:7:8]", "[1:2:3::5:6:7:8]", "[FFFF:ffff::0000:0]", "[::ffff:192.0.2.1]:80",
          "[1:2:3:4:5:6:1.2.3.4]", "[::1.2.3.4]", "[1:2:3:4:5::1.2.3.4]"}) {
        INFO(good);
        CHECK(host_name(good).text() == good);
    }
    for (const std::string_view bad : {"[]",
                                       "[]:80",
                                       "[:]",
                                       "[....]",
                                       "[zz]",
                                       "[:::]",
                                       "[:1]",
                                       "[1:]",
                                       "[1:2]",
                                       "[::1::]",
                                       "[1:::2]",
                                       "[:::1]",
                                       "[12345::]",
                                       "[::g]",
                                       "[1:2:3:4:5:6:7]",
                                       "[1:2:3:4:5:6:7:8:9]",
                                       "[1:2:3:4:5:6:7:8::]",
                                       "[1:2:3:4::5:6:7:8]",
                                       "[1.2.3.4]",
                                       "[1.2.3.4::]",
                                       "[::1.2.3.4:1]",
                                       "[::1.2.3]",
                                       "[::1.2.3.256]",
                                       "[1:2:3:4:5:6:7:1.2.3.4]",
                                       "[1:2:3:4:5:6::1.2.3.4]",
                                       "[::1",
                                       "::1]",
                                       "[::1]x",
                                       "[::1]80",
                                       "[::1]:",
                                       "[::1]:0",
                                       "[::1]:080",
                                       "[::1]:65536",
                                       "[::1%25lo]",
                                       "[::1%lo]",
                                       "[::1/]",
                                       "a[::1]",
                                       "[[::1]]",
                                       "[::1]]",
                                       "[::1].",
                                       "[v1.a]",
                                       "[host]"}) {
        INFO(bad);
        CHECK(!host_name(bad).valid());
    }
}

TEST_CASE("a path begins with a slash and holds nothing that could lead elsewhere") {
    const auto refusal = [](unfriend::url_path path) {
        char buffer[512];
        return unfriend::encode_url("h", path, {1, "a", "s", 0}, buffer).error();
    };
    for (const std::string_view good : {"/", "/p", "/v4/sns/friend_delete", "/a/../b", "//", "/-._~09AZaz", "/p/"}) {
        INFO(good);
        CHECK(!refusal(good));
        CHECK(unfriend::url_path(good).text() == good);
    }
    for (const std::string_view bad :
         {"", "p", "@evil.example/p", ".evil.example/p", ":80/p", "/p@evil.example", "/p\r\nHost: evil", "/\r", "/\n",
          " /p", "/p ", "/p?x", "/p#x", "/p\\x", "/p:80", "/p%2F", "/\x7F", "/h\xC3\xB6st"}) {
        INFO(bad);
        CHECK(refusal(bad) == errc::invalid_path);
        CHECK(unfriend::url_path(bad).text().empty());
    }
    CHECK(refusal({}) == errc::invalid_path);
    CHECK(refusal(std::string_view()) == errc::invalid_path);
    CHECK(refusal(std::string_view("/\0", 2)) == errc::invalid_path);
    for (int byte = 0; byte < 256; ++byte) {
        const char text[] = {'/', static_cast<char>(byte)};
        const bool stands_for_itself = percent_encoded({text + 1, 1}).size() == 1 || text[1] == '/';
        INFO("byte: ", byte);
        CHECK(unfriend::url_path(std::string_view(text, 2)).valid() == stands_for_itself);
    }
}

TEST_CASE("an endpoint takes any host of the caller's, and perhaps a backup") {
    const endpoint alone{host_name("localhost:8443")};
    CHECK(alone.host().text() == "localhost:8443");
    CHECK(!alone.backup_host().valid());
    const endpoint both{host_name("a.example"), host_name("b.example:444")};
    CHECK(both.backup_host().text() == "b.example:444");
}

TEST_CASE("what cannot stand in a URL is refused by name") {
    CHECK(!url_refusal("h", {1, "a", "s", 0}));
    CHECK(url_refusal("h", {0, "a", "s", 0}) == errc::invalid_sdk_app_id);
    for (const std::string& identifier :
         {std::string(), std::string(33, 'x'), std::string("a\nb"), std::string("a\0", 2), std::string("\xC3\xA9")}) {
        CHECK(url_refusal("h", {1, identifier, "s", 0}) == errc::invalid_identifier);
    }
    CHECK(url_refusal("h", {1, "a", "", 0}) == errc::invalid_user_sig_text);
}

TEST_CASE("a UserSig holds characters of its alphabet only, wherever they stand") {
    const std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-_";
    std::size_t wrong = 0;
    for (std::size_t size = 1; size <= 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(size, 'Z');
                text[at] = static_cast<char>(byte);
                const bool allowed = alphabet.find(text[at]) != std::string_view::npos;
                const unfriend::error failure = url_refusal("h", {1, "a", text, 0});
                const bool right = allowed ? !failure : failure == errc::invalid_user_sig_text;
                wrong += right ? 0U : 1U;
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("a NUL stands behind the URL, and nothing is written beside the buffer") {
    const unfriend::url_query query{1400000000, "an admin", user_sig, 12345};
    char buffer[512];
    const auto url = unfriend::encode_url("h", "/p", query, buffer);
    REQUIRE(url.has_value());
    CHECK(url->data()[url->size()] == '\0');
    guarded_bytes enough(url->size() + 1);
    const auto again = unfriend::encode_url("h", "/p", query, enough.span());
    REQUIRE(again.has_value());
    CHECK(*again == *url);
    CHECK(again->data()[again->size()] == '\0');
    CHECK(enough.intact());
    for (std::size_t room = 0; room <= url->size(); ++room) {
        guarded_bytes small(room);
        const auto refused = unfriend::encode_url("h", "/p", query, small.span());
        CHECK(refused.error() == errc::buffer_too_small);
        CHECK(refused.error().detail() == url->size() + 1);
        CHECK(small.intact());
    }
}

TEST_CASE("max_url_size is enough for any URL of such lengths") {
    const std::string host = longest_name();
    const std::string identifier(32, ' ');
    const std::string sig(2048, 's');
    const exact_bytes buffer(
        unfriend::max_url_size(host.size() + 6, unfriend::friend_delete::path.size(), identifier.size(), sig.size()));
    const std::string host_and_port = host + ":65535";
    const auto url = unfriend::encode_url(std::string_view(host_and_port), unfriend::friend_delete::path,
                                          {UINT32_MAX, identifier, sig, UINT32_MAX}, buffer.span());
    REQUIRE(url.has_value());
    CHECK(url->size() < buffer.span().size());
}
