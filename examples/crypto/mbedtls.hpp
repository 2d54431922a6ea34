// HMAC-SHA256 and SHA-256 by mbedTLS 2.28 or 3, in place of OpenSSL:
//
//   using generator = unfriend::basic_user_sig_generator<example::mbedtls_hmac_sha256>;
//   unfriend::basic_signer<generator> signer{1400000000, "administrator", unfriend::secret(key)};
//   auto post = unfriend::webhook::authenticate<example::mbedtls_sha256>(query, app, now);
//
// Link with mbedcrypto.
#pragma once

#include <cstddef>
#include <string_view>

#include <mbedtls/md.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

namespace example {

inline const unsigned char* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// Computes HMAC-SHA256 with one key, which mbedTLS keeps and wipes. One thread at a time.
class mbedtls_hmac_sha256 {
public:
    explicit mbedtls_hmac_sha256(std::string_view key) noexcept {
        mbedtls_md_init(&context_);
        const mbedtls_md_info_t* const sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
        is_ready_ = sha256 != nullptr && mbedtls_md_setup(&context_, sha256, 1) == 0 &&
                    mbedtls_md_hmac_starts(&context_, bytes_of(key), key.size()) == 0;
    }
    mbedtls_hmac_sha256(const mbedtls_hmac_sha256&) = delete;
    mbedtls_hmac_sha256& operator=(const mbedtls_hmac_sha256&) = delete;
    ~mbedtls_hmac_sha256() { mbedtls_md_free(&context_); }

    bool compute(std::string_view message, unsigned char (&mac)[32]) noexcept {
        return is_ready_ && mbedtls_md_hmac_reset(&context_) == 0 &&
               mbedtls_md_hmac_update(&context_, bytes_of(message), message.size()) == 0 &&
               mbedtls_md_hmac_finish(&context_, mac) == 0;
    }

private:
    mbedtls_md_context_t context_{};
    bool is_ready_ = false;
};

/// Computes one SHA-256 digest.
class mbedtls_sha256 {
public:
    mbedtls_sha256() noexcept {
        mbedtls_sha256_init(&context_);
#if MBEDTLS_VERSION_MAJOR >= 3
        is_good_ = ::mbedtls_sha256_starts(&context_, 0) == 0;
#else
        is_good_ = mbedtls_sha256_starts_ret(&context_, 0) == 0;
#endif
    }
    mbedtls_sha256(const mbedtls_sha256&) = delete;
    mbedtls_sha256& operator=(const mbedtls_sha256&) = delete;
    ~mbedtls_sha256() { mbedtls_sha256_free(&context_); }

    bool update(std::string_view bytes) noexcept {
#if MBEDTLS_VERSION_MAJOR >= 3
        is_good_ = is_good_ && ::mbedtls_sha256_update(&context_, bytes_of(bytes), bytes.size()) == 0;
#else
        is_good_ = is_good_ && mbedtls_sha256_update_ret(&context_, bytes_of(bytes), bytes.size()) == 0;
#endif
        return is_good_;
    }
    bool finish(unsigned char (&digest)[32]) noexcept {
#if MBEDTLS_VERSION_MAJOR >= 3
        return is_good_ && ::mbedtls_sha256_finish(&context_, digest) == 0;
#else
        return is_good_ && mbedtls_sha256_finish_ret(&context_, digest) == 0;
#endif
    }

private:
    mbedtls_sha256_context context_{};
    bool is_good_ = false;
};

} // namespace example
