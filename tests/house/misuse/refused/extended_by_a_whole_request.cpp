// refused: this request names all its accounts: start another call
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

int main() {
    unfriend::signer signer{1400000000, "administrator", unfriend::secret("key")};
    unfriend::channel channel{signer, unfriend::region::singapore};
    auto transport = [](const unfriend::http_request&, unfriend::http_response&) { return std::error_code(); };
    unfriend::pending_call call{channel, transport};
    const unfriend::friend_delete_request request{"alice", {"bob"}};
    call.start(request, unfriend::default_clock()());
    call.extend(request);
}
