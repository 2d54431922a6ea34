// Whole calls for instructions.py to count: a request encoded, signed and addressed, and its response decoded.
#pragma once

#include <cstddef>

namespace bench {

/// Makes `rounds` calls, of that number of accounts each, inside a function named counted_call. Whether all went well.
bool make_calls(std::size_t accounts, std::size_t rounds);

} // namespace bench
