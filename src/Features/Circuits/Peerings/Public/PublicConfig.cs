using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Domain.Circuits;

/// <summary>
/// What a family of a Microsoft or public peering declares that the customer will announce (<c>microsoftPeeringConfig</c>), and how far each of it is proven.
/// </summary>
/// <param name="Since">When the family was first declared so.</param>
public sealed record PublicConfig(DateTimeOffset Since)
{
    /// <summary>In the customer's order.</summary>
    public required ImmutableArray<AdvertisedPrefix> Prefixes { get; init; }

    /// <summary>Whom the prefixes are registered to, when that is not the peer.</summary>
    public Asn? CustomerAsn { get; init; }

    /// <summary>Where they are registered: the wire name of a <see cref="RoutingRegistry"/>.</summary>
    public string Registry { get; init; } = RoutingRegistry.None.Name;

    /// <summary>Other than 0: as before there were route filters, all services are announced.</summary>
    public int LegacyMode { get; init; }

    /// <summary>As the customer wrote them; kept, and shown again.</summary>
    public ImmutableArray<string> Communities { get; init; } = [];

    /// <summary>Every prefix was proven once since the ASNs are what they are: from then on the session is up while any is.</summary>
    public bool HasOpened { get; init; }

    [JsonIgnore]
    public AdvertisedState State =>
        Prefixes.Any(p => p.Standing is PrefixStanding.Pending) ? AdvertisedState.Configuring
        : Prefixes.All(p => p.Standing is PrefixStanding.Proven) ? AdvertisedState.Configured
        : AdvertisedState.ValidationNeeded;

    /// <summary>Whether the session may be up at all.</summary>
    [JsonIgnore]
    public bool IsOpen => HasOpened && Prefixes.Any(p => p.Standing is PrefixStanding.Proven);

    /// <summary>Whom the prefixes have to belong to.</summary>
    public Asn OwnerFor(Asn peer) => CustomerAsn ?? peer;

    /// <summary>What the router accepts: what is proven, and nothing because it is declared. In order, each once.</summary>
    public IEnumerable<PrefixPermit> Permits(Asn peer) =>
        Prefixes.SelectMany(p => p.Permits(OwnerFor(peer))).Distinct().OrderBy(p => p.Prefix).ThenBy(p => p.Origin.Value);

    /// <summary>The same at an instant: what has ended by then is not proven, although nobody has been told yet.</summary>
    public IEnumerable<PrefixPermit> Permits(Asn peer, DateTimeOffset now) =>
        Prefixes.Any(p => p.HasEnded(now))
            ? (this with { Prefixes = [.. Prefixes.Where(p => !p.HasEnded(now))] }).Permits(peer)
            : Permits(peer);

    public AdvertisedPrefix? Find(IpPrefix prefix) => Prefixes.FirstOrDefault(p => p.Prefix == prefix);

    /// <summary>The same declaration, whatever is proven of it.</summary>
    public bool DeclaresSameAs(PublicConfig other) =>
        (CustomerAsn, Registry, LegacyMode) == (other.CustomerAsn, other.Registry, other.LegacyMode)
        && Communities.SequenceEqual(other.Communities)
        && Prefixes.Select(p => p.Declared).SequenceEqual(other.Prefixes.Select(p => p.Declared));

    public bool Equals(PublicConfig? other) =>
        other is not null
        && (Since, CustomerAsn, Registry, LegacyMode, HasOpened)
            == (other.Since, other.CustomerAsn, other.Registry, other.LegacyMode, other.HasOpened)
        && Communities.SequenceEqual(other.Communities)
        && Prefixes.SequenceEqual(other.Prefixes);

    public override int GetHashCode() => HashCode.Combine(Since, CustomerAsn, Registry, Prefixes.Length);
}

/// <summary>Where the declared prefixes of a family are as a whole (<c>advertisedPublicPrefixesState</c>).</summary>
public enum AdvertisedState
{
    /// <summary>In the answer to the PUT that declares them.</summary>
    NotConfigured,

    /// <summary>The registries have not been read yet.</summary>
    Configuring,

    /// <summary>Every prefix is proven.</summary>
    Configured,

    /// <summary>Of at least one nothing proves it, or nothing does any more.</summary>
    ValidationNeeded,
}

/// <summary>A prefix that the customer says it will announce.</summary>
public sealed record AdvertisedPrefix(IpPrefix Prefix)
{
    /// <summary>As the customer wrote it, when that is not how prefixes are written (<c>11.2.3.4/30</c>): clients find it again so.</summary>
    public string? Written { get; init; }

    /// <summary>What the customer signed, as it sent it.</summary>
    public string? ValidationId { get; init; }

    /// <summary>The signature of <see cref="ValidationId"/>, base64; null when none was sent.</summary>
    public string? Signature { get; init; }

    public required PrefixStanding Standing { get; init; }

    /// <summary>What has to be signed for a prefix: it names the circuit, the prefix as the customer wrote it, and whom it has to belong to.</summary>
    public static string ValidationIdOf(Guid serviceKey, string prefix, Asn owner) => $"Azure-SKEY|{serviceKey:D}|{prefix}|ASN-{owner}";

    [JsonIgnore]
    public string Text => Written ?? Prefix.ToString();

    /// <summary>What the customer declared, without what is known of it.</summary>
    internal (IpPrefix, string, string?, string?) Declared => (Prefix, Text, ValidationId, Signature);

    /// <summary>Whether the instant has come at which its proof ends.</summary>
    internal bool HasEnded(DateTimeOffset now) => Standing is PrefixStanding.Proven { Until: { } until } && until <= now;

    /// <param name="owner">Whom it has to belong to.</param>
    public IEnumerable<PrefixPermit> Permits(Asn owner)
    {
        if (Standing is not PrefixStanding.Proven proven)
            yield break;
        if (proven.Registry is { } registry)
            foreach (PrefixPermit permit in registry.Permits)
                yield return permit;
        if (proven.Ticket is not null)
            yield return new PrefixPermit(Prefix, Prefix.Length, owner);
    }
}
