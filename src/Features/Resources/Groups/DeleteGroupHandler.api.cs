using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Domain.Resources;
using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources;

/// <summary>
/// Empties a group that is being deleted, then ends it: the resources of the lowest rank first, the next when those are gone. Every run looks at what is
/// left and asks for its deletion (again), so a crash costs a repetition.
/// </summary>
public sealed class DeleteGroupHandler(IStore store, Engine engine, ResourceGroupWorkflow groups, Cascades cascades, TimeProvider clock)
    : IEffectHandler
{
    /// <summary>What goes below the group wakes it (<see cref="Effect.Awaits"/>); this is for what nobody thought of.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(10);

    public string Kind => ResourceGroup.DeleteEffect;

    /// <summary>A group may hold thousands of resources, which one run deletes.</summary>
    public EffectPolicy Policy { get; } =
        new()
        {
            Deadline = TimeSpan.FromMinutes(10),
            GiveUpAfter = TimeSpan.FromMinutes(30),
            Parallel = 4,
        };

    public ImmutableArray<Addressed> GiveUp(Effect effect, string why) =>
        [To(effect.Resource, new GroupSignal.Stuck(Failed(effect.Resource, Refusal.Conflict("Timeout", why)), clock.GetUtcNow()))];

    public async Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
    {
        if (
            await store.GetAsync(effect.Resource, cancellation) is not { } row
            || groups.Read(row).Resource is not { Deletion: { } deletion } group
        )
            return new EffectOutcome.Done();

        GroupContents contents = await GroupContents.ReadAsync(store, cascades, group.Id, cancellation);
        if (contents.Resources.Count == 0 && contents.Unknown.Count == 0)
        {
            await RemoveRolesAsync(contents.Roles, deletion, cancellation);
            return Signal(group, new GroupSignal.Emptied(clock.GetUtcNow()));
        }
        Refusal? why = contents.Resources.Count == 0 ? Unknown(contents.Unknown) : await DeleteNextAsync(contents, deletion, cancellation);
        return why is null
            ? new EffectOutcome.Retry(StillThere(contents), LookAgain)
            : Signal(group, new GroupSignal.Stuck(Failed(group.Id, why), clock.GetUtcNow()));
    }

    private static async Task<Refusal?> DeleteNextAsync(GroupContents contents, GroupDeletion deletion, CancellationToken cancellation)
    {
        int rank = contents.Resources[0].Rank;
        foreach ((StoredResource resource, ICascade cascade, _) in contents.Resources.TakeWhile(r => r.Rank == rank))
            if (await cascade.DeleteAsync(resource, deletion.Actor, deletion.CorrelationId, cancellation) is { } refusal)
                return refusal with { Target = resource.Id.Text };
        return null;
    }

    private async Task RemoveRolesAsync(IReadOnlyList<StoredResource> roles, GroupDeletion deletion, CancellationToken cancellation)
    {
        foreach (StoredResource role in roles)
            await engine.SendAsync(
                role.Id,
                RoleAssignment.Type,
                new RoleAssignmentSignal.Remove(clock.GetUtcNow()),
                new SendContext(deletion.Actor, deletion.CorrelationId),
                cancellation
            );
    }

    private static EffectOutcome.Done Signal(ResourceGroup group, GroupSignal signal) => new(To(group.Id, signal));

    private static Addressed To(ResourceId group, GroupSignal signal) => new(group, ResourceGroup.ResourceType, signal);

    /// <summary>For whoever waits: how many, and which are first in the way.</summary>
    private static string StillThere(GroupContents contents) =>
        $"{contents.Resources.Count} resources are still there, first {string.Join(", ", contents.Resources.Take(3).Select(r => $"'{r.Resource.Id.Text}' ({r.Resource.State})"))}";

    private static Refusal Unknown(IReadOnlyList<StoredResource> unknown) =>
        Refusal.Conflict("Conflict", $"Nothing here knows how to delete {string.Join(", ", unknown.Select(u => u.Id.Text))}.");

    private static Refusal Failed(ResourceId group, Refusal why) =>
        Refusal.Conflict(
            "ResourceGroupDeletionFailed",
            $"Deletion of resource group '{group.Name}' failed because some resources could not be deleted: {why.Message}"
        ) with
        {
            Details = [why],
        };
}
