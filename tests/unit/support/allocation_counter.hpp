// Counts what a piece of code takes from the heap. To be included by the one source of a program: it replaces
// the global operator new, and on glibc also malloc, calloc and realloc. Under a sanitizer, which has its
// own, malloc is left alone and operator new is counted still.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define UNFRIEND_TEST_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNFRIEND_TEST_SANITIZED 1
#endif
#if defined(__GLIBC__) && !defined(UNFRIEND_TEST_SANITIZED)
#define UNFRIEND_TEST_COUNTS_MALLOC 1
#else
#define UNFRIEND_TEST_COUNTS_MALLOC 0
#endif

/// How often each was called while counting.
struct allocations {
    std::size_t news = 0;
    std::size_t mallocs = 0;
    std::size_t callocs = 0;
    std::size_t reallocs = 0;

    std::size_t all() const noexcept { return news + mallocs + callocs + reallocs; }
};

namespace counting {

inline allocations counted;
inline bool enabled = false;

inline void count(std::size_t allocations::*calls) noexcept {
    if (enabled) ++(counted.*calls);
}

} // namespace counting

/// What `code` takes from the heap.
template <class Code>
allocations allocations_of(const Code& code) {
    counting::counted = {};
    counting::enabled = true;
    code();
    counting::enabled = false;
    return counting::counted;
}

#if UNFRIEND_TEST_COUNTS_MALLOC

// The allocator itself, under the names that glibc exports for this purpose.
extern "C" {
void* glibc_malloc(std::size_t size) noexcept __asm__("__libc_malloc");
void* glibc_calloc(std::size_t count, std::size_t size) noexcept __asm__("__libc_calloc");
void* glibc_realloc(void* block, std::size_t size) noexcept __asm__("__libc_realloc");

void* malloc(std::size_t size) noexcept {
    counting::count(&allocations::mallocs);
    return glibc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept {
    counting::count(&allocations::callocs);
    return glibc_calloc(count, size);
}

void* realloc(void* block, std::size_t size) noexcept {
    counting::count(&allocations::reallocs);
    return glibc_realloc(block, size);
}
}

inline void* take_from_heap(std::size_t size) noexcept { return glibc_malloc(size == 0 ? 1 : size); }

#else

inline void* take_from_heap(std::size_t size) noexcept { return std::malloc(size == 0 ? 1 : size); }

#endif

inline void* counted_new(std::size_t size) noexcept {
    counting::count(&allocations::news);
    void* const block = take_from_heap(size);
    if (block == nullptr) std::abort();
    return block;
}

void operator delete(void* block, std::size_t) noexcept;
void operator delete[](void* block, std::size_t) noexcept;

// Never inlined: a compiler that sees through them takes them for a mismatch of new and free.
#define UNFRIEND_TEST_OPAQUE __attribute__((noinline))
UNFRIEND_TEST_OPAQUE void* operator new(std::size_t size) { return counted_new(size); }
UNFRIEND_TEST_OPAQUE void* operator new[](std::size_t size) { return counted_new(size); }
UNFRIEND_TEST_OPAQUE void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return counted_new(size); }
UNFRIEND_TEST_OPAQUE void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return counted_new(size);
}
UNFRIEND_TEST_OPAQUE void operator delete(void* block) noexcept { std::free(block); }
UNFRIEND_TEST_OPAQUE void operator delete[](void* block) noexcept { std::free(block); }
UNFRIEND_TEST_OPAQUE void operator delete(void* block, std::size_t) noexcept { std::free(block); }
UNFRIEND_TEST_OPAQUE void operator delete[](void* block, std::size_t) noexcept { std::free(block); }
UNFRIEND_TEST_OPAQUE void operator delete(void* block, const std::nothrow_t&) noexcept { std::free(block); }
UNFRIEND_TEST_OPAQUE void operator delete[](void* block, const std::nothrow_t&) noexcept { std::free(block); }
