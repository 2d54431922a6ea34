// The official UserSigs, and UserSigs taken apart and put together without the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// RapidJSON's DOM grows its stack from a null pointer, which UndefinedBehaviorSanitizer reports under Clang. The
// library under test does not use it, and is included later so that nothing else of RapidJSON's is exempted.
#ifdef RAPIDJSON_RAPIDJSON_H_
#error "include user_sig_vectors.hpp before any other header that includes RapidJSON"
#endif
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#include <rapidjson/internal/stack.h>
#pragma clang attribute pop
#endif
#include <rapidjson/document.h>
#include <zlib.h>

#include "samples.hpp"

/// One UserSig of the official generator: what it was made of, and what came out.
struct user_sig_vector {
    std::uint32_t sdk_app_id;
    std::string key;
    std::string identifier;
    std::int64_t time;
    std::int64_t expire;
    std::string user_sig;
    std::string user_buf;      ///< the bytes signed along
    std::string user_buf_text; ///< their base64, as the document has it
    std::string sig;
};

inline constexpr std::string_view base64_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Base64 with the two letters and the padding given; empty for none.
inline std::string from_base64(std::string_view text, std::string_view last_letters, char pad) {
    const std::string letters = std::string(base64_letters).append(last_letters);
    std::string bytes;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text.substr(0, text.find(pad))) {
        bits = bits << 6U | static_cast<std::uint32_t>(letters.find(c));
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 255U);
    }
    return bytes;
}

inline std::string to_base64(std::string_view bytes, std::string_view last_letters, char pad) {
    const std::string letters = std::string(base64_letters).append(last_letters);
    std::string text;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; text += letters[bits >> count & 63U]) count -= 6;
    }
    if (count != 0) text += letters[bits << (6 - count) & 63U];
    while (text.size() % 4 != 0) text += pad;
    return text;
}

inline std::string compressed(std::string_view document) {
    std::string bytes(compressBound(static_cast<uLong>(document.size())), '\0');
    uLongf size = static_cast<uLongf>(bytes.size());
    compress(reinterpret_cast<Bytef*>(bytes.data()), &size, reinterpret_cast<const Bytef*>(document.data()),
             static_cast<uLong>(document.size()));
    bytes.resize(size);
    return bytes;
}

/// A UserSig with any document.
inline std::string packed_user_sig(std::string_view document) { return to_base64(compressed(document), "*-", '_'); }

/// The document in a UserSig; empty when there is none.
inline std::string unpacked_user_sig(std::string_view user_sig) {
    const std::string bytes = from_base64(user_sig, "*-", '_');
    std::string document(4096, '\0');
    uLongf size = static_cast<uLongf>(document.size());
    const int status = uncompress(reinterpret_cast<Bytef*>(document.data()), &size,
                                  reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()));
    document.resize(status == Z_OK ? size : 0);
    return document;
}

inline std::vector<user_sig_vector> official_user_sigs() {
    const std::string text = read_test_data("user_sig.json");
    rapidjson::Document table;
    table.Parse(text.data(), text.size());
    std::vector<user_sig_vector> vectors;
    if (!table.IsArray()) return vectors;
    for (const auto& row : table.GetArray()) {
        const auto& document = row["document"];
        user_sig_vector vector{row["sdkappid"].GetUint(),
                               row["key"].GetString(),
                               row["identifier"].GetString(),
                               row["time"].GetInt64(),
                               row["expire"].GetInt64(),
                               row["user_sig"].GetString(),
                               {},
                               {},
                               document["TLS.sig"].GetString()};
        if (document.HasMember("TLS.userbuf")) {
            vector.user_buf_text = document["TLS.userbuf"].GetString();
            vector.user_buf = from_base64(vector.user_buf_text, "+/", '=');
        }
        vectors.push_back(vector);
    }
    return vectors;
}
