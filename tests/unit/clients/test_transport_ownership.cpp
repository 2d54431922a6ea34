// Who owns a transport: the client that it is passed to, unless it is passed by std::ref.
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "unfriend/clients/async_client.hpp"
#include "unfriend/clients/bulk.hpp"
#include "unfriend/clients/client.hpp"
#include "unfriend/clients/pending_call.hpp"

#include "check.hpp"
#include "held_transport.hpp"

namespace {

using namespace std::chrono_literals;
using unfriend::friend_delete_request;

/// A transport that owns something, as a connection is owned: it can be moved and not copied.
class connection {
public:
    explicit connection(int& requests) noexcept : requests_(&requests) {}

    std::error_code operator()(const unfriend::http_request&, unfriend::http_response& response) {
        ++*requests_;
        ++*own_;
        constexpr std::string_view body =
            R"({"ResultItem":[{"To_Account":"bob","ResultCode":0}],"ActionStatus":"OK","ErrorCode":0})";
        response.status = 200;
        response.append(body.data(), body.size());
        return {};
    }
    int own() const noexcept { return *own_; }

private:
    int* requests_;
    std::unique_ptr<int> own_ = std::make_unique<int>(0);
};

constexpr std::array<std::pair<std::string_view, std::string_view>, 1> pairs{{{"alice", "bob"}}};
constexpr std::array<std::string_view, 1> friends{"bob"};

template <class Client>
void make_one_call(Client& client) {
    CHECK(client(friend_delete_request{"alice", friends}).ok());
}
template <class Channel, class Transport>
void make_one_call(unfriend::pending_call<Channel, Transport>& call) {
    call.start(friend_delete_request{"alice", friends}, at(0ms));
    while (!call.is_done()) call.poll(at(0ms));
    CHECK(call.result().ok());
}
template <class Channel, class Transport>
void make_one_call(unfriend::async_client<Channel, Transport>& client) {
    bool is_deleted = false;
    CHECK(client.start(friend_delete_request{"alice", friends}, at(0ms), [&](const auto& it) { is_deleted = it.ok(); })
              .has_value());
    while (client.in_flight() != 0) client.poll(at(0ms));
    CHECK(is_deleted);
}
template <class Channel, class Transport, class Source>
void make_one_call(unfriend::bulk<Channel, Transport, Source>& job) {
    while (!job.is_done()) job.poll(at(0ms), [](const unfriend::bulk_item& item) { CHECK(item.account.ok()); });
}

} // namespace

TEST_CASE("a transport that cannot be copied is moved into each client, where it may be a temporary") {
    plain_calls calls;
    int requests = 0;
    unfriend::client client{calls.channel, connection(requests)};
    unfriend::pending_call call{calls.channel, connection(requests)};
    unfriend::async_client async{calls.channel, connection(requests), 4};
    unfriend::bulk job{calls.channel, connection(requests), pairs};
    make_one_call(client);
    make_one_call(call);
    make_one_call(async);
    make_one_call(job);
    CHECK(requests == 4);
    unfriend::pending_call moved(std::move(call));
    make_one_call(moved);
    CHECK(requests == 5);
}

TEST_CASE("clients share a transport that is passed by std::ref") {
    plain_calls calls;
    int requests = 0;
    connection shared(requests);
    unfriend::client client{calls.channel, std::ref(shared)};
    unfriend::pending_call call{calls.channel, std::ref(shared)};
    unfriend::async_client async{calls.channel, std::ref(shared), 4};
    unfriend::bulk job{calls.channel, std::ref(shared), pairs};
    make_one_call(client);
    make_one_call(call);
    make_one_call(async);
    make_one_call(job);
    CHECK(shared.own() == 4);
}
