// The accounts of a call by their names: sorts indices, and searches them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "unfriend/call/account_result.hpp"
#include "unfriend/call/detail/pending_account.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// What indices refer to: results, or pending accounts.
struct account_names {
    const account_result* results;
    const pending_account* pending = nullptr; ///< null: the indices are those of results

    std::string_view operator[](std::uint32_t index) const noexcept {
        return results[pending == nullptr ? index : pending[index].index].to_account;
    }
    /// The order: by name, and accounts of the same name by index.
    bool is_before(std::uint32_t left, std::uint32_t right) const noexcept {
        const int order = (*this)[left].compare((*this)[right]);
        return order < 0 || (order == 0 && left < right);
    }
};

/// Moves the index at `at` down to its place in a heap, whose first index is the last in order.
inline void sift_down(std::uint32_t* heap, std::size_t at, std::size_t size, const account_names& names) noexcept {
    const std::uint32_t moved = heap[at];
    for (std::size_t child = 2 * at + 1; child < size; child = 2 * at + 1) {
        if (child + 1 < size && names.is_before(heap[child], heap[child + 1])) ++child;
        if (!names.is_before(moved, heap[child])) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

/// Writes 0 to `size` - 1 to `by_name`, in the order of the names. Takes time `size` times its logarithm (heap sort,
/// a third of the code of std::sort).
inline void sort_by_name(std::uint32_t* by_name, std::size_t size, const account_names& names) noexcept {
    for (std::size_t i = 0; i < size; ++i) by_name[i] = static_cast<std::uint32_t>(i);
    for (std::size_t at = size / 2; at > 0; --at) sift_down(by_name, at - 1, size, names);
    for (std::size_t last = size; last > 1; --last) {
        std::swap(by_name[0], by_name[last - 1]);
        sift_down(by_name, 0, last - 1, names);
    }
}

/// The place of the first of `size` sorted indices whose name is not before `name`.
inline std::size_t find_name(const std::uint32_t* by_name, std::size_t size, const account_names& names,
                             std::string_view name) noexcept {
    std::size_t first = 0;
    while (size > 0) {
        const std::size_t half = size / 2;
        if (names[by_name[first + half]] < name) {
            first += half + 1;
            size -= half + 1;
        } else {
            size = half;
        }
    }
    return first;
}

}}} // namespace unfriend::v0_2::detail
