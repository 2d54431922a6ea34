// A program with UserSigs, of which a part takes the codec alone.
#include <unfriend/unfriend.hpp>

#include "codec_part.hpp"
#include "round_trip.hpp"

static_assert(UNFRIEND_WITH_USER_SIG == 1, "whoever links both targets has UserSigs");

int main() { return codec_part::works() && goes_round() ? 0 : 1; }
