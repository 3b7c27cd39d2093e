using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Routers;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Operations;

/// <summary>
/// Work on one router of a group: while it stands, every session of that router announces with GRACEFUL_SHUTDOWN (RFC 8326), so that peers send over the others.
/// One document a group: two routers of one group are never drained at once.
/// </summary>
/// <param name="Group">Name of the group: a pair's, <c>exchange/AMS-IX</c>.</param>
/// <param name="Router">The one that is drained.</param>
/// <param name="Reason">For people; may be empty.</param>
public sealed record RouterMaintenance(string Group, string Router, DateTimeOffset Since, string Reason) : IResource
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
    public string StateName => "Drained";

    public bool Drains(string router) => Router.Equals(router, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A router is to be drained.</summary>
/// <param name="Away">Routers of the group that could not be driven just now: nothing would carry what the drained one gives up.</param>
public sealed record DrainRouter(DateTimeOffset At, string Group, string Router, string Reason, ImmutableArray<string> Away) : Signal(At);

/// <summary>A router is to carry traffic again.</summary>
public sealed record RestoreRouter(DateTimeOffset At, string Router) : Signal(At);

/// <summary>Maintenance of a group's routers: none, or one of them.</summary>
public sealed class MaintenanceWorkflow : Workflow<RouterMaintenance>
{
    public override string Type => RouterMaintenance.ResourceType;

    protected override JsonTypeInfo<RouterMaintenance> Json => MaintenanceJson.Default.RouterMaintenance;

    public override Decision<RouterMaintenance> Decide(RouterMaintenance? current, Signal signal) =>
        (current, signal) switch
        {
            ({ } c, DrainRouter drain) when c.Drains(drain.Router) => new Decision<RouterMaintenance>.Stay("it is drained already"),
            ({ } c, DrainRouter) => new Decision<RouterMaintenance>.Refuse(
                Refusal.Conflict(
                    "RouterMaintenanceUnderWay",
                    $"Router {c.Router} of {c.Group} is drained since {c.Since:yyyy-MM-dd HH:mm} UTC: restore that one first. Two routers of one group are never drained at once."
                )
            ),
            (null, DrainRouter { Away: [var away, ..] } drain) => new Decision<RouterMaintenance>.Refuse(
                Refusal.Conflict(
                    "RouterNotAvailable",
                    $"Router {away} of {drain.Group} cannot be driven: without {drain.Router} nothing would carry the traffic. Bring {away} back first."
                )
            ),
            (null, DrainRouter drain) => new Decision<RouterMaintenance>.Move(
                new RouterMaintenance(drain.Group, drain.Router, drain.At, drain.Reason),
                drain.Reason.Length == 0 ? $"{drain.Router} is drained" : $"{drain.Router} is drained: {drain.Reason}"
            ),
            ({ } c, RestoreRouter restore) when c.Drains(restore.Router) => new Decision<RouterMaintenance>.End(
                $"{c.Router} carries traffic again"
            ),
            (_, RestoreRouter) => new Decision<RouterMaintenance>.Stay("it is not drained"),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    /// <summary>Whoever drives the group compiles anew.</summary>
    protected override IEnumerable<string> AnnouncementsOf(RouterMaintenance? before, RouterMaintenance? after) =>
        [IOnRouters.Announcement((after ?? before)!.Group)];
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RouterMaintenance))]
internal sealed partial class MaintenanceJson : JsonSerializerContext;
