#include "counted_call.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/pacing.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/clients/client.hpp"
#include "unfriend/http/endpoint.hpp"
#include "unfriend/messages/friend_delete.hpp"

#include "instant_call.hpp"

namespace {

using channel_type = unfriend::channel<unfriend::fixed_credentials, unfriend::unpaced>;
using client_type = unfriend::client<channel_type&, bench::instant_transport, bench::stopped_clock, bench::no_wait>;

} // namespace

// With C linkage, so that the name is plain; never inlined, so that callgrind finds it.
extern "C" {

bool counted_call(client_type* client, const std::vector<std::string>* accounts, unfriend::workspace<>* memory);

[[gnu::noinline]] bool counted_call(client_type* client, const std::vector<std::string>* accounts,
                                    unfriend::workspace<>* memory) {
    const auto result = (*client)(unfriend::friend_delete_request{"administrator", *accounts}, *memory);
    return result.answered() && result.items.size() == accounts->size();
}
}

namespace bench {

bool make_calls(std::size_t accounts, std::size_t rounds) {
    std::vector<document> all;
    for (std::size_t round = 0; round < rounds; ++round)
        all.push_back(make_document(shape::compact, user_ids::varied, accounts, round));
    const std::vector<std::vector<std::string>> asked = accounts_of(all);
    std::size_t index = 0;
    const std::string user_sig(252, 'x'); // as long as one of the official generators
    unfriend::fixed_credentials credentials{1'400'000'000, "administrator", user_sig};
    channel_type channel(credentials, unfriend::region::singapore, {}, unfriend::random_sequence(1));
    client_type client(channel, instant_transport(all, index), {}, {});
    const auto memory = std::make_unique<unfriend::workspace<>>();
    for (; index < rounds; ++index) {
        if (!counted_call(&client, &asked[index], memory.get())) return false;
    }
    return true;
}

} // namespace bench
