// The parameters that the service adds to the URL of a webhook. Implements "After a Friend Is Deleted" and "Webhook
// Overview".
//
//   log(unfriend::to_string(unfriend::webhook_parameter::request_time)); // "RequestTime"
#pragma once

#include "unfriend/core/error.hpp"

namespace unfriend { inline namespace v0_2 {

/// The parameters that `webhook::authenticate` reads.
enum class webhook_parameter : unsigned char {
    sdk_app_id,
    callback_command,
    client_ip,
    opt_platform,
    request_time,
    sign,
};

/// The name of the parameter in the query: "SdkAppid", for example. Valid as long as the program runs.
constexpr const char* to_string(webhook_parameter parameter) noexcept {
    switch (parameter) {
    case webhook_parameter::sdk_app_id: return "SdkAppid";
    case webhook_parameter::callback_command: return "CallbackCommand";
    case webhook_parameter::client_ip: return "ClientIP";
    case webhook_parameter::opt_platform: return "OptPlatform";
    case webhook_parameter::request_time: return "RequestTime";
    case webhook_parameter::sign: return "Sign";
    }
    return "unknown";
}

}} // namespace unfriend::v0_2
