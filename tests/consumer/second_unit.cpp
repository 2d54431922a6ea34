#include "second_unit.hpp"

#include "unfriend.hpp"

#include "round_trip.hpp"

bool second_unit::works() { return goes_round(); }

const std::error_category* second_unit::category() { return &unfriend::category(); }
