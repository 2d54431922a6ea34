// One process of an app that shares a quota through Redis; does what standard input says, a command a line.
// usage: paced_process REDIS KEY CALLS_PER_SECOND PROCESSES JITTER_MS [PASSWORD [USERNAME]]
// REDIS is the path of a Unix socket, or a port of this machine.
//
//   send NOW_MS MAX_WAIT_MS        a call asks by a clock of the test's, and comes back when it is told to: prints
//   after
//                                  how many microseconds it has permission, or `none`
//   ask NOW_MS                     a call asks once and gives up: prints what it is told
//   threads COUNT CALLS            so many threads send so many calls each, by the real clock: prints `sent`
//   on_throttled NOW_MS            a call was refused that was sent then
//   on_success NOW_MS              a call succeeded that was sent then
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
#include <optional>
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

    /// The service's ErrorCode, or none when there was no answer.
    std::optional<std::int32_t> operator()() {
        const std::array<std::string_view, 1> friends{"bob"};
        char sig[unfriend::max_user_sig_size];
        char url[unfriend::max_url_size(64, unfriend::friend_delete::path.size(), 32, sizeof sig)];
        char body[unfriend::friend_delete::max_encoded_size(friends.size())];
        char answer[4096];
        const auto user_sig = signer_.user_sig(std::time(nullptr), sig);
        const auto encoded = unfriend::encode(unfriend::friend_delete_request{"alice", friends}, body);
        if (!user_sig || !encoded) return std::nullopt;
        unfriend::http_request request;
        request.body = *encoded;
        const unfriend::url_query query{signer_.sdk_app_id(), signer_.identifier(), *user_sig, random_()};
        const auto address =
            unfriend::encode_url(unfriend::host_name(host_), unfriend::friend_delete::path, query, url);
        if (!address) return std::nullopt;
        request.url = *address;
        unfriend::http_response response(answer);
        if (unfriend::perform(transport_, request, response)) return std::nullopt;
        unfriend::friend_delete_response decoded;
        if (unfriend::decode(response.body(), decoded)) return std::nullopt;
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

std::optional<std::chrono::nanoseconds> send(example::redis_pacer& pacer, std::chrono::nanoseconds now,
                                             std::chrono::nanoseconds max_wait) {
    example::redis_pacer::ticket ticket;
    const std::chrono::nanoseconds end = now + max_wait;
    const std::chrono::nanoseconds begin = now;
    for (;;) {
        const auto wait = pacer.try_acquire(ticket, now, end - now);
        if (!wait) return std::nullopt;
        if (*wait == wait->zero()) return now - begin;
        now += *wait;
    }
}

std::chrono::nanoseconds real_time() { return std::chrono::steady_clock::now().time_since_epoch(); }

void wait_for_permission(example::redis_pacer& pacer) {
    example::redis_pacer::ticket ticket;
    for (auto wait = pacer.try_acquire(ticket, real_time()); wait && *wait > wait->zero();
         wait = pacer.try_acquire(ticket, real_time()))
        std::this_thread::sleep_for(*wait);
}

void send_from_threads(example::redis_pacer& pacer, std::size_t count, unsigned calls) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < count; ++i) {
        threads.emplace_back([&pacer, calls] {
            for (unsigned call = 0; call < calls; ++call) {
                wait_for_permission(pacer);
                pacer.on_success(real_time(), real_time());
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
}

void call(example::redis_pacer& pacer, unsigned count, const std::string& host, const std::string& cacert) {
    caller one_call(host, cacert);
    unsigned taken = 0;
    unsigned refused = 0;
    unsigned lost = 0;
    for (; count != 0; --count) {
        wait_for_permission(pacer);
        const std::chrono::nanoseconds sent_at = real_time();
        const std::optional<std::int32_t> code = one_call();
        ++(code == 0 ? taken : code ? refused : lost);
        if (code == 0) pacer.on_success(real_time(), sent_at);
        if (unfriend::kind_of(code) == unfriend::code_kind::throttled)
            pacer.on_throttled(real_time(), sent_at, unfriend::throttle_kind::frequency);
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
    options.calls_per_second = std::strtod(argv[3], nullptr);
    options.processes = static_cast<std::uint32_t>(std::strtoul(argv[4], nullptr, 10));
    options.jitter = milliseconds(std::strtol(argv[5], nullptr, 10));
    options.timeout = milliseconds(1000); // a busy machine is no outage
    if (argc > 6) options.password = argv[6];
    if (argc > 7) options.username = argv[7];
    example::redis_pacer pacer(options, [](bool shared, std::string_view why) {
        std::cout << (shared ? "shared: " : "alone: ") << why << std::endl;
    });
    std::string command;
    while (std::cin >> command) {
        std::int64_t number = 0;
        std::cin >> number;
        const milliseconds now(number);
        if (command == "send") {
            std::int64_t max_wait = 0;
            std::cin >> max_wait;
            const auto wait = send(pacer, now, milliseconds(max_wait));
            std::cout << (wait ? std::to_string(microseconds(*wait)) : "none") << std::endl;
        } else if (command == "ask") {
            example::redis_pacer::ticket ticket;
            const auto wait = pacer.try_acquire(ticket, now);
            std::cout << (wait ? std::to_string(microseconds(*wait)) : "none") << std::endl;
        } else if (command == "threads") {
            unsigned calls = 0;
            std::cin >> calls;
            send_from_threads(pacer, static_cast<std::size_t>(number), calls);
            std::cout << "sent" << std::endl;
        } else if (command == "on_throttled") {
            pacer.on_throttled(now + milliseconds(1), now, unfriend::throttle_kind::frequency);
        } else if (command == "on_success") {
            pacer.on_success(now + milliseconds(1), now);
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
