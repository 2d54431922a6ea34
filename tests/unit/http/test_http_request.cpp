// The parts of a request's URL that HTTP stacks ask for.
#include <string_view>

#include <doctest/doctest.h>

#include "unfriend/http/transport.hpp"

namespace {

unfriend::http_request to(std::string_view url) {
    unfriend::http_request request;
    request.url = url;
    return request;
}

} // namespace

TEST_CASE("a URL has an authority for the Host header and a target for the request line") {
    struct {
        std::string_view url;
        std::string_view authority;
        std::string_view target;
    } const table[] = {
        {"https://console.tim.qq.com/v4/sns/friend_delete?sdkappid=1", "console.tim.qq.com",
         "/v4/sns/friend_delete?sdkappid=1"},
        {"https://[::1]:8443/v4?a=/b", "[::1]:8443", "/v4?a=/b"},
        {"https://host", "host", ""},
        {"", "", ""},
    };
    for (const auto& row : table) {
        CHECK(to(row.url).authority() == row.authority);
        CHECK(to(row.url).target() == row.target);
    }
}
