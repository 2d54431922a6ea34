// Comparison in constant time.
#pragma once

#include <cstddef>
#include <string_view>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Whether two texts are equal. The time depends on their sizes, and not on where they differ.
inline bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    // Volatile: without, a compiler may stop the loop at the first difference.
    volatile unsigned char difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const auto bits = static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]);
        difference = static_cast<unsigned char>(difference | bits);
    }
    return difference == 0;
}

}}} // namespace unfriend::v0_2::detail
