// Decodes or encodes 1000 accounts a fixed number of times, for instructions.py to count the instructions.
//
//   counted_work decode/compact     does the work, inside functions named counted_*
//   counted_work call/3             the same for whole calls of 3 accounts
//   counted_work --compiler         prints the compiler and its optimisation
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "unfriend/messages/friend_delete.hpp"

#include "counted_call.hpp"
#include "documents.hpp"

namespace {

constexpr std::size_t rounds = 10;

using response = unfriend::friend_delete_response<>;

} // namespace

// With C linkage, so that the names are plain; never inlined, so that callgrind finds them.
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

/// A new document in each round.
bool decode(bench::shape looks) {
    const auto decoded = std::make_unique<response>();
    for (std::size_t round = 0; round < rounds; ++round) {
        const bench::document document = bench::make_document(looks, bench::user_ids::varied, bench::max_items, round);
        std::vector<char> body(document.text.begin(), document.text.end());
        if (!counted_decode(body.data(), body.size(), decoded.get()) || !bench::has(*decoded, document.outcomes)) {
            return false;
        }
    }
    return true;
}

bool encode() {
    std::vector<char> buffer(unfriend::friend_delete::max_encoded_size());
    for (std::size_t round = 0; round < rounds; ++round) {
        const std::vector<std::string> accounts =
            bench::make_accounts(bench::user_ids::varied, bench::max_items, round);
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
    for (const std::size_t accounts : {std::size_t{1}, std::size_t{3}, bench::max_items}) {
        if (work == "call/" + std::to_string(accounts)) return bench::make_calls(accounts, rounds);
    }
    for (const bench::shape looks : bench::shapes) {
        if (work == std::string("decode/").append(name(looks))) return decode(looks);
    }
    return false;
}

} // namespace

int main(int argc, char** argv) { return argc == 2 && run(argv[1]) ? EXIT_SUCCESS : EXIT_FAILURE; }
