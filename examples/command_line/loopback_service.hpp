// A stand-in for the service inside this very program: a transport that answers by itself. It reads URL and body as
// the service would and verifies the UserSig, so a call that passes here is well-formed. Everyone is on everyone's
// list until deleted.
#pragma once

#include <cstdint>
#include <ctime>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <unfriend/http/transport.hpp>
#include <unfriend/messages/friend_delete.hpp>
#include <unfriend/messages/service_code.hpp>
#include <unfriend/user_sig/generator.hpp>

#include "support/credentials_source.hpp"

namespace example {

class loopback_service {
public:
    struct reply {
        int status;
        std::string body;
    };

    /// The only admin of its only app. Nothing is secret here: it guards nothing.
    static credentials demo_credentials() {
        credentials demo;
        demo.sdk_app_id = 1400000000;
        demo.identifier = "administrator";
        demo.key = unfriend::secret("6c6f6f706261636b2d6f6e6c793a2067756172647320612064656d6f2067726170");
        return demo;
    }

    reply operator()(const unfriend::http_request& request) {
        const std::int32_t refused = admit(request.url);
        return {200, refused != 0 ? refusal(refused) : run(request.body)};
    }

    /// The answer to a body, whatever the URL.
    std::string run(std::string_view body) {
        rapidjson::Document command;
        command.Parse(body.data(), body.size());
        if (command.HasParseError() || !command.IsObject()) return refusal(60003);
        const auto from = command.FindMember("From_Account");
        const auto to = command.FindMember("To_Account");
        const auto type = command.FindMember("DeleteType");
        if (from == command.MemberEnd() || to == command.MemberEnd() || !to->value.IsArray()) return refusal(30001);
        const bool is_typed = type != command.MemberEnd();
        if (!from->value.IsString() || (is_typed && !type->value.IsString())) return refusal(30001);
        if (to->value.Empty() || to->value.Size() > unfriend::default_limits::max_accounts) return refusal(30001);
        const bool both = is_typed && text_of(type->value) == unfriend::wire_value(unfriend::delete_type::both);
        rapidjson::StringBuffer answer;
        writer json(answer);
        json.StartObject();
        json.Key("ResultItem");
        json.StartArray();
        for (const rapidjson::Value& account : to->value.GetArray()) {
            if (!account.IsString()) return refusal(60015);
            write_item(json, text_of(account), remove(text_of(from->value), text_of(account), both));
        }
        json.EndArray();
        write_end(json, "OK", 0, "0");
        return answer.GetString();
    }

private:
    using writer = rapidjson::Writer<rapidjson::StringBuffer>;

    /// The ErrorCode for what is wrong with the URL; 0 when nothing is.
    static std::int32_t admit(std::string_view url) {
        const std::size_t path = url.find('/', std::string_view("https://").size());
        const std::size_t question = url.find('?');
        if (path == std::string_view::npos || question == std::string_view::npos) return 60002;
        if (url.substr(path, question - path) != unfriend::friend_delete::path) return 60009;
        std::map<std::string, std::string> query;
        if (!parse_query(url.substr(question + 1), query)) return 60002;
        const credentials demo = demo_credentials();
        std::uint32_t random = 0;
        if (query["sdkappid"].empty()) return 60012;
        if (query["sdkappid"] != std::to_string(demo.sdk_app_id)) return 70020;
        if (!parse_number(query["random"], random) || query["contenttype"] != "json") return 60002;
        if (query["identifier"] != demo.identifier) return 60010;
        unfriend::user_sig_generator generator(demo.sdk_app_id, demo.identifier, demo.key);
        char scratch[unfriend::max_user_sig_size];
        return code_of(
            generator.validate(query["usersig"], static_cast<std::int64_t>(std::time(nullptr)), scratch).error());
    }

    static std::int32_t code_of(const unfriend::error& failure) noexcept {
        if (!failure) return 0;
        if (failure == unfriend::errc::user_sig_malformed) return 70003;
        if (failure == unfriend::errc::user_sig_expired) return 70001;
        return failure == unfriend::errc::user_sig_identity_mismatch ? 70013 : 70009;
    }

    static bool parse_query(std::string_view text, std::map<std::string, std::string>& query) {
        while (!text.empty()) {
            const std::string_view pair = text.substr(0, text.find('&'));
            text.remove_prefix(pair.size() == text.size() ? pair.size() : pair.size() + 1);
            const std::size_t equals = pair.find('=');
            std::string value;
            if (equals == std::string_view::npos || !percent_decode(pair.substr(equals + 1), value)) return false;
            if (!query.emplace(pair.substr(0, equals), value).second) return false;
        }
        return true;
    }

    static bool percent_decode(std::string_view text, std::string& decoded) {
        for (; !text.empty(); text.remove_prefix(1)) {
            if (text.front() != '%') {
                decoded += text.front();
                continue;
            }
            unsigned char byte = 0;
            if (text.size() < 3) return false;
            const auto [rest, failure] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
            if (failure != std::errc{} || rest != text.data() + 3) return false;
            decoded += static_cast<char>(byte);
            text.remove_prefix(2);
        }
        return true;
    }

    /// The ResultCode.
    std::int32_t remove(const std::string& from, const std::string& to, bool both) {
        const bool was_friend = deleted_.emplace(from, to).second;
        if (both) deleted_.emplace(to, from);
        return was_friend ? 0 : 31704;
    }

    static std::string text_of(const rapidjson::Value& value) { return {value.GetString(), value.GetStringLength()}; }

    static void write_item(writer& json, const std::string& account, std::int32_t code) {
        json.StartObject();
        json.Key("To_Account");
        json.String(account.c_str(), static_cast<rapidjson::SizeType>(account.size()));
        json.Key("ResultCode");
        json.Int(code);
        json.Key("ResultInfo");
        json.String(code == 0 ? "" : std::string(unfriend::describe(code)).c_str());
        json.EndObject();
    }

    static void write_end(writer& json, const char* status, std::int32_t code, const char* info) {
        json.Key("ActionStatus");
        json.String(status);
        json.Key("ErrorCode");
        json.Int(code);
        json.Key("ErrorInfo");
        json.String(info);
        json.Key("ErrorDisplay");
        json.String("");
        json.EndObject();
    }

    static std::string refusal(std::int32_t code) {
        rapidjson::StringBuffer answer;
        writer json(answer);
        json.StartObject();
        write_end(json, "FAIL", code, std::string(unfriend::describe(code)).c_str());
        return answer.GetString();
    }

    std::set<std::pair<std::string, std::string>> deleted_; ///< the second was on the first one's list
};

} // namespace example
