// What every other layer uses:
//
//   config       the version, and which parts to leave out
//   errc         the errors of this library, each with a sentence
//   error        an error as a value: an `errc` or a transport's own `std::error_code`
//   result       a value or an error
//   text         reads the caller's string types
//   char_span    writable memory of the caller
//   limits       the limits of encoding and decoding
//   clock        points in time, which the caller passes in
//   random       the default random number generator
#pragma once

#include "unfriend/core/char_span.hpp"
#include "unfriend/core/clock.hpp"
#include "unfriend/core/config.hpp"
#include "unfriend/core/errc.hpp"
#include "unfriend/core/error.hpp"
#include "unfriend/core/limits.hpp"
#include "unfriend/core/random.hpp"
#include "unfriend/core/result.hpp"
#include "unfriend/core/text.hpp"
