// No JSON at all: each account is copied, one behind the other. What writing them costs at the least.
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
            const std::vector<std::string> accounts = make_accounts(size);
            std::size_t bytes = 0;
            for (const std::string& account : accounts) bytes += account.size();
            std::vector<char> buffer(bytes);
            measure(state, bytes, [&] {
                char* out = buffer.data();
                for (const std::string& account : accounts) {
                    std::memcpy(out, account.data(), account.size());
                    out += account.size();
                }
                return out == buffer.data() + bytes;
            });
        });
    }
}

} // namespace bench
