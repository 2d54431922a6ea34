// --user-sig and --inspect-user-sig.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include <rapidjson/stringbuffer.h>

#include <unfriend/user_sig/generator.hpp>
#include <unfriend/user_sig/signer.hpp>

#include "report.hpp"
#include "support/credentials_source.hpp"

namespace example {

/// Prints a UserSig made at `now`, and nothing when it cannot be made.
inline unfriend::error print_user_sig(const credentials& who, std::int64_t now, std::int64_t expire,
                                      std::ostream& out) {
    unfriend::user_sig_generator generator(who.sdk_app_id, who.identifier, who.key);
    char buffer[unfriend::max_user_sig_size];
    const unfriend::result<std::string_view> user_sig = generator.generate(now, expire, buffer);
    if (user_sig) out << *user_sig << '\n';
    return user_sig.error();
}

/// Prints what `user_sig` says and whether `who` could have made it for a call at `at`. Without `who`, whose absence
/// `why_nobody` explains, it cannot be verified and is not valid. Returns whether it is valid.
inline bool inspect_user_sig(std::string_view user_sig, const std::optional<credentials>& who,
                             std::string_view why_nobody, std::int64_t at, std::ostream& out) {
    char scratch[unfriend::max_user_sig_size];
    const unfriend::result<unfriend::user_sig_claims> claims = unfriend::inspect_user_sig(user_sig, scratch);
    std::string reason;
    if (!claims) {
        reason = claims.error().message();
    } else if (!who) {
        reason = std::string("not verified: ").append(why_nobody);
    } else {
        unfriend::user_sig_generator generator(who->sdk_app_id, who->identifier, who->key);
        char verified[unfriend::max_user_sig_size];
        const unfriend::error failure = generator.validate(user_sig, at, verified).error();
        if (failure) reason = failure.message();
    }
    rapidjson::StringBuffer line;
    json_writer json(line);
    const auto member = [&](const char* key, auto write) {
        json.Key(key);
        if (claims) {
            write(*claims);
        } else {
            json.Null();
        }
    };
    json.StartObject();
    member("sdk_app_id", [&](const unfriend::user_sig_claims& said) { json.Uint(said.sdk_app_id); });
    member("identifier", [&](const unfriend::user_sig_claims& said) { write_text(json, said.identifier); });
    member("time", [&](const unfriend::user_sig_claims& said) { json.Int64(said.time); });
    member("expire", [&](const unfriend::user_sig_claims& said) { json.Int64(said.expire); });
    json.Key("valid");
    json.Bool(reason.empty());
    json.Key("reason");
    write_text(json, reason);
    json.EndObject();
    out << std::string_view(line.GetString(), line.GetSize()) << '\n';
    return reason.empty();
}

} // namespace example
