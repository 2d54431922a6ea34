// A program of a platform or engine whose macros have ordinary names. PLATFORM is the header that defines them; with
// DEPENDENCIES_FIRST, the headers that the library includes were there before them.
#ifdef DEPENDENCIES_FIRST
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <iterator>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include <rapidjson/reader.h>
#if !defined(UNFRIEND_WITH_USER_SIG) || UNFRIEND_WITH_USER_SIG
#include <openssl/evp.h>
#include <zlib.h>
#endif
#endif

#include PLATFORM

#include UNFRIEND

#include "round_trip.hpp"

// The program's macros are as they were.
#ifdef Bool
static_assert(sizeof(Bool) == sizeof(int));
#endif

int main() { return goes_round() ? 0 : 1; }
