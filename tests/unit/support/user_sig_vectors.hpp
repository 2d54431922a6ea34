// The official UserSigs, and UserSigs taken apart and put together without the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The reader alone: RapidJSON 1.1.0's DOM does not compile with newer Clang.
#include <rapidjson/reader.h>
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

/// Fills one vector for each object of the table. The members of the object inside have names of their own.
struct user_sig_vector_reader : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, user_sig_vector_reader> {
    std::vector<user_sig_vector> vectors;

    bool StartObject() {
        if (depth_++ == 0) vectors.emplace_back();
        return true;
    }

    bool EndObject(rapidjson::SizeType) {
        --depth_;
        return true;
    }

    bool Key(const char* text, rapidjson::SizeType size, bool) {
        key_.assign(text, size);
        return true;
    }

    bool String(const char* text, rapidjson::SizeType size, bool) {
        user_sig_vector& vector = vectors.back();
        if (key_ == "key") vector.key.assign(text, size);
        if (key_ == "identifier") vector.identifier.assign(text, size);
        if (key_ == "user_sig") vector.user_sig.assign(text, size);
        if (key_ == "TLS.sig") vector.sig.assign(text, size);
        if (key_ == "TLS.userbuf") {
            vector.user_buf_text.assign(text, size);
            vector.user_buf = from_base64(vector.user_buf_text, "+/", '=');
        }
        return true;
    }

    bool Uint(unsigned value) {
        user_sig_vector& vector = vectors.back();
        if (key_ == "sdkappid") vector.sdk_app_id = value;
        if (key_ == "time") vector.time = value;
        if (key_ == "expire") vector.expire = value;
        return true;
    }

private:
    std::string key_;
    int depth_ = 0;
};

inline std::vector<user_sig_vector> official_user_sigs() {
    std::string text = read_test_data("user_sig.json");
    rapidjson::InsituStringStream stream(text.data());
    user_sig_vector_reader table;
    rapidjson::Reader().Parse<rapidjson::kParseInsituFlag>(stream, table);
    return table.vectors;
}
