// The default source of `random`.
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>

#include "unfriend/random.hpp"

#include "check.hpp"

TEST_CASE("a seed gives the numbers of SplitMix64, the upper half of each") {
    unfriend::random_sequence zero(0);
    CHECK(zero() == 0xE220A839U);
    CHECK(zero() == 0x6E789E6AU);
    CHECK(zero() == 0x06C45D18U);
}

TEST_CASE("the numbers cover the range and hardly repeat") {
    unfriend::random_sequence random(1);
    std::set<std::uint32_t> numbers;
    std::uint32_t ones = 0;
    std::uint32_t zeros = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::uint32_t number = random();
        numbers.insert(number);
        ones |= number;
        zeros |= ~number;
    }
    CHECK(numbers.size() > 995);
    CHECK(ones == UINT32_MAX);
    CHECK(zeros == UINT32_MAX);
}

TEST_CASE("a sequence that is moved goes on where it was") {
    unfriend::random_sequence whole(7);
    unfriend::random_sequence first(7);
    CHECK(first() == whole());
    unfriend::random_sequence second(std::move(first));
    CHECK(second() == whole());
}
