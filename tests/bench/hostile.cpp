#include "hostile.hpp"

#include <algorithm>
#include <fstream>

namespace bench {

namespace {

int hexadecimal(char c) {
    const std::string_view digits = "0123456789abcdef";
    const std::size_t value = digits.find(c);
    return value == std::string_view::npos ? 0 : static_cast<int>(value);
}

void append(std::string& body, std::string_view part, std::size_t number, std::size_t size) {
    for (std::size_t at = 0; at != part.size(); ++at) {
        switch (part[at]) {
        case '@': body += std::to_string(number); break;
        case '&': body.append(size / 8, ' '); break;
        case '~': body.append(size / 8, 'x'); break;
        case '%':
            if (at + 2 < part.size()) {
                body += static_cast<char>(hexadecimal(part[at + 1]) * 16 + hexadecimal(part[at + 2]));
                at += 2;
            }
            break;
        default: body += part[at];
        }
    }
}

} // namespace

std::string make_body(const recipe& made, std::size_t size) {
    std::string end;
    append(end, made.behind, 0, size);
    std::string body;
    body.reserve(size + size / 4);
    append(body, made.before, 0, size);
    for (std::size_t number = 1; !made.piece.empty() && body.size() + end.size() < size; ++number) {
        append(body, made.piece, number, size);
    }
    return body + end;
}

bool read_recipes(const std::string& path, std::vector<recipe>& recipes) {
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line)) {
        if (line.empty() || line.front() == '#') continue;
        std::string parts[4];
        std::size_t from = 0;
        for (std::string& part : parts) {
            const std::size_t tab = std::min(line.find('\t', from), line.size());
            part = line.substr(from, tab - from);
            from = std::min(tab + 1, line.size());
        }
        recipes.push_back({parts[0], parts[1], parts[2], parts[3]});
    }
    return !recipes.empty();
}

} // namespace bench
