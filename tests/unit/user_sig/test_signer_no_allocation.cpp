// A call that is signed with the UserSig at hand takes nothing from the heap, outside the transport.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/clients/client.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/user_sig/signer.hpp"

#include "accounts.hpp"
#include "allocation_counter.hpp"
#include "check.hpp"
#include "transports.hpp"

namespace {

/// Two clocks that begin at 0 and go on with each wait.
struct virtual_clock {
    const std::chrono::nanoseconds* time;
    unfriend::timestamp operator()() const {
        return {*time, 1700000000 + std::chrono::duration_cast<std::chrono::seconds>(*time).count()};
    }
};

struct virtual_wait {
    std::chrono::nanoseconds* time;
    void operator()(std::chrono::nanoseconds duration) const { *time += duration; }
};

std::string answer_for(std::size_t count, std::int32_t code) {
    std::string body = "{\"ResultItem\":[";
    for (std::size_t i = 0; i < count; ++i) {
        body.append(i == 0 ? "" : ",").append("{\"To_Account\":\"").append(numbered_account(i));
        body.append("\",\"ResultCode\":").append(std::to_string(code)).append("}");
    }
    return body.append("],\"ErrorCode\":0}");
}

} // namespace

TEST_CASE("a call with a cached UserSig takes nothing from the heap, retries and failures included") {
    const std::string done = answer_for(1000, 0);
    const std::vector<reply_of<std::string>> scripts[] = {
        {{200, done}},
        {{200, answer_for(1000, 31704)}},
        {{200, answer_for(1000, 30006)}, {502, "<html>"}, {200, done}},
        {{0, ""}},
        {{200, R"({"ErrorCode":60010})"}},
    };
    const std::vector<std::string> friends = account_list(1000);
    const auto memory = std::make_unique<unfriend::workspace<>>();
    unfriend::signer signer(1400000000, "administrator", unfriend::secret("key"));
    char first[unfriend::max_user_sig_size];
    REQUIRE(signer.user_sig(1700000000, first));
    for (const auto& script : scripts) {
        std::size_t next = 0;
        std::chrono::nanoseconds time{};
        unfriend::channel channel{signer, unfriend::region::singapore};
        unfriend::client client{channel, scripted_transport{&script, &next}, virtual_clock{&time}, virtual_wait{&time}};
        std::uint32_t attempts = 0;
        const allocations taken = allocations_of([&] {
            attempts = client(unfriend::friend_delete_request{"alice", friends}, *memory).attempts;
        });
        CHECK(attempts >= script.size());
        CHECK(taken.all() == 0);
    }
}
