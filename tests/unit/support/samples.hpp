// The samples of the service's documents.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

/// The text of a file of tests/data; empty when there is none.
inline std::string read_test_data(std::string_view name) {
    std::ifstream file(std::string(UNFRIEND_TEST_DATA "/").append(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// JSON without the white space between its tokens.
inline std::string minified(std::string_view json) {
    std::string compact;
    bool in_text = false;
    bool escaped = false;
    for (const char c : json) {
        const bool is_space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (in_text || !is_space) compact += c;
        if (c == '"' && !escaped) in_text = !in_text;
        escaped = in_text && c == '\\' && !escaped;
    }
    return compact;
}
