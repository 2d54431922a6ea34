// RapidJSON as a peer, at its best: with SIMD, as far as the compiler was told that the machine has it.
//
// The library uses RapidJSON too, and without. So that one program can hold both, the peer's is in another
// namespace; a source file includes the one or the other, never both.
#pragma once

#define RAPIDJSON_NAMESPACE rapidjson_peer
#define RAPIDJSON_NAMESPACE_BEGIN namespace rapidjson_peer {
#define RAPIDJSON_NAMESPACE_END }

#if defined(__SSE4_2__)
#define RAPIDJSON_SSE42
#elif defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif

#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
