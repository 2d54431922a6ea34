// Comparison whose time tells nothing of the bytes compared.
#pragma once

#include <cstddef>
#include <string_view>

namespace unfriend::detail {

/// Whether two texts of public length are equal; takes the same time wherever they differ.
inline bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept {
    if (left.size() != right.size()) return false;
    // Volatile, or a compiler may turn the loop into one that stops at the first difference.
    volatile unsigned char difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const auto bits = static_cast<unsigned char>(left[i]) ^ static_cast<unsigned char>(right[i]);
        difference = static_cast<unsigned char>(difference | bits);
    }
    return difference == 0;
}

} // namespace unfriend::detail
