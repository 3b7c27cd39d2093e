# Debian's azure-cli 2.45 asks for azure.mgmt.network.v2022_01_01, which Debian's azure-mgmt-network 23.0.0b1 left out; v2022_07_01 has the same members.
# What is not yet generated from definitions (vpn-connection) has to speak that version, since the client refuses one that it does not list.
# Its azure-mgmt-authorization hides the member "config", which "az role" reads.
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import re
import sys

_MISSING, _PRESENT = "azure.mgmt.network.v2022_01_01", "azure.mgmt.network.v2022_07_01"
_PROFILES = "azure.cli.core.profiles._shared"
_AUTHORIZATION = re.compile(r"azure\.mgmt\.authorization\.v[0-9a-z_]+\.operations")


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name == _MISSING or name.startswith(_MISSING + ".") or name == _PRESENT + ".operations":
            return importlib.util.spec_from_loader(name, self)
        return None

    def create_module(self, spec):
        if spec.name.endswith(".operations"):  # one for all versions there
            return importlib.import_module("azure.mgmt.network.operations")
        return importlib.import_module(_PRESENT + spec.name[len(_MISSING):])

    def exec_module(self, module):
        pass


def _profiles(module):
    module.AZURE_API_PROFILES["latest"][module.ResourceType.MGMT_NETWORK] = "2022-07-01"


def _operations(module):
    for operations in vars(module).values():
        if isinstance(operations, type) and not hasattr(operations, "config"):
            operations.config = property(lambda self: self._config)


class _Mended(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        mend = _profiles if name == _PROFILES else _operations if _AUTHORIZATION.fullmatch(name) else None
        if mend is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        load = spec.loader.exec_module

        def exec_module(module):
            load(module)
            mend(module)

        spec.loader.exec_module = exec_module
        return spec


sys.meta_path.append(_Alias())
sys.meta_path.insert(0, _Mended())
