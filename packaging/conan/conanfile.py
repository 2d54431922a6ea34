# The tests do not run this recipe, for want of Conan where they run: they hold it against the tree, and build
# test_package without it. Run by hand with Conan 2.9: `conan create packaging/conan` makes and tests the package.
import os

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy

required_conan_version = ">=2.0"


class UnfriendConan(ConanFile):
    name = "unfriend"
    version = "0.2.0"
    description = "Deletes friends on Tencent Cloud Chat (header-only)"
    license = "MIT"
    topics = ("tencent-cloud-chat", "codec", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"user_sig": [True, False]}
    default_options = {"user_sig": True}
    no_copy_source = True

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..", "..")
        copy(self, "include/*", src=root, dst=self.export_sources_folder)
        copy(self, "LICENSE", src=root, dst=self.export_sources_folder)

    def requirements(self):
        self.requires("rapidjson/[>=1.1.0 <2 || cci.20230929]", transitive_headers=True)
        if self.options.user_sig:
            self.requires("openssl/[>=3 <4]", transitive_headers=True, transitive_libs=True)
            self.requires("zlib/[>=1.2.11 <2]", transitive_headers=True, transitive_libs=True)

    def package_id(self):
        self.info.settings.clear()

    def validate(self):
        check_min_cppstd(self, 17)

    def package(self):
        copy(self, "*", src=os.path.join(self.source_folder, "include"), dst=os.path.join(self.package_folder, "include"))
        copy(self, "LICENSE", src=self.source_folder, dst=os.path.join(self.package_folder, "licenses"))

    def package_info(self):
        codec = self.cpp_info.components["codec"]
        codec.requires = ["rapidjson::rapidjson"]
        codec.defines = ["UNFRIEND_WITH_USER_SIG=0"]
        codec.set_property("pkg_config_name", "unfriend-codec")
        whole = self.cpp_info.components["unfriend"]
        whole.requires = ["rapidjson::rapidjson"]
        if self.options.user_sig:
            whole.requires += ["openssl::crypto", "zlib::zlib"]
        else:
            whole.defines = ["UNFRIEND_WITH_USER_SIG=0"]
        whole.set_property("pkg_config_name", "unfriend")
        for component in (codec, whole):
            component.bindirs = []
            component.libdirs = []
