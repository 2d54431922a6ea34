// A program over the headers of include/; it succeeds when the library works.
#include <unfriend/unfriend.hpp>

#include "round_trip.hpp"

int main() { return goes_round() ? 0 : 1; }
