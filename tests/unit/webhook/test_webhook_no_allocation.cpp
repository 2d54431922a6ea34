// Receiving a webhook's post takes nothing from the heap, but for what the library of SHA-256 takes.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/webhook.hpp"

#include "allocation_counter.hpp"
#include "check.hpp"

namespace {

namespace webhook = unfriend::webhook;
using unfriend::errc;
using webhook::friend_pair;

/// No digest at all, but one that needs no memory.
class frugal_sha256 {
public:
    bool update(std::string_view bytes) {
        for (const char c : bytes) {
            unsigned char& byte = state_[next_++ % sizeof state_];
            byte = static_cast<unsigned char>(byte * 31 + static_cast<unsigned char>(c));
        }
        return true;
    }
    bool finish(unsigned char (&digest)[32]) {
        std::copy(std::begin(state_), std::end(state_), digest);
        return true;
    }

private:
    unsigned char state_[32] = {};
    std::size_t next_ = 0;
};

std::string event_of(std::size_t pairs, std::string_view from, std::string_view to, std::string_view end) {
    std::string body = R"({"CallbackCommand":"Sns.CallbackFriendDelete","PairList":[)";
    for (std::size_t i = 0; i < pairs; ++i) {
        if (i != 0) body += ',';
        body.append(from).append(std::to_string(i)).append(to).append(std::to_string(i)).append(end);
    }
    return body + R"(],"ClientIP":"127.0.0.1","OptPlatform":"Fridge"})";
}

const std::string_view shapes[][3] = {
    {R"({"From_Account":"alice)", R"(","To_Account":"bob)", R"("})"},
    {R"( { "To_Account" : "alice)", R"(" , "From_Account" : "bob)", R"(" } )"},
    {R"({"From_Account":"\u0041\")", R"(","To_Account":"\uD83D\uDE00)", R"("})"},
    {R"({"x":{"y":[1.5,null]},"From_Account":"a)", R"(","To_Account":"b)", R"("})"},
};

struct no_restart {
    void operator()() const {}
};

} // namespace

TEST_CASE("the counter counts") {
    const auto allocate = [] {
        int* volatile number = new int; // volatile, or a compiler may leave it out
        delete number;
    };
    CHECK(allocations_of(allocate).all() != 0);
    CHECK(allocations_of([] {}).all() == 0);
}

TEST_CASE("decoding allocates nothing, wherever the pairs go") {
    static webhook::event<> inside;
    static friend_pair array[1000];
    for (const auto& [from, to, end] : shapes) {
        const std::string body = event_of(1000, from, to, end);
        std::string bytes = body;
        unfriend::error failure;
        CHECK(allocations_of([&] { failure = webhook::decode(bytes, inside); }).all() == 0);
        CHECK(!failure);
        CHECK(inside.pairs.size() == 1000);

        bytes = body;
        webhook::event in_array{unfriend::item_span{array}};
        CHECK(allocations_of([&] { failure = webhook::decode(bytes, in_array); }).all() == 0);
        CHECK(!failure);
        CHECK(in_array.pairs.size() == 1000);

        bytes = body;
        std::size_t told = 0;
        const auto count = [&told](const friend_pair&) { ++told; };
        webhook::event in_callback{unfriend::each_item{count, no_restart{}}};
        CHECK(allocations_of([&] { failure = webhook::decode(bytes, in_callback); }).all() == 0);
        CHECK(!failure);
        CHECK(told == 1000);
    }
}

TEST_CASE("refusing a body allocates nothing") {
    static webhook::event<> event;
    const std::string whole = event_of(20, shapes[2][0], shapes[2][1], shapes[2][2]);
    std::string other = whole;
    other.replace(other.find("Delete"), 6, "Remove");
    for (const std::string& body :
         {whole.substr(0, whole.size() / 2), other, std::string(100'000, '['), std::string()}) {
        std::string bytes = body;
        unfriend::error failure;
        CHECK(allocations_of([&] { failure = webhook::decode(bytes, event); }).all() == 0);
        CHECK(bool(failure));
    }
}

TEST_CASE("authenticating, guarding and acknowledging allocate nothing") {
    const webhook::credentials app{1400000000, unfriend::secret("token"), unfriend::secret("old")};
    char sign[64];
    REQUIRE(unfriend::detail::compute_sign<frugal_sha256>(app.token(1), "1669872112", sign));
    const std::string query = "SdkAppid=1400000000&CallbackCommand=Sns%2eCallbackFriendDelete&ClientIP=%3A%3a1&x=+&"
                              "OptPlatform=Fridge&RequestTime=1669872112&Sign=" +
                              std::string(sign, sizeof sign);
    auto guard = std::make_unique<webhook::replay_guard<8, frugal_sha256>>();
    bool taken = false;
    unfriend::error replayed;
    char buffer[webhook::max_ack_size];
    const allocations taken_from_heap = allocations_of([&] {
        const auto post = webhook::authenticate<frugal_sha256>(query, app, 1669872112);
        if (!post) return;
        taken = !guard->admit(*post, "body", 1669872112) && webhook::encode_ack(webhook::ack::ok, buffer).has_value();
        replayed = guard->admit(*post, "body", 1669872112);
    });
    CHECK(taken);
    CHECK(replayed == errc::webhook_replayed);
    CHECK(taken_from_heap.all() == 0);

    for (const std::string& bad : {query.substr(0, 40), query + "%", query + "&Sign=", std::string(8193, '&')}) {
        unfriend::error failure;
        CHECK(allocations_of([&] { failure = webhook::authenticate<frugal_sha256>(bad, app, 0).error(); }).all() == 0);
        CHECK(bool(failure));
    }
}
