using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Domain.RouteFilters;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.RouteFilters;

/// <summary>
/// Looks at the filters that a body names, before the circuit is asked to attach them. A filter of another subscription may be attached by whoever may join
/// it; what its subscription or the circuit's may not use is not announced. One that is attached already needs no permission again.
/// </summary>
public sealed class FilterDesk(Tracked<RouteFilter> filters)
{
    private const string Join = "Microsoft.Network/routeFilters/join/action";

    /// <summary>The peering with what its filters let through.</summary>
    public async ValueTask<(WantedPeering Peering, Refusal? Refusal)> LookAsync(ArmRequest request, WantedPeering wanted, Circuit? circuit)
    {
        Peering? stored = circuit?.FindPeering(wanted.Type);
        if (wanted.KeptFilter is { } kept && stored?.V4?.Filter?.Id != kept)
            return (
                wanted,
                Refusal.Invalid(
                    "InvalidParameter",
                    "A route filter here decides what is announced over IPv4, which the body does not configure: give its two subnets, or put the filter into ipv6PeeringConfig.",
                    "properties.routeFilter"
                )
            );
        (WantedFamily? v4, Refusal? no) = await LookAsync(request, wanted.V4, stored?.V4, "properties.routeFilter");
        if (no is not null)
            return (wanted, no);
        (WantedFamily? v6, no) = await LookAsync(request, wanted.V6, stored?.V6, "properties.ipv6PeeringConfig.routeFilter");
        return (wanted with { V4 = v4, V6 = v6 }, no);
    }

    private async ValueTask<(WantedFamily?, Refusal?)> LookAsync(
        ArmRequest request,
        WantedFamily? wanted,
        PeeringFamily? stored,
        string target
    )
    {
        if (wanted?.Filter is not { Id: var id } || stored?.Filter?.Id == id)
            return (wanted, null);
        if (!await request.MayAsync(Join, id))
            return (wanted, Referenced.Forbidden(request, Join, id));
        return await filters.ReadAsync(id, request.Aborted) is { Resource: var filter }
            ? (wanted with { Filter = new AttachedFilter(filter.Id, filter.Communities) }, null)
            : (wanted, Referenced.NotFound(id, request.Id, target));
    }
}
