// A fuzz target: a bulk job, with its pairs and what befalls its calls as the input says.
// The model includes doctest.
#define DOCTEST_CONFIG_IMPLEMENT

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bulk_script.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::array<std::size_t, 4> seen{};
    const std::string_view choices(reinterpret_cast<const char*>(data), size);
    const std::string broken(run_bulk_script(script_chance(1, choices), seen));
    require(broken.empty(), broken.c_str());
    return 0;
}
