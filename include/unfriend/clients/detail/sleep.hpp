// Blocks a thread for a while.
#pragma once

#include <chrono>
#include <ctime>

#if !__has_include(<unistd.h>)
#include <thread>
#endif

#include "unfriend/core/config.hpp"

namespace unfriend { inline namespace v0_2 { namespace detail {

/// `duration` is not negative. Where there is POSIX, <thread> is not needed, which costs more to include than the
/// client.
inline void sleep_for(std::chrono::nanoseconds duration) noexcept {
#if __has_include(<unistd.h>)
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
    timespec left{};
    left.tv_sec = static_cast<std::time_t>(seconds.count());
    left.tv_nsec = static_cast<long>((duration - seconds).count());
    while (nanosleep(&left, &left) != 0) { // a signal came
    }
#else
    std::this_thread::sleep_for(duration);
#endif
}

}}} // namespace unfriend::v0_2::detail
