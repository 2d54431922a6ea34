// UserSigs, version 2.0 ("Generating UserSig"):
//
//   claims       the members of a UserSig
//   generator    generates, inspects and validates UserSigs (OpenSSL, zlib)
//   signer       credentials that generate a UserSig and renew it before it expires
//   zlib_codec   compression, by zlib
#pragma once

#include "unfriend/core/config.hpp"
#include "unfriend/user_sig/claims.hpp"
#if UNFRIEND_WITH_USER_SIG
#include "unfriend/user_sig/generator.hpp"
#include "unfriend/user_sig/signer.hpp"
#include "unfriend/user_sig/zlib_codec.hpp"
#endif
