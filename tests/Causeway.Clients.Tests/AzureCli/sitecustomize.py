# Debian's azure-cli 2.45 asks for azure.mgmt.network.v2022_01_01, which Debian's azure-mgmt-network 23.0.0b1 left out; v2022_07_01 has the same members.
import importlib
import importlib.abc
import importlib.util
import sys

_MISSING, _PRESENT = "azure.mgmt.network.v2022_01_01", "azure.mgmt.network.v2022_07_01"


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name == _MISSING or name.startswith(_MISSING + "."):
            return importlib.util.spec_from_loader(name, self)
        return None

    def create_module(self, spec):
        return importlib.import_module(_PRESENT + spec.name[len(_MISSING):])

    def exec_module(self, module):
        pass


sys.meta_path.append(_Alias())
