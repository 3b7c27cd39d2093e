using Causeway.Primitives;

namespace Causeway.Domain.InternetPeering;

/// <summary>
/// How it stands with a customer's prefix, by what is heard from its provider: the same rules as for the provider's own registration
/// (<see cref="PrefixReception"/>), in the words that Microsoft's documents have for customers (azure-behaviour f.13). Pure.
/// </summary>
public static class ServicePrefixRules
{
    public const string ProviderNotFound = "Peering service provider not found";
    public const string InvalidPrefix = "Invalid Peering Service prefix, prefix should be valid format, only Ipv4 prefix is supported.";

    /// <param name="heard">Every session of the provider that this is to be received over.</param>
    /// <param name="learned">From whom, if it is.</param>
    /// <param name="provider">The provider's ASN.</param>
    /// <param name="origin">Who has to originate it; null for whoever it is registered to.</param>
    /// <param name="notRegistered">What the registries say of an origin: null for yes.</param>
    public static ServicePrefixSeen Judge(
        IpPrefix prefix,
        IReadOnlyCollection<PrefixHearing> heard,
        LearnedType learned,
        uint? community,
        Asn provider,
        Asn? origin,
        Func<Asn, string?> notRegistered,
        bool isRegistryAway
    )
    {
        if (!prefix.IsV4 || !PrefixReception.IsPublic(prefix))
            return new ServicePrefixSeen(PrefixState.Invalid, LearnedType.None, InvalidPrefix);
        PrefixHearing[] received = [.. heard.Where(h => h.Route is not null)];
        if (received.Length == 0)
            return new ServicePrefixSeen(PrefixState.Failed, LearnedType.None, "Prefix was not received from Peering Service provider.");
        return PrefixReception.Judge(prefix, received, community, provider, origin, notRegistered) switch
        {
            { Fault: ReceptionFault.NoCommunity } r => Failed(
                $"Prefix announcement does not have valid BGP community, please contact Peering Service provider. ({r.Says})"
            ),
            { Fault: ReceptionFault.LongPath } r => Failed(
                $"Prefix received with longer AS path, please contact Peering Service provider. ({r.Says})"
            ),
            { Fault: ReceptionFault.PrivateAsn } r => Failed(
                $"Prefix received with private AS in path, please contact Peering Service provider. ({r.Says})"
            ),
            { } r => Failed($"Prefix is not received as it should be, please contact Peering Service provider. ({r.Says})"),
            // A single session is no backup.
            null when received.Length < Math.Max(2, heard.Count) => new ServicePrefixSeen(
                PrefixState.Warning,
                learned,
                $"Backup route not found, please contact Peering Service provider. (received over {received.Length} of {heard.Count} sessions)"
            ),
            null when isRegistryAway => new ServicePrefixSeen(
                PrefixState.Unknown,
                learned,
                "It is received as it should be; no registry is loaded here that could say whose it is."
            ),
            null => new ServicePrefixSeen(PrefixState.Verified, learned, null),
        };

        ServicePrefixSeen Failed(string says) => new(PrefixState.Failed, learned, says);
    }
}
