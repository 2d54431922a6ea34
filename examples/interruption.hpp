// SIGINT as a request to finish what was begun.
#pragma once

#include <csignal>

namespace example {

namespace detail {
inline volatile std::sig_atomic_t interrupted = 0;
}

/// From here on the first SIGINT only sets a flag, and lets a blocked read end; the second ends the program.
inline void catch_interruption() noexcept {
    struct sigaction action {};
    action.sa_handler = [](int) { detail::interrupted = 1; };
    sigemptyset(&action.sa_mask);
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
}

inline bool is_interrupted() noexcept { return detail::interrupted != 0; }

} // namespace example
