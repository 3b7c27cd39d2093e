using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Domain.Json;
using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>What a router was read to be.</summary>
/// <param name="Revision">Fingerprint of the intent that is in place; empty before the first.</param>
/// <param name="At">When it was read.</param>
/// <param name="Instances">In order of their names.</param>
public sealed record RouterReport(string Router, string Revision, DateTimeOffset At, IReadOnlyList<InstanceReport> Instances)
{
    /// <summary>What is wrong with the router itself; null when nothing is.</summary>
    public string? Problem { get; init; }

    public InstanceReport? Find(string instance) => Instances.FirstOrDefault(i => i.Name == instance);
}

/// <param name="Revision">Fingerprint of the <see cref="InstanceIntent"/> that is in place.</param>
/// <param name="Problem">Why the instance, or a part of it, could not be put in place; null when all of it is.</param>
public sealed record InstanceReport(string Name, string Revision, string? Problem, IReadOnlyList<SessionReport> Sessions)
{
    /// <summary>What is in place as <see cref="IntentText"/>: what a plan is compared with. Not observed by anybody else.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Lines { get; init; } = [];
}

/// <summary>An instance of which a router shows something new.</summary>
/// <param name="Peers">The peers' addresses of the sessions that are new, gone, or not as they were.</param>
public sealed record ObservedInstance(string Name, IReadOnlyList<string> Peers)
{
    /// <param name="before">As it was shown last; null for the first time.</param>
    public static ObservedInstance Of(InstanceReport? before, InstanceReport now)
    {
        Dictionary<string, SessionReport> was = (before?.Sessions ?? []).ToDictionary(s => s.Name);
        IEnumerable<string> changed = now
            .Sessions.Where(s => !was.Remove(s.Name, out SessionReport? old) || !s.IsLike(old))
            .Select(s => s.Theirs)
            .ToList();
        return new ObservedInstance(now.Name, [.. changed.Concat(was.Values.Select(s => s.Theirs)).Distinct()]);
    }
}

/// <summary>One session as the router sees it.</summary>
/// <param name="Name">As in <see cref="SessionIntent.Name"/>.</param>
/// <param name="Ours">Our address.</param>
/// <param name="Theirs">The peer's address.</param>
/// <param name="State">RFC 4271 §8.2.2 name: Idle, Connect, Active, OpenSent, OpenConfirm, Established.</param>
/// <param name="Since">When it entered that state.</param>
public sealed record SessionReport(
    string Name,
    string Ours,
    string Theirs,
    Asn PeerAsn,
    SessionMode Mode,
    string State,
    DateTimeOffset Since
)
{
    /// <summary>Routes held before policy, accepted, and announced. Null where the router cannot say.</summary>
    public int? Received { get; init; }

    /// <inheritdoc cref="Received"/>
    public int? Accepted { get; init; }

    /// <inheritdoc cref="Received"/>
    public int? Announced { get; init; }

    /// <summary>The peer has said that its first transfer is complete (RFC 4724 §2). Null where the router cannot say.</summary>
    public bool? EndOfRib { get; init; }

    /// <summary>How many routes were refused for which reason (docs/reasons.md).</summary>
    public IReadOnlyList<RefusedCount> Refused { get; init; } = [];

    /// <summary>When it last left Established; null if it never did, or the router cannot say.</summary>
    public DateTimeOffset? WasUpUntil { get; init; }

    /// <summary>Why the last session or attempt ended, in operators' words; null if none has.</summary>
    public string? LastProblem { get; init; }

    /// <summary>
    /// A stable code of why the session is not up, where there is one: <see cref="NoLink"/>, <see cref="RoleMismatch"/>, <see cref="BadPeerAs"/>, <see cref="MaxPrefixes"/>.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>What the peer says that it is to us (RFC 9234), by the names there; null when it states nothing, or is away.</summary>
    public string? PeerRole { get; init; }

    /// <summary>Octets of the data plane; null when the router cannot measure them.</summary>
    public long? BytesIn { get; init; }

    /// <inheritdoc cref="BytesIn"/>
    public long? BytesOut { get; init; }

    [JsonIgnore]
    public bool IsEstablished => State == "Established";

    /// <summary>Whether everything of it that is shown is the same; the octets of its data plane aside.</summary>
    public bool IsLike(SessionReport other) =>
        this with { Refused = [], BytesIn = null, BytesOut = null } == other with { Refused = [], BytesIn = null, BytesOut = null }
        && Refused.SequenceEqual(other.Refused);

    /// <summary>The addresses lie outside the router's link space: it neither listens nor connects there.</summary>
    public const string NoLink = "NoLink";

    /// <summary>The peer speaks as another AS (RFC 4271 §6.2, OPEN error 2), whoever said so.</summary>
    public const string BadPeerAs = "BadPeerAs";

    /// <summary>Too many prefixes were announced (RFC 4486, Cease 1), whoever said so.</summary>
    public const string MaxPrefixes = "MaxPrefixes";

    /// <summary>The roles of both sides do not fit, and one of them ended the session for it (RFC 9234 §4.2).</summary>
    public const string RoleMismatch = "RoleMismatch";
}

/// <param name="Reason">Number of docs/reasons.md.</param>
public sealed record RefusedCount(int Reason, string Name, int Routes);

/// <summary>One route.</summary>
/// <param name="AsPath">As text, nearest ASN first; empty for routes of our own.</param>
/// <param name="LocalPreference">Null where not set.</param>
public sealed record RouteReport(
    string Session,
    IpPrefix Prefix,
    string NextHop,
    string AsPath,
    uint? LocalPreference,
    RefuseReason Refused,
    DateTimeOffset? Since
)
{
    /// <summary>RFC 1997, as they were heard; empty where there are none, or the router does not say.</summary>
    public EquatableArray<uint> Communities { get; init; } = [];

    /// <summary>RFC 8092, as operators write them: <c>64496:1000:1</c>; empty as above.</summary>
    public EquatableArray<string> LargeCommunities { get; init; } = [];
}

/// <summary>What of a router is kept in the store for everybody to read: the head of its report, with what could not be compiled.</summary>
/// <param name="Owner">The node that drives it, for people.</param>
/// <param name="Wanted">Fingerprint of what it shall be.</param>
/// <param name="Applied">Fingerprint of what it is.</param>
/// <param name="Problem">Why it is not what it shall be; null when it is.</param>
/// <param name="ProblemSince">Since when it has a problem.</param>
/// <param name="Faults">Rows that could not be read, decrypted or compiled: by resource, with the reason.</param>
public sealed record RouterHead(
    string Router,
    string Pair,
    string Owner,
    long Epoch,
    string Wanted,
    string Applied,
    string? Problem,
    DateTimeOffset? ProblemSince,
    IReadOnlyList<RowFault> Faults
)
{
    /// <summary>Generation of the group's maintenance that <see cref="Wanted"/> was compiled with; 0 while there never was any.</summary>
    public long Maintenance { get; init; }

    /// <summary>What would change on the router, as people read it; empty when nothing would.</summary>
    public string Plan { get; init; } = "";
}

/// <param name="Resource">Id of the resource whose row it is.</param>
public sealed record RowFault(string Resource, string Says);

/// <summary>How observations stand in the store.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(AsnConverter)]
)]
[JsonSerializable(typeof(RouterHead))]
[JsonSerializable(typeof(InstanceReport))]
[JsonSerializable(typeof(RouterRestart))]
public sealed partial class ObservationJson : JsonSerializerContext;

/// <summary>Keys of observations.</summary>
public static class ObservationKeys
{
    public static string Router(string router) => $"router/{router.ToLowerInvariant()}";

    public static string Instance(string router, string instance) => $"{Router(router)}/{instance}";

    /// <summary>How the router was ended to come back (<see cref="RouterRestart"/>).</summary>
    public static string Restart(string router) => $"restart/{router.ToLowerInvariant()}";
}
