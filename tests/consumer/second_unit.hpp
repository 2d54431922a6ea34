#pragma once

#include <system_error>

namespace second_unit {

bool works();
/// Where the other translation unit sees the library's error category.
const std::error_category* category();

} // namespace second_unit
