// A transport that finishes when a test says so, and what calls over it need.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unfriend/call/channel.hpp"
#include "unfriend/call/credentials.hpp"
#include "unfriend/call/pacer.hpp"
#include "unfriend/call/workspace.hpp"
#include "unfriend/http/completion.hpp"
#include "unfriend/http/transport.hpp"

#include "service_model.hpp"

/// Keeps every request, and the right to answer it, until the test takes them up.
struct held_transport {
    struct attempt {
        unfriend::http_request request; // its views live as long as `done`
        unfriend::completion done;
    };
    std::vector<attempt>* held;

    void operator()(const unfriend::http_request& request, unfriend::completion done) const {
        held->push_back({request, std::move(done)});
    }
};

/// The answer by which all accounts of a request are deleted.
inline std::string deleted_answer(const unfriend::http_request& request) {
    std::vector<item_told> items;
    for (const std::string_view account : request_seen(request).to_account)
        items.push_back({std::string(account), 0, true});
    return answer_of(items);
}

/// Answers one attempt with success; what was held of it is let go.
inline void answer(held_transport::attempt& attempt) {
    const std::string body = deleted_answer(attempt.request);
    attempt.done(200, body);
}

using small_workspace = unfriend::workspace<16, 8192>;
using plain_channel = unfriend::channel<unfriend::fixed_credentials, unfriend::unpaced>;

/// A channel without a pacer, whose waits between attempts are zero unless the policy says otherwise.
struct plain_calls {
    static unfriend::call_policy policy() {
        unfriend::call_policy impatient;
        impatient.initial_backoff = std::chrono::milliseconds(0);
        return impatient;
    }

    explicit plain_calls(const unfriend::call_policy& how = policy())
        : channel(credentials, unfriend::region::singapore, how, unfriend::random_sequence(1)) {}

    unfriend::fixed_credentials credentials{1400000000, "administrator", "eJsig_"};
    plain_channel channel;
};

/// Virtual time: so many milliseconds since its beginning.
inline unfriend::timestamp at(std::chrono::milliseconds elapsed) { return {elapsed, elapsed.count() / 1000}; }

/// Memory that is counted.
struct memory_count {
    std::size_t blocks = 0;
    std::size_t live_bytes = 0;
    std::size_t total_bytes = 0;
};

template <class T>
struct counting_allocator {
    using value_type = T;

    explicit counting_allocator(memory_count& counted) noexcept : count(&counted) {}
    template <class Other>
    counting_allocator(const counting_allocator<Other>& other) noexcept : count(other.count) {}

    T* allocate(std::size_t size) {
        ++count->blocks;
        count->live_bytes += size * sizeof(T);
        count->total_bytes += size * sizeof(T);
        return std::allocator<T>().allocate(size);
    }
    void deallocate(T* block, std::size_t size) noexcept {
        count->live_bytes -= size * sizeof(T);
        std::allocator<T>().deallocate(block, size);
    }
    template <class Other>
    bool operator==(const counting_allocator<Other>& other) const noexcept {
        return count == other.count;
    }
    template <class Other>
    bool operator!=(const counting_allocator<Other>& other) const noexcept {
        return count != other.count;
    }

    memory_count* count;
};
