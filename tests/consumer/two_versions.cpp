// A program with two versions of the library: each of its units has its own.
#include "version_unit.hpp"

int main() {
    const version_facts now = first::facts();
    const version_facts later = second::facts();
    const bool is_apart = now.minor != later.minor && now.sentence != later.sentence &&
                          now.max_wait != later.max_wait && now.policy_size != later.policy_size &&
                          now.category != later.category;
    return is_apart && now.is_deleted && later.is_deleted && now.encoded == later.encoded ? 0 : 1;
}
