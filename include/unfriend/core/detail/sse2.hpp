// Sixteen bytes at a time, by SSE2. GCC and Clang have vectors as types, so that <emmintrin.h> is not needed, which
// costs more to include than all of `core`.
#pragma once

#if defined(__SSE2__) || defined(_M_X64)

#include <cstddef>
#include <cstring>

#if !defined(__GNUC__)
#include <emmintrin.h>
#include <intrin.h>
#endif

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

// Bytes are signed. A comparison gives 0xFF for each byte where it holds, else 0.
#if defined(__GNUC__)
using byte_vector = signed char __attribute__((vector_size(16)));

inline byte_vector each(int byte) noexcept { return static_cast<signed char>(byte) - byte_vector{}; }
inline byte_vector is_same(byte_vector left, byte_vector right) noexcept { return left == right; }
inline byte_vector is_below(byte_vector bytes, int bound) noexcept { return bytes < each(bound); }
inline byte_vector plus(byte_vector bytes, int byte) noexcept { // which may wrap around
    using unsigned_bytes = unsigned char __attribute__((vector_size(16)));
    return reinterpret_cast<byte_vector>(reinterpret_cast<unsigned_bytes>(bytes) +
                                         reinterpret_cast<unsigned_bytes>(each(byte)));
}
inline byte_vector either(byte_vector left, byte_vector right) noexcept {
    using words = unsigned long long __attribute__((vector_size(16))); // of bytes, GCC makes selections of them
    return reinterpret_cast<byte_vector>(reinterpret_cast<words>(left) | reinterpret_cast<words>(right));
}
inline unsigned high_bits(byte_vector bytes) noexcept {
    using chars = char __attribute__((vector_size(16)));
    return static_cast<unsigned>(__builtin_ia32_pmovmskb128(reinterpret_cast<chars>(bytes)));
}
/// The index of the lowest set bit of `mask`, which is not zero.
inline std::size_t lowest_bit(unsigned mask) noexcept { return static_cast<unsigned>(__builtin_ctz(mask)); }
#else
using byte_vector = __m128i;

inline byte_vector each(int byte) noexcept { return _mm_set1_epi8(static_cast<char>(byte)); }
inline byte_vector is_same(byte_vector left, byte_vector right) noexcept { return _mm_cmpeq_epi8(left, right); }
inline byte_vector is_below(byte_vector bytes, int bound) noexcept { return _mm_cmplt_epi8(bytes, each(bound)); }
inline byte_vector plus(byte_vector bytes, int byte) noexcept { return _mm_add_epi8(bytes, each(byte)); }
inline byte_vector either(byte_vector left, byte_vector right) noexcept { return _mm_or_si128(left, right); }
inline unsigned high_bits(byte_vector bytes) noexcept { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }
/// The index of the lowest set bit of `mask`, which is not zero.
inline std::size_t lowest_bit(unsigned mask) noexcept {
    unsigned long index;
    _BitScanForward(&index, mask);
    return index;
}
#endif

inline byte_vector load(const char* bytes) noexcept {
    byte_vector vector;
    std::memcpy(&vector, bytes, sizeof vector);
    return vector;
}

}}} // namespace unfriend::v0_2::detail

#endif
