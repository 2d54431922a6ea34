// refused: an observer's on_attempt_end takes a const unfriend::attempt_end&
#include <unfriend/unfriend.hpp>

struct observer {
    void on_attempt_end(const unfriend::attempt_start&) {}
};

int main() {
    unfriend::fixed_credentials admin{1400000000, "administrator", "sig"};
    unfriend::channel channel{admin, unfriend::region::singapore, unfriend::call_policy{}, observer{}};
}
