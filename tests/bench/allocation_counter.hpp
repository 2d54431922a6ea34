// How often the program asked for heap memory.
#pragma once

#include <cstddef>

namespace bench {

/// Calls of `malloc` and its family, from anywhere in the process; `operator new` is one of its callers.
std::size_t allocations() noexcept;

} // namespace bench
