// Keys and hashes:
//
//   secret           holds a key or token, cannot be printed, and is wiped when destroyed
//   openssl_hmac     HMAC-SHA256 for UserSigs, by OpenSSL
//   openssl_sha256   SHA-256 for the authentication of webhooks, by OpenSSL
#pragma once

#include "unfriend/core/config.hpp"
#include "unfriend/crypto/secret.hpp"
#if UNFRIEND_WITH_USER_SIG
#include "unfriend/crypto/openssl_hmac.hpp"
#include "unfriend/crypto/openssl_sha256.hpp"
#endif
