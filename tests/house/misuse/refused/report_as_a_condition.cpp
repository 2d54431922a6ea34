// refused: a report is neither true nor false: ask answered(), ok() or all_gone()
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

std::error_code post(const unfriend::http_request&, unfriend::http_response&);

int main() {
    unfriend::signer signer{1400000000, "administrator", unfriend::secret("key")};
    unfriend::client client{signer, unfriend::region::singapore, post};
    const auto response = client(unfriend::friend_delete_request{"alice", {"bob"}});
    if (!response) return 1;
}
