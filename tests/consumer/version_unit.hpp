// What a translation unit sees of the version of the library that it includes. Two of them make a program, each
// compiled from version_unit.cpp with another version.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <system_error>

struct version_facts {
    int minor = 0;
    std::string sentence;            ///< of `errc::no_accounts`
    std::chrono::seconds max_wait{}; ///< `max_retry_after`
    std::size_t policy_size = 0;     ///< the size of a type
    const std::error_category* category = nullptr;
    std::string encoded;     ///< a request
    bool is_deleted = false; ///< a whole call, by a signed request
};

namespace first {
version_facts facts();
}
namespace second {
version_facts facts();
}
