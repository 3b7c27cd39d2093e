using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Networks;

/// <summary>
/// A gateway: absent or <c>Ready</c>. Whether it may stand in its network, and whether it may go, the network decides in the same send
/// (<see cref="PlaceGateway"/>, <see cref="RemoveGateway"/>).
/// </summary>
public sealed class VirtualNetworkGatewayWorkflow : Workflow<VirtualNetworkGateway>
{
    public override string Type => VirtualNetworkGateway.ResourceType;

    protected override JsonTypeInfo<VirtualNetworkGateway> Json => NetworksJson.Default.VirtualNetworkGateway;

    public override Decision<VirtualNetworkGateway> Decide(VirtualNetworkGateway? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutGateway put) => Move(Apply(put, put.ResourceGuid), "created"),
            ({ } gateway, PutGateway put) when gateway.Location != put.Location => Refuse(
                NetworkErrors.LocationFixed(gateway, put.Location)
            ),
            ({ } gateway, PutGateway put) when gateway.Network != put.Network => Refuse(
                NetworkErrors.Fixed("properties.ipConfigurations.properties.subnet", gateway.Network.Text, put.Network.Text)
            ),
            ({ } gateway, PutGateway put) when !gateway.IpConfigurations.SequenceEqual(put.IpConfigurations) => Refuse(
                NetworkErrors.Fixed("properties.ipConfigurations", InWords(gateway.IpConfigurations), InWords(put.IpConfigurations))
            ),
            ({ } gateway, PutGateway put) when !SameFamily(gateway.Sku, put.Sku) => Refuse(
                Refusal.Invalid(
                    "OperationNotAllowed",
                    $"A {gateway.Sku} gateway cannot be resized to {put.Sku}: resizing stays among zonal sizes, or among the others.",
                    "properties.sku"
                )
            ),
            ({ } gateway, PutGateway put) => Move(
                Apply(put, gateway.ResourceGuid),
                gateway.Sku == put.Sku ? "updated" : $"resized from {gateway.Sku} to {put.Sku}"
            ),

            ({ } gateway, ReplaceTags tags) => Move(gateway with { Tags = tags.Tags }, "tags replaced"),
            ({ }, DeleteGateway) => new Decision<VirtualNetworkGateway>.End("deleted"),

            (null, DeleteGateway) => new Decision<VirtualNetworkGateway>.Stay("there is no such gateway"),
            (null, ReplaceTags) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such virtual network gateway.")),
            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    public override IEnumerable<string> LabelsOf(VirtualNetworkGateway resource) => [$"network/{resource.Network.Key}"];

    private static VirtualNetworkGateway Apply(PutGateway put, Guid guid) =>
        new()
        {
            Id = put.Id,
            Location = put.Location,
            Tags = put.Tags,
            ResourceGuid = guid,
            Network = put.Network,
            Sku = put.Sku,
            IpConfigurations = put.IpConfigurations,
            Options = put.Options,
        };

    private static string InWords(ImmutableArray<GatewayIpConfiguration> configurations) =>
        string.Join(", ", configurations.Select(c => c.PublicIp is null ? c.Name : $"{c.Name} with {c.PublicIp}"));

    private static bool SameFamily(string from, string to) => GatewaySku.Find(from)!.Zonal == GatewaySku.Find(to)!.Zonal;

    private static Decision<VirtualNetworkGateway>.Move Move(VirtualNetworkGateway next, string why) => new(next, why);

    private static Decision<VirtualNetworkGateway>.Refuse Refuse(Refusal refusal) => new(refusal);
}
