// A line on the terminal that tells how far a long job has come.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include <unistd.h>

#include "report.hpp"

namespace example {

/// Written over itself on standard error, a few times a second; nothing at all where that is not a terminal.
class progress_line {
public:
    using clock = std::chrono::steady_clock;

    /// `is_wanted`: false where standard error has other lines.
    explicit progress_line(bool is_wanted) : is_shown_(is_wanted && isatty(STDERR_FILENO) != 0), begin_(clock::now()) {}
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;
    ~progress_line() { clear(); }

    /// `part`: how much of the work is done, 0 to 1; 0 when nobody knows how much there is.
    void update(const report& results, double part) {
        const clock::time_point now = clock::now();
        if (!is_shown_ || now - last_ < std::chrono::milliseconds(200)) return;
        last_ = now;
        const double seconds = std::chrono::duration<double>(now - begin_).count();
        const auto count = [](std::uint64_t number) { return std::to_string(number); };
        std::string text = count(results.done()) + " done, " + count(results.failures()) + " failed";
        if (seconds > 0)
            text += ", " + count(static_cast<std::uint64_t>(static_cast<double>(results.all()) / seconds)) + "/s";
        if (part > 0 && part <= 1)
            text += ", " + count(static_cast<std::uint64_t>(seconds / part * (1 - part))) + " s left";
        std::fprintf(stderr, "\r\033[K%s", text.c_str());
        std::fflush(stderr);
        is_drawn_ = true;
    }

    /// Makes room for other output.
    void clear() noexcept {
        if (!is_drawn_) return;
        std::fputs("\r\033[K", stderr);
        std::fflush(stderr);
        is_drawn_ = false;
    }

private:
    bool is_shown_;
    bool is_drawn_ = false;
    clock::time_point begin_;
    clock::time_point last_;
};

} // namespace example
