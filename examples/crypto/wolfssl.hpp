// HMAC-SHA256 and SHA-256 by wolfSSL, in place of OpenSSL:
//
//   using generator = unfriend::basic_user_sig_generator<example::wolfssl_hmac_sha256>;
//   unfriend::basic_signer<generator> signer{1400000000, "administrator", unfriend::secret(key)};
//   auto post = unfriend::webhook::authenticate<example::wolfssl_sha256>(query, app, now);
//
// Link with wolfssl.
#pragma once

#include <cstddef>
#include <string_view>

#include <wolfssl/options.h>

#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/sha256.h>

namespace example {

inline const unsigned char* octets_of(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// Computes HMAC-SHA256 with one key, which wolfSSL keeps and wipes. One thread at a time.
class wolfssl_hmac_sha256 {
public:
    explicit wolfssl_hmac_sha256(std::string_view key) noexcept {
        is_ready_ = wc_HmacInit(&context_, nullptr, INVALID_DEVID) == 0 &&
                    wc_HmacSetKey(&context_, WC_SHA256, octets_of(key), static_cast<word32>(key.size())) == 0;
    }
    wolfssl_hmac_sha256(const wolfssl_hmac_sha256&) = delete;
    wolfssl_hmac_sha256& operator=(const wolfssl_hmac_sha256&) = delete;
    ~wolfssl_hmac_sha256() { wc_HmacFree(&context_); }

    /// `wc_HmacFinal` leaves the context ready for the next message.
    bool compute(std::string_view message, unsigned char (&mac)[32]) noexcept {
        return is_ready_ && wc_HmacUpdate(&context_, octets_of(message), static_cast<word32>(message.size())) == 0 &&
               wc_HmacFinal(&context_, mac) == 0;
    }

private:
    Hmac context_{};
    bool is_ready_ = false;
};

/// Computes one SHA-256 digest.
class wolfssl_sha256 {
public:
    wolfssl_sha256() noexcept : is_good_(wc_InitSha256(&context_) == 0) {}
    wolfssl_sha256(const wolfssl_sha256&) = delete;
    wolfssl_sha256& operator=(const wolfssl_sha256&) = delete;
    ~wolfssl_sha256() { wc_Sha256Free(&context_); }

    bool update(std::string_view bytes) noexcept {
        is_good_ = is_good_ && wc_Sha256Update(&context_, octets_of(bytes), static_cast<word32>(bytes.size())) == 0;
        return is_good_;
    }
    bool finish(unsigned char (&digest)[32]) noexcept { return is_good_ && wc_Sha256Final(&context_, digest) == 0; }

private:
    wc_Sha256 context_{};
    bool is_good_ = false;
};

} // namespace example
