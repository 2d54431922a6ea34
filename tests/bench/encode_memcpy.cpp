// No JSON at all: each account is copied, one after the other. The least that writing them can cost.
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "encode.hpp"
#include "programs.hpp"

namespace bench {

void add_encode_memcpy() {
    for (const std::size_t size : sizes) {
        add("encode/" + std::to_string(size) + "/memcpy", [size](benchmark::State& state) {
            const std::vector<std::vector<std::string>> all = all_accounts(size);
            std::vector<char> buffer(size * 32);
            std::size_t index = 0;
            measure(state, 0, [&] {
                index = (index + 1) % all.size();
                char* out = buffer.data();
                for (const std::string& account : all[index]) {
                    std::memcpy(out, account.data(), account.size());
                    out += account.size();
                }
                benchmark::DoNotOptimize(out);
                return true;
            });
        });
    }
}

} // namespace bench
