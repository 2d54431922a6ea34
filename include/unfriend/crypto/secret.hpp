// Holds a secret, such as the app's secret key or the token of a webhook, so that it is neither printed nor left in
// memory.
//
//   unfriend::secret key(read_key_from_vault());
//   std::cout << key; // does not compile
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "unfriend/core/detail/ascii.hpp"
#include "unfriend/crypto/detail/wipe.hpp"

namespace unfriend { inline namespace v0_2 {

/// A secret of 1 to `max_size` bytes of printable ASCII. Holds a copy inside itself, which is wiped when the object is
/// destroyed or moved from. Cannot be copied, compared or printed. Allocates nothing.
class secret {
public:
    /// The most bytes of a secret.
    static constexpr std::size_t max_size = 256;

    /// A secret that is not valid.
    secret() noexcept = default;
    /// Copies `text`. The caller wipes its own copy. A text that is empty, too long or not printable ASCII makes a
    /// secret that is not valid; the functions that need one report it.
    explicit secret(std::string_view text) noexcept {
        if (text.empty() || text.size() > max_size || !detail::is_printable_ascii(text)) return;
        std::memcpy(bytes_, text.data(), text.size());
        size_ = text.size();
    }
    /// Leaves `other` not valid.
    secret(secret&& other) noexcept { take(other); }
    /// Wipes the secret that it replaces.
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

    /// Whether there is a secret.
    bool valid() const noexcept { return size_ != 0; }

    /// The bytes of the secret, to compute with. Valid as long as this object is.
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

}} // namespace unfriend::v0_2
