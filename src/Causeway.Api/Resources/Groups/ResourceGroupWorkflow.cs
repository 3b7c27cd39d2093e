using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Resources.Groups;

public sealed class ResourceGroupWorkflow : Workflow<ResourceGroup>
{
    public override string Type => ResourceGroup.ResourceType;

    protected override JsonTypeInfo<ResourceGroup> Json => ResourceGroupJson.Default.ResourceGroup;

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
            ({ Deletion: { } deletion }, GroupSignal.Stuck stuck) => new Decision<ResourceGroup>.Move(
                current with
                {
                    Deletion = null,
                },
                $"Not deleted: {stuck.Why.Message}"
            )
            {
                Operations = [new OperationChange.Finish(deletion.Operation, stuck.At, stuck.Why)],
            },
            (_, GroupSignal.Emptied or GroupSignal.Stuck) => new Decision<ResourceGroup>.Stay("It is not being deleted."),
            _ => throw new System.Diagnostics.UnreachableException($"{current} + {signal}"),
        };

    private static Decision<ResourceGroup>.Move BeginDeletion(ResourceGroup group, GroupDeletion deletion) =>
        new(group with { Deletion = deletion }, "Deletion asked for.")
        {
            Effects =
            [
                new Effect(
                    $"{DeleteGroupHandler.EffectKind}/{group.Id.Key}",
                    DeleteGroupHandler.EffectKind,
                    group.Id,
                    default,
                    deletion.Since
                ),
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
