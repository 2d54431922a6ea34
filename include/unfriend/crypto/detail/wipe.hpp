// Overwrites bytes that a secret was in, or that were computed from one.
#pragma once

#include <cstddef>
#include <cstring>

namespace unfriend::detail {

/// Sets `size` bytes to zero. The compiler cannot drop the writes, although the bytes are not read again.
inline void wipe(void* bytes, std::size_t size) noexcept {
#if defined(__GNUC__) || defined(__clang__)
    std::memset(bytes, 0, size);
    __asm__ __volatile__("" : : "r"(bytes) : "memory"); // may read the bytes, as far as the compiler knows
#else
    volatile char* const out = static_cast<char*>(bytes);
    for (std::size_t i = 0; i < size; ++i) out[i] = 0;
#endif
}

/// An array that is wiped at the end of its life. Its elements are not initialised.
template <class Byte, std::size_t Size>
struct wiped_array {
    wiped_array() noexcept {} // not defaulted: `wiped_array{}` would write zeros first
    wiped_array(const wiped_array&) = delete;
    wiped_array& operator=(const wiped_array&) = delete;
    ~wiped_array() { wipe(bytes, sizeof bytes); }

    Byte bytes[Size];
};

} // namespace unfriend::detail
