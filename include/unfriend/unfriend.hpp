// unfriend: deletes friends on Tencent Cloud Chat. This header is the list of its parts, bottom-up; each
// can be included alone.
#pragma once

#include "unfriend/config.hpp"

// Words
#include "unfriend/error.hpp"
#include "unfriend/limits.hpp"
#include "unfriend/result.hpp"
#include "unfriend/service_code.hpp"
#include "unfriend/text.hpp"

// Messages
#include "unfriend/delete_type.hpp"
#include "unfriend/friend_delete.hpp"
#include "unfriend/friend_delete_all.hpp"
#include "unfriend/items.hpp"

// Address and credentials
#include "unfriend/credentials.hpp"
#include "unfriend/endpoint.hpp"
#include "unfriend/secret.hpp"
#if UNFRIEND_WITH_USER_SIG
#include "unfriend/openssl_hmac.hpp"
#include "unfriend/signer.hpp"
#include "unfriend/user_sig.hpp"
#include "unfriend/zlib_codec.hpp"
#endif

// Calls
#include "unfriend/account_result.hpp"
#include "unfriend/async_client.hpp"
#include "unfriend/bulk.hpp"
#include "unfriend/call_policy.hpp"
#include "unfriend/call_result.hpp"
#include "unfriend/channel.hpp"
#include "unfriend/client.hpp"
#include "unfriend/clock.hpp"
#include "unfriend/completion.hpp"
#include "unfriend/coroutine_client.hpp"
#include "unfriend/failover.hpp"
#include "unfriend/operation.hpp"
#include "unfriend/pacer.hpp"
#include "unfriend/pending_call.hpp"
#include "unfriend/random.hpp"
#include "unfriend/retry_budget.hpp"
#include "unfriend/transport.hpp"
#include "unfriend/workspace.hpp"

// The receiving side
#include "unfriend/webhook.hpp"
#include "unfriend/webhook_platform.hpp"
#if UNFRIEND_WITH_USER_SIG
#include "unfriend/openssl_sha256.hpp"
#include "unfriend/replay_guard.hpp"
#include "unfriend/webhook_authentication.hpp"
#endif
