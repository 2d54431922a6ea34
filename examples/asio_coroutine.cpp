// Deletes friends from coroutines, a call for each and all of them at a time, on one thread, with standalone Asio.
// usage: asio_coroutine HOST[:PORT][,BACKUP] CAFILE FROM TO...
//
// Prints a line for each TO as the calls end: FROM, TO, outcome, and the service's code or the error. Exit status: 0
// all deleted, 1 some not, 2 bad usage or input.

#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <system_error>

#include <asio.hpp>
#include <asio/ssl.hpp>

#include <unfriend/unfriend.hpp>

#include "support/credentials_source.hpp"
#include "support/one_call.hpp"
#include "support/standard_streams.hpp"
#include "transports/asio_transport.hpp"

namespace example { namespace {

template <class Client>
asio::awaitable<void> delete_one(Client& client, std::string_view from, std::string_view to, int& not_deleted) {
    unfriend::workspace<1, 16 * 1024> memory; // in the coroutine's frame
    const std::string_view accounts[] = {to};
    const auto response = co_await client(unfriend::friend_delete_request{from, accounts}, memory);
    print_outcome(std::cout, from, to, response);
    if (response.ok()) --not_deleted;
}

int fail(std::string_view why) {
    std::cerr << "asio_coroutine: " << why << '\n';
    return 2;
}

int run(int argc, char** argv) {
    if (argc < 5) return fail("usage: asio_coroutine HOST[:PORT][,BACKUP] CAFILE FROM TO...");
    credentials who;
    if (const std::string wrong = read_credentials(who); !wrong.empty()) return fail(wrong);
    asio::ssl::context trust(asio::ssl::context::tls_client);
    std::error_code failure;
    trust.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, failure);
    if (!failure) trust.load_verify_file(argv[2], failure);
    if (failure) return fail("CAFILE cannot be used");

    unfriend::signer signer(who.sdk_app_id, who.identifier, who.key);
    unfriend::call_policy policy;
    policy.call_timeout = std::chrono::seconds(10);
    unfriend::channel channel{signer, parse_endpoint(argv[1]), policy};
    unfriend::coroutine_client client{channel, asio_transport(trust), asio_timer(), unfriend::default_clock(),
                                      asio_limit()};

    asio::io_context loop(1);
    int not_deleted = argc - 4;
    for (int i = 4; i < argc; ++i)
        asio::co_spawn(loop, delete_one(client, argv[3], argv[i], not_deleted), asio::detached);
    loop.run();
    return not_deleted == 0 ? 0 : 1;
}

}} // namespace example

int main(int argc, char** argv) { // NOLINT(bugprone-exception-escape): out of memory
    example::secure_standard_streams();
    return example::run(argc, argv);
}
