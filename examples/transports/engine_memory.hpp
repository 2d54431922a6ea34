// An engine's own memory: one block, handed out piece by piece.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace example {

/// Pieces of one block of memory. What is freed is not used again: for things that stay.
class arena {
public:
    arena(void* block, std::size_t size) noexcept : begin_(static_cast<std::byte*>(block)), size_(size) {}

    /// Aligned for anything that is not over-aligned. Ends the program when the block is used up.
    void* take(std::size_t size) noexcept {
        constexpr std::size_t step = alignof(std::max_align_t);
        const std::size_t rounded = (size + step - 1) / step * step;
        if (rounded > size_ - used_) std::abort();
        used_ += rounded;
        return begin_ + used_ - rounded;
    }

    std::size_t used() const noexcept { return used_; }

private:
    std::byte* begin_;
    std::size_t size_;
    std::size_t used_ = 0;
};

/// What makes containers, and the library, take their memory from an arena, which must outlive them.
template <class T>
class arena_allocator {
public:
    using value_type = T;

    arena_allocator(arena& memory) noexcept : memory_(&memory) {}
    template <class Other>
    arena_allocator(const arena_allocator<Other>& other) noexcept : memory_(&other.memory()) {}

    T* allocate(std::size_t count) noexcept { return static_cast<T*>(memory_->take(count * sizeof(T))); }
    void deallocate(T*, std::size_t) noexcept {}

    arena& memory() const noexcept { return *memory_; }

    template <class Other>
    bool operator==(const arena_allocator<Other>& other) const noexcept {
        return memory_ == &other.memory();
    }
    template <class Other>
    bool operator!=(const arena_allocator<Other>& other) const noexcept {
        return !(*this == other);
    }

private:
    arena* memory_;
};

} // namespace example
