// SIGINT and SIGTERM as requests to end: in good order, and at once.
#pragma once

#include <csignal>

namespace example {

namespace detail {
inline volatile std::sig_atomic_t interruptions = 0;
}

/// From here on the first of these signals asks to finish what is under way, the second to end at once, and the third
/// ends the program. A blocked read or wait ends.
inline void catch_interruption() noexcept {
    struct sigaction action {};
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdisabled-macro-expansion" // `sa_handler` is a macro that names itself
#endif
    action.sa_handler = [](int number) {
        detail::interruptions = detail::interruptions + 1;
        if (detail::interruptions > 2) {
            std::signal(number, SIG_DFL);
            std::raise(number);
        }
    };
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

inline bool is_interrupted() noexcept { return detail::interruptions != 0; }
inline bool is_interrupted_twice() noexcept { return detail::interruptions > 1; }

} // namespace example
