// A fuzz target: requests of any texts. What is written is read by RapidJSON's DOM and says what the request said; what
// cannot be sent is refused for the first reason.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <rapidjson/document.h>

#include "unfriend/messages/friend_delete.hpp"
#include "unfriend/messages/friend_delete_all.hpp"

#include "target.hpp"

namespace {

using unfriend::errc;

struct few_accounts : unfriend::default_limits {
    static constexpr std::size_t max_accounts = 5;
    static constexpr std::size_t max_user_id_size = 9;
};

template <class Limits>
bool is_user_id(std::string_view text) {
    return !text.empty() && text.size() <= Limits::max_user_id_size &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

template <class Limits>
unfriend::error fault_of(std::string_view from, const std::vector<std::string_view>& accounts) {
    if (!is_user_id<Limits>(from)) return errc::invalid_from_account;
    if (accounts.empty()) return errc::no_accounts;
    for (std::size_t i = 0; i != accounts.size(); ++i) {
        if (i == Limits::max_accounts) return {errc::too_many_accounts, i};
        if (!is_user_id<Limits>(accounts[i])) return {errc::invalid_to_account, i};
    }
    return {};
}

bool is_text(const RAPIDJSON_NAMESPACE::Value& value, std::string_view text) {
    return value.IsString() && std::string_view(value.GetString(), value.GetStringLength()) == text;
}

/// What every body has. The member `To_Account` is checked by `check_accounts`.
void check_body(std::string_view body, std::string_view from, unfriend::delete_type type,
                const std::vector<std::string_view>* accounts) {
    RAPIDJSON_NAMESPACE::Document dom;
    dom.Parse<RAPIDJSON_NAMESPACE::kParseValidateEncodingFlag>(body.data(), body.size());
    require(!dom.HasParseError() && dom.IsObject(), "a body is a JSON object");
    require(dom.HasMember("From_Account") && is_text(dom["From_Account"], from), "From_Account is the request's");
    const bool has_type = type != unfriend::delete_type::unspecified;
    require(dom.HasMember("DeleteType") == has_type, "DeleteType is sent if there is one");
    require(!has_type || is_text(dom["DeleteType"], unfriend::wire_value(type)), "DeleteType is the request's");
    require(dom.HasMember("To_Account") == (accounts != nullptr), "To_Account is sent by the command that has it");
    require(dom.MemberCount() == 1U + (has_type ? 1U : 0U) + (accounts != nullptr ? 1U : 0U), "nothing else is sent");
    if (accounts == nullptr) return;
    const auto& sent = dom["To_Account"];
    require(sent.IsArray() && sent.Size() == accounts->size(), "every account is sent");
    for (std::size_t i = 0; i != accounts->size(); ++i) {
        require(is_text(sent[static_cast<RAPIDJSON_NAMESPACE::SizeType>(i)], (*accounts)[i]), "accounts are in order");
    }
}

/// Encodes into buffers of exactly their size: one that suffices and one that does not.
template <class Limits, class Request, class Check>
void check_sizes(const Request& request, const unfriend::error& fault, std::size_t room, std::size_t most,
                 const Check& check) {
    const auto needed = unfriend::encoded_size<Limits>(request);
    if (fault) {
        require(!needed && needed.error().code() == fault.code() && needed.error().detail() == fault.detail(),
                "the first fault is the one that is reported");
        const auto buffer = std::make_unique<char[]>(room);
        const auto body = unfriend::encode<Limits>(request, {buffer.get(), room});
        require(!body && body.error().code() == fault.code(), "the buffer does not change the fault");
        return;
    }
    require(needed && *needed <= most, "what can be sent has a size, within the largest");
    for (const std::size_t given : {*needed, room % *needed}) {
        const auto buffer = std::make_unique<char[]>(given);
        const auto body = unfriend::encode<Limits>(request, {buffer.get(), given});
        require(body.has_value() == (given == *needed), "what fits is written");
        if (body) {
            require(body->size() == *needed, "the size is the one that was announced");
            check(*body);
        } else {
            require(body.error() == errc::buffer_too_small && body.error().detail() == *needed, "the size is needed");
        }
    }
}

template <class Limits>
void check(std::string_view from, const std::vector<std::string_view>& accounts, unfriend::delete_type type,
           std::size_t room) {
    const unfriend::friend_delete_request request{from, accounts, type};
    check_sizes<Limits>(request, fault_of<Limits>(from, accounts), room,
                        unfriend::friend_delete::max_encoded_size<Limits>(accounts.size()),
                        [&](std::string_view body) { check_body(body, from, type, &accounts); });
    const unfriend::friend_delete_all_request all{from, type};
    const unfriend::error fault = is_user_id<Limits>(from) ? unfriend::error() : errc::invalid_from_account;
    check_sizes<Limits>(all, fault, room, unfriend::friend_delete_all::max_encoded_size<Limits>(),
                        [&](std::string_view body) { check_body(body, from, type, nullptr); });
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    input_bytes input(data, size);
    const auto type = static_cast<unfriend::delete_type>(input.take_byte() % 3);
    const std::size_t room = input.take_byte() * 4U + input.take_byte() % 4U;
    const std::string_view from = input.take_line();
    std::vector<std::string_view> accounts;
    while (!input.rest().empty()) accounts.push_back(input.take_line());
    check<unfriend::default_limits>(from, accounts, type, room);
    check<few_accounts>(from, accounts, type, room);
    return 0;
}
