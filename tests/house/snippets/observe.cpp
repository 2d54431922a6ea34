// The program around the snippet that gives channels an observer.
#include <unfriend/unfriend.hpp>

namespace program {

struct log_observer {
    void on_attempt_end(const unfriend::attempt_end& attempt);
};

extern unfriend::signer signer;
extern unfriend::pacer pacer;
extern unfriend::call_policy policy;
extern log_observer shared_log;

void snippet();

void snippet() {
    // snippet
}

} // namespace program
