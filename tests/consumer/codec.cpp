// A program that takes the codec without OpenSSL and zlib; it succeeds when the library works.
#include <unfriend/unfriend.hpp>

#include "round_trip.hpp"

static_assert(UNFRIEND_WITH_USER_SIG == 0, "the codec has no UserSigs");

int main() { return goes_round() ? 0 : 1; }
