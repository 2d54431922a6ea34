// UserSigs, made in the same way for all: a new one each time, a second later than the last.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "measure.hpp"

namespace bench {

inline constexpr std::uint32_t sdk_app_id = 1'400'000'000;
inline constexpr std::string_view identifier = "administrator";
inline constexpr std::string_view secret_key = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
inline constexpr std::int64_t expire = 86'400;
inline constexpr std::int64_t first_time = 1'700'000'000;

/// Whether this is a genuine UserSig of that time.
bool is_genuine(std::string_view user_sig, std::int64_t time);

/// Leaves free memory below a block that stays allocated. The C library then serves zlib's buffers from there, and does
/// not give them back to the kernel after each UserSig, as it does in a process whose heap is otherwise empty.
class warm_heap {
public:
    warm_heap() {
        std::vector<std::unique_ptr<char[]>> blocks;
        for (int i = 0; i != 32; ++i) blocks.push_back(std::make_unique<char[]>(100'000));
        pin_ = std::make_unique<char[]>(100'000);
    }

private:
    std::unique_ptr<char[]> pin_;
};

/// Adds `user_sig/{heap}/{maker}`. `make(time)` returns the UserSig, which is valid until the next one. Those of a
/// fresh heap have to run in a process of their own.
template <class Maker>
void add_user_sig(const std::string& maker_name) {
    for (const bool warm : {false, true}) {
        add(std::string("user_sig/").append(warm ? "warm/" : "fresh/") + maker_name, [warm](benchmark::State& state) {
            const std::unique_ptr<warm_heap> heap = warm ? std::make_unique<warm_heap>() : nullptr;
            Maker maker;
            if (!is_genuine(maker.make(first_time), first_time)) {
                state.SkipWithError("the UserSig is not genuine");
                return;
            }
            std::int64_t time = first_time;
            measure(state, 0, [&] { return !maker.make(++time).empty(); });
        });
    }
}

} // namespace bench
