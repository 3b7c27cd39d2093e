using System.Net;
using System.Runtime.CompilerServices;
using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>
/// Everything one router shall be, compiled purely from what is stored. A driver is given the whole of it, never a difference. A value: equal contents are
/// equal, and render to the same text. Make it with <see cref="Of"/>, which puts it into canonical order.
/// </summary>
/// <param name="Router">Router name in the topology.</param>
/// <param name="Asn">Our ASN.</param>
/// <param name="Instances">In order of their names.</param>
public sealed record RouterIntent(string Router, Asn Asn, EquatableArray<InstanceIntent> Instances)
{
    /// <summary>
    /// What reports and observations name as the revision they answer: SHA-256 over <see cref="IntentText"/>, instance by instance and session by session, 32 hexadecimal
    /// digits. No clear secret enters it.
    /// </summary>
    public string Fingerprint => IntentText.Fingerprint(this);

    /// <summary>The canonical form: contributions to one instance become one, everything stands in its order, nothing twice.</summary>
    /// <exception cref="ArgumentException">Two contributions to one instance disagree about its VRF or its access.</exception>
    public static RouterIntent Of(string router, Asn asn, IEnumerable<InstanceIntent> contributions) =>
        new(
            router,
            asn,
            [
                .. contributions
                    .GroupBy(i => i.Name, StringComparer.Ordinal)
                    .OrderBy(g => g.Key, StringComparer.Ordinal)
                    .Select(g => Merged([.. g]).Canonical()),
            ]
        );

    private static InstanceIntent Merged(InstanceIntent[] contributions)
    {
        InstanceIntent first = contributions[0];
        if (contributions.FirstOrDefault(c => c.Vrf != first.Vrf || c.Access != first.Access) is { } other)
            throw new ArgumentException(
                $"Contributions to instance '{first.Name}' disagree: {first.Vrf} {first.Access}, and {other.Vrf} {other.Access}.",
                nameof(contributions)
            );
        return contributions.Length == 1
            ? first
            : first with
            {
                Sessions = [.. contributions.SelectMany(c => c.Sessions)],
                Announce = [.. contributions.SelectMany(c => c.Announce)],
            };
    }

    /// <summary>One instance by name; null when it is not on the router.</summary>
    public InstanceIntent? Find(string instance) => Instances.FirstOrDefault(i => i.Name == instance);
}

/// <summary>A routing domain on a router: one circuit's peering in a VRF of its own, or an exchange LAN in the global table.</summary>
/// <param name="Name">Stable and unique on the router: <c>{service key}/AzurePrivatePeering</c>, <c>exchange/AMS-IX</c>.</param>
/// <param name="Vrf">Its VRF, at most 15 octets (an interface name); null for the global table.</param>
/// <param name="Sessions">In order of their names.</param>
/// <param name="Announce">What the instance originates, in order of the prefixes.</param>
public sealed record InstanceIntent(
    string Name,
    string? Vrf,
    AccessIntent Access,
    EquatableArray<SessionIntent> Sessions,
    EquatableArray<AnnouncedPrefix> Announce
)
{
    /// <summary>As <see cref="RouterIntent.Fingerprint"/>, of this instance alone.</summary>
    public string Fingerprint => IntentText.Fingerprint(this);

    /// <summary>The same contents in canonical order; itself when it is in that order.</summary>
    internal InstanceIntent Canonical()
    {
        InstanceIntent canonical = this with
        {
            Sessions =
            [
                .. Sessions.Select(s => s.Canonical()).DistinctBy(IntentText.Fingerprint).OrderBy(s => s.Name, StringComparer.Ordinal),
            ],
            Announce = [.. Announce.Select(a => a.Canonical()).Distinct().OrderBy(a => a.Prefix)],
        };
        return canonical == this ? this : canonical;
    }

    /// <summary>Without one session; the same when it has none of that name.</summary>
    public InstanceIntent Without(string session) => this with { Sessions = [.. Sessions.Where(s => s.Name != session)] };
}

/// <summary>Where the instance meets the wire.</summary>
/// <param name="Port">Name of the port, as the topology names it.</param>
/// <param name="STag">Outer tag, 1–4094; null without one.</param>
/// <param name="CTag">Inner tag, or the only one; null for untagged.</param>
/// <param name="Rate">What is let through in each direction; null for the port's own rate.</param>
public sealed record AccessIntent(
    string Port,
    Encapsulation Encapsulation,
    VlanId? STag = null,
    VlanId? CTag = null,
    Bandwidth? Rate = null
);

public enum Encapsulation
{
    Untagged,

    /// <summary>One 802.1Q tag: <see cref="AccessIntent.CTag"/>.</summary>
    Dot1Q,

    /// <summary>Two tags, the outer one 802.1ad.</summary>
    QinQ,
}

/// <summary>A prefix of ours that an instance announces.</summary>
/// <param name="Communities">Communities (RFC 1997) it is announced with, ascending.</param>
public readonly record struct AnnouncedPrefix(IpPrefix Prefix, EquatableArray<uint> Communities = default)
{
    internal AnnouncedPrefix Canonical() => this with { Communities = [.. Communities.Distinct().Order()] };
}

/// <summary>One BGP session; it carries the family of its addresses.</summary>
/// <param name="Name">Unique in its instance, over all owners.</param>
/// <param name="Owner">The resource that wants it.</param>
/// <param name="Lan">The subnet both addresses lie in: a /30 or /126 of a circuit, an exchange LAN.</param>
/// <param name="Md5Key">TCP MD5 (RFC 2385); null for none.</param>
public sealed record SessionIntent(
    string Name,
    ResourceId Owner,
    IPAddress Ours,
    IPAddress Theirs,
    IpPrefix Lan,
    Asn PeerAsn,
    SessionMode Mode,
    ImportRules Import,
    ExportRules Export,
    Md5Key? Md5Key,
    SessionOptions Options
)
{
    public IpFamily Family => Lan.Family;

    private static readonly ConditionalWeakTable<SessionIntent, SessionIntent> s_canonical = [];

    /// <summary>The same contents in canonical order, itself when it is in that order, and the same object each time: what is remembered of it is found again.</summary>
    internal SessionIntent Canonical() =>
        s_canonical.GetValue(
            this,
            static s =>
            {
                SessionIntent canonical = s with { Import = s.Import.Canonical(), Export = s.Export.Canonical() };
                if (canonical == s)
                    return s;
                s_canonical.TryAdd(canonical, canonical);
                return canonical;
            }
        );
}

public enum SessionMode
{
    /// <summary>Configured and held down.</summary>
    Down,

    /// <summary>Up; accepts and announces nothing. What is heard keeps the reason that <see cref="Open"/> would give it, or DeniedByPolicy where it would accept.</summary>
    DenyAll,

    /// <summary>Up; what the rules allow.</summary>
    Open,
}

/// <summary>A key in memory. Only its fingerprint is ever written anywhere.</summary>
/// <param name="Clear">The key itself, 1 to 80 octets of UTF-8.</param>
/// <param name="Fingerprint">A keyed hash of it: equal keys have equal ones, and it tells nothing to who has not the installation's key.</param>
public sealed record Md5Key(string Clear, string Fingerprint)
{
    public override string ToString() => $"#{Fingerprint}";
}
