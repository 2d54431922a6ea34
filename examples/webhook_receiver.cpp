// Receives the service's webhooks, over HTTPS or behind a proxy that ends TLS: `webhook_receiver --help` says how.
//
// What a program of one's own needs of this is in webhook_handler.hpp; the server here is cpp-httplib's.

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <httplib.h>
#include <unistd.h>

#include <unfriend/webhook.hpp>

#include "support/credentials_source.hpp"
#include "support/standard_streams.hpp"
#include "support/webhook_handler.hpp"

namespace example { namespace {

namespace webhook = unfriend::webhook;

constexpr std::size_t max_body_size = 1024 * 1024;

constexpr std::string_view help =
    "usage: webhook_receiver --cert FILE --key FILE [--port N] [--host ADDRESS]\n"
    "       webhook_receiver --plain [--port N] [--host ADDRESS]\n"
    "Receives the webhooks of Tencent Cloud Chat that tell of deleted friends, by POST at any path, and prints a JSON\n"
    "object a line for each account that left another's list. Prints `listening PORT` first; ends on SIGTERM.\n\n"
    "  --cert FILE      the server's certificate chain, PEM\n"
    "  --key FILE       its private key, PEM\n"
    "  --plain          HTTP, for a proxy on this machine that ends TLS; on 127.0.0.1, ::1 or localhost only\n"
    "  --port N         0, the default, takes a free one\n"
    "  --host ADDRESS   the interface to listen on (default: 127.0.0.1)\n\n"
    "The app comes from the environment: UNFRIEND_SDK_APP_ID, and UNFRIEND_WEBHOOK_TOKEN, the token of the console.\n"
    "Without the latter authentication is off.\n\n"
    "exit status: 0 ended by SIGTERM or SIGINT; 1 the server could not be started or ended by itself; 2 bad usage or "
    "input\n";

struct options {
    std::string cert;
    std::string key;
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    bool plain = false;
    bool help = false;
};

int fail(int status, std::string_view why) {
    std::cerr << "webhook_receiver: " << why << std::endl;
    return status;
}

/// Returns what is wrong; empty when nothing is.
std::string parse(int count, const char* const* arguments, options& found) {
    for (int i = 1; i < count; ++i) {
        const std::string_view name = arguments[i];
        if (name == "--help") {
            found.help = true;
            return {};
        }
        if (name == "--plain") {
            found.plain = true;
            continue;
        }
        std::string* const text = name == "--cert"   ? &found.cert
                                  : name == "--key"  ? &found.key
                                  : name == "--host" ? &found.host
                                                     : nullptr;
        if (text == nullptr && name != "--port") return "unknown argument; see --help";
        if (++i == count) return std::string(name) + " takes a value";
        if (text != nullptr) {
            *text = arguments[i];
        } else if (!parse_number(arguments[i], found.port)) {
            return "--port takes a number of 0 to 65535";
        }
    }
    if (found.plain) {
        if (!found.cert.empty() || !found.key.empty())
            return "--plain needs no certificate: leave --cert and --key out";
        const bool is_loopback = found.host == "127.0.0.1" || found.host == "::1" || found.host == "localhost";
        return is_loopback ? "" : "--plain listens on the loopback only: 127.0.0.1, ::1 or localhost";
    }
    if (found.cert.empty() || found.key.empty()) return "--cert FILE and --key FILE are needed; see --help";
    return {};
}

/// What the app knows of itself, from the environment; says loudly when it has no token.
webhook::credentials read_app() {
    std::uint32_t sdk_app_id = 0;
    const char* const number = std::getenv("UNFRIEND_SDK_APP_ID");
    if (number == nullptr || !parse_number(number, sdk_app_id)) sdk_app_id = 0;
    if (const char* const token = std::getenv("UNFRIEND_WEBHOOK_TOKEN")) {
        return {sdk_app_id, unfriend::secret(token)};
    }
    std::cerr << "webhook_receiver: WARNING: UNFRIEND_WEBHOOK_TOKEN is not set: AUTHENTICATION IS OFF, and every post "
                 "is believed, whoever sends it"
              << std::endl;
    return {sdk_app_id, webhook::no_token};
}

/// What is wrong with the app's own values; empty when nothing is.
std::string_view fault_of(const webhook::credentials& app) {
    const unfriend::error failure = webhook::authenticate({}, app, 0).error();
    if (failure == unfriend::errc::invalid_sdk_app_id) return "UNFRIEND_SDK_APP_ID is not a number of 1 to 4294967295";
    if (failure == unfriend::errc::webhook_token_invalid) {
        return "UNFRIEND_WEBHOOK_TOKEN is not a token: it takes 1 to 128 characters of printable ASCII";
    }
    return {};
}

std::string_view query_of(std::string_view target) {
    const std::size_t question = target.find('?');
    return question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
}

/// Reads a body however it is encoded; false when it is larger than any of the service's, or cannot be read.
bool read_body(const httplib::Request& request, const httplib::ContentReader& content, std::string& body) {
    if (request.is_multipart_form_data()) return false;
    return content([&](const char* bytes, std::size_t size) {
        if (size > max_body_size - body.size()) return false;
        body.append(bytes, size);
        return true;
    });
}

void route(httplib::Server& server, webhook_handler& handler) {
    static constexpr auto json = "application/json";
    server.set_payload_max_length(max_body_size);
    server.set_keep_alive_max_count(1); // what is left of a body that is refused must not pass for a request
    server.Post("/.*", [&handler](const httplib::Request& request, httplib::Response& response,
                                  const httplib::ContentReader& content) {
        std::string body;
        if (!read_body(request, content, body)) {
            response.status = 413;
            response.set_content(handler.refuse("the body is too large or cannot be read"), json);
            return;
        }
        const auto now = static_cast<std::int64_t>(std::time(nullptr));
        response.set_content(handler.answer(query_of(request.target), std::move(body), now), json);
    });
    server.set_error_handler([&handler](const httplib::Request&, httplib::Response& response) {
        if (response.body.empty()) {
            response.set_content(handler.refuse("HTTP status " + std::to_string(response.status)), json);
        }
    });
}

std::unique_ptr<httplib::Server> make_server(const options& options) {
    if (options.plain) return std::make_unique<httplib::Server>();
    return std::make_unique<httplib::SSLServer>(options.cert.c_str(), options.key.c_str());
}

int serve(const options& options, webhook_handler& handler) {
    sigset_t endings;
    sigemptyset(&endings);
    sigaddset(&endings, SIGTERM);
    sigaddset(&endings, SIGINT);
    // Every thread that the server starts inherits this: the signals wait for sigwait.
    pthread_sigmask(SIG_BLOCK, &endings, nullptr);

    const std::unique_ptr<httplib::Server> owned = make_server(options);
    httplib::Server& server = *owned;
    if (!server.is_valid()) return fail(1, "the certificate or its key cannot be used");
    route(server, handler);
    const int port = options.port == 0                                 ? server.bind_to_any_port(options.host)
                     : server.bind_to_port(options.host, options.port) ? options.port
                                                                       : -1;
    if (port < 0) return fail(1, "cannot listen there");
    std::cout << "listening " << port << std::endl;

    std::atomic<bool> has_ended{false};
    bool ended_well = false;
    std::thread serving([&] {
        ended_well = server.listen_after_bind();
        has_ended = true;
        kill(getpid(), SIGTERM); // should it end by itself
    });
    int signal = 0;
    sigwait(&endings, &signal);
    while (!server.is_running() && !has_ended) std::this_thread::yield(); // stop does nothing before it runs
    server.stop();
    serving.join();
    return ended_well ? 0 : fail(1, "the server ended by itself");
}

int run(int count, const char* const* arguments) {
    options options;
    if (const std::string wrong = parse(count, arguments, options); !wrong.empty()) return fail(2, wrong);
    if (options.help) {
        std::cout << help;
        return 0;
    }
    webhook::credentials app = read_app();
    if (const std::string_view wrong = fault_of(app); !wrong.empty()) return fail(2, wrong);
    webhook_handler handler(std::move(app), std::cout, std::cerr);
    return serve(options, handler);
}

}} // namespace example

int main(int argc, char** argv) {
    example::secure_standard_streams();
    return example::run(argc, argv);
}
