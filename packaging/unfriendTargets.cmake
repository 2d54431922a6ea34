# Defines unfriend::codec, which needs RapidJSON, and unfriend::unfriend, which needs OpenSSL and zlib too. The installed
# package and the source tree include this file, each with unfriend_INCLUDE_DIR and unfriend_WITH_USER_SIG set.
# Without unfriend_WITH_USER_SIG both are the same; where OpenSSL or zlib is missing, unfriend::unfriend is not defined.

# RapidJSON's own package names its directory in one variable or another; without a package the header itself is
# looked for.
find_package(RapidJSON CONFIG QUIET)
find_path(unfriend_RAPIDJSON_INCLUDE_DIR rapidjson/reader.h
    HINTS ${RapidJSON_INCLUDE_DIRS} ${RapidJSON_INCLUDE_DIR} ${RAPIDJSON_INCLUDE_DIRS})
mark_as_advanced(unfriend_RAPIDJSON_INCLUDE_DIR)

if(unfriend_WITH_USER_SIG)
    find_package(OpenSSL QUIET COMPONENTS Crypto)
    find_package(ZLIB QUIET)
endif()

macro(unfriend_add_target name)
    if(NOT TARGET ${name})
        add_library(${name} INTERFACE IMPORTED)
        target_include_directories(${name} SYSTEM INTERFACE
            "${unfriend_INCLUDE_DIR}" "${unfriend_RAPIDJSON_INCLUDE_DIR}")
        target_compile_features(${name} INTERFACE cxx_std_17)
    endif()
endmacro()

if(unfriend_RAPIDJSON_INCLUDE_DIR)
    # A target that links both targets has UserSigs.
    set(without_user_sig "$<NOT:$<BOOL:$<TARGET_PROPERTY:UNFRIEND_USER_SIG>>>")
    unfriend_add_target(unfriend::codec)
    set_target_properties(unfriend::codec PROPERTIES
        INTERFACE_COMPILE_DEFINITIONS "$<${without_user_sig}:UNFRIEND_WITH_USER_SIG=0>")
    if(NOT unfriend_WITH_USER_SIG)
        unfriend_add_target(unfriend::unfriend)
        target_compile_definitions(unfriend::unfriend INTERFACE UNFRIEND_WITH_USER_SIG=0)
    elseif(TARGET OpenSSL::Crypto AND TARGET ZLIB::ZLIB)
        unfriend_add_target(unfriend::unfriend)
        set_target_properties(unfriend::unfriend PROPERTIES
            INTERFACE_LINK_LIBRARIES "OpenSSL::Crypto;ZLIB::ZLIB"
            INTERFACE_UNFRIEND_USER_SIG ON
            COMPATIBLE_INTERFACE_BOOL UNFRIEND_USER_SIG)
    endif()
    unset(without_user_sig)
endif()
