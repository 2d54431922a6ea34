// Decodes or encodes 1000 accounts a fixed number of times, for instructions.py to count what it takes.
//
//   counted_work decode/compact     does the work, inside functions named counted_*
//   counted_work --compiler         says which compiler built it, and how
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"

#include "documents.hpp"

namespace {

constexpr int rounds = 10;

using response = unfriend::friend_delete_response<>;

} // namespace

// Outside any namespace and by C's rules, so that the names are plain; never inlined, so that there are any.
extern "C" {

bool counted_decode(char* text, std::size_t size, response* decoded) noexcept;
bool counted_encode(const std::vector<std::string>* accounts, char* buffer, std::size_t size) noexcept;

[[gnu::noinline]] bool counted_decode(char* text, std::size_t size, response* decoded) noexcept {
    return !unfriend::decode({text, size}, *decoded);
}

[[gnu::noinline]] bool counted_encode(const std::vector<std::string>* accounts, char* buffer,
                                      std::size_t size) noexcept {
    return static_cast<bool>(unfriend::encode(
        unfriend::friend_delete_request{"administrator", *accounts, unfriend::delete_type::both}, {buffer, size}));
}
}

namespace {

bool decode(bench::shape looks) {
    const std::vector<bench::outcome> outcomes = bench::make_outcomes(looks, bench::max_items);
    const std::string text = bench::make_answer(looks, outcomes);
    const auto decoded = std::make_unique<response>();
    for (int round = 0; round < rounds; ++round) {
        std::vector<char> body(text.begin(), text.end());
        if (!counted_decode(body.data(), body.size(), decoded.get()) || !bench::says(*decoded, outcomes)) return false;
    }
    return true;
}

bool encode() {
    const std::vector<std::string> accounts = bench::make_accounts(bench::max_items);
    std::vector<char> buffer(unfriend::friend_delete::max_encoded_size());
    for (int round = 0; round < rounds; ++round) {
        if (!counted_encode(&accounts, buffer.data(), buffer.size())) return false;
    }
    return true;
}

int print_compiler() {
#if defined(__clang__)
    return std::printf("clang %d %s\n", __clang_major__, BENCH_OPTIMIZATION);
#else
    return std::printf("gcc %d %s\n", __GNUC__, BENCH_OPTIMIZATION);
#endif
}

bool run(std::string_view work) {
    if (work == "--compiler") return print_compiler() > 0;
    if (work == "encode") return encode();
    for (const bench::shape looks : bench::shapes) {
        if (work == std::string("decode/").append(name(looks))) return decode(looks);
    }
    return false;
}

} // namespace

int main(int argc, char** argv) { return argc == 2 && run(argv[1]) ? EXIT_SUCCESS : EXIT_FAILURE; }
