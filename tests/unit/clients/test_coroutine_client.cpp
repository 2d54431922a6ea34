// Calls inside coroutines. Compiled as C++20, which the library does not need elsewhere.
#include <algorithm>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "unfriend/clients/coroutine_client.hpp"

#include "check.hpp"
#include "held_transport.hpp"
#include "observed_world.hpp"
#include "recording_observer.hpp"
#include "transports.hpp"

using namespace std::chrono_literals;

namespace {

using unfriend::errc;
using unfriend::friend_delete_request;
using unfriend::outcome;

constexpr std::string_view bob[] = {"bob"};

/// A coroutine that runs when it is awaited, and then resumes whoever awaits it.
template <class T>
class [[nodiscard]] task {
public:
    struct promise_type {
        std::optional<T> value{};
        std::exception_ptr thrown{};
        std::coroutine_handle<> continuation = std::noop_coroutine();

        task get_return_object() { return task(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        auto final_suspend() const noexcept {
            struct resume_continuation {
                bool await_ready() const noexcept { return false; }
                std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> done) const noexcept {
                    return done.promise().continuation;
                }
                void await_resume() const noexcept {}
            };
            return resume_continuation{};
        }
        void return_value(T result) { value.emplace(std::move(result)); }
        void unhandled_exception() noexcept { thrown = std::current_exception(); }
    };

    explicit task(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
    task(task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
    task& operator=(task&&) = delete;
    ~task() {
        if (coroutine_) coroutine_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> continuation) const noexcept {
        coroutine_.promise().continuation = continuation;
        return coroutine_;
    }
    T await_resume() const {
        if (coroutine_.promise().thrown) std::rethrow_exception(coroutine_.promise().thrown);
        return std::move(*coroutine_.promise().value);
    }

    /// Runs until the first suspension that nothing inside resumes.
    void begin() const { coroutine_.resume(); }
    bool is_done() const { return coroutine_.done(); }
    T& value() const { return *coroutine_.promise().value; }

private:
    std::coroutine_handle<promise_type> coroutine_;
};

/// One thread's world: virtual time, and the coroutines that wait for something.
struct event_loop {
    struct suspension {
        event_loop* loop;

        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> coroutine) const { loop->waiting.push_back(coroutine); }
        void await_resume() const noexcept {}
    };

    /// Resumes all that wait, until none does.
    void run() {
        while (!waiting.empty()) {
            const std::coroutine_handle<> next = waiting.front();
            waiting.pop_front();
            next.resume();
        }
    }

    std::deque<std::coroutine_handle<>> waiting{};
    std::chrono::nanoseconds now{};
    std::vector<std::chrono::nanoseconds> waits{};
};

struct loop_clock {
    event_loop* loop;
    unfriend::timestamp operator()() const { return {loop->now, loop->now.count() / 1'000'000'000}; }
};

struct loop_timer {
    event_loop* loop;
    event_loop::suspension operator()(std::chrono::nanoseconds duration) const {
        loop->waits.push_back(duration);
        loop->now += duration;
        return {loop};
    }
};

/// What the network does, attempt by attempt: the last answer is repeated.
struct network {
    event_loop* loop;
    std::vector<std::string> sent{};
    std::vector<reply_of<std::string>> answers{};
    std::vector<std::error_code> failures{};

    std::size_t note(const unfriend::http_request& request) {
        sent.emplace_back(request.body);
        return std::min(sent.size(), answers.size()) - 1;
    }
};

/// Returns its reply.
struct replying_transport {
    network* wire;
    task<reply_of<std::string>> operator()(const unfriend::http_request& request) const {
        co_await event_loop::suspension{wire->loop};
        co_return wire->answers[wire->note(request)];
    }
};

/// Appends to the call's own buffer.
struct awaited_appending_transport {
    network* wire;
    task<std::error_code> operator()(const unfriend::http_request& request, unfriend::http_response& response) const {
        co_await event_loop::suspension{wire->loop};
        const std::size_t attempt = wire->note(request);
        response.status = wire->answers[attempt].status;
        response.append(wire->answers[attempt].body.data(), wire->answers[attempt].body.size());
        co_return attempt < wire->failures.size() ? wire->failures[attempt] : std::error_code();
    }
};

const std::string bob_is_deleted = answer_of({{"bob", 0, true}});

template <class Transport>
struct coroutine_calls : plain_calls {
    explicit coroutine_calls(const unfriend::call_policy& how = policy()) : plain_calls(how) {}

    event_loop loop{};
    network wire{&loop};
    unfriend::coroutine_client<plain_channel, Transport, loop_timer, loop_clock> client{
        channel, Transport{&wire}, loop_timer{&loop}, loop_clock{&loop}};
};

} // namespace

TEST_CASE_TEMPLATE("a call is awaited, over either shape of transport", Transport, replying_transport,
                   awaited_appending_transport) {
    coroutine_calls<Transport> calls;
    calls.wire.answers = {{200, bob_is_deleted}};
    const auto call = calls.client(friend_delete_request{"alice", bob});
    CHECK(calls.wire.sent.empty());
    call.begin();
    CHECK_FALSE(call.is_done());
    calls.loop.run();
    REQUIRE(call.is_done());
    CHECK(call.value().outcome == outcome::deleted);
    CHECK(call.value().items[0].to_account == "bob");
    CHECK(calls.wire.sent == std::vector<std::string>{R"({"From_Account":"alice","To_Account":["bob"]})"});
    CHECK(calls.loop.waits.empty());
}

TEST_CASE("a call waits in its timer and tries again, as one that blocks does") {
    unfriend::call_policy patient;
    patient.initial_backoff = 1s;
    coroutine_calls<awaited_appending_transport> calls(patient);
    calls.wire.answers = {{0, {}}, {502, "<html>"}, {200, bob_is_deleted}};
    calls.wire.failures = {std::make_error_code(std::errc::connection_reset)};
    const auto call = calls.client(friend_delete_request{"alice", bob});
    call.begin();
    calls.loop.run();
    REQUIRE(call.is_done());
    CHECK(call.value().ok());
    CHECK(call.value().attempts == 3);
    REQUIRE(calls.loop.waits.size() == 2);
    CHECK(calls.loop.waits[0] <= 1s);
    CHECK(calls.loop.waits[1] <= 2s);
}

TEST_CASE("the deadline ends a call") {
    unfriend::call_policy patient;
    patient.initial_backoff = 1h;
    patient.max_backoff = 1h;
    patient.call_timeout = 2s;
    coroutine_calls<replying_transport> calls(patient);
    calls.wire.answers = {{503, {}}};
    const auto call = calls.client(friend_delete_request{"alice", bob});
    call.begin();
    calls.loop.run();
    REQUIRE(call.is_done());
    CHECK(call.value().stop_reason == unfriend::stop_reason::deadline_exceeded);
    CHECK(call.value().outcome == outcome::unknown);
    CHECK(call.value().attempts == 1);
}

TEST_CASE("a call may have a deadline of its own") {
    coroutine_calls<replying_transport> calls;
    const auto memory = std::make_unique<small_workspace>();
    const auto late = calls.client(friend_delete_request{"alice", bob}, 0ms);
    const auto as_late = calls.client(friend_delete_request{"alice", bob}, memory->memory(), 0ms);
    late.begin();
    as_late.begin();
    REQUIRE(late.is_done());
    REQUIRE(as_late.is_done());
    CHECK(late.value().last_error() == unfriend::errc::deadline_exceeded);
    CHECK(as_late.value().last_error() == unfriend::errc::deadline_exceeded);
    CHECK(calls.wire.sent.empty());
}

#if defined(__cpp_exceptions)
namespace {

/// Throws once what it is given, and then answers: from its coroutine, or before there is one.
template <class Exception>
struct throwing_transport {
    network* wire;
    Exception exception;
    bool is_lazy;

    task<reply_of<std::string>> operator()(const unfriend::http_request& request) const {
        if (!is_lazy && wire->sent.empty()) {
            wire->note(request);
            throw exception;
        }
        return answer(request);
    }

private:
    task<reply_of<std::string>> answer(const unfriend::http_request& request) const {
        co_await event_loop::suspension{wire->loop};
        wire->note(request);
        if (wire->sent.size() == 1) throw exception;
        co_return wire->answers.back();
    }
};

template <class Exception>
std::string told_after(const Exception& exception, bool is_lazy) {
    plain_calls calls;
    event_loop loop;
    network wire{&loop};
    wire.answers = {{200, answer_of({{"bob", 31704, true}})}};
    unfriend::coroutine_client client{calls.channel, throwing_transport<Exception>{&wire, exception, is_lazy},
                                      loop_timer{&loop}, loop_clock{&loop}};
    const auto call = client(friend_delete_request{"alice", bob});
    call.begin();
    loop.run();
    REQUIRE(call.is_done());
    return std::string(to_string(call.value().outcome));
}

} // namespace

TEST_CASE("a transport that throws has failed, and what it may have sent is not forgotten") {
    for (const bool is_lazy : {false, true}) {
        CHECK(told_after(std::runtime_error("out of sockets"), is_lazy) == "already_gone");
        CHECK(told_after(std::bad_alloc(), is_lazy) == "already_gone");
        CHECK(told_after(std::system_error(std::make_error_code(std::errc::timed_out)), is_lazy) == "already_gone");
        CHECK(told_after(std::system_error(std::make_error_code(std::errc::not_connected)), is_lazy) == "failed");
    }
}
#endif

namespace {

/// A limit for a transport that waits for ever: the task is destroyed when the time is up, or ends before.
struct loop_limit {
    event_loop* loop;
    bool is_in_time;

    template <class T>
    task<std::optional<T>> operator()(task<T> work, std::chrono::nanoseconds duration) const {
        if (is_in_time) co_return co_await work;
        loop->now += duration;
        loop->waits.push_back(duration);
        co_await event_loop::suspension{loop};
        co_return std::nullopt;
    }
};

} // namespace

TEST_CASE_TEMPLATE("with a limit a call ends by its deadline, whatever its transport does", Transport,
                   replying_transport, awaited_appending_transport) {
    for (const bool is_in_time : {false, true}) {
        plain_calls calls;
        event_loop loop;
        network wire{&loop};
        wire.answers = {{200, bob_is_deleted}};
        unfriend::coroutine_client client{calls.channel, Transport{&wire}, loop_timer{&loop}, loop_clock{&loop},
                                          loop_limit{&loop, is_in_time}};
        const auto call = client(friend_delete_request{"alice", bob}, 7s);
        call.begin();
        loop.run();
        REQUIRE(call.is_done());
        if (is_in_time) {
            CHECK(call.value().ok());
            continue;
        }
        CHECK(loop.waits == std::vector<std::chrono::nanoseconds>{7s});
        CHECK(call.value().outcome == outcome::unknown);
        CHECK(call.value().stop_reason == unfriend::stop_reason::deadline_exceeded);
        CHECK(call.value().attempts == 1);
    }
}

TEST_CASE("many calls are under way at a time, each with memory of its own") {
    coroutine_calls<replying_transport> calls;
    calls.wire.answers = {{200, bob_is_deleted}};
    const auto first = calls.client(friend_delete_request{"alice", bob});
    const auto second = calls.client(friend_delete_request{"dave", bob});
    first.begin();
    second.begin();
    CHECK(calls.loop.waiting.size() == 2);
    calls.loop.run();
    REQUIRE(first.is_done());
    REQUIRE(second.is_done());
    CHECK(first.value().ok());
    CHECK(second.value().ok());
    CHECK(first.value().items.data() != second.value().items.data());
    CHECK(calls.wire.sent.size() == 2);
}

TEST_CASE("a call is awaited by a coroutine of one's own, and its result outlives the call") {
    coroutine_calls<replying_transport> calls;
    calls.wire.answers = {{200, bob_is_deleted}};
    const auto forget = [&calls](std::string_view from_account) -> task<std::string> {
        const auto response = co_await calls.client(friend_delete_request{from_account, bob});
        co_return std::string(response.items[0].to_account);
    };
    const auto call = forget("alice");
    call.begin();
    calls.loop.run();
    REQUIRE(call.is_done());
    CHECK(call.value() == "bob");
}

TEST_CASE("a call may work in memory of the caller's") {
    coroutine_calls<replying_transport> calls;
    calls.wire.answers = {{200, bob_is_deleted}};
    const auto memory = std::make_unique<small_workspace>();
    const auto call = calls.client(friend_delete_request{"alice", bob}, memory->memory());
    call.begin();
    calls.loop.run();
    REQUIRE(call.is_done());
    CHECK(call.value().ok());
}

TEST_CASE("a call that is destroyed while its transport is awaited takes its memory with it") {
    coroutine_calls<replying_transport> calls;
    calls.wire.answers = {{200, bob_is_deleted}};
    {
        const auto call = calls.client(friend_delete_request{"alice", bob});
        call.begin();
    }
    CHECK(calls.loop.waiting.size() == 1);
    CHECK(calls.wire.sent.empty());
}

TEST_CASE("a wrong request is refused, with nothing awaited") {
    coroutine_calls<replying_transport> calls;
    const auto call = calls.client(friend_delete_request{"", bob});
    call.begin();
    REQUIRE(call.is_done());
    CHECK(call.value().last_error() == errc::invalid_from_account);
    CHECK(calls.loop.waiting.empty());
}

namespace {

/// In the time of an observed world.
struct world_timer {
    observed_world<>* world;
    event_loop* loop;
    event_loop::suspension operator()(std::chrono::nanoseconds duration) const {
        world->pass(duration);
        return {loop};
    }
};
struct world_transport {
    observed_world<>* world;
    event_loop* loop;
    task<reply_of<std::string>> operator()(const unfriend::http_request& request) const {
        co_await event_loop::suspension{loop};
        std::string body = world->answer(request);
        const int status = body.empty() ? 503 : 200;
        co_return reply_of<std::string>{status, std::move(body)};
    }
};

} // namespace

TEST_CASE("an observer sees the same of a call inside a coroutine as of any other") {
    observed_world<> world;
    event_loop loop;
    unfriend::coroutine_client client{world.channel, world_transport{&world, &loop}, world_timer{&world, &loop},
                                      world.clock()};
    const auto call = client(friend_delete_request{"alice", bob});
    call.begin();
    loop.run();
    REQUIRE(call.is_done());
    CHECK(call.value().ok());
    CHECK(world.seen.lines == observed_lines("interactive"));
}
