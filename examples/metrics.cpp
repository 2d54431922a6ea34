// Deletes friends from a stream of pairs, and serves what happens to the calls to Prometheus meanwhile.
// usage: metrics HOST[:PORT][,BACKUP] CAFILE <PAIRS
//
// PAIRS has lines `FROM<TAB>TO`. `listening PORT` is printed first: http://127.0.0.1:PORT/metrics has counters and
// histograms in the format of OpenMetrics until the job is over. Then they are printed. Exit status: 0 all deleted, 1
// some not, 2 bad usage or input.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <httplib.h>
#include <unistd.h>

#include <unfriend/unfriend.hpp>

#include "command_line/line_reader.hpp"
#include "observers/metrics.hpp"
#include "support/credentials_source.hpp"
#include "support/one_call.hpp"
#include "support/standard_streams.hpp"
#include "transports/curl_multi_transport.hpp"

namespace example { namespace {

/// The lines of standard input as a source of pairs, as they come.
class standard_input_pairs {
public:
    struct pair {
        std::string from_account;
        std::string to_account;
    };

    standard_input_pairs() { in_.open("-"); }

    unfriend::source_state state() {
        std::string_view line;
        while (!next_) {
            switch (in_.next(line)) {
            case line_reader::state::ended: return unfriend::source_state::ended;
            case line_reader::state::pending: return unfriend::source_state::pending;
            case line_reader::state::line: break;
            }
            const std::size_t tab = line.find('\t');
            if (tab != std::string_view::npos)
                next_ = pair{std::string(line.substr(0, tab)), std::string(line.substr(tab + 1))};
        }
        return unfriend::source_state::pair;
    }
    const pair& front() const { return *next_; }
    void pop() { next_.reset(); }

private:
    line_reader in_;
    std::optional<pair> next_;
};

/// Answers GET /metrics on a port of the loopback, on threads of its own, until it is destroyed.
class metrics_server {
public:
    explicit metrics_server(const metrics& seen) {
        server_.Get("/metrics", [&seen](const httplib::Request&, httplib::Response& response) {
            response.set_content(seen.text(), metrics::content_type);
        });
        port_ = server_.bind_to_any_port("127.0.0.1");
        if (port_ <= 0) return;
        thread_ = std::thread([this] {
            server_.listen_after_bind();
            has_ended_ = true;
        });
    }
    metrics_server(const metrics_server&) = delete;
    metrics_server& operator=(const metrics_server&) = delete;
    ~metrics_server() {
        if (!thread_.joinable()) return;
        while (!server_.is_running() && !has_ended_) std::this_thread::yield(); // stop does nothing before it runs
        server_.stop();
        thread_.join();
    }

    int port() const noexcept { return port_; }

private:
    httplib::Server server_;
    int port_ = -1;
    std::atomic<bool> has_ended_{false};
    std::thread thread_;
};

int fail(std::string_view why) {
    std::cerr << "metrics: " << why << '\n';
    return 2;
}

int run(int argc, char** argv) {
    if (argc != 3) return fail("usage: metrics HOST[:PORT][,BACKUP] CAFILE <PAIRS");
    credentials who;
    if (const std::string wrong = read_credentials(who); !wrong.empty()) return fail(wrong);
    const unfriend::endpoint where = parse_endpoint(argv[1]);
    constexpr double calls_a_second = 200;
    metrics seen(where, calls_a_second);
    const metrics_server server(seen);
    if (server.port() <= 0) return fail("no port of the loopback is free");
    std::cout << "listening " << server.port() << std::endl;

    curl_options options;
    options.ca_file = argv[2];
    const unfriend::bulk_options job_options;
    const curl_library library;
    curl_multi_transport transport(library, options, job_options.concurrency);
    unfriend::signer signer(who.sdk_app_id, who.identifier, who.key);
    unfriend::pacer pacer(calls_a_second);
    unfriend::channel channel{signer, where, pacer, unfriend::call_policy{}, seen};
    standard_input_pairs pairs;
    unfriend::bulk job{channel, std::ref(transport), pairs, job_options};
    const unfriend::default_clock now;
    bool is_all_done = true;
    while (!job.is_done()) {
        const auto idle_time =
            job.poll(now(), [&](const unfriend::bulk_item& item) { is_all_done = item.account.ok() && is_all_done; });
        constexpr std::chrono::nanoseconds attentive = std::chrono::milliseconds(100);
        if (idle_time > std::chrono::nanoseconds::zero()) transport.run(std::min(idle_time, attentive), STDIN_FILENO);
    }
    std::cout << seen.text();
    return is_all_done && std::cout.flush() ? 0 : 1;
}

}} // namespace example

int main(int argc, char** argv) {
    example::secure_standard_streams();
    return example::run(argc, argv);
}
