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
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdisabled-macro-expansion" // `sa_handler` is a macro that names itself
#endif
    action.sa_handler = [](int) { detail::interrupted = 1; };
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
    sigemptyset(&action.sa_mask);
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
}

inline bool is_interrupted() noexcept { return detail::interrupted != 0; }

} // namespace example
