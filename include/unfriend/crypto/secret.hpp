// A secret that wipes itself and cannot be printed by accident: the app's secret key, a webhook's token.
//
//   unfriend::secret key(read_key_from_vault());
//   std::cout << key;                       // does not compile
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/crypto/detail/wipe.hpp"

namespace unfriend {

/// Holds a copy of up to `max_size` bytes inside itself and overwrites it when destroyed or moved from.
/// Cannot be copied, compared or printed. A text that is empty, too long or holds anything but printable
/// ASCII makes a secret that is not `valid()`, which whoever needs it then refuses. Allocates nothing.
class secret {
public:
    /// Bytes that a secret may have.
    static constexpr std::size_t max_size = 256;

    secret() noexcept = default;
    /// Copies `text`; wiping the caller's own copy stays with the caller.
    explicit secret(std::string_view text) noexcept {
        if (text.empty() || text.size() > max_size || !detail::is_printable_ascii(text)) return;
        std::memcpy(bytes_, text.data(), text.size());
        size_ = text.size();
    }
    secret(secret&& other) noexcept { take(other); }
    secret& operator=(secret&& other) noexcept {
        if (this != &other) {
            wipe();
            take(other);
        }
        return *this;
    }
    secret(const secret&) = delete;
    secret& operator=(const secret&) = delete;
    ~secret() { wipe(); }

    bool valid() const noexcept { return size_ != 0; }

    /// The secret itself, for the one place that computes with it. Valid while this object is.
    std::string_view reveal() const noexcept { return {bytes_, size_}; }

    template <class Stream>
    friend Stream& operator<<(Stream&, const secret&) = delete;

private:
    void take(secret& other) noexcept {
        std::memcpy(bytes_, other.bytes_, other.size_);
        size_ = other.size_;
        other.wipe();
    }

    void wipe() noexcept {
        detail::wipe(bytes_, sizeof bytes_);
        size_ = 0;
    }

    char bytes_[max_size] = {};
    std::size_t size_ = 0;
};

} // namespace unfriend
