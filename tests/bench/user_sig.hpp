// UserSigs, made the same way for all: a fresh one each time, a second later than the last.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "measure.hpp"

namespace bench {

inline constexpr std::uint32_t sdk_app_id = 1'400'000'000;
inline constexpr std::string_view identifier = "administrator";
inline constexpr std::string_view secret_key = "5bd2850fff3ecb11d7c805251c51ee463a25727bddc2385f3fa8bfee1bb93b5e";
inline constexpr std::int64_t expire = 86'400;
inline constexpr std::int64_t first_time = 1'700'000'000;

/// Whether this is a genuine UserSig of that time.
bool is_genuine(std::string_view user_sig, std::int64_t time);

/// Adds `user_sig/{maker}`. A `Maker`'s `make(time)` answers the UserSig, which lives until the next one.
template <class Maker>
void add_user_sig(const std::string& maker_name) {
    add("user_sig/" + maker_name, [](benchmark::State& state) {
        Maker maker;
        if (!is_genuine(maker.make(first_time), first_time)) {
            state.SkipWithError("the UserSig is not genuine");
            return;
        }
        std::int64_t time = first_time;
        measure(state, 0, [&] { return !maker.make(++time).empty(); });
    });
}

} // namespace bench
