// Deletes friends out of a game's loop, with an engine's own networking and memory, without exceptions and RTTI.
// usage: game_loop HOST:PORT CAFILE FROM TO...
//
// A call for each TO, some of them in flight; each is polled once a tick, and nothing ever blocks. Prints a line for
// each as the calls end: FROM, TO, outcome, and the service's code or the error; then how many ticks it took, and how
// much memory. Exit status: 0 all deleted, 1 some not, 2 bad usage or input.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include <unfriend/unfriend.hpp>

#include "support/credentials_source.hpp"
#include "support/one_call.hpp"
#include "support/standard_streams.hpp"
#include "transports/engine_memory.hpp"
#include "transports/engine_network.hpp"

namespace example { namespace {

constexpr std::size_t max_in_flight = 16;
constexpr std::chrono::nanoseconds tick = std::chrono::milliseconds(5); // 200 a second

using call_workspace = unfriend::workspace<64, engine_connection::max_answer_size>;

/// All that the game has for its calls.
alignas(std::max_align_t) std::byte memory_block[2 * 1024 * 1024];

struct call_list {
    std::string_view from;
    char** next; // TO of the next call
    char** end;
};

/// Returns how many friends were not deleted.
template <class Client>
int play(call_list calls, Client& client, engine_network& network, arena& memory) {
    const unfriend::default_clock clock;
    int not_deleted = 0;
    std::size_t ticks = 0;
    auto next_tick = clock().monotonic;
    for (; calls.next != calls.end || client.in_flight() != 0; ++ticks) {
        const unfriend::timestamp now = clock();
        network.advance(now.monotonic);
        for (; calls.next != calls.end; ++calls.next) {
            const std::string_view to[] = {*calls.next};
            const auto tell = [&not_deleted, &calls, to = *calls.next](const unfriend::call_result& response) {
                print_outcome(std::cout, calls.from, to, response);
                if (!response.ok()) ++not_deleted;
            };
            if (!client.start(unfriend::friend_delete_request{calls.from, to}, now, tell)) break; // enough in flight
        }
        client.poll(now);

        // Here the game moves its world and draws it. What is left of the tick is the network's.
        next_tick = std::max(next_tick + tick, now.monotonic);
        for (auto time = clock().monotonic; time < next_tick; time = clock().monotonic) {
            network.wait(next_tick - time);
            network.advance(time);
        }
    }
    std::cout << ticks << " ticks, " << memory.used() << " bytes\n";
    return not_deleted;
}

int fail(std::string_view why) {
    std::cerr << "game_loop: " << why << '\n';
    return 2;
}

int run(int argc, char** argv) {
    if (argc < 5) return fail("usage: game_loop HOST:PORT CAFILE FROM TO...");
    credentials who;
    if (const std::string wrong = read_credentials(who); !wrong.empty()) return fail(wrong);
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> trust(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (trust == nullptr || SSL_CTX_set_min_proto_version(trust.get(), TLS1_2_VERSION) != 1) return fail("no TLS");
    SSL_CTX_set_verify(trust.get(), SSL_VERIFY_PEER, nullptr);
    if (SSL_CTX_load_verify_locations(trust.get(), argv[2], nullptr) != 1) return fail("CAFILE cannot be used");

    arena memory(memory_block, sizeof memory_block);
    engine_network network(trust.get(), max_in_flight, memory);
    if (!network.resolve(argv[1])) return fail("the host is not known");
    unfriend::signer signer(who.sdk_app_id, who.identifier, who.key);
    unfriend::call_policy policy;
    policy.call_timeout = std::chrono::seconds(10);
    unfriend::channel channel{signer, unfriend::endpoint(argv[1]), policy};
    unfriend::async_client<decltype(channel), std::reference_wrapper<engine_network>, call_workspace,
                           arena_allocator<char>>
        client(channel, network, max_in_flight, memory);
    return play({argv[3], argv + 4, argv + argc}, client, network, memory) == 0 ? 0 : 1;
}

}} // namespace example

int main(int argc, char** argv) {
    example::secure_standard_streams();
    return example::run(argc, argv);
}
