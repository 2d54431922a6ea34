// One call through the client: what is sent, and what becomes of each answer.
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/client.hpp"
#include "unfriend/credentials.hpp"
#include "unfriend/friend_delete.hpp"
#include "unfriend/friend_delete_all.hpp"

#include "check.hpp"

namespace {

using unfriend::errc;
using unfriend::http_request;

struct reply {
    int status;
    std::string body;
};

/// Answers what it was told to, and remembers what it was asked.
class recorder {
public:
    explicit recorder(reply answer) : answer_(std::move(answer)) {}

    reply operator()(const http_request& request) {
        ++calls;
        method = request.method;
        url = request.url;
        terminated = request.url.data()[request.url.size()] == '\0';
        content_type = request.content_type;
        body = request.body;
        return answer_;
    }

    int calls = 0;
    std::string method;
    std::string url;
    std::string content_type;
    std::string body;
    bool terminated = false;

private:
    reply answer_;
};

struct fixed_random {
    std::uint32_t operator()() noexcept { return 99; }
};
struct fixed_clock {
    std::int64_t operator()() const noexcept { return 1'700'000'000; }
};

using credentials_type = unfriend::fixed_credentials;
using client_type = unfriend::client<credentials_type, std::reference_wrapper<recorder>, unfriend::default_limits,
                                     fixed_random, fixed_clock>;

constexpr std::array<std::string_view, 2> friends{"bob", "carol"};
constexpr std::string_view deleted =
    R"({"ResultItem":[{"To_Account":"bob","ResultCode":0,"ResultInfo":""},)"
    R"({"To_Account":"carol","ResultCode":31704,"ResultInfo":"not a friend"}],)"
    R"("ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""})";

/// What a client makes of one answer to a request for two friends.
unfriend::error failure_of(reply answer) {
    recorder transport(std::move(answer));
    credentials_type credentials(1400000000, "administrator", "sig");
    client_type client(credentials, unfriend::region::china, transport);
    return client(unfriend::friend_delete_request{"alice", friends}).error();
}

} // namespace

TEST_CASE("a call posts the encoded request to the endpoint, with every parameter") {
    recorder transport(reply{200, std::string(deleted)});
    credentials_type credentials(1400000000, "admin istrator", "eJw-sig_");
    client_type client(credentials, unfriend::region::singapore, transport);
    const auto response = client(unfriend::friend_delete_request{"alice", friends, unfriend::delete_type::both});
    CHECK(response.has_value());
    CHECK(transport.calls == 1);
    CHECK(transport.method == "POST");
    CHECK(transport.url == "https://adminapisgp.im.qcloud.com/v4/sns/friend_delete?sdkappid=1400000000"
                           "&identifier=admin%20istrator&usersig=eJw-sig_&random=99&contenttype=json");
    CHECK(transport.terminated);
    CHECK(transport.content_type == "application/json");
    CHECK(transport.body ==
          R"({"From_Account":"alice","To_Account":["bob","carol"],"DeleteType":"Delete_Type_Both"})");
}

TEST_CASE("the answer's items are there, with those that failed") {
    recorder transport(reply{200, std::string(deleted)});
    credentials_type credentials(1400000000, "administrator", "sig");
    client_type client(credentials, unfriend::region::china, transport);
    const auto response = client(unfriend::friend_delete_request{"alice", friends});
    REQUIRE(response);
    CHECK(response->ok());
    CHECK(response->items.size() == 2);
    REQUIRE(response->failures().size() == 1);
    const auto& failure = *response->failures().begin();
    CHECK(failure.to_account == "carol");
    CHECK(failure.result_code == 31704);
    CHECK(failure.result_info == "not a friend");
}

TEST_CASE("the same client serves every command") {
    recorder transport(reply{200, R"({"ActionStatus":"OK","ErrorCode":0})"});
    credentials_type credentials(1400000000, "administrator", "sig");
    client_type client(credentials, unfriend::region::china, transport);
    const auto response = client(unfriend::friend_delete_all_request{"alice"});
    REQUIRE(response);
    CHECK(response->ok());
    CHECK(transport.url.find("/v4/sns/friend_delete_all?") != std::string::npos);
    CHECK(transport.body == R"({"From_Account":"alice"})");
}

TEST_CASE("a call in memory of the caller's leaves the texts there") {
    recorder transport(reply{200, std::string(deleted)});
    credentials_type credentials(1400000000, "administrator", "sig");
    client_type client(credentials, unfriend::region::china, transport);
    unfriend::workspace<1024, 1024> memory;
    unfriend::result_item items[4];
    unfriend::friend_delete_response response{unfriend::item_span{items}};
    const unfriend::friend_delete_request request{"alice", friends};
    CHECK(!client.call(request, response, memory.buffers()));
    REQUIRE(response.items.size() == 2);
    const char* const text = response.items[1].to_account.data();
    const unfriend::char_span answer = memory.buffers().answer;
    CHECK(text >= answer.data());
    CHECK(text < answer.data() + answer.size());
}

TEST_CASE("a refused call is an answer and not an error") {
    recorder transport(reply{200, R"({"ActionStatus":"FAIL","ErrorCode":70009,"ErrorInfo":"bad sig"})"});
    credentials_type credentials(1400000000, "administrator", "sig");
    client_type client(credentials, unfriend::region::china, transport);
    const auto response = client(unfriend::friend_delete_request{"alice", friends});
    REQUIRE(response);
    CHECK_FALSE(response->ok());
    CHECK(response->error_code == 70009);
    CHECK(response->error_info == "bad sig");
}

TEST_CASE("what is not an answer of the service is an error of its own kind") {
    CHECK(failure_of({502, "<html>bad gateway</html>"}) == errc::http_status);
    CHECK(failure_of({502, "<html>bad gateway</html>"}).detail() == 502);
    CHECK(failure_of({404, std::string(deleted)}) == errc::http_status);
    CHECK(failure_of({200, "<!DOCTYPE html><html>"}) == errc::html_body);
    CHECK(failure_of({200, ""}) == errc::empty_body);
    CHECK(failure_of({200, std::string(deleted.substr(0, 100))}) == errc::truncated_json);
    CHECK(failure_of({200, "OK"}) == errc::malformed_json);
    CHECK(failure_of({200, std::string(300 * 1024, ' ')}) == errc::body_too_large);
}

TEST_CASE("what is wrong is refused before anything is sent") {
    recorder transport(reply{200, std::string(deleted)});
    const auto refusal = [&](credentials_type credentials, unfriend::endpoint where, std::string_view from) {
        client_type client(credentials, where, transport);
        return client(unfriend::friend_delete_request{from, friends}).error();
    };
    const unfriend::endpoint china = unfriend::region::china;
    CHECK(refusal({1400000000, "administrator", "sig"}, china, "") == errc::invalid_from_account);
    CHECK(refusal({0, "administrator", "sig"}, china, "alice") == errc::invalid_sdk_app_id);
    CHECK(refusal({1400000000, "admin\nistrator", "sig"}, china, "alice") == errc::invalid_identifier);
    CHECK(refusal({1400000000, "administrator", "sig&x=1"}, china, "alice") == errc::invalid_user_sig_text);
    CHECK(refusal({1400000000, "administrator", ""}, china, "alice") == errc::invalid_user_sig_text);
    CHECK(refusal({1400000000, "administrator", "sig"}, unfriend::endpoint("no host"), "alice") == errc::invalid_host);
    CHECK(transport.calls == 0);
}
