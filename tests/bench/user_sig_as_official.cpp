// A UserSig made as the official generators make it: the document through RapidJSON's DOM, OpenSSL's one-shot
// HMAC, zlib's one-shot compression at level 1.
#include "rapidjson_peer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include "programs.hpp"
#include "user_sig.hpp"

namespace bench {

namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string base64(std::string_view text) {
    std::string encoded((text.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), bytes_of(text),
                                     static_cast<int>(text.size()));
    encoded.resize(static_cast<std::size_t>(size));
    return encoded;
}

std::string signature(std::int64_t time) {
    std::string text = "TLS.identifier:";
    text.append(identifier).append("\nTLS.sdkappid:").append(std::to_string(sdk_app_id)).append("\nTLS.time:");
    text.append(std::to_string(time)).append("\nTLS.expire:").append(std::to_string(expire)).append("\n");
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (HMAC(EVP_sha256(), secret_key.data(), static_cast<int>(secret_key.size()), bytes_of(text), text.size(), mac,
             &size) == nullptr) {
        return {};
    }
    return base64({reinterpret_cast<const char*>(mac), size});
}

class official_maker {
public:
    std::string_view make(std::int64_t time) {
        const std::string sig = signature(time);
        rapidjson_peer::Document document(rapidjson_peer::kObjectType);
        auto& allocator = document.GetAllocator();
        const auto text = [&](std::string_view value) {
            return rapidjson_peer::Value(value.data(), static_cast<rapidjson_peer::SizeType>(value.size()), allocator);
        };
        document.AddMember("TLS.ver", "2.0", allocator);
        document.AddMember("TLS.identifier", text(identifier), allocator);
        document.AddMember("TLS.sdkappid", sdk_app_id, allocator);
        document.AddMember("TLS.expire", expire, allocator);
        document.AddMember("TLS.time", time, allocator);
        document.AddMember("TLS.sig", text(sig), allocator);
        rapidjson_peer::StringBuffer json;
        rapidjson_peer::Writer<rapidjson_peer::StringBuffer> writer(json);
        document.Accept(writer);

        const std::string_view plain(json.GetString(), json.GetSize());
        uLongf size = compressBound(static_cast<uLong>(plain.size()));
        std::string packed(size, '\0');
        if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, bytes_of(plain), static_cast<uLong>(plain.size()),
                      1) != Z_OK) {
            return {};
        }
        user_sig_ = base64({packed.data(), size});
        std::replace(user_sig_.begin(), user_sig_.end(), '+', '*');
        std::replace(user_sig_.begin(), user_sig_.end(), '/', '-');
        std::replace(user_sig_.begin(), user_sig_.end(), '=', '_');
        return user_sig_;
    }

private:
    std::string user_sig_;
};

} // namespace

void add_user_sig_as_official() { add_user_sig<official_maker>("as_official"); }

} // namespace bench
