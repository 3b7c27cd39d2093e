namespace Causeway.Registries;

/// <summary>What no source may exceed, whatever it is read from.</summary>
internal static class Limits
{
    /// <summary>VRPs of one source, from a file or an RTR cache; the whole public RPKI has under a million.</summary>
    public const int MaxVrps = 4_000_000;

    /// <summary>Providers in all ASPAs of one RTR cache; some thousand customers have published any.</summary>
    public const int MaxAspaProviders = 4_000_000;
}
