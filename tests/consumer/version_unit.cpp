// The namespace UNIT of version_unit.hpp.
#include "unfriend.hpp"

#include "version_unit.hpp"

namespace {

struct reply {
    int status;
    std::string body;
};

bool deletes_a_friend() {
    unfriend::signer signer{1400000000, "administrator", unfriend::secret("a key of the app's")};
    const auto transport = [](const unfriend::http_request&) {
        return reply{200, R"({"ResultItem":[{"To_Account":"bob","ResultCode":0,"ResultInfo":""}],)"
                          R"("ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ErrorDisplay":""})"};
    };
    unfriend::client client{signer, unfriend::region::singapore, transport};
    const auto response = client(unfriend::friend_delete_request{"alice", {"bob"}});
    return response.ok() && response.items.begin()->outcome == unfriend::outcome::deleted;
}

} // namespace

version_facts UNIT::facts() {
    version_facts facts;
    facts.minor = UNFRIEND_VERSION_MINOR;
    facts.sentence = unfriend::describe(unfriend::errc::no_accounts);
    facts.max_wait = unfriend::max_retry_after;
    facts.policy_size = sizeof(unfriend::call_policy);
    facts.category = &unfriend::category();
    char buffer[unfriend::friend_delete::max_encoded_size(1)];
    if (const auto body = unfriend::encode(unfriend::friend_delete_request{"alice", {"bob"}}, buffer))
        facts.encoded = *body;
    facts.is_deleted = deletes_a_friend();
    return facts;
}
