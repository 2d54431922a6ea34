// Deletes friends, a call for each and many of them in flight on one thread, with libcurl's multi interface.
// usage: curl_multi HOST[:PORT][,BACKUP] CAFILE IN_FLIGHT <PAIRS
//
// PAIRS has lines `FROM<TAB>TO`. For each a line is printed, as the calls end: FROM, TO, outcome, and the service's
// code or the error. Exit status: 0 all deleted, 1 some not, 2 bad usage or input.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unfriend/unfriend.hpp>

#include "support/credentials_source.hpp"
#include "support/one_call.hpp"
#include "support/standard_streams.hpp"
#include "transports/curl_multi_transport.hpp"

namespace example { namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

/// All of it before the first call: a read that waits would hold up the calls in flight.
pairs read_pairs(std::istream& in) {
    pairs found;
    for (std::string line; std::getline(in, line);) {
        if (line.empty()) continue;
        const std::size_t tab = std::min(line.find('\t'), line.size());
        found.emplace_back(line.substr(0, tab), line.substr(std::min(tab + 1, line.size())));
    }
    return found;
}

/// Returns how many of the pairs were not deleted.
template <class Channel>
std::size_t delete_all(const pairs& all, Channel& channel, curl_multi_transport& transport, std::size_t max_in_flight) {
    const unfriend::default_clock now;
    unfriend::async_client client{channel, std::ref(transport), max_in_flight};
    std::size_t not_deleted = 0;
    auto next = all.begin();
    while (next != all.end() || client.in_flight() != 0) {
        for (; next != all.end(); ++next) {
            const std::string_view to[] = {next->second};
            const auto tell = [&not_deleted, &pair = *next](const unfriend::call_result& response) {
                print_outcome(std::cout, pair.first, pair.second, response);
                if (!response.ok()) ++not_deleted;
            };
            if (!client.start(unfriend::friend_delete_request{next->first, to}, now(), tell)) break; // enough in flight
        }
        transport.run(client.poll(now()));
    }
    return not_deleted;
}

int fail(std::string_view why) {
    std::cerr << "curl_multi: " << why << '\n';
    return 2;
}

int run(int argc, char** argv) {
    std::size_t max_in_flight = 0;
    if (argc != 4 || !parse_number(argv[3], max_in_flight) || max_in_flight == 0 || max_in_flight > 1000)
        return fail("usage: curl_multi HOST[:PORT][,BACKUP] CAFILE IN_FLIGHT <PAIRS");
    credentials who;
    if (const std::string wrong = read_credentials(who); !wrong.empty()) return fail(wrong);

    curl_options options;
    options.ca_file = argv[2];
    const curl_library library;
    curl_multi_transport transport(library, options, max_in_flight);
    unfriend::signer signer(who.sdk_app_id, who.identifier, who.key);
    unfriend::call_policy policy;
    policy.call_timeout = std::chrono::seconds(10);
    unfriend::channel channel{signer, parse_endpoint(argv[1]), policy};
    return delete_all(read_pairs(std::cin), channel, transport, max_in_flight) == 0 ? 0 : 1;
}

}} // namespace example

int main(int argc, char** argv) {
    example::secure_standard_streams();
    return example::run(argc, argv);
}
