// The program around the snippet that makes a call in a game loop.
#include <string>
#include <system_error>
#include <vector>

#include <unfriend/unfriend.hpp>

namespace program {

struct game_loop {
    bool is_running() const;
    void tick();
};
extern game_loop game;
std::error_code transport(const unfriend::http_request& request, unfriend::http_response& response);
void use(const unfriend::call_result& response);

extern unfriend::channel<unfriend::signer> channel;
extern const unfriend::friend_delete_request<std::vector<std::string>> deletion;

void snippet();

void snippet() {
    // snippet
}

} // namespace program
