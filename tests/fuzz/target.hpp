// What every fuzz target has: the entry that libFuzzer and main.cpp call, and a way to stop at a broken promise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Ends the process unless the promise was kept.
inline void require(bool is_kept, const char* promise) {
    if (is_kept) return;
    std::fprintf(stderr, "broken: %s\n", promise);
    std::abort();
}

/// The bytes of an input, to be used from the front.
class input_bytes {
public:
    input_bytes(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

    /// 0 at the end.
    unsigned take_byte() {
        if (rest_.empty()) return 0;
        const auto byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        return byte;
    }

    /// Up to `size` bytes.
    std::string_view take(std::size_t size) {
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(taken.size());
        return taken;
    }

    /// All up to the next newline, which is dropped.
    std::string_view take_line() {
        const std::string_view line = take(rest_.find('\n'));
        take(1);
        return line;
    }

    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};
