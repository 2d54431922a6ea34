// refused: an observer is a class, not final, with at least one of the functions
#include <unfriend/unfriend.hpp>

struct observer final {
    void on_call_end(const unfriend::call_end&) {}
};

int main() {
    unfriend::fixed_credentials admin{1400000000, "administrator", "sig"};
    unfriend::channel<unfriend::fixed_credentials, unfriend::pacer, unfriend::random_sequence, unfriend::default_limits,
                      observer>
        channel{admin, unfriend::region::singapore, unfriend::call_policy{}, observer{}};
}
