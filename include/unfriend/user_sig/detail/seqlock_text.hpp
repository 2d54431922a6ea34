// A short text that one thread at a time replaces and any number read, without a lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace unfriend::detail {

/// A sequence lock: readers copy, and copy again if a writer came in between. The text is kept in atomic
/// words, since a plain one that is read while it is written would be a data race, copied again or not; a
/// reader that meets a word of the next text also meets the odd sequence that was stored before it.
template <std::size_t Capacity>
class seqlock_text {
public:
    /// Replaces the text, of at most `Capacity` bytes, and the number that goes with it. One writer at a time.
    void publish(std::string_view text, std::int64_t number) noexcept {
        const std::uint32_t before = sequence_.load(std::memory_order_relaxed);
        sequence_.store(before + 1, std::memory_order_relaxed);
        for (std::size_t i = 0; i * word_size < text.size(); ++i) {
            std::uint64_t word = 0;
            const std::string_view part = text.substr(i * word_size, word_size);
            std::memcpy(&word, part.data(), part.size());
            words_[i].store(word, std::memory_order_release);
        }
        size_.store(text.size(), std::memory_order_release);
        number_.store(number, std::memory_order_release);
        sequence_.store(before + 2, std::memory_order_release);
    }

    /// Copies the text to `buffer`, which holds `Capacity` bytes at least, and its number to `number`.
    std::string_view read(char* buffer, std::int64_t& number) const noexcept {
        for (;;) {
            const std::uint32_t before = sequence_.load(std::memory_order_acquire);
            if (before % 2 != 0) continue;
            const std::size_t size = size_.load(std::memory_order_acquire);
            for (std::size_t i = 0; i * word_size < size; ++i) {
                const std::uint64_t word = words_[i].load(std::memory_order_acquire);
                std::memcpy(buffer + i * word_size, &word, word_size);
            }
            number = number_.load(std::memory_order_acquire);
            if (sequence_.load(std::memory_order_relaxed) == before) return {buffer, size};
        }
    }

private:
    static constexpr std::size_t word_size = sizeof(std::uint64_t);
    static_assert(Capacity % word_size == 0, "the last word is copied whole");

    std::atomic<std::uint32_t> sequence_{0};
    std::atomic<std::size_t> size_{0};
    std::atomic<std::int64_t> number_{0};
    std::atomic<std::uint64_t> words_[Capacity / word_size] = {};
};

} // namespace unfriend::detail
