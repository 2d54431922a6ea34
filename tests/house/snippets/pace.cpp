// The program around the snippet that shares a pacer.
#include <unfriend/unfriend.hpp>

namespace program {

extern unfriend::signer signer;

void snippet();

void snippet() {
    // snippet
}

} // namespace program
