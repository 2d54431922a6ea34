// Encoding, addressing, decoding and a whole call take nothing from the heap.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/clients/client.hpp"
#include "unfriend/http/url.hpp"
#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "accounts.hpp"
#include "allocation_counter.hpp"
#include "check.hpp"
#include "transports.hpp"

namespace {

/// Answers for so many accounts: plain, with white space, with escapes, and with members in another order.
std::vector<std::string> answers_for(std::size_t count) {
    const std::string_view shapes[][4] = {
        {"{\"To_Account\":\"", "\",\"ResultCode\":0,\"ResultInfo\":\"\"}", "{\"ResultItem\":[",
         "],\"ActionStatus\":\"OK\",\"ErrorCode\":0}"},
        {"  {\n \"To_Account\" : \"", "\" , \"ResultCode\" : 31704 , \"ResultInfo\" : \"no\"\n}",
         "\n{ \"ResultItem\" : [ ", " ] , \"ErrorCode\" : 0 } "},
        {"{\"To_Account\":\"\\u0041\\\"", "\\uD83D\\uDE00\",\"ResultCode\":30006,\"ResultInfo\":\"\\n\"}",
         "{\"ErrorInfo\":\"\\t\",\"ResultItem\":[", "]}"},
        {"{\"ResultInfo\":\"好\",\"x\":{\"y\":[1.5,null]},\"ResultCode\":-1,\"To_Account\":\"", "\"}",
         "{\"z\":1e3,\"ErrorCode\":1,\"ResultItem\":[", "]}"},
    };
    std::vector<std::string> answers;
    for (const auto& [before, behind, begin, end] : shapes) {
        std::string body(begin);
        for (std::size_t i = 0; i < count; ++i) {
            if (i != 0) body += ',';
            body.append(before).append(numbered_account(i)).append(behind);
        }
        answers.push_back(body.append(end));
    }
    return answers;
}

unfriend::workspace<>& memory() {
    static const auto instance = std::make_unique<unfriend::workspace<>>();
    return *instance;
}

/// An answer in the reverse order, of which every third account, from `first` on, is to be sent again.
std::string some_to_do(std::size_t count, std::size_t first) {
    std::string body = "{\"ResultItem\":[";
    for (std::size_t i = count; i-- > 0;) {
        body.append("{\"To_Account\":\"").append(numbered_account(i)).append("\",\"ResultCode\":");
        body.append(i % 3 == first ? "30006" : "0").append(",\"ResultInfo\":\"note\"}").append(i == 0 ? "" : ",");
    }
    return body.append("],\"ErrorCode\":0}");
}

struct virtual_clock {
    const std::chrono::nanoseconds* time;
    unfriend::timestamp operator()() const { return {*time, 1700000000}; }
};

struct virtual_wait {
    std::chrono::nanoseconds* time;
    void operator()(std::chrono::nanoseconds duration) const { *time += duration; }
};

} // namespace

TEST_CASE("an allocation is counted when there is one") {
    void* volatile block = nullptr;
    const allocations by_new = allocations_of([&] { block = ::operator new(100); });
    ::operator delete(block);
    CHECK(by_new.news == 1);
    CHECK(by_new.all() == 1);
    std::vector<char> bytes;
    const allocations by_vector = allocations_of([&] { bytes.resize(1000); });
    CHECK(by_vector.news == 1);
    CHECK(by_vector.all() == 1);
#if UNFRIEND_TEST_COUNTS_MALLOC
    const allocations by_malloc = allocations_of([&] { block = std::malloc(100); });
    std::free(block);
    CHECK(by_malloc.mallocs == 1);
    const allocations by_calloc = allocations_of([&] { block = std::calloc(10, 10); });
    CHECK(by_calloc.callocs == 1);
    const allocations by_realloc = allocations_of([&] { block = std::realloc(block, 100000); });
    std::free(block);
    CHECK(by_realloc.reallocs == 1);
#endif
}

TEST_CASE("encoding takes nothing from the heap") {
    std::vector<char> buffer(unfriend::friend_delete::max_encoded_size());
    for (const unsigned count : {1U, 3U, 1000U}) {
        std::vector<std::string> friends = account_list(count);
        friends.back() = "quote\"and\\slash";
        const unfriend::friend_delete_request request{"alice", friends, unfriend::delete_type::both};
        bool encoded = false;
        bool measured = false;
        const allocations taken = allocations_of([&] {
            encoded = unfriend::encode(request, buffer).has_value();
            measured = unfriend::encoded_size(request).has_value();
        });
        CHECK(encoded);
        CHECK(measured);
        CHECK(taken.all() == 0);
    }
    bool encoded = false;
    const allocations taken = allocations_of([&] {
        encoded = unfriend::encode(unfriend::friend_delete_all_request{"alice", unfriend::delete_type::single}, buffer)
                      .has_value();
    });
    CHECK(encoded);
    CHECK(taken.all() == 0);
}

TEST_CASE("refusing to encode takes nothing from the heap") {
    char buffer[64];
    const std::vector<std::string> bad{"bob", ""};
    const std::vector<std::string> none;
    const std::vector<std::string> too_many = account_list(1001);
    std::size_t refused = 0;
    const allocations taken = allocations_of([&] {
        for (const auto* friends : {&bad, &none, &too_many}) {
            refused += unfriend::encode(unfriend::friend_delete_request{"alice", *friends}, buffer) ? 0U : 1U;
            refused += unfriend::encode(unfriend::friend_delete_request{"", *friends}, buffer) ? 0U : 1U;
        }
        refused += unfriend::encode(unfriend::friend_delete_all_request{""}, buffer) ? 0U : 1U;
    });
    CHECK(refused == 7);
    CHECK(taken.all() == 0);
}

TEST_CASE("decoding takes nothing from the heap") {
    const auto response = std::make_unique<unfriend::friend_delete_response<>>();
    for (const unsigned count : {1U, 3U, 1000U}) {
        for (std::string& body : answers_for(count)) {
            std::string copy = body;
            unfriend::error failure;
            unfriend::error failure_of_all;
            unfriend::friend_delete_all_response<> all;
            std::size_t failures = 0;
            const allocations taken = allocations_of([&] {
                failure = unfriend::decode(body, *response);
                for (const unfriend::result_item& item : response->failures()) failures += item.retryable() ? 2U : 1U;
                failure_of_all = unfriend::decode(copy, all);
            });
            CHECK(!failure);
            CHECK(!failure_of_all);
            CHECK(response->items.size() == count);
            CHECK(taken.all() == 0);
        }
    }
}

TEST_CASE("decoding item by item takes nothing from the heap") {
    for (std::string& body : answers_for(1000)) {
        std::size_t told = 0;
        unfriend::friend_delete_response response{
            unfriend::each_item{[&](const unfriend::result_item&) { ++told; }, [&] { told = 0; }}};
        unfriend::error failure;
        const allocations taken = allocations_of([&] { failure = unfriend::decode(body, response); });
        CHECK(!failure);
        CHECK(told == 1000);
        CHECK(taken.all() == 0);
    }
}

TEST_CASE("refusing to decode takes nothing from the heap") {
    const auto response = std::make_unique<unfriend::friend_delete_response<>>();
    std::vector<std::string> bodies = answers_for(3);
    for (std::string& body : bodies) body.resize(body.size() - 3);
    for (const char* const body :
         {"", "<html>", "[]", "{}x", R"({"ErrorCode":"0"})", R"({"ErrorCode":2147483648})", "{\"a\":\"\xFF\"}",
          R"({"a":"\uD800"})", R"({"a":[[[[[[[[[[[[[[[[[[[[[[[)", R"({"ErrorCode":1e999})", R"({'a':1})"}) {
        bodies.emplace_back(body);
    }
    bodies.push_back(answers_for(1001).at(2));
    for (std::string& body : bodies) {
        unfriend::error failure;
        std::string_view sentence;
        const allocations taken = allocations_of([&] {
            failure = unfriend::decode(body, *response);
            sentence = failure.what();
        });
        INFO(body.substr(0, 60));
        CHECK(failure);
        CHECK(!sentence.empty());
        CHECK(taken.all() == 0);
    }
}

TEST_CASE("addressing takes nothing from the heap") {
    char buffer[1024];
    bool encoded = false;
    bool refused = false;
    const unfriend::endpoint where = unfriend::region::singapore;
    const allocations taken = allocations_of([&] {
        const unfriend::url_query query{1400000000, "an admin & more", "eJwtzE0LgjAAgOH-snPYNtt0QocwIlG4RuY_",
                                        4294967295};
        encoded = unfriend::encode_url(where.host(), unfriend::friend_delete::path, query, buffer).has_value();
        refused = !unfriend::encode_url("bad host", unfriend::friend_delete::path, query, buffer).has_value();
    });
    CHECK(encoded);
    CHECK(refused);
    CHECK(taken.all() == 0);
}

TEST_CASE("a call in memory of the caller's takes nothing from the heap, whether it succeeds or fails") {
    const std::string done = answers_for(1000).at(0);
    const std::string shuffled = some_to_do(1000, 1);
    const struct {
        std::string_view what;
        std::vector<reply_of<std::string>> script;
        bool is_answered;
        std::uint32_t attempts;
    } table[] = {
        {"it succeeds", {{200, done}}, true, 1},
        {"every account fails", {{200, answers_for(1000).at(1)}}, true, 1},
        {"names that no account has", {{200, answers_for(1000).at(2)}}, false, 4},
        {"a retry", {{502, "<html>"}, {200, done}}, true, 2},
        {"each kind of retry", {{0, ""}, {429, ""}, {200, "{"}, {200, done}}, true, 4},
        {"some accounts are sent again", {{200, some_to_do(1000, 0)}, {200, done}}, true, 2},
        {"in another order", {{200, shuffled}, {200, shuffled}, {200, done}}, true, 3},
        {"the service refuses", {{200, R"({"ErrorCode":60010,"ErrorInfo":"no"})"}}, true, 1},
        {"the service is busy", {{200, R"({"ErrorCode":60008,"ErrorInfo":"busy"})"}}, true, 4},
        {"it never answers", {{0, ""}}, false, 4},
        {"the answer is too large", {{200, std::string(300'000, 'x')}}, false, 1},
    };
    const std::vector<std::string> friends = account_list(1000);
    const unfriend::call_memory buffers = memory();
    unfriend::fixed_credentials credentials(1400000000, "administrator", "eJwtzE0LgjAAgOH-snPYNtt0QocwIlG4RuY_");
    for (const auto& row : table) {
        INFO(row.what);
        std::size_t next = 0;
        std::chrono::nanoseconds time{};
        unfriend::channel channel{credentials, unfriend::region::singapore};
        unfriend::client client{channel, scripted_transport{&row.script, &next}, virtual_clock{&time},
                                virtual_wait{&time}};
        unfriend::error failure;
        std::optional<unfriend::call_result> report;
        bool is_answered = false;
        std::size_t failures = 0;
        const allocations taken = allocations_of([&] {
            const auto response = client(unfriend::friend_delete_request{"alice", friends}, buffers);
            is_answered = response.answered();
            report = response;
            for (const unfriend::account_result& item : response.failures()) failures += item.retryable() ? 2U : 1U;
        });
        CHECK(taken.all() == 0);
        CHECK(is_answered == row.is_answered);
        CHECK(report->attempts == row.attempts);
        CHECK(report->items.size() == 1000);
        CHECK(report->ok() == (failures == 0));
    }
}

TEST_CASE("deleting all friends, and being refused before anything is sent, take nothing from the heap") {
    const std::vector<reply_of<std::string>> script{{503, ""}, {200, R"({"ActionStatus":"OK","ErrorCode":0})"}};
    std::size_t next = 0;
    std::chrono::nanoseconds time{};
    unfriend::fixed_credentials credentials(1400000000, "administrator", "eJwtzE0LgjAAgOH-snPYNtt0QocwIlG4RuY_");
    unfriend::channel channel{credentials, unfriend::region::singapore};
    unfriend::client client{channel, scripted_transport{&script, &next}, virtual_clock{&time}, virtual_wait{&time}};
    const unfriend::call_memory buffers = memory();
    const std::vector<std::string> too_many = account_list(1001);
    bool is_deleted = false;
    bool is_refused = false;
    const allocations taken = allocations_of([&] {
        is_deleted = client(unfriend::friend_delete_all_request{"alice"}, buffers).ok();
        is_refused = client(unfriend::friend_delete_request{"alice", too_many}, buffers).last_error() ==
                     unfriend::errc::too_many_accounts;
    });
    CHECK(taken.all() == 0);
    CHECK(is_deleted);
    CHECK(is_refused);
}

namespace {

/// Counts every event.
struct counting_observer {
    std::size_t events = 0;
    void on_call_start(const unfriend::call_start&) { ++events; }
    void on_call_end(const unfriend::call_end&) { ++events; }
    void on_attempt_start(const unfriend::attempt_start&) { ++events; }
    void on_attempt_end(const unfriend::attempt_end&) { ++events; }
    void on_wait_start(const unfriend::wait_start&) { ++events; }
    void on_rate_change(const unfriend::rate_change&) { ++events; }
    void on_circuit_change(const unfriend::circuit_change&) { ++events; }
    void on_user_sig_renewal(const unfriend::user_sig_renewal&) { ++events; }
};

} // namespace

TEST_CASE("a call that is observed takes nothing from the heap") {
    const std::vector<reply_of<std::string>> script{
        {0, ""}, {200, R"({"ErrorCode":60011,"RequestId":"Id-1"})"}, {503, ""}, {200, answers_for(3).at(0)}};
    std::size_t next = 0;
    std::chrono::nanoseconds time{};
    unfriend::fixed_credentials credentials(1400000000, "administrator", "eJwtzE0LgjAAgOH-snPYNtt0QocwIlG4RuY_");
    unfriend::call_policy policy;
    policy.failover_threshold = 1;
    counting_observer seen;
    unfriend::channel channel{credentials, unfriend::region::singapore, policy, seen};
    unfriend::client client{channel, scripted_transport{&script, &next}, virtual_clock{&time}, virtual_wait{&time}};
    const unfriend::call_memory buffers = memory();
    const std::vector<std::string> friends = account_list(3);
    bool is_deleted = false;
    const allocations taken = allocations_of([&] {
        is_deleted = client(unfriend::friend_delete_request{"alice", friends}, buffers).ok();
    });
    CHECK(taken.all() == 0);
    CHECK(is_deleted);
    CHECK(seen.events >= 15); // a call, four attempts, three waits, a circuit and a rate at least
}
