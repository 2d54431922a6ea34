// Times the library against its peers, each given the same input and the same work. run.sh makes the table.
#include <cstdlib>
#include <string>

#include <benchmark/benchmark.h>
#include <openssl/crypto.h>
#include <rapidjson/rapidjson.h>
#include <zlib.h>

#if BENCH_WITH_NLOHMANN
#include <nlohmann/json.hpp>
#endif

#include "programs.hpp"

namespace {

std::string compiler() {
#if defined(__clang__)
    return "Clang " + std::to_string(__clang_major__) + "." + std::to_string(__clang_minor__);
#else
    return "GCC " + std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__);
#endif
}

/// The conditions of the results.
void add_context() {
    benchmark::AddCustomContext("compiler", compiler() + " " + BENCH_OPTIMIZATION);
    benchmark::AddCustomContext("RapidJSON", RAPIDJSON_VERSION_STRING);
    benchmark::AddCustomContext("OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING));
    benchmark::AddCustomContext("zlib", zlibVersion());
#if BENCH_WITH_SIMDJSON
    benchmark::AddCustomContext("simdjson", bench::simdjson_version());
#endif
#if BENCH_WITH_NLOHMANN
    benchmark::AddCustomContext("nlohmann", std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
                                                std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
                                                std::to_string(NLOHMANN_JSON_VERSION_PATCH));
#endif
}

} // namespace

int main(int argc, char** argv) {
    bench::add_decode_unfriend();
    bench::add_decode_rapidjson();
#if BENCH_WITH_SIMDJSON
    bench::add_decode_simdjson();
#endif
#if BENCH_WITH_NLOHMANN
    bench::add_decode_nlohmann();
#endif
    bench::add_encode_unfriend();
    bench::add_encode_rapidjson();
#if BENCH_WITH_NLOHMANN
    bench::add_encode_nlohmann();
#endif
    bench::add_encode_memcpy();
    bench::add_url();
    bench::add_call();
    bench::add_user_sig_unfriend();
    bench::add_user_sig_as_official();

    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return EXIT_FAILURE;
    add_context();
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return EXIT_SUCCESS;
}
