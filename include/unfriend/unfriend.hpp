// unfriend: deletes friends on Tencent Cloud Chat. This header is the list of its layers, bottom-up; each layer, and
// each header of a layer, can be included alone.
//
//   unfriend::signer signer{1400000000, "administrator", unfriend::secret(key)};
//   unfriend::client client{signer, unfriend::region::singapore, transport};
//   auto response = client(unfriend::friend_delete_request{"alice", friends});
#pragma once

// Errors, results, limits, text, time
#include "unfriend/core.hpp"

// Secrets, HMAC-SHA256 and SHA-256 (OpenSSL)
#include "unfriend/crypto.hpp"

// Endpoints, URLs, and what a transport is
#include "unfriend/http.hpp"

// The codec: requests encoded, responses decoded (RapidJSON)
#include "unfriend/messages.hpp"

// UserSigs generated, renewed and validated (OpenSSL, zlib)
#include "unfriend/user_sig.hpp"

// One call as a state machine: retries, pace, failover, outcomes
#include "unfriend/call.hpp"

// The receiving side of "After a Friend Is Deleted"
#include "unfriend/webhook.hpp"

// Drivers for threads, event loops, game loops, coroutines and bulk jobs
#include "unfriend/clients.hpp"
