// One blocking call, signed, by a transport that the linker cannot see through.
#include <string>
#include <system_error>

#include <unfriend/unfriend.hpp>

std::error_code post(const unfriend::http_request& request, unfriend::http_response& response);

[[gnu::noinline]] std::error_code post(const unfriend::http_request&, unfriend::http_response& response) {
    response.status = 200;
    response.append("{}", 2);
    return {};
}

int main(int argc, char** argv) {
    unfriend::signer signer{1400000000, "administrator", unfriend::secret(argv[0])};
    unfriend::client client{signer, unfriend::region::singapore, post};
    const auto response = client(unfriend::friend_delete_request{"alice", {"bob", "carol"}});
    return response.ok() && argc == 1 ? 0 : 1;
}
