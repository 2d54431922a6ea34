// A short text that one thread at a time replaces and any number read without a lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// When a UserSig was made and when it is renewed, Unix seconds.
struct user_sig_period {
    std::int64_t made = 0;
    std::int64_t renewal = 0;
};

/// A sequence lock: a reader copies, and copies again if a writer came in between, but not without end. The text is
/// kept in atomic words, since a plain one that is read while it is written would be a data race, copied again or not;
/// a reader that meets a word of the next text also meets the odd sequence that was stored before it.
template <std::size_t Capacity>
class seqlock_text {
public:
    /// Replaces the text, of at most `Capacity` bytes, and its period. One writer at a time.
    void publish(std::string_view text, const user_sig_period& period) noexcept {
        begin_write();
        commit(text, period);
    }

    /// The two halves of `publish`. No reader gets a text in between.
    void begin_write() noexcept {
        sequence_.store(sequence_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
    void commit(std::string_view text, const user_sig_period& period) noexcept {
        for (std::size_t i = 0; i * word_size < text.size(); ++i) {
            std::uint64_t word = 0;
            const std::string_view part = text.substr(i * word_size, word_size);
            std::memcpy(&word, part.data(), part.size());
            words_[i].store(word, std::memory_order_release);
        }
        size_.store(text.size(), std::memory_order_release);
        made_.store(period.made, std::memory_order_release);
        renewal_.store(period.renewal, std::memory_order_release);
        sequence_.store(sequence_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    }

    /// Copies the text to `buffer`, of at least `Capacity` bytes. False when a writer was always in the way: it may be
    /// held up for long, so the reader waits for it by other means.
    bool read(char* buffer, std::string_view& text, user_sig_period& period) const noexcept {
        for (int tries = 0; tries < most_tries; ++tries) {
            const std::uint32_t before = sequence_.load(std::memory_order_acquire);
            if (before % 2 != 0) continue;
            const std::size_t size = size_.load(std::memory_order_acquire);
            for (std::size_t i = 0; i * word_size < size; ++i) {
                const std::uint64_t word = words_[i].load(std::memory_order_acquire);
                std::memcpy(buffer + i * word_size, &word, word_size);
            }
            period = {made_.load(std::memory_order_acquire), renewal_.load(std::memory_order_acquire)};
            if (sequence_.load(std::memory_order_relaxed) != before) continue;
            text = {buffer, size};
            return true;
        }
        return false;
    }

private:
    static constexpr int most_tries = 64;
    static constexpr std::size_t word_size = sizeof(std::uint64_t);
    static_assert(Capacity % word_size == 0, "the last word is copied whole");

    std::atomic<std::uint32_t> sequence_{0};
    std::atomic<std::size_t> size_{0};
    std::atomic<std::int64_t> made_{0};
    std::atomic<std::int64_t> renewal_{0};
    std::atomic<std::uint64_t> words_[Capacity / word_size] = {};
};

}}} // namespace unfriend::v0_2::detail
