// The order in which a call looks up accounts by name.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/detail/name_order.hpp"
#include "unfriend/core/random.hpp"

namespace {

using unfriend::detail::account_names;

/// Names of one or two letters, so that many are the same.
std::vector<std::string> some_names(std::size_t size) {
    unfriend::random_sequence random(size);
    std::vector<std::string> names(size);
    for (std::string& name : names) {
        for (std::uint32_t i = 0; i < 1 + random() % 2; ++i) name += static_cast<char>('a' + random() % 5);
    }
    return names;
}

std::vector<unfriend::account_result> results_of(const std::vector<std::string>& names) {
    std::vector<unfriend::account_result> results(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) results[i].to_account = names[i];
    return results;
}

} // namespace

TEST_CASE("accounts are sorted by name, and those of the same name stay in the order of the request") {
    for (std::size_t size = 0; size < 200; ++size) {
        const std::vector<std::string> names = some_names(size);
        const std::vector<unfriend::account_result> results = results_of(names);
        std::vector<std::uint32_t> expected(size);
        for (std::size_t i = 0; i < size; ++i) expected[i] = static_cast<std::uint32_t>(i);
        std::stable_sort(expected.begin(), expected.end(),
                         [&](std::uint32_t left, std::uint32_t right) { return names[left] < names[right]; });
        std::vector<std::uint32_t> by_name(size);
        unfriend::detail::sort_by_name(by_name.data(), size, account_names{results.data()});
        CHECK(by_name == expected);
    }
}

TEST_CASE("the first account of a name is found, or the place where it would be") {
    const std::vector<std::string> names{"d", "b", "b", "f"};
    const std::vector<unfriend::account_result> results = results_of(names);
    std::vector<std::uint32_t> by_name(names.size());
    const account_names order{results.data()};
    unfriend::detail::sort_by_name(by_name.data(), by_name.size(), order);
    const auto find = [&](std::string_view name) {
        return unfriend::detail::find_name(by_name.data(), by_name.size(), order, name);
    };
    CHECK(find("a") == 0);
    CHECK(find("b") == 0);
    CHECK(find("c") == 2);
    CHECK(find("d") == 2);
    CHECK(find("f") == 3);
    CHECK(find("g") == 4);
}
