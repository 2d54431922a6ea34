// The blocking client: what it sends, and what it makes of what comes back.
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "unfriend/client.hpp"
#include "unfriend/friend_delete.hpp"
#include "unfriend/friend_delete_all.hpp"

#include "accounts.hpp"
#include "bytes.hpp"
#include "check.hpp"
#include "transports.hpp"

namespace {

using unfriend::errc;
using unfriend::fixed_credentials;
using unfriend::friend_delete_request;

constexpr std::string_view two_friends[] = {"bob", "carol"};

constexpr std::string_view mixed_answer =
    R"({"ResultItem":[{"To_Account":"bob","ResultCode":0,"ResultInfo":""},)"
    R"({"To_Account":"carol","ResultCode":31704,"ResultInfo":"no friend"}],"ActionStatus":"OK","ErrorCode":0})";

struct fixed_random {
    std::uint32_t operator()() const { return 4294967295; }
};

struct fixed_clock {
    std::int64_t operator()() const { return 1700000000; }
};

/// Credentials that note when they were asked and may fail.
struct noting_credentials {
    std::int64_t asked_at = 0;
    unfriend::error failure{};

    std::uint32_t sdk_app_id() const { return 1400000000; }
    std::string_view identifier() const { return "an admin"; }
    unfriend::result<std::string_view> user_sig(std::int64_t now, unfriend::char_span buffer) {
        asked_at = now;
        if (failure) return failure;
        const std::string_view text = "eJnoted_";
        return std::string_view(buffer.data(), text.copy(buffer.data(), buffer.size()));
    }
};

template <class Credentials>
using fixed_client =
    unfriend::client<Credentials, appending_transport, unfriend::default_limits, fixed_random, fixed_clock>;

/// A client that talks to `traffic`, and the answer to a friend_delete for two accounts.
struct called {
    explicit called(exchange& traffic)
        : client(credentials, unfriend::region::singapore, appending_transport{&traffic}) {
        response = client(friend_delete_request{"alice", two_friends});
    }

    fixed_credentials credentials{1400000000, "administrator", "eJsig_"};
    unfriend::client<fixed_credentials, appending_transport> client;
    unfriend::result<unfriend::friend_delete_response<>> response = errc::transport_failed;
};

} // namespace

TEST_CASE("a call is signed, addressed, encoded and sent once") {
    exchange traffic;
    traffic.answer = mixed_answer;
    noting_credentials credentials;
    fixed_client<noting_credentials> client(credentials, unfriend::region::seoul, appending_transport{&traffic});
    const auto response = client(friend_delete_request{"alice", two_friends, unfriend::delete_type::both});
    CHECK(response.has_value());
    CHECK(traffic.calls == 1);
    CHECK(traffic.method == "POST");
    CHECK(traffic.content_type == "application/json");
    CHECK(traffic.url ==
          "https://adminapikr.im.qcloud.com/v4/sns/friend_delete?sdkappid=1400000000&identifier=an%20admin"
          "&usersig=eJnoted_&random=4294967295&contenttype=json");
    CHECK(traffic.body == R"({"From_Account":"alice","To_Account":["bob","carol"],"DeleteType":"Delete_Type_Both"})");
    CHECK(credentials.asked_at == 1700000000);
}

TEST_CASE("the answer is decoded, and what failed is found in it") {
    exchange traffic;
    traffic.answer = mixed_answer;
    const called call(traffic);
    REQUIRE(call.response.has_value());
    CHECK(call.response->ok());
    CHECK(call.response->items.size() == 2);
    REQUIRE(call.response->failures().size() == 1);
    CHECK(call.response->failures().begin()->to_account == "carol");
    CHECK(call.response->failures().begin()->result_code == 31704);
}

TEST_CASE("deleting all friends goes through the same client") {
    exchange traffic;
    traffic.answer = R"({"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"all"})";
    fixed_credentials credentials(1400000000, "administrator", "eJsig_");
    fixed_client<fixed_credentials> client(credentials, unfriend::endpoint{"localhost:8443"},
                                           appending_transport{&traffic});
    const auto response = client(unfriend::friend_delete_all_request{"alice", unfriend::delete_type::single});
    REQUIRE(response.has_value());
    CHECK(response->ok());
    CHECK(response->error_info == "all");
    CHECK(traffic.url == "https://localhost:8443/v4/sns/friend_delete_all?sdkappid=1400000000&identifier=administrator"
                         "&usersig=eJsig_&random=4294967295&contenttype=json");
    CHECK(traffic.body == R"({"From_Account":"alice","DeleteType":"Delete_Type_Single"})");
    CHECK(client(friend_delete_request{"alice", two_friends}).has_value());
    CHECK(traffic.calls == 2);
}

TEST_CASE("that the service refused the call is an answer and not an error") {
    exchange traffic;
    traffic.answer = R"({"ActionStatus":"FAIL","ErrorCode":60010,"ErrorInfo":"not an admin"})";
    const called call(traffic);
    REQUIRE(call.response.has_value());
    CHECK(!call.response->ok());
    CHECK(call.response->error_code == 60010);
    CHECK(call.response->error_info == "not an admin");
    CHECK(call.response->items.empty());
}

TEST_CASE("what came back instead of an answer is told apart") {
    const struct {
        int status;
        std::string_view body;
        errc code;
        std::size_t detail;
    } table[] = {
        {502, "<html>Bad Gateway</html>", errc::http_status, 502},
        {502, mixed_answer, errc::http_status, 502},
        {404, "", errc::http_status, 404},
        {301, "", errc::http_status, 301},
        {204, "", errc::http_status, 204},
        {0, mixed_answer, errc::http_status, 0},
        {200, "", errc::empty_body, 0},
        {200, "<html>login</html>", errc::html_body, 0},
        {200, mixed_answer.substr(0, 70), errc::truncated_json, 70},
        {200, "[]", errc::not_an_object, 1},
        {200, "{}x", errc::trailing_bytes, 2},
        {200, "oops", errc::malformed_json, 0},
    };
    for (const auto& row : table) {
        exchange traffic;
        traffic.status = row.status;
        traffic.answer = row.body;
        const called call(traffic);
        INFO(row.status, " ", row.body);
        CHECK(!call.response.has_value());
        CHECK(call.response.error() == row.code);
        CHECK(call.response.error().detail() == row.detail);
    }
}

TEST_CASE("the transport's own error is what the caller gets") {
    exchange traffic;
    traffic.answer = mixed_answer;
    traffic.failure = std::make_error_code(std::errc::connection_reset);
    const called call(traffic);
    CHECK(!call.response.has_value());
    CHECK(call.response.error().code() == std::errc::connection_reset);
}

TEST_CASE("what is wrong on our side is refused before anything is sent") {
    exchange traffic;
    traffic.answer = mixed_answer;
    const auto refusal = [&](const fixed_credentials& credentials, unfriend::endpoint where, const auto& request) {
        fixed_credentials copy = credentials;
        unfriend::client client{copy, where, appending_transport{&traffic}};
        return client(request).error();
    };
    const fixed_credentials good(1400000000, "administrator", "eJsig_");
    const unfriend::endpoint here = unfriend::region::china;
    const friend_delete_request request{"alice", two_friends};
    const std::string_view bad_friends[] = {"bob", "ca\nrol"};
    CHECK(refusal(good, here, friend_delete_request{"", two_friends}) == errc::invalid_from_account);
    CHECK(refusal(good, here, friend_delete_request{"alice", bad_friends}) == errc::invalid_to_account);
    CHECK(refusal(good, here, friend_delete_request{"alice", std::vector<std::string>()}) == errc::no_accounts);
    CHECK(refusal(good, here, friend_delete_request{"alice", numbered_accounts(1001)}) == errc::too_many_accounts);
    CHECK(refusal(good, here, unfriend::friend_delete_all_request{""}) == errc::invalid_from_account);
    CHECK(refusal({0, "administrator", "eJsig_"}, here, request) == errc::invalid_sdk_app_id);
    CHECK(refusal({1, "", "eJsig_"}, here, request) == errc::invalid_identifier);
    CHECK(refusal({1, "ad\nmin", "eJsig_"}, here, request) == errc::invalid_identifier);
    CHECK(refusal({1, "administrator", ""}, here, request) == errc::invalid_user_sig_text);
    CHECK(refusal({1, "administrator", "eJ&random=1"}, here, request) == errc::invalid_user_sig_text);
    CHECK(refusal(good, unfriend::endpoint{"evil.example/path"}, request) == errc::invalid_host);
    noting_credentials failing;
    failing.failure = errc::hmac_failed;
    fixed_client<noting_credentials> client(failing, here, appending_transport{&traffic});
    CHECK(client(request).error() == errc::hmac_failed);
    CHECK(traffic.calls == 0);
    CHECK(!refusal(good, here, request));
    CHECK(traffic.calls == 1);
}

TEST_CASE("a call works in memory and a response of the caller's") {
    exchange traffic;
    traffic.answer = mixed_answer;
    fixed_credentials credentials(1400000000, "administrator", "eJsig_");
    unfriend::client client{credentials, unfriend::region::singapore, appending_transport{&traffic}};
    const auto memory = std::make_unique<unfriend::workspace<>>();
    std::array<unfriend::result_item, 2> items;
    unfriend::friend_delete_response response{unfriend::item_span{items}};
    CHECK(!client.call(friend_delete_request{"alice", two_friends}, response, memory->buffers()));
    CHECK(response.ok());
    CHECK(items[1].to_account == "carol");
    const unfriend::char_span answer = memory->buffers().answer;
    CHECK(items[1].to_account.data() > answer.data());
    CHECK(items[1].to_account.data() < answer.data() + traffic.answer.size());
}

TEST_CASE("each part of the memory that is too small is refused by what it lacks") {
    exchange traffic;
    traffic.answer = mixed_answer;
    noting_credentials credentials;
    fixed_client<noting_credentials> client(credentials, unfriend::region::singapore, appending_transport{&traffic});
    guarded_bytes memory(4096);
    const auto failure_with = [&](std::size_t url, std::size_t request, std::size_t answer) {
        char* const bytes = memory.span().data();
        const unfriend::call_buffers buffers{
            {bytes, 64}, {bytes + 64, url}, {bytes + 1024, request}, {bytes + 2048, answer}};
        unfriend::friend_delete_response<unfriend::inline_items<2>> response;
        return client.call(friend_delete_request{"alice", two_friends}, response, buffers);
    };
    const std::size_t answer_size = mixed_answer.size();
    CHECK(!failure_with(512, 512, answer_size));
    const std::size_t url_size = traffic.url.size() + 1;
    const std::size_t body_size = traffic.body.size();
    CHECK(!failure_with(url_size, body_size, answer_size));
    CHECK(traffic.calls == 2);
    CHECK(failure_with(url_size - 1, body_size, answer_size) == errc::buffer_too_small);
    CHECK(failure_with(url_size - 1, body_size, answer_size).detail() == url_size);
    CHECK(failure_with(url_size, body_size - 1, answer_size) == errc::buffer_too_small);
    CHECK(failure_with(url_size, body_size - 1, answer_size).detail() == body_size);
    CHECK(traffic.calls == 2);
    CHECK(failure_with(url_size, body_size, answer_size - 1) == errc::body_too_large);
    CHECK(failure_with(url_size, body_size, answer_size - 1).detail() == answer_size - 1);
    CHECK(memory.intact());
}

TEST_CASE("the memory of a workspace is enough for the largest request") {
    exchange traffic;
    traffic.answer = R"({"ActionStatus":"OK","ErrorCode":0})";
    const std::string id(32, '\\');
    const std::string user_sig(unfriend::max_user_sig_size, 'A');
    fixed_credentials credentials(UINT32_MAX, id, user_sig);
    const std::string host(253, 'h');
    fixed_client<fixed_credentials> client(credentials, unfriend::endpoint{std::string_view(host)},
                                           appending_transport{&traffic});
    CHECK(client(friend_delete_request{id, std::vector<std::string>(1000, id), unfriend::delete_type::single})
              .has_value());
}
