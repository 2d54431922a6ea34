// What a consumer does with the library, whichever header it took it from: include that one first.
#pragma once

#include <array>
#include <string>
#include <string_view>

inline bool encodes_a_request() {
    const std::array<std::string_view, 2> friends{"bob", "carol"};
    const unfriend::friend_delete_request request{"alice", friends, unfriend::delete_type::both};
    char buffer[unfriend::friend_delete::max_encoded_size(2)];
    const auto body = unfriend::encode(request, buffer);
    return body && *body == R"({"From_Account":"alice","To_Account":["bob","carol"],"DeleteType":"Delete_Type_Both"})";
}

inline bool decodes_a_response() {
    std::string body = R"({"ResultItem":[{"To_Account":"bob","ResultCode":0,"ResultInfo":""},)"
                       R"({"To_Account":"carol","ResultCode":31704,"ResultInfo":"not friends"}],)"
                       R"("ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""})";
    unfriend::friend_delete_response<unfriend::inline_items<2>> response;
    if (unfriend::decode(body, response)) return false;
    std::string failures;
    for (const auto& item : response.failures()) failures.append(item.to_account);
    return response.ok() && failures == "carol";
}

#if UNFRIEND_WITH_USER_SIG
inline bool makes_a_user_sig() {
    unfriend::user_sig_generator generator{1400000000, "administrator", unfriend::secret("a key of the app's")};
    char buffer[unfriend::max_user_sig_size];
    char scratch[unfriend::max_user_sig_size];
    const auto user_sig = generator.generate(1700000000, 60, buffer);
    return user_sig && generator.validate(*user_sig, 1700000001, scratch);
}
#else
inline bool makes_a_user_sig() { return true; }
#endif

inline bool goes_round() { return encodes_a_request() && decodes_a_response() && makes_a_user_sig(); }
