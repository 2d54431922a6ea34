// The webhook of the service: "After a Friend Is Deleted".
//
//   event            decodes the body and encodes the response
//   platform         the values of OptPlatform
//   parameter        the parameters of the query
//   authentication   checks that a post is for this app, signed with its token and recent (OpenSSL)
//   replay_guard     refuses a post that was accepted before (OpenSSL)
#pragma once

#include "unfriend/core/config.hpp"
#include "unfriend/webhook/event.hpp"
#include "unfriend/webhook/parameter.hpp"
#include "unfriend/webhook/platform.hpp"
#if UNFRIEND_WITH_USER_SIG
#include "unfriend/webhook/authentication.hpp"
#include "unfriend/webhook/replay_guard.hpp"
#endif
