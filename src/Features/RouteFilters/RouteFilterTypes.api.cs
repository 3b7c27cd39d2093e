using Causeway.Api.Kit;
using Causeway.Arm;

namespace Causeway.Api.RouteFilters;

/// <summary>The resource types around route filters, as the provider list shows them.</summary>
public static class RouteFilterTypes
{
    public static ArmType Filter { get; } = Namespaces.Network.Type("routeFilters");

    public static ArmType Rule { get; } = Filter.Child("routeFilterRules");

    public static ArmType ServiceCommunity { get; } =
        Namespaces.Network.Type("bgpServiceCommunities") with
        {
            Locations = [],
            SupportsTags = false,
        };
}
