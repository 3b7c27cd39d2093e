using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Networks;
using Causeway.Domain.Circuits;
using Causeway.Domain.Networks;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Networks;

/// <summary>
/// What clients ask of a region on their way: how much of each limit is used, and which services, delegations and aliases a subnet could name. Of the latter there
/// are none here, and the lists are empty.
/// </summary>
public sealed class LocationQuestions(IStore store, CircuitPolicy policy, Func<NetworkTopology> topology) : IEndpoints
{
    private const string Root = "/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}";
    private const long Unlimited = int.MaxValue;

    /// <summary>The lists of what a subnet could name, as the real service has them below a location.</summary>
    private static readonly string[] s_none =
    [
        "availableServiceAliases",
        "availableDelegations",
        "availablePrivateEndpointTypes",
        "autoApprovedPrivateLinkServices",
        "virtualNetworkAvailableEndpointServices",
        "serviceTagDetails",
    ];

    public static IEnumerable<ArmType> Types => [Usages, ServiceTags, .. s_none.Select(Type)];

    private static ArmType Usages { get; } = Type("usages");

    private static ArmType ServiceTags { get; } = Type("serviceTags");

    private static ArmType Type(string name) => Namespaces.Network.Type($"locations/{name}") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapArm(
            $"{Root}/usages",
            Asked(
                Usages,
                new("List", "Lists what a subscription uses of each limit.") { Answer = () => NetworksContract.Default.UsagesBody }
            ),
            UsagesAsync
        );
        routes.MapArm(
            $"{Root}/{ServiceTags.Segments[1]}",
            Asked(
                ServiceTags,
                new("List", "Would list the addresses of Azure's own services: not offered.")
                {
                    Answer = () => NetworksContract.Default.NoneOfferedBody,
                }
            ),
            _ => new(s_noTags)
        );
        foreach (ArmType type in s_none.Select(Type))
        {
            ArmEndpoint asked = Asked(
                type,
                new("List", "Lists what a subnet could name of this kind: nothing here.")
                {
                    Answer = () => NetworksContract.Default.NoneOfferedBody,
                }
            );
            routes.MapArm($"{Root}/{type.Segments[1]}", asked, None);
            routes.MapArm(
                $"/subscriptions/{{subscription}}/resourceGroups/{{group}}{Root["/subscriptions/{subscription}".Length..]}/{type.Segments[1]}",
                asked with
                {
                    Contract = asked.Contract! with { Name = "ListByResourceGroup" },
                },
                None
            );
        }
    }

    private static readonly Refusal s_noTags = Refusal.Invalid(
        "NotSupported",
        "Service tags are not offered here: they are the addresses of Azure's own services, which only Azure knows. Ask Azure for them, or name prefixes."
    );

    private static ArmEndpoint Asked(ArmType type, ArmContract contract) =>
        new(type, "GET", $"{type.FullName}/read", ArmTarget.Scope) { Contract = contract };

    private ValueTask<ArmResult> None(ArmRequest request) =>
        new(
            topology().FindRegion(request.Route("location")) is null
                ? NoSuchLocation(request)
                : ArmResult.Of(new NoneOfferedBody([]), NetworksContract.Default.NoneOfferedBody)
        );

    private async ValueTask<ArmResult> UsagesAsync(ArmRequest request)
    {
        if (topology().FindRegion(request.Route("location")) is not { } region)
            return NoSuchLocation(request);
        string subscription = request.Subscription;
        ResourceId scope = ResourceId.OfSubscription(subscription);
        return ArmResult.Of(
            new UsagesBody([
                await OfAsync("VirtualNetworks", "Virtual Networks", VirtualNetwork.ResourceType, Unlimited),
                await OfAsync("PublicIPAddresses", "Public IP Addresses", PublicIpAddress.ResourceType, Unlimited),
                await OfAsync("VirtualNetworkGateways", "Virtual Network Gateways", VirtualNetworkGateway.ResourceType, Unlimited),
                await OfAsync("RouteFilters", "Route Filters", AttachedFilter.FilterType, Unlimited),
                await OfAsync(
                    "ExpressRouteCircuits",
                    "ExpressRoute Circuits",
                    Circuit.ResourceType,
                    policy.Limits.CircuitsPerSubscription is > 0 and var most ? most : Unlimited
                ),
                Usage(
                    "ExpressRouteCircuitsPerRegion",
                    "ExpressRoute Circuits per Region",
                    await store.CountAsync(new ResourceQuery { Label = Circuit.RegionLabel(subscription, region.Name) }, request.Aborted),
                    policy.Limits.CircuitsPerRegion is > 0 and var here ? here : Unlimited
                ),
            ]),
            NetworksContract.Default.UsagesBody
        );

        async ValueTask<UsageBody> OfAsync(string name, string words, string type, long limit) =>
            Usage(name, words, await store.CountAsync(new ResourceQuery { Type = type, Scope = scope }, request.Aborted), limit);

        UsageBody Usage(string name, string words, long used, long limit) =>
            new(
                $"/subscriptions/{subscription}/providers/Microsoft.Network/locations/{region.Name}/usages/{name}",
                "Count",
                used,
                limit,
                new(name, words)
            );
    }

    private ArmResult NoSuchLocation(ArmRequest request) =>
        Refusal.Invalid(
            "LocationNotAvailableForResourceType",
            $"The provided location '{request.Route("location")}' is not one of this installation: use {string.Join(", ", topology().Regions.Select(r => r.Name))}.",
            "location"
        );
}
