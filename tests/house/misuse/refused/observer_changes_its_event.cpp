// refused: an observer's on_call_end takes a const unfriend::call_end&
#include <unfriend/unfriend.hpp>

struct observer {
    void on_call_end(unfriend::call_end&) {}
};

int main() {
    unfriend::fixed_credentials admin{1400000000, "administrator", "sig"};
    unfriend::channel channel{admin, unfriend::region::singapore, unfriend::call_policy{}, observer{}};
}
