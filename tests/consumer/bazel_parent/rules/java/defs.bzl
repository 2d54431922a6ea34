"""The rules of Java that this Bazel has built in and asks for whatever it builds."""

java_binary = native.java_binary
java_import = native.java_import
java_runtime = native.java_runtime
java_toolchain = native.java_toolchain
