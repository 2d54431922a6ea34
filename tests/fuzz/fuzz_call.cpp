// A fuzz target: calls over one channel, against a model of the service, with everything that can go wrong going wrong
// as the input says.
// The model includes doctest.
#define DOCTEST_CONFIG_IMPLEMENT

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "call_script.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto memory = std::make_unique<std::array<call_script::workspace_type, call_script::lanes>>();
    script_coverage coverage;
    const std::string_view choices(reinterpret_cast<const char*>(data), size);
    const std::string broken(call_script(1, *memory, coverage, choices).run());
    require(broken.empty(), broken.c_str());
    return 0;
}
