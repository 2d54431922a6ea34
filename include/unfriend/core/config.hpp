// The version, and what a program may switch off.
#pragma once

#define UNFRIEND_VERSION_MAJOR 0
#define UNFRIEND_VERSION_MINOR 1
#define UNFRIEND_VERSION_PATCH 0

/// Set to 0 before including to leave out UserSig generation, and with it OpenSSL and zlib.
#ifndef UNFRIEND_WITH_USER_SIG
#define UNFRIEND_WITH_USER_SIG 1
#endif
