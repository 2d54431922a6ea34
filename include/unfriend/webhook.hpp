// The receiving side: "After a Friend Is Deleted".
//
//   event            decodes the body and encodes the response
//   platform         the values of OptPlatform
//   parameter        the parameters of the URL
//   authentication   is a post for this app, signed with its token, and fresh? (OpenSSL)
//   replay_guard     refuses the same post twice (OpenSSL)
#pragma once

#include "unfriend/core/config.hpp"
#include "unfriend/webhook/event.hpp"
#include "unfriend/webhook/parameter.hpp"
#include "unfriend/webhook/platform.hpp"
#if UNFRIEND_WITH_USER_SIG
#include "unfriend/webhook/authentication.hpp"
#include "unfriend/webhook/replay_guard.hpp"
#endif
