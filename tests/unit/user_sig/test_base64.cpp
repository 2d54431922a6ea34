// Base64 (RFC 4648), and the alphabet of UserSigs.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "unfriend/user_sig/detail/base64.hpp"

#include "bytes.hpp"
#include "check.hpp"

namespace {

using unfriend::detail::base64_alphabet;
using unfriend::detail::standard_base64;
using unfriend::detail::user_sig_base64;

std::string encoded(std::string_view bytes, const base64_alphabet& alphabet) {
    const exact_bytes out(unfriend::detail::base64_size(bytes.size()));
    unfriend::detail::encode_base64(bytes, alphabet, out.span().data());
    return {out.span().data(), out.span().size()};
}

std::optional<std::string> decoded(std::string_view text, const base64_alphabet& alphabet) {
    const exact_bytes in(text);
    const std::string_view copy(in.span().data(), text.size());
    const exact_bytes out(unfriend::detail::base64_decoded_size(copy, alphabet));
    if (!unfriend::detail::decode_base64(copy, alphabet, out.span().data())) return std::nullopt;
    return std::string(out.span().data(), out.span().size());
}

} // namespace

TEST_CASE("the vectors of RFC 4648, section 10, are encoded and decoded") {
    const struct {
        std::string_view bytes;
        std::string_view text;
    } table[] = {{"", ""},
                 {"f", "Zg=="},
                 {"fo", "Zm8="},
                 {"foo", "Zm9v"},
                 {"foob", "Zm9vYg=="},
                 {"fooba", "Zm9vYmE="},
                 {"foobar", "Zm9vYmFy"}};
    for (const auto& row : table) {
        CHECK(encoded(row.bytes, standard_base64) == row.text);
        CHECK(decoded(row.text, standard_base64) == row.bytes);
    }
}

TEST_CASE("every pair of bytes comes back, in both alphabets") {
    std::size_t wrong = 0;
    for (int high = 0; high < 256; ++high) {
        for (int low = 0; low < 256; ++low) {
            const std::string bytes{static_cast<char>(high), static_cast<char>(low)};
            const std::string text = encoded(bytes, standard_base64);
            std::string user_sig_text = text;
            for (char& c : user_sig_text) c = c == '+' ? '*' : c == '/' ? '-' : c == '=' ? '_' : c;
            const bool right = decoded(text, standard_base64) == bytes &&
                               encoded(bytes, user_sig_base64) == user_sig_text &&
                               decoded(user_sig_text, user_sig_base64) == bytes;
            wrong += right ? 0U : 1U;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("text that no bytes are encoded as is refused") {
    for (const std::string_view bad :
         {"A",        "AA",     "AAA",   "AAAAA", "====", "=",    "A===",     "AA=A",       "=AAA", "AB==", "AAB=",
          "Zg==Zg==", "Zm9v\n", "Zm9\n", "Zm 9",  "Zm-_", "Zm*A", "Zm9v====", "\xC3\xA9==", "Zh==", "Zm9="}) {
        INFO(bad);
        CHECK(!decoded(bad, standard_base64).has_value());
    }
    for (const std::string_view bad : {"Zg==", "Zm+A", "Zm/A", "A___", "AB__", "____"}) {
        INFO(bad);
        CHECK(!decoded(bad, user_sig_base64).has_value());
    }
}

TEST_CASE("text that is cut inside a group is refused, whatever follows it") {
    for (const std::string_view whole : {"Zm9vYmFy", "Zm9vA===", "Zm9vZg==", "A===A==="}) {
        for (const std::size_t size : {1U, 2U, 3U, 5U, 6U, 7U}) {
            char out[8];
            CHECK(!unfriend::detail::decode_base64(whole.substr(0, size), standard_base64, out));
        }
    }
}
