// Writes text into a fixed buffer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/result.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// A number as decimal text.
class decimal {
public:
    explicit decimal(std::uint64_t value) noexcept {
        for (; value >= 100; value /= 100) put_pair(value % 100);
        if (value >= 10) {
            put_pair(value);
        } else {
            digits_[--first_] = static_cast<char>('0' + value);
        }
    }
    std::string_view view() const noexcept { return {digits_ + first_, sizeof digits_ - first_}; }

private:
    /// 00 to 99, as text.
    static constexpr auto pairs = [] {
        std::array<char, 200> text{};
        for (std::size_t i = 0; i < text.size(); ++i) {
            text[i] = static_cast<char>('0' + (i % 2 == 0 ? i / 20 : i / 2 % 10));
        }
        return text;
    }();

    void put_pair(std::uint64_t value) noexcept {
        first_ -= 2;
        std::memcpy(digits_ + first_, pairs.data() + 2 * value, 2);
    }

    char digits_[20];
    std::size_t first_ = sizeof digits_;
};

/// Appends to a buffer. Once the text does not fit, it only counts the bytes.
class fixed_writer {
public:
    explicit fixed_writer(char_span buffer) noexcept : begin_(buffer.data()), capacity_(buffer.size()) {}

    void append(std::string_view text) noexcept {
        if (fits(text.size()) && !text.empty()) std::memcpy(begin_ + size_, text.data(), text.size());
        size_ += text.size();
    }

    void append(char c) noexcept {
        if (fits(1)) begin_[size_] = c;
        ++size_;
    }

    /// The free part of the buffer, to write to directly; `commit` adds what was written.
    char_span prepare() const noexcept { return fits(0) ? char_span(begin_ + size_, capacity_ - size_) : char_span(); }
    void commit(std::size_t more) noexcept { size_ += more; }

    /// The text, or `buffer_too_small` with the bytes that it takes.
    result<std::string_view> finish() const noexcept {
        if (size_ > capacity_) return {errc::buffer_too_small, size_};
        return std::string_view(begin_, size_);
    }

private:
    bool fits(std::size_t more) const noexcept { return size_ <= capacity_ && more <= capacity_ - size_; }

    char* begin_;
    std::size_t capacity_;
    std::size_t size_ = 0;
};

}}} // namespace unfriend::v0_2::detail
