// What a callback of `async_client` can be.
#include <array>
#include <functional>
#include <memory>
#include <utility>

#include <doctest/doctest.h>

#include "unfriend/clients/detail/callback.hpp"

namespace {

using callback = unfriend::detail::callback<const int&>;

/// Counts how many of it there are.
struct counted {
    explicit counted(int& alive) : alive_(&alive) { ++*alive_; }
    counted(const counted& other) : alive_(other.alive_) { ++*alive_; }
    counted(counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
    counted& operator=(const counted&) = delete;
    counted& operator=(counted&&) = delete;
    ~counted() { --*alive_; }

private:
    int* alive_;
};

void add_to_nothing(const int&) {}

} // namespace

TEST_CASE("a callback may own what cannot be copied") {
    int sum = 0;
    callback add([&sum, factor = std::make_unique<int>(10)](const int& value) { sum += *factor * value; });
    callback moved(std::move(add));
    CHECK(!add);
    moved(4);
    moved(2);
    CHECK(sum == 60);
}

TEST_CASE("a callback may be of any size, and lives once") {
    int alive = 0;
    int sum = 0;
    {
        callback small([&sum, count = counted(alive)](const int& value) { sum += value; });
        callback large([&sum, count = counted(alive), more = std::array<int, 100>{}](const int& value) {
            sum += value + more[99];
        });
        CHECK(alive == 2);
        callback moved = std::move(large);
        CHECK(alive == 2);
        small = std::move(moved);
        CHECK(alive == 1);
        small(7);
        small.reset();
        CHECK(alive == 0);
        large = callback([count = counted(alive)](const int&) {});
        CHECK(alive == 1);
    }
    CHECK(alive == 0);
    CHECK(sum == 7);
}

TEST_CASE("there may be no callback") {
    void (*const no_function)(const int&) = nullptr;
    CHECK(!callback());
    CHECK(!callback(nullptr));
    CHECK(!callback(no_function));
    CHECK(!callback(std::function<void(const int&)>()));
    CHECK(static_cast<bool>(callback(add_to_nothing)));
    CHECK(static_cast<bool>(callback([](const int&) {})));
}
