using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>A hub: <c>Plain</c>, or <c>WithGateway</c>, which keeps it from being deleted. It stands in its virtual WAN by the same commit.</summary>
public sealed class VirtualHubWorkflow : TrackedWorkflow<VirtualHub>
{
    public override string Type => VirtualHub.ResourceType;

    protected override string Called => "virtual hub";

    protected override JsonTypeInfo<VirtualHub> Json => NetworksJson.Default.VirtualHub;

    public override IReadOnlyList<string> Told => ["tags", "wan", "addressPrefix", "gateway"];

    protected override Decision<VirtualHub> DecideOn(VirtualHub? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutVirtualHub put) => Move(
                new VirtualHub
                {
                    Id = put.Id,
                    Location = put.Location,
                    Tags = put.Tags,
                    Wan = put.Wan,
                    AddressPrefix = put.AddressPrefix,
                    Kept = put.Kept,
                },
                "created"
            ),
            ({ } hub, PutVirtualHub put) when hub.AddressPrefix != put.AddressPrefix => Refuse(
                NetworkErrors.Fixed("properties.addressPrefix", $"{hub.AddressPrefix}", $"{put.AddressPrefix}")
            ),
            ({ } hub, PutVirtualHub put) when hub.Wan != put.Wan => Refuse(
                NetworkErrors.Fixed("properties.virtualWan", hub.Wan?.Text ?? "none", put.Wan?.Text ?? "none")
            ),
            ({ } hub, PutVirtualHub put) => Move(hub with { Tags = put.Tags, Kept = put.Kept }, "updated"),

            ({ Gateway: { } other }, PlaceHubGateway place) when other != place.Gateway => Refuse(
                Refusal.Conflict(
                    "VirtualHubAlreadyHasGateway",
                    $"The hub already has an ExpressRoute gateway, {other}: a hub has one. Delete that one first."
                )
            ),
            ({ Gateway: { } }, PlaceHubGateway) => Stay("it stands in it already"),
            ({ } hub, PlaceHubGateway place) => Move(hub with { Gateway = place.Gateway }, $"gateway {place.Gateway.Name} placed"),
            ({ } hub, RemoveHubGateway remove) when hub.Gateway == remove.Gateway => Move(
                hub with
                {
                    Gateway = null,
                },
                $"gateway {remove.Gateway.Name} removed"
            ),
            (_, RemoveHubGateway) => Stay("that gateway is not in this hub"),
            (null, PlaceHubGateway) => Refuse(References.Gone("The virtual hub")),

            ({ Gateway: { } gateway }, DeleteResource) => Refuse(
                Refusal.Conflict("VirtualHubInUse", $"Virtual hub {current.Id} is in use by gateway {gateway}: delete that first.")
            ),
            ({ }, DeleteResource) => End("deleted"),

            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    /// <summary>Stores a hub, and that it stands in its virtual WAN.</summary>
    public static Asked Put(PutVirtualHub put) =>
        new Asked(put, null) { Also = put.Wan is { } wan ? [new Addressed(wan, VirtualWan.ResourceType, new AddHub(put.At, put.Id))] : [] };

    /// <summary>It leaves its virtual WAN.</summary>
    public override Asked Deletion(VirtualHub resource, DateTimeOffset at, Ticket? ticket) =>
        new Asked(new DeleteResource(at, ticket), null)
        {
            Also = resource.Wan is { } wan ? [new Addressed(wan, VirtualWan.ResourceType, new RemoveHub(at, resource.Id))] : [],
        };
}
