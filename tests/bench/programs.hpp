// What each source file adds to the program. Those of a library that was not found are left out.
#pragma once

#include <string>

namespace bench {

void add_decode_unfriend();
void add_decode_rapidjson();
void add_decode_simdjson();
void add_decode_nlohmann();

/// The version of simdjson and the kernels of its two stages.
std::string simdjson_version();

void add_encode_unfriend();
void add_encode_rapidjson();
void add_encode_nlohmann();
void add_encode_memcpy();

void add_url();
void add_call();

void add_user_sig_unfriend();
void add_user_sig_as_official();

} // namespace bench
