// A whole call with a transport that answers at once, beside the sum of its parts: encoding the request, the URL,
// copying the response in, and decoding it. The clock stands still: nothing waits.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/clients/client.hpp"
#include "unfriend/http/transport.hpp"
#include "unfriend/http/url.hpp"
#include "unfriend/messages/friend_delete.hpp"

#include "documents.hpp"
#include "instant_call.hpp"
#include "measure.hpp"
#include "programs.hpp"

namespace bench {

namespace {

constexpr std::string_view from_account = "administrator";

void measure_call(benchmark::State& state, std::size_t size) {
    const std::vector<document>& all = documents(shape::compact, user_ids::varied, size);
    const std::vector<std::vector<std::string>> accounts = accounts_of(all);
    std::size_t index = 0;
    const std::string user_sig(252, 'x'); // as long as one of the official generators
    unfriend::fixed_credentials credentials{1'400'000'000, "administrator", user_sig};
    unfriend::channel<unfriend::fixed_credentials, unfriend::unpaced> channel(credentials, unfriend::region::singapore);
    unfriend::client<decltype(channel)&, instant_transport, stopped_clock, no_wait> client(
        channel, instant_transport(all, index), {}, {});
    const auto memory = std::make_unique<unfriend::workspace<>>();
    measure(state, 0, [&] {
        index = (index + 1) % all.size();
        const auto result = client(unfriend::friend_delete_request{from_account, accounts[index]}, *memory);
        return result.answered() && result.items.size() == size;
    });
}

void measure_parts(benchmark::State& state, std::size_t size) {
    const std::vector<document>& all = documents(shape::compact, user_ids::varied, size);
    const std::vector<std::vector<std::string>> accounts = accounts_of(all);
    std::size_t index = 0;
    const std::string user_sig(252, 'x');
    const unfriend::endpoint endpoint = unfriend::region::singapore;
    std::vector<char> body(unfriend::friend_delete::max_encoded_size());
    std::vector<char> received(1'000'000);
    char url[unfriend::max_user_sig_size + 1024];
    const auto response = std::make_unique<unfriend::friend_delete_response<>>();
    std::uint32_t random = 2'000'000'000;
    measure(state, 0, [&] {
        index = (index + 1) % all.size();
        const std::string& text = all[index].text;
        const auto encoded = unfriend::encode(unfriend::friend_delete_request{from_account, accounts[index]}, body);
        const auto addressed = unfriend::encode_url(endpoint.host(), unfriend::friend_delete::path,
                                                    {1'400'000'000, "administrator", user_sig, random++}, url);
        unfriend::http_response answer(received);
        answer.append(text.data(), text.size());
        return encoded && addressed && !unfriend::decode(answer.body(), *response) && response->items.size() == size;
    });
}

} // namespace

void add_call() {
    for (const std::size_t size : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
        const std::string prefix = "call/" + std::to_string(size) + "/";
        add(prefix + "unfriend", [size](benchmark::State& state) { measure_call(state, size); });
        add(prefix + "parts", [size](benchmark::State& state) { measure_parts(state, size); });
    }
}

} // namespace bench
