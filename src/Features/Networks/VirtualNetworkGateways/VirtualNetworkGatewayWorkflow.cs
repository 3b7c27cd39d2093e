using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Networks;

/// <summary>
/// A gateway: absent or <c>Ready</c>. Whether it may stand in its network, and whether it may go, the network decides in the same send
/// (<see cref="PlaceGateway"/>, <see cref="RemoveGateway"/>).
/// </summary>
public sealed class VirtualNetworkGatewayWorkflow : TrackedWorkflow<VirtualNetworkGateway>
{
    public override string Type => VirtualNetworkGateway.ResourceType;

    protected override string Called => "virtual network gateway";

    protected override JsonTypeInfo<VirtualNetworkGateway> Json => NetworksJson.Default.VirtualNetworkGateway;

    public override IReadOnlyList<string> Told =>
        [
            "tags",
            "network",
            "sku",
            "ipConfigurations[name].publicIp",
            "options.vpnType",
            "options.enableBgp",
            "options.activeActive",
            "options.enablePrivateIpAddress",
            "options.allowRemoteVnetTraffic",
            "options.allowVirtualWanTraffic",
        ];

    protected override Decision<VirtualNetworkGateway> DecideOn(VirtualNetworkGateway? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutGateway put) => Move(Apply(put, put.ResourceGuid), "created"),
            ({ } gateway, PutGateway put) when gateway.Network != put.Network => Refuse(
                NetworkErrors.Fixed("properties.ipConfigurations.properties.subnet", gateway.Network.Text, put.Network.Text)
            ),
            ({ } gateway, PutGateway put) when !gateway.IpConfigurations.SequenceEqual(put.IpConfigurations) => Refuse(
                NetworkErrors.Fixed("properties.ipConfigurations", InWords(gateway.IpConfigurations), InWords(put.IpConfigurations))
            ),
            ({ } gateway, PutGateway put) when !SameFamily(gateway.Sku, put.Sku) => Refuse(
                Refusal.Invalid(
                    "OperationNotAllowed",
                    $"A gateway of size {gateway.Sku} cannot be resized to {put.Sku}: resizing stays among zonal sizes, or among the others.",
                    "properties.sku"
                )
            ),
            ({ } gateway, PutGateway put) => Move(
                Apply(put, gateway.ResourceGuid) with
                {
                    Tests = gateway.Tests,
                },
                gateway.Sku == put.Sku ? "updated" : $"resized from {gateway.Sku} to {put.Sku}"
            ),

            ({ }, DeleteResource) => End("deleted"),

            (null, WokenUp or OtherSitesLost) => Stay("there is no such gateway"),
            (null, StartSiteTest or StopSiteTest) => Refuse(
                Refusal.NotFound("ResourceNotFound", "There is no such virtual network gateway.")
            ),
            ({ } gateway, StartSiteTest start) => Tested(
                gateway,
                SiteTesting.Start(gateway.Tests, start),
                $"failover test of {start.PeeringLocation} begins"
            ),
            ({ } gateway, StopSiteTest stop) => Tested(gateway, SiteTesting.Stop(gateway.Tests, stop), "site failover test stopped"),
            ({ } gateway, OtherSitesLost lost) => Tested(
                gateway,
                (SiteTesting.Alone(gateway.Tests, lost), null),
                "site failover test ended: no other site carries the network"
            ),
            ({ } gateway, WokenUp woken) => Tested(
                gateway,
                (SiteTesting.Expired(gateway.Tests, woken.At), null),
                "site failover test ended by itself"
            ),

            _ => throw new UnreachableException($"{current?.StateName} + {signal.Name}"),
        };

    private static Decision<VirtualNetworkGateway> Tested(
        VirtualNetworkGateway gateway,
        (ImmutableArray<SiteTest> Tests, Refusal? No) result,
        string why
    ) =>
        result.No is { } no ? Refuse(no)
        : result.Tests == gateway.Tests ? Stay("no test has to end")
        : Move(gateway with { Tests = result.Tests }, why);

    public override IEnumerable<WakeUp> WakeUpsOf(VirtualNetworkGateway resource) => SiteTesting.WakeUps(resource.Tests);

    /// <summary>The circuits hold back what a test takes away.</summary>
    protected override IEnumerable<Addressed> ConsequencesOf(
        VirtualNetworkGateway? before,
        VirtualNetworkGateway? after,
        DateTimeOffset at
    ) => SiteTesting.Consequences(before?.Tests ?? [], after?.Tests ?? [], at);

    /// <summary>Stores a gateway, places it in its network, and takes its public addresses.</summary>
    public static Asked Put(PutGateway put) =>
        new Asked(put, null)
        {
            Also =
            [
                new Addressed(
                    put.Network,
                    VirtualNetwork.ResourceType,
                    new PlaceGateway(put.At, new GatewayPlacement(put.Id, put.Sku, [.. put.IpConfigurations.Select(c => c.Name)]))
                ),
                .. Addresses(put.Id, put.IpConfigurations, c => new UsePublicIp(put.At, c)),
            ],
        };

    /// <summary>It leaves its network, which has the last word, and gives its public addresses back.</summary>
    public override Asked Deletion(VirtualNetworkGateway resource, DateTimeOffset at, Ticket? ticket) =>
        new Asked(new DeleteResource(at, ticket), null)
        {
            Also =
            [
                new Addressed(resource.Network, VirtualNetwork.ResourceType, new RemoveGateway(at, resource.Id)),
                .. Addresses(resource.Id, resource.IpConfigurations, c => new ReleasePublicIp(at, c)),
            ],
        };

    private static IEnumerable<Addressed> Addresses(
        ResourceId gateway,
        ImmutableArray<GatewayIpConfiguration> configurations,
        Func<ResourceId, Signal> signal
    ) =>
        from configuration in configurations
        where configuration.PublicIp is not null
        select new Addressed(
            configuration.PublicIp!,
            PublicIpAddress.ResourceType,
            signal(gateway.Child("ipConfigurations", configuration.Name))
        );

    public override IEnumerable<string> LabelsOf(VirtualNetworkGateway resource) =>
        [$"network/{resource.Network.Key}", .. SiteTesting.Labels(resource.Tests)];

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
}
