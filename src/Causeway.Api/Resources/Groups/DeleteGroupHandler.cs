using Causeway.Identity.Roles;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources.Groups;

/// <summary>
/// Empties a group that is being deleted, then ends it: the resources of the lowest order first, the next when those are gone. Every run looks at what is
/// left and asks for its deletion (again), so a crash costs a repetition.
/// </summary>
public sealed class DeleteGroupHandler(
    IStore store,
    Engine engine,
    ResourceGroupWorkflow groups,
    IEnumerable<ICascadeDelete> cascades,
    TimeProvider clock
) : IEffectHandler
{
    public const string EffectKind = "delete-resource-group";

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, ICascadeDelete> _cascades = cascades.ToDictionary(c => c.Type, StringComparer.OrdinalIgnoreCase);

    public string Kind => EffectKind;

    public async Task<EffectOutcome> RunAsync(Effect effect, CancellationToken cancellation)
    {
        if (
            await store.GetAsync(effect.Resource, cancellation) is not { } row
            || groups.Read(row).Resource is not { Deletion: { } deletion } group
        )
            return new EffectOutcome.Done();

        GroupContents contents = await GroupContents.ReadAsync(store, _cascades, group.Id, cancellation);
        if (contents.Resources.Count == 0 && contents.Unknown.Count == 0)
        {
            await RemoveRolesAsync(contents.Roles, deletion, cancellation);
            return Signal(group, new GroupSignal.Emptied(clock.GetUtcNow()));
        }
        Refusal? why = contents.Resources.Count == 0 ? Unknown(contents.Unknown) : await DeleteNextAsync(contents, deletion, cancellation);
        if (why is null && clock.GetUtcNow() - deletion.Since > GiveUpAfter)
            why = Refusal.Conflict(
                "Timeout",
                $"{contents.Resources.Count} resources were still there after {GiveUpAfter.TotalMinutes} minutes."
            );
        return why is null
            ? new EffectOutcome.Retry($"{contents.Resources.Count} resources are still there.", LookAgain)
            : Signal(group, new GroupSignal.Stuck(Failed(group, why), clock.GetUtcNow()));
    }

    private static async Task<Refusal?> DeleteNextAsync(GroupContents contents, GroupDeletion deletion, CancellationToken cancellation)
    {
        int order = contents.Resources[0].Cascade.Order;
        foreach ((StoredResource resource, ICascadeDelete cascade) in contents.Resources.TakeWhile(r => r.Cascade.Order == order))
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

    private static EffectOutcome.Done Signal(ResourceGroup group, GroupSignal signal) =>
        new(new Addressed(group.Id, ResourceGroup.ResourceType, _ => ValueTask.FromResult<Signal>(signal)));

    private static Refusal Unknown(IReadOnlyList<StoredResource> unknown) =>
        Refusal.Conflict("Conflict", $"Nothing here knows how to delete {string.Join(", ", unknown.Select(u => u.Id.Text))}.");

    private static Refusal Failed(ResourceGroup group, Refusal why) =>
        Refusal.Conflict(
            "ResourceGroupDeletionFailed",
            $"Deletion of resource group '{group.Id.Name}' failed because some resources could not be deleted: {why.Message}"
        ) with
        {
            Details = [why],
        };
}
