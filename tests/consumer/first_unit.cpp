// One of the two translation units of a program that both include the single header.
#include "unfriend.hpp"

#include "round_trip.hpp"
#include "second_unit.hpp"

int main() {
    const bool one_category = &unfriend::category() == second_unit::category();
    return one_category && goes_round() && second_unit::works() ? 0 : 1;
}
