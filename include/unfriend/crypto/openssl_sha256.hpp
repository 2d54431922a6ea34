// SHA-256 by OpenSSL. To use another library, pass a class of this form to `webhook::authenticate` and
// `webhook::replay_guard`:
//
//   class my_sha256 {
//   public:
//       my_sha256();
//       bool update(std::string_view bytes);      // false: it failed
//       bool finish(unsigned char (&digest)[32]); // the last call
//   };
//
// Uses EVP, and no deprecated function of OpenSSL 3 or 1.1.1.
#pragma once

#include <cstddef>
#include <string_view>

#include <openssl/evp.h>

#include "unfriend/core/detail/owned.hpp"

namespace unfriend { inline namespace v0_2 {

/// Computes one SHA-256 digest. OpenSSL allocates memory for it, and wipes it on destruction.
class openssl_sha256 {
public:
    /// Starts a digest. If that fails, `update` and `finish` report it.
    openssl_sha256() noexcept : context_(EVP_MD_CTX_new()) {
        if (context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) context_.reset();
    }

    /// Appends `bytes` to what is hashed. False if OpenSSL failed.
    bool update(std::string_view bytes) noexcept {
        return context_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
    }

    /// Writes the digest of all bytes to `digest`. False if OpenSSL failed. Call it once, last.
    bool finish(unsigned char (&digest)[32]) noexcept {
        unsigned size = 0;
        return context_ && EVP_DigestFinal_ex(context_.get(), digest, &size) == 1 && size == sizeof digest;
    }

private:
    static void free(EVP_MD_CTX* context) noexcept { EVP_MD_CTX_free(context); }

    detail::owned<EVP_MD_CTX, free> context_;
};

}} // namespace unfriend::v0_2
