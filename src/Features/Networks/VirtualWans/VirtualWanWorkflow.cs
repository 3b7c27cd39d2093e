using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>A virtual WAN: <c>Empty</c>, or <c>WithHubs</c>, which keep it from being deleted.</summary>
public sealed class VirtualWanWorkflow : TrackedWorkflow<VirtualWan>
{
    public override string Type => VirtualWan.ResourceType;

    protected override string Called => "virtual WAN";

    protected override JsonTypeInfo<VirtualWan> Json => NetworksJson.Default.VirtualWan;

    public override IReadOnlyList<string> Told => ["tags", "kind", "hubs"];

    protected override Decision<VirtualWan> DecideOn(VirtualWan? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutVirtualWan put) => Move(
                new VirtualWan
                {
                    Id = put.Id,
                    Location = put.Location,
                    Tags = put.Tags,
                    ResourceGuid = put.ResourceGuid,
                    Kind = put.Kind,
                    Kept = put.Kept,
                },
                "created"
            ),
            ({ Kind: "Standard", Hubs.IsEmpty: false } wan, PutVirtualWan { Kind: "Basic" }) => Refuse(
                NetworkErrors.Fixed("properties.type", wan.Kind, "Basic")
            ),
            ({ } wan, PutVirtualWan put) => Move(wan with { Tags = put.Tags, Kind = put.Kind, Kept = put.Kept }, "updated"),

            ({ } wan, AddHub add) when wan.Hubs.Contains(add.Hub) => Stay("it stands in it already"),
            ({ } wan, AddHub add) => Move(wan with { Hubs = wan.Hubs.Add(add.Hub) }, $"hub {add.Hub.Name} added"),
            ({ } wan, RemoveHub remove) when wan.Hubs.Contains(remove.Hub) => Move(
                wan with
                {
                    Hubs = wan.Hubs.Remove(remove.Hub),
                },
                $"hub {remove.Hub.Name} removed"
            ),
            (_, RemoveHub) => Stay("it does not stand in it"),
            (null, AddHub) => Refuse(References.Gone("The virtual WAN")),

            ({ Hubs: [var hub, ..] }, DeleteResource) => Refuse(
                Refusal.Conflict("VirtualWanInUse", $"Virtual WAN {current.Id} is in use by virtual hub {hub}: delete its hubs first.")
            ),
            ({ }, DeleteResource) => End("deleted"),

            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };
}
