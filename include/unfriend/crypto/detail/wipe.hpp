// Overwrites secrets, and what was computed from them.
#pragma once

#include <cstddef>
#include <cstring>

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// Sets `size` bytes to zero. The compiler does not remove the writes, even if the program never reads the bytes again.
inline void wipe(void* bytes, std::size_t size) noexcept {
#if defined(__GNUC__) || defined(__clang__)
    std::memset(bytes, 0, size);
    __asm__ __volatile__("" : : "r"(bytes) : "memory"); // to the compiler, this may read the bytes
#else
    volatile char* const out = static_cast<char*>(bytes);
    for (std::size_t i = 0; i < size; ++i) out[i] = 0;
#endif
}

/// The same address or size, of which the compiler knows nothing: it does not unroll a loop over secret bytes, whose
/// values it would then save on the stack.
template <class Value>
Value opaque(Value value) noexcept {
#if defined(__GNUC__) || defined(__clang__)
    __asm__ __volatile__("" : "+r"(value) : : "memory");
#endif
    return value;
}

/// An array that is wiped when it is destroyed. Its elements are not initialised.
template <class Byte, std::size_t Size>
struct wiped_array {
    wiped_array() noexcept {} // not defaulted, so that `wiped_array{}` does not write zeros
    wiped_array(const wiped_array&) = delete;
    wiped_array& operator=(const wiped_array&) = delete;
    ~wiped_array() { wipe(bytes, sizeof bytes); }

    Byte bytes[Size];
};

}}} // namespace unfriend::v0_2::detail
