// The version of the library, and which parts to leave out.
#pragma once

/// The semantic version.
#define UNFRIEND_VERSION_MAJOR 0
#define UNFRIEND_VERSION_MINOR 2
#define UNFRIEND_VERSION_PATCH 0

/// Define as 0 before including any header to leave out what needs OpenSSL and zlib: UserSigs and the authentication of
/// webhooks.
#ifndef UNFRIEND_WITH_USER_SIG
#define UNFRIEND_WITH_USER_SIG 1
#endif
