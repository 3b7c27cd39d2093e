using Causeway.Registries.Rpki;
using Causeway.Registries.Service;

namespace Causeway.Registries.Sample;

/// <summary>The embedded sample of all registries: proves and refuses documentation prefixes without any network.</summary>
public static class SampleRegistries
{
    /// <summary>Options that hold the sample and nothing else; the IRR part is there after <see cref="RegistryService.LoadAsync"/>.</summary>
    public static RegistryOptions Options(string dataFolder) =>
        new()
        {
            DataFolder = dataFolder,
            Dumps = [SampleIrr.Dump],
            Rpki = new RpkiOptions { Fixed = [SampleRpki.Source] },
        };
}
