// The main function of a fuzz target where there is no libFuzzer: runs the target over the files and folders of its
// arguments, or over its standard input, as AFL++ wants it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "target.hpp"

namespace {

std::size_t executed = 0;

void run(std::FILE* file) {
    std::vector<std::uint8_t> bytes;
    for (int c = std::getc(file); c != EOF; c = std::getc(file)) bytes.push_back(static_cast<std::uint8_t>(c));
    // A copy of exactly the size, so that AddressSanitizer sees a byte too far.
    const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
    ++executed;
}

bool run(const std::filesystem::path& path) {
    std::FILE* const file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) return false;
    run(file);
    std::fclose(file);
    return true;
}

} // namespace

int main(int count, char** arguments) {
    if (count == 1) run(stdin);
    for (int i = 1; i < count; ++i) {
        const std::filesystem::path path(arguments[i]);
        if (!std::filesystem::is_directory(path)) {
            if (!run(path)) return 1;
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator(path)) {
            if (!run(entry.path())) return 1;
        }
    }
    std::printf("stat::number_of_executed_units: %zu\n", executed);
    return 0;
}
