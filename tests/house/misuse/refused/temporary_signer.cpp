// refused: the credentials are a temporary, which dies before the first call: give the signer a name
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

std::error_code post(const unfriend::http_request&, unfriend::http_response&);

int main() {
    unfriend::client client{unfriend::signer{1400000000, "administrator", unfriend::secret("key")},
                            unfriend::region::singapore, post};
    return client(unfriend::friend_delete_request{"alice", {"bob"}}).ok() ? 0 : 1;
}
