using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Json;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.InternetPeering;

/// <summary>
/// A session from before Causeway (<see cref="LegacySession"/>), as the topology names it: it runs as it did, open to what is proven for the peer, until its peer
/// has a peering made of it. Then the session stays, and another row stands behind it.
/// </summary>
public sealed record LegacyPeer : IResource
{
    public const string ResourceType = "Causeway.Operations/legacyPeers";

    public required ResourceId Id { get; init; }

    /// <summary>Name of the exchange, as the topology spells it.</summary>
    public required string Exchange { get; init; }

    public required Asn Asn { get; init; }

    /// <summary>The peer's addresses there, at most one of each family.</summary>
    public required ImmutableArray<string> Addresses { get; init; }

    /// <summary>It is the exchange's route server: what it gives are the routes of its members.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsRouteServer { get; init; }

    /// <summary>What is proven for the peer, and accepted of it; null until something was found.</summary>
    public ProvenFilter? Filter { get; init; }

    /// <inheritdoc cref="Peering.Ending"/>
    public ImmutableArray<EndingProof> Ending
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];

    /// <summary>The peering that was made of it; null while it runs by itself.</summary>
    public ResourceId? ConvertedTo { get; init; }

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => ConvertedTo is null ? "Running" : "Converted";

    [JsonIgnore]
    public IEnumerable<(IpFamily Family, PeerFamily Peer)> Families =>
        Addresses.Select(a => (IpPrefix.Host(IPAddress.Parse(a)).Family, new PeerFamily(a, 0) { IsProven = true }));

    public static ResourceId IdOf(string exchange, Asn asn, IEnumerable<IPAddress> addresses) =>
        ResourceId.Parse(
            $"/providers/{ResourceType}/{string.Concat($"{exchange}-as{asn.Value}-{string.Join('-', addresses)}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'))}"
        );

    /// <summary>The label of those at an exchange.</summary>
    public static string ExchangeLabel(string exchange) => $"legacy-at/{exchange.ToLowerInvariant()}";
}

/// <summary>The topology names a session from before.</summary>
public sealed record RunLegacy(DateTimeOffset At, ResourceId Id, string Exchange, Asn Asn, EquatableArray<string> Addresses) : Signal(At)
{
    /// <inheritdoc cref="LegacyPeer.IsRouteServer"/>
    public bool IsRouteServer { get; init; }

    /// <summary>The peering that has a session with one of these addresses already; null when none has.</summary>
    public ResourceId? ConvertedTo { get; init; }
}

/// <summary>The topology names it no more.</summary>
public sealed record EndLegacy(DateTimeOffset At) : Signal(At);

/// <summary>What the registries prove for it.</summary>
public sealed record LegacyProven(DateTimeOffset At, PeerFilter Filter) : Signal(At)
{
    /// <inheritdoc cref="PeeringChecked.Forbidden"/>
    public EquatableArray<PrefixMatch> Forbidden { get; init; }

    /// <inheritdoc cref="PeeringChecked.Grace"/>
    public TimeSpan Grace { get; init; }
}

/// <summary>A peering was made of it. Sent in the peering's own commit, as a consequence of its states.</summary>
public sealed record ConvertLegacy(DateTimeOffset At, ResourceId Peering) : Signal(At);

/// <summary>A session from before: <c>Running</c> until it is <c>Converted</c>, or the topology names it no more.</summary>
public sealed class LegacyPeerWorkflow(PeeringPolicy policy) : Workflow<LegacyPeer>
{
    public override string Type => LegacyPeer.ResourceType;

    protected override JsonTypeInfo<LegacyPeer> Json => LegacyPeerJson.Default.LegacyPeer;

    public override IReadOnlyList<string> Told => ["asn", "exchange", "addresses", "isRouteServer", "convertedTo"];

    public override Decision<LegacyPeer> Decide(LegacyPeer? current, Signal signal) =>
        (current, signal) switch
        {
            (null, RunLegacy run) => new Decision<LegacyPeer>.Move(
                new LegacyPeer
                {
                    Id = run.Id,
                    Exchange = run.Exchange,
                    Asn = run.Asn,
                    Addresses = [.. run.Addresses],
                    IsRouteServer = run.IsRouteServer,
                    ConvertedTo = run.ConvertedTo,
                },
                run.ConvertedTo is { } peering
                    ? $"peering {peering.Name} has its session already"
                    : $"AS{run.Asn} at {run.Exchange} runs as it did"
            ),
            ({ } c, RunLegacy run) when c.IsRouteServer != run.IsRouteServer => new Decision<LegacyPeer>.Move(
                c with
                {
                    IsRouteServer = run.IsRouteServer,
                },
                $"the topology has it as a {(run.IsRouteServer ? "route server" : "session from before")}"
            ),
            ({ }, RunLegacy) => new Decision<LegacyPeer>.Stay("it runs, or was converted"),
            (null, _) => new Decision<LegacyPeer>.Stay("there is no such session from before"),
            ({ }, EndLegacy) => new Decision<LegacyPeer>.End("the topology names it no more"),
            ({ } c, LegacyProven found)
                when found.Filter.IsTooLarge || found.Filter.V4.Length + found.Filter.V6.Length > MostOf(c.IsRouteServer, policy) =>
                new Decision<LegacyPeer>.Stay("more is registered than any peer is believed to announce: what was proven before stays"),
            ({ } c, LegacyProven found) => Proven(c, found),
            ({ } c, ConvertLegacy convert) => new Decision<LegacyPeer>.Move(
                c with
                {
                    ConvertedTo = convert.Peering,
                },
                $"peering {convert.Peering.Name} was made of it"
            ),
            _ => throw new System.Diagnostics.UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    /// <summary>Most prefixes that are believed of it.</summary>
    public static int MostOf(bool isRouteServer, PeeringPolicy policy) => isRouteServer ? policy.MostOfRouteServer : policy.MostProven;

    private static Decision<LegacyPeer> Proven(LegacyPeer c, LegacyProven found)
    {
        (ProvenFilter now, ImmutableArray<EndingProof> ending) = FilterGrace.Of(
            c.Filter,
            c.Ending,
            found.Filter,
            found.Forbidden,
            found.At,
            found.Grace
        );
        return c.Filter is { } stands && stands.SaysTheSameAs(now) && c.Ending.SequenceEqual(ending)
            ? new Decision<LegacyPeer>.Stay("nothing new is proven")
            : new Decision<LegacyPeer>.Move(
                c with
                {
                    Filter = now,
                    Ending = ending,
                },
                $"{found.Filter.V4.Length} IPv4 and {found.Filter.V6.Length} IPv6 prefixes are proven for AS{c.Asn}"
            );
    }

    public override IEnumerable<string> LabelsOf(LegacyPeer resource) =>
        resource.ConvertedTo is null
            ? [LegacyPeer.ExchangeLabel(resource.Exchange), IOnRouters.OnGroup(PeeringWorkflow.GroupOf(resource.Exchange))]
            : [LegacyPeer.ExchangeLabel(resource.Exchange)];

    protected override IEnumerable<string> AnnouncementsOf(LegacyPeer? before, LegacyPeer? after) =>
        [IOnRouters.Announcement(PeeringWorkflow.GroupOf((after ?? before)!.Exchange))];
}

/// <summary>What sessions from before have on the routers of their exchange: open, and only to what is proven in their rows. Pure.</summary>
public sealed class LegacyOnRouters(LegacyPeerWorkflow workflow, PeeringPolicy policy) : IOnRouters
{
    public string Type => LegacyPeer.ResourceType;

    public Compiled Compile(GroupMember router, StoredResource row, CompileContext context)
    {
        LegacyPeer legacy = workflow.Read(row).Resource;
        return legacy.ConvertedTo is null && PeeringsOnRouters.At(router, context.Topology) is var (exchange, member)
            ? new Compiled(
                [
                    PeeringsOnRouters.Instance(
                        exchange,
                        member,
                        context.Topology,
                        [
                            .. legacy
                                .Families.Select(f =>
                                    PeeringsOnRouters.Session(
                                        legacy.Id,
                                        legacy.Asn,
                                        f.Family,
                                        legacy.IsRouteServer ? f.Peer with { MaxPrefixes = policy.MostOfRouteServer } : f.Peer,
                                        SessionMode.Open,
                                        legacy.Filter?.Of(f.Family) ?? [],
                                        exchange,
                                        member,
                                        exchange.RouteServer is not null ? SessionRole.RouteServer
                                            : legacy.IsRouteServer ? SessionRole.RouteServerClient
                                            : null,
                                        context.Topology,
                                        policy
                                    )
                                )
                                .OfType<SessionIntent>(),
                        ]
                    ),
                ],
                new Dictionary<string, string>()
            )
            : Compiled.Nothing;
    }

    /// <summary>It is told nothing: nobody waits for it.</summary>
    public IEnumerable<Signal> Signals(SideOutcome outcome, StoredResource row) => [];
}

/// <summary>How a session from before stands in its document.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(AsnConverter), typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(LegacyPeer))]
internal sealed partial class LegacyPeerJson : JsonSerializerContext;
