// A call that is part of a job: what takes its time and its attempts, and what does not.
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/call/operation.hpp"

#include "check.hpp"
#include "scripted_service.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::call_policy;
using unfriend::errc;
using unfriend::step_kind;
using unfriend::stop_reason;

call_policy patient() {
    call_policy policy;
    policy.call_timeout = 5s;
    policy.max_attempts = 2;
    return policy;
}

/// A call of a job that has an hour left.
struct job_call : scripted_service<> {
    job_call() : scripted_service<>(patient()) {}

    unfriend::detail::job_terms terms(std::chrono::nanoseconds left = 1h) const { return {5s, now.monotonic + left}; }

    unfriend::call_result run(const std::vector<attempt>& script) {
        unfriend::step next = call.start(delete_three, now, terms());
        next = call.resume(now);
        while (next.kind != step_kind::done) {
            if (next.kind == step_kind::wait) {
                next = wait(next);
            } else {
                REQUIRE(sent.size() < script.size());
                next = send(next, script[sent.size()]);
            }
        }
        CHECK(sent.size() == script.size());
        return call.result();
    }
};

const attempt all_done = answers({{"bob", 0}, {"carol", 0}, {"dave", 0}});

} // namespace

TEST_CASE("the time of a call in a job begins with its first attempt") {
    job_call job;
    job.call.start(delete_bob, job.now, job.terms());
    job.pass(10min);
    const unfriend::step next = job.call.resume(job.now);
    REQUIRE(next.kind == step_kind::send);
    CHECK(next.request.timeout == 5s);
    CHECK(job.call.deadline() == job.now.monotonic + 5s);
}

TEST_CASE("no attempt of a job's call goes on after the deadline of the job") {
    job_call job;
    job.call.start(delete_bob, job.now, job.terms(12s));
    job.pass(10s);
    const unfriend::step next = job.call.resume(job.now);
    CHECK(next.request.timeout == 2s);

    job.call.start(delete_bob, job.now, job.terms(12s));
    job.pass(12s);
    CHECK(job.call.resume(job.now).kind == step_kind::done);
    CHECK(job.call.result().stop_reason == stop_reason::deadline_exceeded);
}

TEST_CASE("in a job a throttled attempt does not count, however often it comes") {
    for (const attempt& refused : {refuses(60011), status(429)}) {
        job_call job;
        std::vector<attempt> script(50, refused);
        script.push_back(all_done);
        CHECK(told(job.run(script)) == "bob deleted 0, carol deleted 0, dave deleted 0");
    }
    job_call job;
    std::vector<attempt> script(50, answers({{"bob", 0}, {"carol", 60011}, {"dave", 60011}}));
    for (std::size_t i = 1; i < script.size(); ++i) script[i] = answers({{"carol", 60011}, {"dave", 60011}});
    script.push_back(answers({{"carol", 0}, {"dave", 0}}));
    CHECK(told(job.run(script)) == "bob deleted 0, carol deleted 0, dave deleted 0");
}

TEST_CASE("in a job an attempt that is lost or settles nothing counts, between throttled ones too") {
    for (const attempt& useless : {loses(), refuses(30006), refuses(30008), status(503)}) {
        job_call job;
        const unfriend::call_result response =
            job.run({refuses(60011), useless, refuses(60011), refuses(60011), useless});
        CHECK(response.stop_reason == stop_reason::attempts_exhausted);
        CHECK(response.attempts == 5);
    }
}

TEST_CASE("outside a job a throttled attempt counts as any other") {
    job_call job;
    CHECK(job(delete_bob, {refuses(60011), refuses(60011)}).stop_reason == stop_reason::attempts_exhausted);
}

TEST_CASE("a step that is withdrawn was no attempt, and nothing is unknown") {
    job_call job;
    job.call.start(delete_bob, job.now, job.terms());
    REQUIRE(job.call.resume(job.now).kind == step_kind::send);
    CHECK(job.call.withdraw(job.now, errc::cancelled).kind == step_kind::done);
    CHECK(told(job.call.result()) == "bob failed -");
    CHECK(job.call.result().attempts == 0);
    CHECK(job.call.result().stop_reason == stop_reason::cancelled);
}
