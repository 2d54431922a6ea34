// When calls avoid a host, and who probes it.
#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

#include "unfriend/call/circuit.hpp"

#include "check.hpp"

using namespace std::chrono_literals;
using unfriend::circuit;

namespace {

/// Opens at 100 s, for 60 s.
void open(circuit& host) {
    for (int call = 0; call < 3; ++call) host.on_failure(100s, 60s, 3);
}

} // namespace

TEST_CASE("a circuit is closed to begin with, and nobody probes") {
    circuit host;
    CHECK(host.is_closed());
    CHECK_FALSE(host.begin_probe(1000s, 2000s));
}

TEST_CASE("a circuit opens after several failures in a row, and an answer in between begins a new row") {
    circuit host;
    host.on_failure(100s, 60s, 3);
    host.on_failure(100s, 60s, 3);
    CHECK(host.is_closed());
    host.on_answer();
    host.on_failure(100s, 60s, 3);
    host.on_failure(100s, 60s, 3);
    CHECK(host.is_closed());
    host.on_failure(100s, 60s, 3);
    CHECK_FALSE(host.is_closed());
}

TEST_CASE("a threshold of nothing counts as one") {
    for (const std::uint32_t threshold : {0U, 1U}) {
        circuit host;
        host.on_failure(100s, 60s, threshold);
        CHECK_FALSE(host.is_closed());
    }
}

TEST_CASE("one call probes when the cool-down is over, and the next when that one has failed and waited") {
    circuit host;
    open(host);
    CHECK_FALSE(host.begin_probe(160s - 1ns, 300s));
    CHECK(host.begin_probe(160s, 300s));
    CHECK_FALSE(host.begin_probe(161s, 300s));
    host.end_probe(162s, 60s);
    CHECK_FALSE(host.begin_probe(222s - 1ns, 300s));
    CHECK(host.begin_probe(222s, 300s));
    CHECK_FALSE(host.is_closed());
}

TEST_CASE("a probe that ends without a verdict lets the next one through at once") {
    circuit host;
    open(host);
    CHECK(host.begin_probe(160s, 300s));
    host.end_probe(161s, 0s);
    CHECK(host.begin_probe(161s, 300s));
}

TEST_CASE("a probe of which nothing is heard is replaced when its time is over") {
    circuit host;
    open(host);
    CHECK(host.begin_probe(160s, 300s));
    CHECK_FALSE(host.begin_probe(300s - 1ns, 400s));
    CHECK(host.begin_probe(300s, 400s));
}

TEST_CASE("an answer closes the circuit, of a probe or of a call that was sent before") {
    circuit host;
    open(host);
    host.on_answer();
    CHECK(host.is_closed());
    open(host);
    CHECK(host.begin_probe(160s, 300s));
    host.on_answer();
    CHECK(host.is_closed());
    CHECK_FALSE(host.begin_probe(400s, 500s));
}

TEST_CASE("a probe that fails after another call was answered opens nothing") {
    circuit host;
    open(host);
    CHECK(host.begin_probe(160s, 300s));
    host.on_answer();
    host.end_probe(162s, 60s);
    CHECK(host.is_closed());
}

TEST_CASE("failures of calls that were sent before the circuit opened do not prolong the cool-down") {
    circuit host;
    open(host);
    host.on_failure(159s, 60s, 3);
    CHECK(host.begin_probe(160s, 300s));
}

TEST_CASE("of threads that ask at the same time, one probes") {
    for (int round = 0; round < 50; ++round) {
        circuit host;
        open(host);
        std::vector<char> probes(4);
        std::vector<std::thread> threads;
        for (char& mine : probes) threads.emplace_back([&host, &mine] { mine = host.begin_probe(160s, 300s) ? 1 : 0; });
        for (std::thread& thread : threads) thread.join();
        int all = 0;
        for (const char each : probes) all += each;
        CHECK(all == 1);
    }
}
