// Bodies made to be slow to read. Each is a recipe: a beginning, a piece that is repeated up to a size, and an end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// In each part, `@` is the running number of the piece, `&` white space of an eighth of the size, and `~` letters of
/// an eighth of the size. `%hh` is the byte with that hexadecimal value.
struct recipe {
    std::string name;
    std::string before;
    std::string piece;
    std::string behind;
};

/// A body of about `size` bytes.
std::string make_body(const recipe& made, std::size_t size);

/// The recipes of hostile.txt, one a line: the name and the three parts, separated by tabs. False when the file cannot
/// be read.
bool read_recipes(const std::string& path, std::vector<recipe>& recipes);

} // namespace bench
