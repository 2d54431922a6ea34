// A stack that a test owns, so that it can look at what a function left there.
#pragma once

#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

/// Runs functions on a thread whose stack is a block of memory of this object, all zeros at the start of each.
class owned_stack {
public:
    /// Returns when `function` has returned. What it wrote on its stack is still there.
    template <class Function>
    void run(Function function) {
        std::memset(memory_.get(), 0, size);
        pthread_attr_t attributes;
        pthread_t thread{};
        const bool started = pthread_attr_init(&attributes) == 0 &&
                             pthread_attr_setstack(&attributes, memory_.get(), size) == 0 &&
                             pthread_create(&thread, &attributes, &enter<Function>, &function) == 0;
        if (!started || pthread_join(thread, nullptr) != 0) std::abort();
        pthread_attr_destroy(&attributes);
    }

    /// Whether any eight bytes in a row of `text` are on the stack.
    bool holds_part_of(std::string_view text) const {
        const std::string_view stack(memory_.get(), size);
        for (std::size_t i = 0; i + window <= text.size(); ++i) {
            const std::string_view part = text.substr(i, window);
            if (std::search(stack.begin(), stack.end(), part.begin(), part.end()) != stack.end()) return true;
        }
        return false;
    }

private:
    template <class Function>
    static void call(void* function) {
        (*static_cast<Function*>(function))();
    }

    /// The function runs deep enough for the end of the thread not to overwrite what it left.
    template <class Function>
    __attribute__((no_sanitize_address)) static void* enter(void* function) {
        volatile char margin[4096];
        margin[0] = 1;
        void (*volatile const not_inlined)(void*) = &call<Function>;
        not_inlined(function);
        static_cast<void>(margin[0]);
        return nullptr;
    }

    struct release {
        void operator()(char* memory) const noexcept { std::free(memory); }
    };

    static constexpr std::size_t size = 256 * 1024;
    static constexpr std::size_t window = 8;
    static constexpr std::size_t page = 64 * 1024; // of any machine

    std::unique_ptr<char, release> memory_{static_cast<char*>(std::aligned_alloc(page, size))};
};
