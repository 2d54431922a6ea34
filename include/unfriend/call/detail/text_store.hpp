// Where a call keeps texts that have to outlive what they were read from.
#pragma once

#include <cstddef>
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

}}} // namespace unfriend::v0_2::detail
