// The default source of `random`.
#include <cstdint>
#include <set>
#include <utility>

#include "unfriend/core/random.hpp"

#include "check.hpp"

TEST_CASE("the same seed gives the same numbers") {
    unfriend::random_sequence left(42);
    unfriend::random_sequence right(42);
    for (int i = 0; i < 1000; ++i) CHECK(left() == right());
}

TEST_CASE("another seed gives other numbers") {
    unfriend::random_sequence left(42);
    unfriend::random_sequence right(43);
    int equal = 0;
    for (int i = 0; i < 1000; ++i) equal += left() == right() ? 1 : 0;
    CHECK(equal < 3);
}

TEST_CASE("successive numbers differ and fill 32 bits") {
    unfriend::random_sequence random(7);
    std::set<std::uint32_t> seen;
    std::uint32_t all_ones = 0;
    std::uint32_t all_zeros = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::uint32_t number = random();
        seen.insert(number);
        all_ones |= number;
        all_zeros |= ~number;
    }
    CHECK(seen.size() == 1000);
    CHECK(all_ones == UINT32_MAX);
    CHECK(all_zeros == UINT32_MAX);
}

TEST_CASE("a sequence that is moved goes on where it was") {
    unfriend::random_sequence still(9);
    unfriend::random_sequence moving(9);
    CHECK(moving() == still());
    unfriend::random_sequence moved(std::move(moving));
    CHECK(moved() == still());
}

TEST_CASE("two sequences seeded by themselves differ") {
    unfriend::random_sequence left;
    unfriend::random_sequence right;
    int equal = 0;
    for (int i = 0; i < 100; ++i) equal += left() == right() ? 1 : 0;
    CHECK(equal < 3);
}
