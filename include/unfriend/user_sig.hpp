// UserSigs, version 2.0 ("Generating UserSig"):
//
//   claims       what a UserSig says
//   generator    generates, inspects and validates UserSigs (OpenSSL, zlib)
//   signer       credentials that generate their UserSig and renew it in time
//   zlib_codec   the default compression
#pragma once

#include "unfriend/core/config.hpp"
#include "unfriend/user_sig/claims.hpp"
#if UNFRIEND_WITH_USER_SIG
#include "unfriend/user_sig/generator.hpp"
#include "unfriend/user_sig/signer.hpp"
#include "unfriend/user_sig/zlib_codec.hpp"
#endif
