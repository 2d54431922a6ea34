// SHA-256 by OpenSSL, as webhook_authentication.hpp and replay_guard.hpp want it of any library:
//
//   class my_sha256 {
//   public:
//       bool update(std::string_view bytes);             // false: it failed
//       bool finish(unsigned char (&digest)[32]);        // of all bytes since construction; the last call
//   };
//
// Through EVP, with no deprecated call in OpenSSL 3 or 1.1.1.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <openssl/evp.h>

namespace unfriend {

/// One digest. Construction allocates (OpenSSL does); what was hashed is wiped when this dies.
class openssl_sha256 {
public:
    openssl_sha256() noexcept : context_(EVP_MD_CTX_new()) {
        if (context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) context_.reset();
    }

    /// False when OpenSSL could not begin or go on.
    bool update(std::string_view bytes) noexcept {
        return context_ != nullptr && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
    }

    /// False when OpenSSL could not begin or end.
    bool finish(unsigned char (&digest)[32]) noexcept {
        unsigned size = 0;
        return context_ != nullptr && EVP_DigestFinal_ex(context_.get(), digest, &size) == 1 && size == sizeof digest;
    }

private:
    struct deleter {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };

    std::unique_ptr<EVP_MD_CTX, deleter> context_;
};

} // namespace unfriend
