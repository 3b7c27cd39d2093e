using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Json;
using Causeway.Domain.Routers;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Documents;

namespace Causeway.Domain.Operations;

/// <summary>
/// What takes routers of a group out of use: work on one of them, and failover tests, each of which leaves everything to one router. Both are in one document, one a
/// group, so that the commit that begins one sees the other: a router that something leans on is not drained, and nothing comes to lean on one that is.
/// </summary>
/// <param name="Group">Name of the group: a pair's, <c>exchange/AMS-IX</c>.</param>
/// <param name="Generation">Raised by each drain and restore; what was compiled with it, a router's <see cref="RouterHead.Maintenance"/> says.</param>
/// <param name="Work">The last work; null when there never was any.</param>
/// <param name="Leaning">Failover tests that run, as far as nodes of this version began and ended them: a drain asks the circuits.</param>
public sealed record RouterMaintenance(string Group, long Generation, RouterWork? Work, ImmutableArray<Leaning> Leaning) : IResource
{
    public const string ResourceType = "Causeway.Operations/maintenances";

    public static ResourceId IdOf(string group) =>
        ResourceId.Parse($"/providers/{ResourceType}/{Uri.EscapeDataString(group.ToLowerInvariant())}");

    [JsonIgnore]
    public ResourceId Id => IdOf(Group);

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => Work?.GetType().Name ?? "Idle";

    public bool Drains(string router) => Work is RouterWork.Drained && Work.IsOn(router);
}

/// <summary>Work on one router of a group.</summary>
// The names stand in stored documents: they stay when a type is renamed.
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Drained), "Drained")]
[JsonDerivedType(typeof(Restored), "Restored")]
public abstract record RouterWork(string Router, DateTimeOffset Since)
{
    /// <summary>Every session of the router announces with GRACEFUL_SHUTDOWN (RFC 8326), so that peers send over the others.</summary>
    /// <param name="Reason">For people; may be empty.</param>
    public sealed record Drained(string Router, DateTimeOffset Since, string Reason) : RouterWork(Router, Since);

    /// <summary>It shall carry traffic again, and does when it has followed.</summary>
    public sealed record Restored(string Router, DateTimeOffset Since) : RouterWork(Router, Since);

    public bool IsOn(string router) => Router.Equals(router, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A failover test that leaves everything of a circuit to one router.</summary>
/// <param name="Who">The circuit.</param>
/// <param name="On">The router that has to carry.</param>
public sealed record Leaning(ResourceId Who, string On);

/// <summary>Another router of the group than that to be drained, as it stands just now.</summary>
/// <param name="Problem">Why it cannot be relied upon, as the end of a sentence that begins with its name; null when it carries the whole of its intent.</param>
/// <param name="Followed">The <see cref="RouterMaintenance.Generation"/> that this intent was compiled with.</param>
public sealed record OtherRouter(string Name, string? Problem, long Followed)
{
    /// <summary>Names of the circuits of the group that have sessions established on the router to be drained, and were not just seen to have them on this one.</summary>
    public ImmutableArray<string> Misses { get; init; } = [];
}

/// <summary>A router is to be drained.</summary>
/// <param name="Others">The other routers that the group has now.</param>
/// <param name="Leaning">Failover tests that run now, as their circuits say: made per try, so that none begins beside it.</param>
public sealed record DrainRouter(
    DateTimeOffset At,
    string Group,
    string Router,
    string Reason,
    ImmutableArray<OtherRouter> Others,
    ImmutableArray<Leaning> Leaning
) : Signal(At)
{
    /// <summary>Also when a circuit has no other router that carries it.</summary>
    public bool Anyway { get; init; }
}

/// <summary>A router is to carry traffic again.</summary>
public sealed record RestoreRouter(DateTimeOffset At, string Router) : Signal(At);

/// <summary>A failover test begins: until <see cref="LeanNoMore"/> a circuit has one router alone.</summary>
public sealed record LeanOn(DateTimeOffset At, string Group, Leaning Leaning) : Signal(At);

/// <summary>The failover test of a circuit is over.</summary>
public sealed record LeanNoMore(DateTimeOffset At, ResourceId Who) : Signal(At);

/// <summary>Maintenance of a group's routers. The document stays once there was any, so that its generation never comes again.</summary>
public sealed class MaintenanceWorkflow : Workflow<RouterMaintenance>
{
    public override string Type => RouterMaintenance.ResourceType;

    protected override JsonTypeInfo<RouterMaintenance> Json => MaintenanceJson.Default.RouterMaintenance;

    public override IReadOnlyList<string> Told => ["group"];

    protected override IReadOnlyList<Upcaster> Upcasters => [WorkIsOneOfTwo];

    public override Decision<RouterMaintenance> Decide(RouterMaintenance? current, Signal signal) =>
        (current, signal) switch
        {
            ({ } c, DrainRouter drain) when c.Drains(drain.Router) => new Decision<RouterMaintenance>.Stay("it is drained already"),
            ({ Work: RouterWork.Drained work } c, DrainRouter drain) when drain.Others.Any(o => work.IsOn(o.Name)) => Conflict(
                "RouterMaintenanceUnderWay",
                $"Router {work.Router} of {c.Group} is drained since {work.Since:yyyy-MM-dd HH:mm} UTC: restore that one first. Two routers of one group are never drained at once."
            ),
            (_, DrainRouter drain) when drain.Others.FirstOrDefault(o => o.Problem is not null) is { } away => Conflict(
                "RouterNotAvailable",
                $"Router {away.Name} of {drain.Group} {away.Problem}: without {drain.Router} nothing would carry the traffic. Bring {away.Name} back first."
            ),
            ({ } c, DrainRouter drain) when drain.Others.FirstOrDefault(o => o.Followed < c.Generation) is { } behind => Conflict(
                "RouterStillFollowing",
                $"Router {behind.Name} of {c.Group} has not followed yet what was last said of work on the group, at {c.Work?.Since:yyyy-MM-dd HH:mm} UTC: try again in some seconds; 'causeway operator maintenances' says when it has."
            ),
            (_, DrainRouter drain) when drain.Leaning.FirstOrDefault(l => Same(l.On, drain.Router)) is { } needed => Conflict(
                "RouterIsNeeded",
                $"A failover test leaves everything of circuit {needed.Who.Name} to router {needed.On}: stop the test ({needed.Who}), or wait until it ends by itself."
            ),
            (_, DrainRouter { Anyway: false } drain) when drain.Others.FirstOrDefault(o => !o.Misses.IsEmpty) is { } lacking => Conflict(
                "RouterLacksSessions",
                $"Router {lacking.Name} of {drain.Group} is not seen to have every session of {Named(lacking.Misses)} established: without {drain.Router} nothing would carry their traffic. Bring those sessions up first ('causeway circuit explain' says what they wait for); or, when their owners know, drain it with --anyway."
            ),
            (_, DrainRouter drain) => Move(
                (current ?? Nothing(drain.Group)) with
                {
                    Work = new RouterWork.Drained(drain.Router, drain.At, drain.Reason),
                    Leaning = drain.Leaning,
                },
                drain.Reason.Length == 0 ? $"{drain.Router} is drained" : $"{drain.Router} is drained: {drain.Reason}"
            ),
            ({ } c, RestoreRouter restore) when c.Drains(restore.Router) => Move(
                c with
                {
                    Work = new RouterWork.Restored(c.Work!.Router, restore.At),
                },
                $"{c.Work.Router} carries traffic again"
            ),
            (_, RestoreRouter) => new Decision<RouterMaintenance>.Stay("it is not drained"),
            ({ Work: RouterWork.Drained work } c, LeanOn lean) when work.IsOn(lean.Leaning.On) => Conflict(
                "RouterIsDrained",
                $"Router {work.Router} of {c.Group}, which would carry everything meanwhile, is drained for work on it since {work.Since:yyyy-MM-dd HH:mm} UTC: try again when it is back."
            ),
            (_, LeanOn lean) => new Decision<RouterMaintenance>.Move(
                Without(current ?? Nothing(lean.Group), lean.Leaning.Who, lean.Leaning),
                $"a failover test leaves circuit {lean.Leaning.Who.Name} to {lean.Leaning.On}"
            ),
            ({ } c, LeanNoMore lean) when c.Leaning.Any(l => l.Who == lean.Who) => new Decision<RouterMaintenance>.Move(
                Without(c, lean.Who),
                $"the failover test of circuit {lean.Who.Name} is over"
            ),
            (_, LeanNoMore) => new Decision<RouterMaintenance>.Stay("it does not lean on any"),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    private const int MostNamed = 5;

    private static string Named(ImmutableArray<string> circuits) =>
        $"{(circuits.Length == 1 ? "circuit" : "circuits")} {string.Join(", ", circuits.Take(MostNamed))}{(circuits.Length > MostNamed ? $" and {circuits.Length - MostNamed} more" : "")}";

    private static RouterMaintenance Nothing(string group) => new(group, 0, null, []);

    private static Decision<RouterMaintenance> Move(RouterMaintenance next, string why) =>
        new Decision<RouterMaintenance>.Move(next with { Generation = next.Generation + 1 }, why);

    private static RouterMaintenance Without(RouterMaintenance current, ResourceId who, params Leaning[] instead) =>
        current with
        {
            Leaning = [.. current.Leaning.Where(l => l.Who != who), .. instead],
        };

    private static Decision<RouterMaintenance> Conflict(string code, string message) =>
        new Decision<RouterMaintenance>.Refuse(Refusal.Conflict(code, message));

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whoever drives the group compiles anew.</summary>
    protected override IEnumerable<string> AnnouncementsOf(RouterMaintenance? before, RouterMaintenance? after) =>
        before?.Generation == after?.Generation ? [] : [IOnRouters.Announcement((after ?? before)!.Group)];

    /// <summary>2: a document said that a router is drained, and went when it was restored.</summary>
    private static void WorkIsOneOfTwo(JsonObject maintenance)
    {
        var work = new JsonObject { ["is"] = "Drained" };
        foreach (string name in (string[])["router", "since", "reason"])
            if (maintenance[name] is { } value)
            {
                maintenance.Remove(name);
                work[name] = value;
            }
        maintenance["generation"] = 1;
        maintenance["work"] = work;
        maintenance["leaning"] = new JsonArray();
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(RouterMaintenance))]
internal sealed partial class MaintenanceJson : JsonSerializerContext;
