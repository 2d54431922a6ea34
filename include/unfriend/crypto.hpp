// Keys and hashes:
//
//   secret           a key or token that wipes itself and cannot be printed
//   openssl_hmac     the default HMAC of UserSigs (OpenSSL)
//   openssl_sha256   the default hash of webhook authentication (OpenSSL)
#pragma once

#include "unfriend/core/config.hpp"
#include "unfriend/crypto/secret.hpp"
#if UNFRIEND_WITH_USER_SIG
#include "unfriend/crypto/openssl_hmac.hpp"
#include "unfriend/crypto/openssl_sha256.hpp"
#endif
