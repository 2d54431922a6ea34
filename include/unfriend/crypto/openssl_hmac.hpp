// HMAC-SHA256 by OpenSSL. To use another library, pass a class of this form to `basic_user_sig_generator`:
//
//   class my_hmac {
//   public:
//       explicit my_hmac(std::string_view key);
//       bool compute(std::string_view message, unsigned char (&mac)[32]); // false: it failed
//   };
//
// Uses EVP_MAC of OpenSSL 3 or HMAC_CTX of OpenSSL 1.1.1, and no deprecated function of either.
#pragma once

#include <cstddef>
#include <string_view>

#include <openssl/evp.h>
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
#include <openssl/core_names.h>
#include <openssl/params.h>
#else
#include <openssl/hmac.h>
#endif

#include "unfriend/core/detail/owned.hpp"

namespace unfriend { inline namespace v0_2 {

/// Computes HMAC-SHA256 with one key. OpenSSL allocates memory for it, and wipes what it derived from the key. One
/// thread at a time.
class openssl_hmac_sha256 {
public:
    /// Prepares `key`, which need not outlive the call. If that fails, `compute` reports it.
    explicit openssl_hmac_sha256(std::string_view key) noexcept {
        const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
        const detail::owned<EVP_MAC, free_mac> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
        if (!mac) return;
        context_.reset(EVP_MAC_CTX_new(mac.get()));
        char digest[] = "SHA256";
        const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                         OSSL_PARAM_construct_end()};
        if (context_ && EVP_MAC_init(context_.get(), bytes, key.size(), parameters) != 1) context_.reset();
#else
        context_.reset(HMAC_CTX_new());
        const int size = static_cast<int>(key.size());
        if (context_ && HMAC_Init_ex(context_.get(), bytes, size, EVP_sha256(), nullptr) != 1) {
            context_.reset();
        }
#endif
    }

    /// Writes the HMAC of `message` to `mac`. False if OpenSSL failed. Linear in `message`.
    bool compute(std::string_view message, unsigned char (&mac)[32]) noexcept {
        if (!context_) return false;
        const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
        std::size_t size = 0;
        return EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
               EVP_MAC_update(context_.get(), bytes, message.size()) == 1 &&
               EVP_MAC_final(context_.get(), mac, &size, sizeof mac) == 1 && size == sizeof mac;
#else
        unsigned size = 0;
        return HMAC_Init_ex(context_.get(), nullptr, 0, nullptr, nullptr) == 1 &&
               HMAC_Update(context_.get(), bytes, message.size()) == 1 && HMAC_Final(context_.get(), mac, &size) == 1 &&
               size == sizeof mac;
#endif
    }

private:
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    static void free_mac(EVP_MAC* mac) noexcept { EVP_MAC_free(mac); }
    static void free_context(EVP_MAC_CTX* context) noexcept { EVP_MAC_CTX_free(context); }

    detail::owned<EVP_MAC_CTX, free_context> context_;
#else
    static void free_context(HMAC_CTX* context) noexcept { HMAC_CTX_free(context); }

    detail::owned<HMAC_CTX, free_context> context_;
#endif
};

}} // namespace unfriend::v0_2
