using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Identity.Principals;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Identity.Roles;

/// <summary>A role given to a principal on a scope and everything below it. Stored under its scope, so it goes with its group.</summary>
/// <param name="Key">The assignment's id as text: <c>{scope}/providers/Microsoft.Authorization/roleAssignments/{guid}</c>.</param>
/// <param name="RoleId">GUID of the role definition.</param>
/// <param name="PrincipalId">Object id.</param>
public sealed record RoleAssignment(string Key, string RoleId, string PrincipalId, string PrincipalType, DateTimeOffset CreatedOn)
    : IResource
{
    public const string Type = "Microsoft.Authorization/roleAssignments";

    [JsonIgnore]
    public ResourceId Id => ResourceId.Parse(Key);

    /// <summary>The scope's id as text; <c>/</c> is the tenant.</summary>
    [JsonIgnore]
    public string Scope => ScopeOf(Key);

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => "Assigned";

    public static string ScopeOf(string key)
    {
        int provider = key.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase);
        return provider <= 0 ? "/" : key[..provider];
    }

    public static ResourceId IdOf(ResourceId? scope, string name) => ResourceId.Parse($"{scope?.Text}/providers/{Type}/{name}");

    internal static string Label(string principalId) => $"principal/{principalId.ToLowerInvariant()}";
}

/// <summary>Something wanted of a role assignment.</summary>
public abstract record RoleAssignmentSignal(DateTimeOffset At) : Signal(At)
{
    public sealed record Assign(RoleAssignment Assignment, DateTimeOffset At) : RoleAssignmentSignal(At);

    public sealed record Remove(DateTimeOffset At) : RoleAssignmentSignal(At);
}

public sealed class RoleAssignmentWorkflow : Workflow<RoleAssignment>, IGoesWithPrincipal
{
    public override string Type => RoleAssignment.Type;

    protected override JsonTypeInfo<RoleAssignment> Json => RoleAssignmentJson.Default.RoleAssignment;

    public override IReadOnlyList<string> Told => ["roleId", "principalId", "principalType"];

    public override Decision<RoleAssignment> Decide(RoleAssignment? current, Signal signal) =>
        (current, signal) switch
        {
            (null, RoleAssignmentSignal.Assign(var wanted, _)) => new Decision<RoleAssignment>.Move(wanted, "Role assigned."),
            ({ } present, RoleAssignmentSignal.Assign(var wanted, _)) when IsSame(present, wanted) => new Decision<RoleAssignment>.Stay(
                "The same assignment again."
            ),
            ({ }, RoleAssignmentSignal.Assign) => new Decision<RoleAssignment>.Refuse(
                Refusal.Conflict(
                    "RoleAssignmentUpdateNotPermitted",
                    "Tenant ID, application ID, principal ID, and scope are not allowed to be updated: delete the assignment and make another."
                )
            ),
            (null, RoleAssignmentSignal.Remove) => new Decision<RoleAssignment>.Stay("There is nothing to remove."),
            ({ }, RoleAssignmentSignal.Remove) => new Decision<RoleAssignment>.End("Role assignment removed."),
            _ => throw new System.Diagnostics.UnreachableException($"{current} + {signal}"),
        };

    /// <summary>Every assignment of one principal.</summary>
    internal async Task<IReadOnlyList<RoleAssignment>> OfPrincipalAsync(IStore store, string principalId, CancellationToken cancellation)
    {
        var found = new List<RoleAssignment>();
        await foreach (
            StoredResource row in store.AllAsync(
                new ResourceQuery
                {
                    Label = RoleAssignment.Label(principalId),
                    Type = RoleAssignment.Type,
                    Most = 1000,
                },
                cancellation
            )
        )
            found.Add(Read(row).Resource);
        return found;
    }

    /// <summary>Every role that the principal was given goes with it.</summary>
    public async Task<IReadOnlyList<Addressed>> RemovalsAsync(
        IStore store,
        string objectId,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        Signal remove = new RoleAssignmentSignal.Remove(at);
        return
        [
            .. (await OfPrincipalAsync(store, objectId, cancellation)).Select(role => new Addressed(role.Id, RoleAssignment.Type, remove)),
        ];
    }

    public override IEnumerable<string> LabelsOf(RoleAssignment resource) => [RoleAssignment.Label(resource.PrincipalId)];

    /// <summary>A role taken away must not be remembered anywhere.</summary>
    protected override bool IsAnnounced => true;

    /// <summary>One assignment per principal, role and scope, as in Azure.</summary>
    public override IEnumerable<string> ClaimsOf(RoleAssignment resource) =>
        [$"role/{resource.Scope.ToLowerInvariant()}/{resource.RoleId}/{resource.PrincipalId}".ToLowerInvariant()];

    public override Refusal ClaimTaken(RoleAssignment resource, string claim, ResourceId owner) =>
        Refusal.Conflict(
            "RoleAssignmentExists",
            $"The role assignment already exists. The ID of the existing role assignment is {owner.Name}."
        );

    private static bool IsSame(RoleAssignment a, RoleAssignment b) =>
        a.RoleId.Equals(b.RoleId, StringComparison.OrdinalIgnoreCase)
        && a.PrincipalId.Equals(b.PrincipalId, StringComparison.OrdinalIgnoreCase);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RoleAssignment))]
internal sealed partial class RoleAssignmentJson : JsonSerializerContext;
