// What is said to be safe to share between threads, shared by eight. Built with ThreadSanitizer too (tests/run.sh).
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/clients/async_client.hpp"
#include "unfriend/clients/client.hpp"
#include "unfriend/user_sig/signer.hpp"

#include "check.hpp"
#include "held_transport.hpp"

using namespace std::chrono_literals;

namespace {

constexpr std::size_t thread_count = 8;

using signed_channel = unfriend::channel<unfriend::signer>;

/// Runs `work(number)` on each of the threads.
template <class Work>
void on_all_threads(const Work& work) {
    std::vector<std::thread> threads;
    threads.reserve(thread_count);
    for (std::size_t number = 0; number < thread_count; ++number)
        threads.emplace_back([&work, number] { work(number); });
    for (std::thread& each : threads) each.join();
}

/// Virtual time that every thread may move on.
struct shared_time {
    std::atomic<std::int64_t> nanoseconds{0};
};
struct shared_clock {
    shared_time* time;
    unfriend::timestamp operator()() const {
        const std::int64_t now = time->nanoseconds.load();
        return {std::chrono::nanoseconds(now), 1'700'000'000 + now / 1'000'000'000};
    }
};
struct no_wait {
    shared_time* time;
    void operator()(std::chrono::nanoseconds duration) const { time->nanoseconds.fetch_add(duration.count()); }
};

/// A service in memory, for any number of threads: now and then it is away, or finds a UserSig expired.
class shared_service {
public:
    unfriend::error answer(const unfriend::http_request& request, int& status, std::string& body) {
        const std::size_t number = ++arrivals_;
        const request_seen seen(request);
        status = 200;
        if (number % 13 == 0) return std::make_error_code(std::errc::connection_reset);
        if (number % 17 == 0) status = 503;
        if (status != 200) return {};
        const std::lock_guard<std::mutex> locked(lock_);
        // A call renews its UserSig once, so it is refused for it once at most.
        const std::string call = std::string(seen.from_account) + "/" + std::string(seen.to_account.front());
        if (number % 101 == 0 && refused_.insert(call).second) {
            body = refusal(70001);
            return {};
        }
        std::vector<item_told> items;
        for (const std::string_view account : seen.to_account) {
            const bool is_removed = graph_.remove(seen.from_account, account, 1);
            if (is_removed) ++removed_;
            items.push_back({std::string(account), is_removed ? 0 : 31704, true});
        }
        body = answer_of(items);
        return {};
    }

    std::size_t removed() const { return removed_; }

private:
    std::atomic<std::size_t> arrivals_{0};
    std::mutex lock_;
    friend_graph graph_;
    std::set<std::string> refused_; // the calls that were
    std::size_t removed_ = 0;
};

struct service_transport {
    shared_service* service;

    std::error_code operator()(const unfriend::http_request& request, unfriend::http_response& response) const {
        std::string body;
        const unfriend::error failure = service->answer(request, response.status, body);
        response.append(body.data(), body.size());
        return failure.code();
    }
};

unfriend::call_policy tireless() {
    unfriend::call_policy policy;
    policy.call_timeout = std::chrono::hours(24);
    policy.max_attempts = 100;
    policy.retry_budget_size = 100'000;
    return policy;
}

/// A transport of eight threads that finish what they are given, in the order in which they come to it.
class thread_pool_transport {
public:
    explicit thread_pool_transport(shared_service& service) : service_(service) {
        threads_.reserve(thread_count);
        for (std::size_t i = 0; i < thread_count; ++i) threads_.emplace_back([this] { work(); });
    }
    thread_pool_transport(const thread_pool_transport&) = delete;
    thread_pool_transport& operator=(const thread_pool_transport&) = delete;
    ~thread_pool_transport() {
        {
            const std::lock_guard<std::mutex> locked(lock_);
            is_closed_ = true;
        }
        changed_.notify_all();
        for (std::thread& each : threads_) each.join();
    }

    void operator()(const unfriend::http_request& request, unfriend::completion done) {
        {
            const std::lock_guard<std::mutex> locked(lock_);
            queue_.push_back({request, std::move(done)});
        }
        changed_.notify_one();
    }

private:
    std::optional<held_transport::attempt> take() {
        std::unique_lock<std::mutex> locked(lock_);
        changed_.wait(locked, [this] { return is_closed_ || !queue_.empty(); });
        if (queue_.empty()) return std::nullopt;
        held_transport::attempt next = std::move(queue_.front());
        queue_.pop_front();
        return next;
    }

    void work() {
        while (std::optional<held_transport::attempt> next = take()) {
            int status = 0;
            std::string body;
            const unfriend::error failure = service_.answer(next->request, status, body);
            failure ? next->done(failure) : next->done(status, body);
        }
    }

    shared_service& service_;
    std::mutex lock_;
    std::condition_variable changed_;
    std::deque<held_transport::attempt> queue_;
    bool is_closed_ = false;
    std::vector<std::thread> threads_;
};

} // namespace

TEST_CASE("a signer, a pacer, a channel and a client serve eight threads") {
    constexpr std::size_t calls = 150;
    unfriend::signer signer(1400000000, "administrator", unfriend::secret("a secret key"), 3);
    signed_channel channel(signer, unfriend::region::singapore, tireless());
    shared_service service;
    shared_time time;
    unfriend::client client{channel, service_transport{&service}, shared_clock{&time}, no_wait{&time}};
    std::atomic<std::size_t> deleted{0};
    std::atomic<std::size_t> attempts{0};
    on_all_threads([&](std::size_t number) {
        const auto memory = std::make_unique<small_workspace>();
        for (std::size_t call = 0; call < calls; ++call) {
            const std::string from = "user" + std::to_string(number);
            const std::string accounts[] = {"friend" + std::to_string(call), "other" + std::to_string(call)};
            const auto response = client(unfriend::friend_delete_request{from, accounts}, *memory);
            if (response.outcome == unfriend::outcome::deleted) deleted += response.items.size();
            attempts += response.attempts;
        }
    });
    CHECK(deleted == 2 * thread_count * calls);
    CHECK(service.removed() == 2 * thread_count * calls);
    CHECK(attempts > thread_count * calls);
}

namespace {

/// Counts without a lock.
struct atomic_observer {
    std::atomic<std::size_t> calls{0};
    std::atomic<std::size_t> attempts{0};
    std::atomic<std::size_t> deleted{0};
    std::mutex lock{};
    std::set<std::uint64_t> numbers{};

    void on_call_start(const unfriend::call_start& call) {
        const std::lock_guard<std::mutex> locked(lock);
        numbers.insert(call.call);
    }
    void on_attempt_end(const unfriend::attempt_end&) { ++attempts; }
    void on_call_end(const unfriend::call_end& call) {
        ++calls;
        deleted += call.deleted + call.already_gone;
    }
};

} // namespace

TEST_CASE("an observer that is safe to share sees the calls of eight threads, each with a number of its own") {
    constexpr std::size_t calls = 100;
    unfriend::fixed_credentials credentials(1400000000, "administrator", "eJsig_");
    atomic_observer seen;
    const unfriend::call_policy policy = tireless();
    unfriend::channel channel{credentials, unfriend::region::singapore, policy, seen};
    shared_service service;
    shared_time time;
    unfriend::client client{channel, service_transport{&service}, shared_clock{&time}, no_wait{&time}};
    std::atomic<std::size_t> attempts{0};
    on_all_threads([&](std::size_t number) {
        const auto memory = std::make_unique<small_workspace>();
        for (std::size_t call = 0; call < calls; ++call) {
            const std::string from = "user" + std::to_string(number);
            const std::string accounts[] = {"friend" + std::to_string(call)};
            attempts += client(unfriend::friend_delete_request{from, accounts}, *memory).attempts;
        }
    });
    CHECK(seen.calls == thread_count * calls);
    CHECK(seen.numbers.size() == thread_count * calls);
    CHECK(seen.attempts == attempts);
    CHECK(seen.deleted == service.removed());
}

TEST_CASE("eight threads complete the calls of one that polls, and may come late for those that it gave up") {
    constexpr std::size_t calls = 800;
    constexpr std::size_t in_flight = 32;
    unfriend::signer signer(1400000000, "administrator", unfriend::secret("a secret key"));
    signed_channel channel(signer, unfriend::region::singapore, tireless());
    shared_service service;
    thread_pool_transport pool(service);
    const auto transport = [&pool](const unfriend::http_request& request, unfriend::completion done) {
        pool(request, std::move(done));
    };
    unfriend::async_client<signed_channel, decltype(transport), small_workspace> client(channel, transport, in_flight);
    std::chrono::milliseconds now{};
    std::size_t told = 0;
    std::size_t deleted = 0;
    for (std::size_t started = 0; told < calls; now += 1ms) {
        while (started < calls && client.in_flight() < in_flight) {
            const std::string accounts[] = {"friend" + std::to_string(started)};
            const auto id = client.start(unfriend::friend_delete_request{"alice", accounts}, at(now),
                                         [&](const unfriend::call_result& response) {
                                             ++told;
                                             if (response.ok()) ++deleted;
                                         });
            REQUIRE(id.has_value());
            if (++started % 10 == 0) {
                client.poll(at(now));
                client.cancel(*id, at(now));
            }
        }
        client.poll(at(now));
    }
    CHECK(told == calls);
    CHECK(deleted >= calls - calls / 10);
    CHECK(client.in_flight() == 0);
}

TEST_CASE("a channel's circuits and retry budget are shared by eight threads") {
    constexpr std::uint32_t reserve = 1000;
    unfriend::retry_budget budget(reserve);
    unfriend::circuit host;
    std::atomic<std::uint32_t> spent{0};
    on_all_threads([&](std::size_t number) {
        for (int i = 0; i < 500; ++i) {
            if (budget.spend()) ++spent;
            if (number % 2 == 0) {
                host.on_failure(1ms * i, 1s, 3);
            } else if (host.is_closed() || host.begin_probe(1ms * i, 1s)) {
                host.on_answer();
            }
        }
    });
    CHECK(spent == reserve);
}
