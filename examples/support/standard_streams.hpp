// Standard streams that a program may write to whatever its parent left of them.
#pragma once

#if defined(__unix__) || defined(__APPLE__)
#include <csignal>

#include <fcntl.h>
#include <unistd.h>
#endif

namespace example {

/// Call it first. A pipe or connection that closes then is an error to report and not a silent death; and where a
/// standard stream is closed, no file or connection opened later takes its number and with it what is printed.
inline void secure_standard_streams() noexcept {
#if defined(__unix__) || defined(__APPLE__)
    std::signal(SIGPIPE, SIG_IGN);
    int descriptor = 0;
    while (descriptor >= STDIN_FILENO && descriptor <= STDERR_FILENO)
        descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (descriptor > STDERR_FILENO) close(descriptor);
#endif
}

} // namespace example
