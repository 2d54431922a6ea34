// Memory between two pages that cannot be touched: a byte read or written beside it ends the process.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "unfriend/core/char_span.hpp"

class guarded_pages {
public:
    /// Room for `size` bytes.
    explicit guarded_pages(std::size_t size)
        : page_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))), size_((size + page_ - 1) / page_ * page_) {
        void* const all =
            ::mmap(nullptr, size_ + 2 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (all == MAP_FAILED) std::abort();
        begin_ = static_cast<char*>(all) + page_;
        if (::mprotect(begin_ - page_, page_, PROT_NONE) != 0 || ::mprotect(begin_ + size_, page_, PROT_NONE) != 0) {
            std::abort();
        }
    }
    ~guarded_pages() { ::munmap(begin_ - page_, size_ + 2 * page_); }
    guarded_pages(const guarded_pages&) = delete;
    guarded_pages& operator=(const guarded_pages&) = delete;

    /// The last `size` bytes, which end at the second guard.
    unfriend::char_span last(std::size_t size) const { return {begin_ + size_ - size, size}; }
    /// The first `size` bytes, which begin at the first guard.
    unfriend::char_span first(std::size_t size) const { return {begin_, size}; }

    /// A copy of `text` that ends at the second guard.
    unfriend::char_span last(std::string_view text) const { return copy(text, last(text.size())); }
    /// A copy of `text` that begins at the first guard.
    unfriend::char_span first(std::string_view text) const { return copy(text, first(text.size())); }

private:
    static unfriend::char_span copy(std::string_view text, unfriend::char_span to) {
        text.copy(to.data(), to.size());
        return to;
    }

    std::size_t page_;
    std::size_t size_;
    char* begin_ = nullptr;
};

inline std::string_view view_of(unfriend::char_span bytes) { return {bytes.data(), bytes.size()}; }
