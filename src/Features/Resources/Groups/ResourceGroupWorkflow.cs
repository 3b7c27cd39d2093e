using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Resources;

public sealed class ResourceGroupWorkflow : Workflow<ResourceGroup>
{
    private const string Overdue = "deletion-overdue";

    /// <summary>A little longer than the effect tries (<see cref="ResourceGroup.DeleteEffect"/>), whose reason is the better one.</summary>
    private static readonly TimeSpan LongestDeletion = TimeSpan.FromMinutes(40);

    public override string Type => ResourceGroup.ResourceType;

    protected override JsonTypeInfo<ResourceGroup> Json => ResourceGroupJson.Default.ResourceGroup;

    public override IReadOnlyList<string> Told => ["location", "tags"];

    public override Decision<ResourceGroup> Decide(ResourceGroup? current, Signal signal) =>
        (current, signal) switch
        {
            (null, GroupSignal.Put put) => Move(new ResourceGroup(put.Id.Text, put.Location, put.Tags), "Resource group created."),
            ({ Deletion: not null }, GroupSignal.Put or GroupSignal.SetTags) => new Decision<ResourceGroup>.Refuse(BeingDeleted(current)),
            ({ }, GroupSignal.Put put) => Move(current with { Tags = put.Tags }, "Resource group written."),
            ({ }, GroupSignal.SetTags tags) => Move(current with { Tags = tags.Tags }, "Tags written."),
            (null, GroupSignal.SetTags or GroupSignal.Delete) => new Decision<ResourceGroup>.Stay("There is no such group."),
            ({ Deletion: not null }, GroupSignal.Delete) => new Decision<ResourceGroup>.Stay("It is being deleted already."),
            ({ }, GroupSignal.Delete delete) => BeginDeletion(current, delete.Deletion),
            ({ Deletion: { } deletion }, GroupSignal.Emptied emptied) => new Decision<ResourceGroup>.End("Everything in it is gone.")
            {
                Operations = [new OperationChange.Finish(deletion.Operation, emptied.At)],
            },
            ({ Deletion: { } deletion }, GroupSignal.Stuck stuck) => Stuck(current, deletion, stuck.At, stuck.Why),
            ({ Deletion: { } deletion }, WokenUp { What: Overdue } woken) when woken.At >= deletion.Since + LongestDeletion => NotInTime(
                current,
                deletion,
                woken.At
            ),
            (_, GroupSignal.Emptied or GroupSignal.Stuck or WokenUp) => new Decision<ResourceGroup>.Stay("It is not being deleted."),
            _ => throw new System.Diagnostics.UnreachableException($"{current} + {signal}"),
        };

    /// <summary>Whatever became of the effect: nobody polls a deletion for ever.</summary>
    public override IEnumerable<WakeUp> WakeUpsOf(ResourceGroup resource) =>
        resource.Deletion is { } deletion ? [new WakeUp(Overdue, deletion.Since + LongestDeletion)] : [];

    private static Decision<ResourceGroup> NotInTime(ResourceGroup group, GroupDeletion deletion, DateTimeOffset at) =>
        Stuck(
            group,
            deletion,
            at,
            Refusal.Conflict(
                "ResourceGroupDeletionTimeout",
                $"Deletion of resource group '{group.Id.Name}' did not end within {LongestDeletion.TotalMinutes:0} minutes, and was ended. What is left in the group says what stands in its way; then delete the group again."
            )
        );

    private static Decision<ResourceGroup>.Move Stuck(ResourceGroup group, GroupDeletion deletion, DateTimeOffset at, Refusal why) =>
        new(group with { Deletion = null }, $"Not deleted: {why.Message}")
        {
            Operations = [new OperationChange.Finish(deletion.Operation, at, why)],
        };

    private static Decision<ResourceGroup>.Move BeginDeletion(ResourceGroup group, GroupDeletion deletion) =>
        new(group with { Deletion = deletion }, "Deletion asked for.")
        {
            Effects =
            [
                new Effect($"{ResourceGroup.DeleteEffect}/{group.Id.Key}", ResourceGroup.DeleteEffect, group.Id, default, default)
                {
                    Awaits = group.Id,
                },
            ],
            Operations =
            [
                new OperationChange.Start(
                    new Operation(
                        deletion.Operation,
                        group.Id,
                        $"DELETE {ResourceGroup.ResourceType}",
                        deletion.Actor,
                        OperationStatus.InProgress,
                        deletion.Since
                    )
                ),
            ],
        };

    private static Decision<ResourceGroup>.Move Move(ResourceGroup next, string why) => new(next, why);

    private static Refusal BeingDeleted(ResourceGroup group) =>
        Refusal.Conflict(
            "ResourceGroupBeingDeleted",
            $"The resource group '{group.Id.Name}' is in deprovisioning state and cannot perform this operation."
        );
}
