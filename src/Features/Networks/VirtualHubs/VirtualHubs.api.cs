using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Contracts.Resources;
using Causeway.Domain.Networks;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Networks;

/// <summary><c>Microsoft.Network/virtualHubs</c>: what an ExpressRoute gateway stands in.</summary>
public sealed class VirtualHubs : Feature
{
    protected internal override void Define(FeatureBuilder f) =>
        f.Tracked<VirtualHub, VirtualHubWorkflow>(NetworkTypes.Hub).Wire<VirtualHubWire>().ETagHeader().GoesBefore<VirtualWan>();
}

internal sealed class VirtualHubWire(Tracked<VirtualWan> wans)
    : Wire<VirtualHub, VirtualHubBody>(() => NetworksContract.Default.VirtualHubBody)
{
    /// <summary>Azure's defaults.</summary>
    private const string Unsaid =
        """{"virtualHubRouteTableV2s":[],"routeTable":{"routes":[]},"allowBranchToBranchTraffic":false,"sku":"Standard","hubRoutingPreference":"ExpressRoute"}""";

    private const string JoinWan = "Microsoft.Network/virtualWans/join/action";

    private static readonly string[] s_kept =
    [
        "virtualHubRouteTableV2s",
        "routeTable",
        "allowBranchToBranchTraffic",
        "sku",
        "hubRoutingPreference",
        "preferredRoutingGateway",
        "securityProviderName",
        "virtualRouterAsn",
        "virtualRouterIps",
        "virtualRouterAutoScaleConfiguration",
    ];

    /// <summary>Members that would mean something, and nothing here does it.</summary>
    private static readonly string[] s_absent =
    [
        "vpnGateway",
        "p2SVpnGateway",
        "azureFirewall",
        "securityPartnerProvider",
        "virtualNetworkConnections",
    ];

    public override async ValueTask<Asked> ReadAsync(ArmRequest request, BodyReader body, VirtualHub? present)
    {
        string? location = body.Location(present?.Location);
        BodyReader properties = body.Object("properties", required: true);
        foreach (string absent in s_absent)
            if (properties.HasSome(absent))
                properties.Problem(
                    "NotSupported",
                    absent,
                    $"'{absent}' cannot be given: a hub here holds an ExpressRoute gateway, and nothing else."
                );
        ResourceId? wan = properties.Reference("virtualWan", VirtualWan.ResourceType);
        IpPrefix? prefix = properties.Prefix("addressPrefix", IpFamily.V4, required: present is null) ?? present?.AddressPrefix;
        if (prefix is { Length: > 24 })
            properties.Problem(
                "InvalidVirtualHubAddressPrefix",
                "addressPrefix",
                $"'{prefix}' is too small for a hub: give a /24 or larger that is used nowhere else."
            );
        var put = new PutVirtualHub(
            request.Now,
            request.Id,
            location!,
            body.Tags(),
            wan,
            prefix ?? default,
            properties.Kept(Unsaid, s_kept)
        );
        if (body.Refusal is { } no)
            return no;
        if (wan is not null)
        {
            if (!await request.MayAsync(JoinWan, wan))
                return Referenced.Forbidden(request, JoinWan, wan);
            if (await wans.ReadAsync(wan, request.Aborted) is null)
                return Referenced.NotFound(wan, request.Id, "properties.virtualWan");
        }
        return VirtualHubWorkflow.Put(put);
    }

    protected override VirtualHubBody Body(Versioned<VirtualHub> resource, Moment moment)
    {
        VirtualHub hub = resource.Resource;
        return new VirtualHubBody
        {
            Name = hub.Id.Name,
            Id = hub.Id.Text,
            Etag = Preconditions.Format(resource.ETag),
            Type = VirtualHub.ResourceType,
            Location = hub.Location,
            Tags = hub.Tags,
            Properties = new()
            {
                ProvisioningState = moment.State(),
                VirtualWan = hub.Wan is { } wan ? new ReferenceBody(wan.Text) : null,
                AddressPrefix = hub.AddressPrefix.ToString(),
                ExpressRouteGateway = hub.Gateway is { } gateway ? new ReferenceBody(gateway.Text) : null,
                Kept = KeptMembers.Shown(hub.Kept, Unsaid),
            },
        };
    }
}
