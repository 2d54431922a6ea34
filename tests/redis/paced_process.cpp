// One process of an app that shares a quota through Redis; does what standard input says, a command a line.
// usage: paced_process REDIS KEY CALLS_PER_SECOND PROCESSES JITTER_MS [PASSWORD]
// REDIS is the path of a Unix socket, or a port of this machine.
//
//   reserve NOW_MS PATIENCE_MS     a slot by a clock of the test's: prints the wait in microseconds, or `none`
//   threads COUNT SLOTS            so many threads take so many slots each: prints the longest wait
//   slow_down NOW_MS DOUBLINGS
//   speed_up NOW_MS COUNT
//   call COUNT ENDPOINT CACERT     calls by the real clock: prints how many were taken, refused and lost
//
// What the pacer says of Redis is printed as `shared: WHY` and `alone: WHY`.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <unfriend/core/random.hpp>
#include <unfriend/http/transport.hpp>
#include <unfriend/http/url.hpp>
#include <unfriend/messages/friend_delete.hpp>
#include <unfriend/messages/service_code.hpp>
#include <unfriend/user_sig/signer.hpp>

#include "pacers/redis_pacer.hpp"
#include "transports/curl_transport.hpp"

namespace {

using std::chrono::milliseconds;

unfriend::signer signer_of_environment() {
    const auto get = [](const char* name) { return std::getenv(name) == nullptr ? "" : std::getenv(name); };
    const auto app = static_cast<std::uint32_t>(std::strtoul(get("UNFRIEND_SDK_APP_ID"), nullptr, 10));
    return {app, get("UNFRIEND_IDENTIFIER"), unfriend::secret(get("UNFRIEND_SECRET_KEY"))};
}

class caller {
public:
    caller(const std::string& host, const std::string& cacert)
        : signer_(signer_of_environment()), host_(host), transport_(library_, trusting(cacert)) {}

    /// The service's ErrorCode, or `absent_code` when there was no answer.
    std::int32_t operator()() {
        const std::array<std::string_view, 1> friends{"bob"};
        char sig[unfriend::max_user_sig_size];
        char url[unfriend::max_url_size(64, unfriend::friend_delete::path.size(), 32, sizeof sig)];
        char body[unfriend::friend_delete::max_encoded_size(friends.size())];
        char answer[4096];
        const auto user_sig = signer_.user_sig(std::time(nullptr), sig);
        const auto encoded = unfriend::encode(unfriend::friend_delete_request{"alice", friends}, body);
        if (!user_sig || !encoded) return unfriend::absent_code;
        unfriend::http_request request;
        request.body = *encoded;
        const unfriend::url_query query{signer_.sdk_app_id(), signer_.identifier(), *user_sig, random_()};
        const auto address =
            unfriend::encode_url(unfriend::host_name(host_), unfriend::friend_delete::path, query, url);
        if (!address) return unfriend::absent_code;
        request.url = *address;
        unfriend::http_response response(answer);
        if (unfriend::perform(transport_, request, response)) return unfriend::absent_code;
        unfriend::friend_delete_response decoded;
        if (unfriend::decode(response.body(), decoded)) return unfriend::absent_code;
        return decoded.error_code;
    }

private:
    static example::curl_options trusting(const std::string& cacert) {
        example::curl_options options;
        options.ca_file = cacert;
        return options;
    }

    example::curl_library library_;
    unfriend::signer signer_;
    std::string host_;
    example::curl_transport transport_;
    unfriend::random_sequence random_;
};

std::int64_t microseconds(example::redis_pacer::duration duration) {
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

std::int64_t take_from_threads(example::redis_pacer& pacer, std::size_t count, unsigned slots) {
    std::vector<std::thread> threads;
    std::vector<std::int64_t> longest(count);
    for (std::int64_t& mine : longest) {
        threads.emplace_back([&pacer, &mine, slots] {
            for (unsigned slot = 0; slot < slots; ++slot) {
                if (const auto wait = pacer.reserve(milliseconds(0))) mine = std::max(mine, microseconds(*wait));
                pacer.on_success(milliseconds(0));
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    return *std::max_element(longest.begin(), longest.end());
}

void call(example::redis_pacer& pacer, unsigned count, const std::string& host, const std::string& cacert) {
    caller one_call(host, cacert);
    unsigned taken = 0;
    unsigned refused = 0;
    unsigned lost = 0;
    const auto now = [] { return std::chrono::steady_clock::now().time_since_epoch(); };
    for (; count != 0; --count) {
        if (const auto wait = pacer.reserve(now())) std::this_thread::sleep_for(*wait);
        const std::int32_t code = one_call();
        ++(code == 0 ? taken : code == unfriend::absent_code ? lost : refused);
        if (code == 0) pacer.on_success(now());
        if (unfriend::kind_of(code) == unfriend::code_kind::throttled) pacer.on_throttled(now());
    }
    std::cout << taken << " taken, " << refused << " refused, " << lost << " lost" << std::endl;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 6) return 2;
    example::redis_pacer_options options;
    const int port = std::atoi(argv[1]);
    if (port == 0) options.host = argv[1];
    if (port != 0) options.port = port;
    options.key = argv[2];
    options.calls_per_second = static_cast<std::uint32_t>(std::strtoul(argv[3], nullptr, 10));
    options.processes = static_cast<std::uint32_t>(std::strtoul(argv[4], nullptr, 10));
    options.jitter = milliseconds(std::strtol(argv[5], nullptr, 10));
    options.timeout = milliseconds(1000); // a busy machine is no outage
    if (argc > 6) options.password = argv[6];
    example::redis_pacer pacer(options, [](bool shared, std::string_view why) {
        std::cout << (shared ? "shared: " : "alone: ") << why << std::endl;
    });
    std::string command;
    while (std::cin >> command) {
        std::int64_t number = 0;
        std::cin >> number;
        if (command == "reserve") {
            std::int64_t patience = 0;
            std::cin >> patience;
            const auto wait = pacer.reserve(milliseconds(number), milliseconds(patience));
            std::cout << (wait ? std::to_string(microseconds(*wait)) : "none") << std::endl;
        } else if (command == "threads") {
            unsigned slots = 0;
            std::cin >> slots;
            std::cout << take_from_threads(pacer, static_cast<std::size_t>(number), slots) << std::endl;
        } else if (command == "slow_down") {
            unsigned doublings = 0;
            std::cin >> doublings;
            pacer.on_throttled(milliseconds(number), doublings);
        } else if (command == "speed_up") {
            unsigned count = 0;
            std::cin >> count;
            constexpr std::chrono::microseconds apart(62'500); // as often as it counts
            for (unsigned taken = 0; taken != count; ++taken) pacer.on_success(milliseconds(number) + taken * apart);
        } else if (command == "call") {
            std::string host;
            std::string cacert;
            std::cin >> host >> cacert;
            call(pacer, static_cast<unsigned>(number), host, cacert);
        } else {
            return 2;
        }
    }
}
