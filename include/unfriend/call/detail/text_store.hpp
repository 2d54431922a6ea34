// Where a call keeps texts that have to outlive what they were read from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "unfriend/core/char_span.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Texts one behind the other, in memory of the caller's.
class text_store {
public:
    explicit text_store(char_span memory) noexcept : memory_(memory) {}

    void clear() noexcept { size_ = 0; }
    std::size_t size() const noexcept { return size_; }

    /// Room for a text of `size` bytes; null when there is none. It counts once it is committed.
    char* prepare(std::size_t size) const noexcept {
        return size > memory_.size() - size_ ? nullptr : memory_.data() + size_;
    }
    std::string_view commit(std::size_t size) noexcept {
        const std::string_view text(memory_.data() + size_, size);
        size_ += size;
        return text;
    }

    /// A copy of `text`; empty when there is no room.
    std::string_view append(std::string_view text) noexcept {
        char* const room = prepare(text.size());
        if (room == nullptr) return {};
        text.copy(room, text.size());
        return commit(text.size());
    }

private:
    char_span memory_;
    std::size_t size_ = 0;
};

/// Whether `text` is a part of `memory`, and not empty.
inline bool is_in(std::string_view text, char_span memory) noexcept {
    const auto address = [](const char* at) { return reinterpret_cast<std::uintptr_t>(at); };
    return !text.empty() && address(memory.data()) <= address(text.data()) &&
           address(text.data() + text.size()) <= address(memory.data() + memory.size());
}

/// To `max_size` bytes, and not within a character of UTF-8: a continuation byte is not the first to go.
inline std::string_view cut_text(std::string_view text, std::size_t max_size) noexcept {
    if (text.size() <= max_size) return text;
    std::size_t size = max_size;
    while (size > 0 && max_size - size < 3 && (text[size] & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

}}} // namespace unfriend::v0_2::detail
