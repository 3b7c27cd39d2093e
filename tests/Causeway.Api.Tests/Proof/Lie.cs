namespace Causeway.Api.Tests.Proof;

/// <summary>One row of the corpus: what somebody sends, and what the router has to say to it.</summary>
/// <param name="Name">What is false about it.</param>
/// <param name="Prefix">As announced. <c>own</c> stands for a prefix that is declared and proven, a new one for each row.</param>
/// <param name="Path">AS_PATH as sent; <c>P</c> is the peer's own number.</param>
/// <param name="Reason">Name of the reason it is refused for; null where it is no lie and passes, so that a router that refuses everything is found out too.</param>
/// <param name="With">Other attributes; a next hop of its own instead of the peer's.</param>
public sealed record Lie(string Name, string Prefix, string Path, string? Reason, string With = "next-hop self");

/// <summary>
/// Hijacks, leaks and nonsense, over every kind of peering with networks that have to prove what they announce. One more is one more line; <see cref="LiesTests"/> plays
/// them with a daemon that we did not write, and looks into the routers' own tables.
/// </summary>
internal static class Lies
{
    /// <summary>Somebody else's network: registered, and declared on no peering of the one who sends it.</summary>
    public const string Victim = "193.191.0.0/24";
    public const uint VictimAsn = 3391;

    /// <summary>The same, with a ROA.</summary>
    public const string SignedVictim = "193.189.128.0/24";

    /// <summary>Proven for the same network on another of its circuits; declared here by nobody.</summary>
    public const string Elsewhere = "193.192.0.0/24";

    /// <summary>Declared and registered; a ROA names another network, or nobody.</summary>
    public const string ForbiddenByRoa = "193.193.0.0/24",
        OfNobody = "193.194.0.0/24";

    /// <summary>Declared, and allowed by a ROA up to its own length.</summary>
    public const string Signed = "193.196.0.0/22";

    /// <summary>Whatever the peering: what is false about the route itself.</summary>
    private static readonly Lie[] s_paths =
    [
        new("no lie", "own", "P", null),
        new("no lie, prepended", "own", "P P P", null),
        new("the right prefix from another origin", "own", "P 7777", "OriginNotRegistered"),
        new("the victim's number as origin of ours", "own", "P 3391", "OriginNotRegistered"),
        new("another network in front", "own", "3391 P", "FirstAsnMismatch"),
        new("another network alone", "own", "3391", "FirstAsnMismatch"),
        new("an AS_SET at the end", "own", "P ( 7777 7778 )", "AsSetInPath"),
        new("an AS_SET that holds the right origin", "own", "P ( P 7778 )", "AsSetInPath"),
        new("our own number in the path", "own", "P 64496 P", "OwnAsnInPath"),
        new("our own number as origin", "own", "P 64496", "OwnAsnInPath"),
        new("AS_TRANS in the path", "own", "P 23456 P", "ReservedAsnInPath"),
        new("AS0 in the path", "own", "P 0 P", "MalformedAttributes"),
        new("AS65535 in the path", "own", "P 65535 P", "ReservedAsnInPath"),
        new("the last ASN in the path", "own", "P 4294967295 P", "ReservedAsnInPath"),
        new("a private number in the path", "own", "P 65001 P", "PrivateAsnInPath"),
        new("a private 4-octet number in the path", "own", "P 4200000001 P", "PrivateAsnInPath"),
        new("a private number as origin", "own", "P 65001", "PrivateAsnInPath"),
        new("a leak through a transit network", "own", "P 174 P", "TransitNetworkInPath"),
        new("a leak of another network through a transit network", "193.191.0.64/26", "P 174 3391", "TransitNetworkInPath"),
        new("a third party's next hop", "own", "P", "NextHopOutsideLan", "next-hop 192.0.2.1"),
        new("no next hop", "own", "P", "NextHopUnusable", "next-hop 0.0.0.0"),
        new("a multicast next hop", "own", "P", "NextHopUnusable", "next-hop 224.0.0.1"),
    ];

    private static readonly Lie[] s_prefixes =
    [
        new("a hijack", Victim, "P", "NotRegistered"),
        new("a hijack, more specific", "193.191.0.128/25", "P", "NotRegistered"),
        new("a hijack, less specific", "193.190.0.0/15", "P", "NotRegistered"),
        new("a hijack with the origin forged: its ROA lets it pass", SignedVictim, "P 3391", "NotRegistered"),
        new("a hijack of a part of what is signed, with the origin forged", "193.189.128.0/25", "P 3391", "RpkiInvalid"),
        new("proven on another circuit of the same network", Elsewhere, "P", "NotRegistered"),
        new("a ROA names another", ForbiddenByRoa, "P", "RpkiInvalid"),
        new("a ROA names nobody", OfNobody, "P", "RpkiInvalid"),
        new("no lie, signed", Signed, "P", null),
        new("longer than its ROA allows", "193.196.1.0/24", "P", "RpkiInvalid"),
        new("shorter than its ROA", "193.196.0.0/21", "P", "NotRegistered"),
        new("all that is declared, in one", "193.195.0.0/16", "P", "NotRegistered"),
        new("a blackhole for one address", "193.195.0.1/32", "P", "NotRegistered", "next-hop self community [ 65535:666 ]"),
        new("the default route", "0.0.0.0/0", "P", "DefaultRoute"),
        new("half of the Internet", "128.0.0.0/1", "P", "NotRegistered"),
        new("the other half", "0.0.0.0/1", "P", "NotRegistered"),
        new("our own network", "192.88.99.0/24", "P", "OwnNetwork"),
        new("a part of our own network", "192.88.99.64/26", "P", "OwnNetwork"),
        new("one of our services", "198.51.100.0/27", "P", "OwnNetwork"),
    ];

    /// <summary>Blocks of IANA's special-purpose registries, and parts of them, all of them registered to whoever sends them.</summary>
    public static readonly string[] Bogons4 =
    [
        "0.0.0.0/8",
        "0.1.0.0/16",
        "10.0.0.0/8",
        "10.9.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "127.99.0.0/16",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.0.8/32",
        "192.168.0.0/16",
        "192.168.7.0/24",
        "198.18.0.0/15",
        "198.19.0.0/16",
        "240.0.0.0/4",
        "255.255.255.255/32",
    ];

    public static readonly string[] Bogons6 =
    [
        "::/8",
        "::1/128",
        "::ffff:0:0/96",
        "::ffff:193.191.0.0/120",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/32",
        "2001:2::/48",
        "2001:3::/32",
        "2001:10::/28",
        "2001:20::/28",
        "2001:30::/28",
        "2002::/16",
        "2002:c0a8:0101::/48",
        "3ffe::/16",
        "4000::/3",
        "5f00::/16",
        "8000::/3",
        "c000::/16",
        "fc00::/7",
        "fd00:1::/32",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ];

    /// <summary>ExaBGP sends group addresses as another family (SAFI 2), so that these are asked about only.</summary>
    public static readonly string[] Groups4 = ["224.0.0.0/4", "239.0.0.0/8"];

    public static IEnumerable<Lie> OverPeerings =>
        [.. s_paths, .. s_prefixes, .. Bogons4.Select(b => new Lie($"the bogon {b}, registered", b, "P", "Bogon"))];

    public const string Victim6 = "2a0e:b391::/32",
        Forbidden6 = "2a0e:b392::/32";

    public static IEnumerable<Lie> Over6 =>
        [
            new("no lie", "own", "P", null),
            new("the right prefix from another origin", "own", "P 7777", "OriginNotRegistered"),
            new("another network in front", "own", "3391 P", "FirstAsnMismatch"),
            new("an AS_SET at the end", "own", "P ( 7777 7778 )", "AsSetInPath"),
            new("our own number in the path", "own", "P 64496 P", "OwnAsnInPath"),
            new("a private number in the path", "own", "P 65001 P", "PrivateAsnInPath"),
            new("a leak through a transit network", "own", "P 174 P", "TransitNetworkInPath"),
            new("a hijack", Victim6, "P", "NotRegistered"),
            new("a hijack, more specific", "2a0e:b391:8000::/33", "P", "NotRegistered"),
            new("a hijack, less specific", "2a0e:b390::/31", "P", "NotRegistered"),
            new("a ROA names another", Forbidden6, "P", "RpkiInvalid"),
            new("the default route", "::/0", "P", "DefaultRoute"),
            new("everything that anybody has", "2000::/3", "P", "NotRegistered"),
            new("one of our services", "2001:db8:5010::/48", "P", "OwnNetwork"),
            new("a third party's next hop", "own", "P", "NextHopOutsideLan", "next-hop 2a0e:b391::1"),
            new("a next hop of another link, by its link-local address", "own", "P", "NextHopOutsideLan", "next-hop fe80::1"),
            new("an IPv4 address as next hop", "own", "P", "NextHopOutsideLan", "next-hop ::ffff:127.0.0.1"),
            .. Bogons6.Select(b => new Lie($"the bogon {b}, registered", b, "P", "Bogon")),
        ];

    /// <summary>The rows with a prefix for each, and the peer's number filled in.</summary>
    /// <param name="own">Gives the next prefix that is the peer's.</param>
    public static Lie[] Of(IEnumerable<Lie> lies, uint peer, Func<int, string> own) =>
        [
            .. lies.Select(
                (l, i) =>
                    l with
                    {
                        Prefix = l.Prefix == "own" ? own(i) : l.Prefix,
                        Path = string.Join(' ', l.Path.Split(' ').Select(w => w == "P" ? $"{peer}" : w)),
                    }
            ),
        ];

    /// <summary>As ExaBGP's configuration has it.</summary>
    public static string Route(Lie lie) => $"{lie.Prefix} {lie.With} as-path [ {lie.Path} ]";
}
