using Causeway.Contracts.RouteFilters;

namespace Causeway.Client.RouteFilters;

public static class RouteFiltersAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Which services Microsoft peerings announce.</summary>
        public ResourceClient<RouteFilterBody> RouteFilters =>
            client.Of(RouteFiltersContract.Default.RouteFilterBody, ArmClient.NetworkVersion);

        /// <summary>The rule of a filter.</summary>
        public ResourceClient<RouteFilterRuleBody> RouteFilterRules =>
            client.Of(RouteFiltersContract.Default.RouteFilterRuleBody, ArmClient.NetworkVersion);

        /// <summary>Which services there are, and the communities that filters allow them by.</summary>
        public ResourceClient<ServiceCommunityBody> ServiceCommunities =>
            client.Of(RouteFiltersContract.Default.ServiceCommunityBody, ArmClient.NetworkVersion);
    }
}
