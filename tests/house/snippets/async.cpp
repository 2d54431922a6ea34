// The program around the snippet that makes calls in an engine's event loop.
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <unfriend/unfriend.hpp>

namespace program {

struct engine_loop {
    template <class Callback>
    void post(std::string_view url, std::string_view body, Callback&& callback) {
        static_cast<void>(url), static_cast<void>(body), callback(200, std::string_view());
    }
    void run_for(std::chrono::nanoseconds duration);
};
extern engine_loop engine;
void use(const unfriend::call_result& response);
unfriend::timestamp now();
template <class... Arguments>
void log(const Arguments&... arguments);

extern unfriend::channel<unfriend::signer> channel;
extern const unfriend::friend_delete_request<std::vector<std::string>> deletion;

void snippet();

void snippet() {
    // snippet
}

} // namespace program
