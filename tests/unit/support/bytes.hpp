// Memory that tells when someone reads or writes beside it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "unfriend/core/char_span.hpp"

/// A block on the heap of exactly the size asked for: one byte too far is a fault under AddressSanitizer.
class exact_bytes {
public:
    explicit exact_bytes(std::size_t size) : bytes_(size, '\xA5') {}
    explicit exact_bytes(std::string_view text) : bytes_(text.begin(), text.end()) {}

    unfriend::char_span span() const noexcept { return {bytes_.data(), bytes_.size()}; }

private:
    mutable std::vector<char> bytes_; // written through the span, whose owner may be const
};

/// Bytes between two margins, which show any write beside them without help.
class guarded_bytes {
public:
    explicit guarded_bytes(std::size_t size) : bytes_(size + 2 * margin, canary) {}
    explicit guarded_bytes(std::string_view text) : guarded_bytes(text.size()) {
        text.copy(bytes_.data() + margin, text.size());
    }

    unfriend::char_span span() noexcept { return {bytes_.data() + margin, bytes_.size() - 2 * margin}; }

    /// Whether nobody wrote beside the bytes.
    bool intact() const noexcept {
        const auto is_canary = [](char c) { return c == canary; };
        return std::all_of(bytes_.begin(), bytes_.begin() + margin, is_canary) &&
               std::all_of(bytes_.end() - margin, bytes_.end(), is_canary);
    }

private:
    static constexpr char canary = '\xC7';
    static constexpr std::ptrdiff_t margin = 64;

    std::vector<char> bytes_;
};
