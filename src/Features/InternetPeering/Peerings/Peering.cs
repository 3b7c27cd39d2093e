using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>
/// A peering with another network over the Internet: one peer, at exchanges or by cables of one location. All that decides what our routers accept of it stands here: where each
/// connection is on its way, what its checks said, and the filter of what is proven for the peer.
/// </summary>
public sealed record Peering : ITracked<Peering>
{
    public const string ResourceType = "Microsoft.Peering/peerings";

    /// <summary>What one peering has at the most.</summary>
    public const int MostConnections = 20;

    /// <summary>Messages that are kept; the oldest go.</summary>
    public const int MostMessages = 200;

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }

    /// <summary>One of azure-behaviour f.5, such as <c>Basic_Exchange_Free</c>.</summary>
    public required string Sku { get; init; }

    /// <summary>Name of a peering location, as the topology spells it.</summary>
    public required string PeeringLocation { get; init; }

    /// <summary>The peer's ASN as its subscription has it registered here.</summary>
    public required ResourceId PeerAsnId { get; init; }

    /// <inheritdoc cref="PeerAsnId"/>
    public required Asn PeerAsn { get; init; }

    /// <summary>What a direct peering is for; null for a peering at exchanges.</summary>
    public DirectPeeringType? DirectType { get; init; }

    [JsonIgnore]
    public bool IsDirect => DirectType is not null;

    public ImmutableArray<Connection> Connections { get; init; } = [];

    /// <summary>What is proven for the peer: all that its Active connections accept. Null until something was found.</summary>
    public ProvenFilter? Filter { get; init; }

    /// <summary>Why the filter is not what the registries say now; null when it is.</summary>
    public string? FilterProblem { get; init; }

    /// <summary>What of the filter has no proof any more and goes on for its grace. Documents from before there was any have no such member.</summary>
    public ImmutableArray<EndingProof> Ending
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>What the operator accepted on tickets, by prefix. Documents from before there were any have no such member.</summary>
    public ImmutableArray<AcceptedPeerPrefix> Accepted
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>Everything that was said between the operator and the peer, oldest first.</summary>
    public ImmutableArray<PeeringMessage> Messages { get; init; } = [];

    /// <summary>What the operator asked, while neither side has said anything since; null where no question is open.</summary>
    [JsonIgnore]
    public PeeringMessage? Question =>
        Messages.LastOrDefault(m => m.By != Steps.ByCauseway) is { Code: nameof(PeeringVerb.Ask) } asked ? asked : null;

    /// <summary>Since when the peer wants to leave; the operator acts next.</summary>
    public DateTimeOffset? LeavesSince { get; init; }

    /// <summary>The operator suspended or rejected something of it: until the operator approves or resumes, no rule approves anything of its ASN.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsHeldBack { get; init; }

    /// <summary>Prefixes and ASNs of the peer's customers, for Peering Service. Documents from before there were any have no such member.</summary>
    public ImmutableArray<RegisteredPrefix> RegisteredPrefixes
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <inheritdoc cref="RegisteredPrefixes"/>
    public ImmutableArray<RegisteredAsn> RegisteredAsns
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    public Peering With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    /// <summary>The least of its connections' states: what has to be done next.</summary>
    [JsonIgnore]
    public string StateName => Connections.Length == 0 ? "None" : Connections.MinBy(c => c.State.Rank)!.State.GetType().Name;

    /// <summary>Whether anything could be let through.</summary>
    [JsonIgnore]
    public bool IsAnythingProven => Filter is not null || !Accepted.IsEmpty;

    /// <summary>All that an Active connection accepts of a family: what registries prove, and what a person accepted.</summary>
    public ImmutableArray<PrefixMatch> Proven(IpFamily family)
    {
        ImmutableArray<PrefixMatch> registered = Filter?.Of(family) ?? [];
        return Accepted.IsEmpty
            ? registered
            :
            [
                .. registered
                    .Concat(
                        Accepted.Where(a => a.Prefix.Family == family).Select(a => PrefixMatch.Exact(a.Prefix) with { Origins = [PeerAsn] })
                    )
                    .OrderBy(m => m.Prefix)
                    .ThenBy(m => m.MaxLength),
            ];
    }

    /// <summary>The same at an instant: what was accepted until then is proven no more, although nobody has been told yet.</summary>
    public ImmutableArray<PrefixMatch> ProvenAt(IpFamily family, DateTimeOffset now) =>
        (Accepted.All(a => a.Until > now) ? this : this with { Accepted = [.. Accepted.Where(a => a.Until > now)] }).Proven(family);

    public Connection? Find(string identifier) =>
        Connections.FirstOrDefault(c => c.Identifier.Equals(identifier, StringComparison.OrdinalIgnoreCase));

    /// <summary>The same with one connection in place of the one with its identifier.</summary>
    public Peering With(Connection connection) =>
        this with
        {
            Connections = [.. Connections.Select(c => c.Identifier == connection.Identifier ? connection : c)],
        };

    /// <summary>The label of the peerings at a <see cref="PeeringSite"/>.</summary>
    public static string SiteLabel(string site) => $"at-exchange/{site.ToLowerInvariant()}";

    /// <summary>The label of the peerings at a <see cref="PeeringSite"/> that are on their way to Active.</summary>
    public static string OnTheWayLabel(string site) => $"peering-on-its-way/{site.ToLowerInvariant()}";

    /// <summary>The label of those of which the operator has to decide something.</summary>
    public const string WaitsLabel = "peering/waits";

    /// <summary>The label of all peerings with an ASN.</summary>
    public static string PeerLabel(Asn asn) => $"peering-with/{asn.Value}";

    /// <summary>The claim on a peer's address at an exchange.</summary>
    public static string AddressClaim(string exchange, IPAddress address) => $"{AddressClaims}{exchange.ToLowerInvariant()}/{address}";

    public const string AddressClaims = "peer-address/";

    /// <summary>The claim on an address of a cable.</summary>
    public static string LinkClaim(IPAddress address) => $"{LinkClaims}{address}";

    public const string LinkClaims = "link-address/";

    /// <summary>What a commit announces when there is something to look at for the loop that checks a site's connections.</summary>
    public static string ChecksAnnouncement(string site) => $"{ChecksAnnouncements}{site.ToLowerInvariant()}";

    public const string ChecksAnnouncements = "peering-checks/";
}

/// <summary>One way to the peer: its addresses at one exchange, or a cable. It has a session with each of our routers there, for each family.</summary>
public sealed record Connection
{
    /// <summary>The client's name for it, unique in the peering.</summary>
    public required string Identifier { get; init; }

    /// <summary>Name of a <see cref="PeeringSite"/>, as the topology spells it. In documents it is called what it first was.</summary>
    [JsonPropertyName("exchange")]
    public required string Site { get; init; }

    /// <summary>The exchange's or facility's number in PeeringDB, by which it was asked for.</summary>
    public required int FacilityId { get; init; }

    /// <summary>Its cable; null at an exchange.</summary>
    public DirectLink? Link { get; init; }

    public PeerFamily? V4 { get; init; }
    public PeerFamily? V6 { get; init; }

    /// <summary>The TCP MD5 key (RFC 2385), encrypted; null when the sessions carry none.</summary>
    public string? ProtectedKey { get; init; }

    /// <summary>A keyed hash of the key: the same for the same key, however it is encrypted. Empty where it was said that there is none.</summary>
    public string? KeyFingerprint { get; init; }

    public required ConnectionState State { get; init; }

    /// <summary>It takes the place of a session from before (<see cref="LegacySession"/>), which runs on untouched.</summary>
    public bool IsLegacy { get; init; }

    /// <summary>The peer's side is configured already: with its approval the connection goes to our routers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsReady { get; init; }

    /// <summary>
    /// We asked the peer for it, and open first: what it does not announce yet is judged when it does. Two networks that wait for each other's routes under DENY ALL
    /// would wait for ever; what is accepted is what is proven, either way.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool OpensFirst { get; init; }

    /// <summary>Counts the changes that routers have to follow.</summary>
    public long Generation { get; init; }

    /// <summary>The last generation that each router was read to have, by the router's name; its problem where it could not take it.</summary>
    public ImmutableSortedDictionary<string, Followed> Routers { get; init; } = ImmutableSortedDictionary<string, Followed>.Empty;

    /// <summary>What was seen of it last, in the order of the table of checks.</summary>
    public ImmutableArray<CheckResult> Checks { get; init; } = [];

    [JsonIgnore]
    public IEnumerable<(IpFamily Family, PeerFamily Peer)> Families
    {
        get
        {
            if (V4 is not null)
                yield return (IpFamily.V4, V4);
            if (V6 is not null)
                yield return (IpFamily.V6, V6);
        }
    }

    /// <summary>Where its sessions are; null when the topology has that no more.</summary>
    public MeetingPlace? PlaceIn(NetworkTopology topology) => Link is null ? topology.FindExchange(Site) : Link.In(topology, Families);

    /// <summary>Name of the router group that drives its routers.</summary>
    [JsonIgnore]
    public string Group => Link?.Group ?? PeeringWorkflow.GroupOf(Site);

    public bool IsAt(string site) => Site.Equals(site, StringComparison.OrdinalIgnoreCase);

    public PeerFamily? FamilyOf(IpFamily family) => family == IpFamily.V4 ? V4 : V6;

    /// <summary>The same with both families changed.</summary>
    public Connection Each(Func<PeerFamily, PeerFamily> change) =>
        this with
        {
            V4 = V4 is null ? null : change(V4),
            V6 = V6 is null ? null : change(V6),
        };

    /// <summary>True when every one of our routers that it has a session with was read to have what is wanted now.</summary>
    public bool IsReadBack(MeetingPlace place) => RoutersAt(place).All(r => Routers.GetValueOrDefault(r)?.Generation == Generation);

    /// <summary>Our routers that it has a session with, by name.</summary>
    public IEnumerable<string> RoutersAt(MeetingPlace place) =>
        place.Routers.Where(r => Families.Any(f => r.Address(f.Family) is not null)).Select(r => r.Router.Name);

    /// <summary>Name of the session of one family, on each router.</summary>
    public static string SessionOf(Asn peer, PeerFamily family) => $"as{peer.Value}-{family.Address}";
}

/// <summary>The peer's side of one address family.</summary>
/// <param name="Address">The peer's address in the LAN, in its canonical text.</param>
/// <param name="MaxPrefixes">How many prefixes it says that it announces; 0 where it did not say, for the policy's own limit.</param>
public sealed record PeerFamily(string Address, int MaxPrefixes)
{
    /// <summary>
    /// Its checks have passed with exactly this address: once the connection is Active, this family is open. Another address, or a family that is new, has to be
    /// looked at first, and leaves the other one alone.
    /// </summary>
    public bool IsProven { get; init; }

    [JsonIgnore]
    public IPAddress Peer => IPAddress.Parse(Address);
}

/// <summary>How one router followed.</summary>
/// <param name="Problem">Why it has not what is wanted; null when it has.</param>
public sealed record Followed(long Generation, string? Problem = null);

/// <summary>Something that was said.</summary>
/// <param name="By"><c>operator</c>, <c>peer</c> or <c>causeway</c>.</param>
/// <param name="Code">What it is about, stable: the verb, or the state that was reached.</param>
/// <param name="Connections">Identifiers; empty for the whole peering.</param>
public sealed record PeeringMessage(DateTimeOffset At, string By, string Code, string Text, ImmutableArray<string> Connections);

/// <summary>What a connection's check saw last.</summary>
/// <param name="Name">Of <see cref="PeeringChecks.All"/>.</param>
/// <param name="Family">Null for what concerns the connection as a whole.</param>
/// <param name="Reason">Stable code; empty when it passed.</param>
/// <param name="Says">What it saw, for people.</param>
/// <param name="At">When this result was first seen.</param>
public sealed record CheckResult(string Name, IpFamily? Family, CheckOutcome Outcome, string Reason, string Says, DateTimeOffset At)
{
    /// <summary>The same result; words and times may differ.</summary>
    public bool IsSameAs(CheckResult other) => (Name, Family, Outcome, Reason) == (other.Name, other.Family, other.Outcome, other.Reason);
}

public enum CheckOutcome
{
    Passed,
    Failed,

    /// <summary>There is nothing to judge yet.</summary>
    Waiting,
}
