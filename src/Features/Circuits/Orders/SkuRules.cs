using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.Circuits;

/// <summary>Which SKU and order a circuit may have, and what of them may change later.</summary>
internal static class SkuRules
{
    public static Refusal? Valid(CircuitSku sku) =>
        sku is { Tier: CircuitTier.Local, Family: not CircuitFamily.UnlimitedData }
            ? Refusal.Invalid(
                "InvalidParameter",
                "A Local circuit has UnlimitedData only: order it with family UnlimitedData.",
                "sku.family"
            )
            : null;

    /// <summary>Up is possible, down is a new circuit; data plans do not go back to metered.</summary>
    public static Refusal? MayChange(Circuit circuit, CircuitSku to, CircuitLimits limits)
    {
        CircuitSku from = circuit.Sku;
        if (from == to)
            return null;
        if (from.Family == CircuitFamily.UnlimitedData && to.Family == CircuitFamily.MeteredData)
            return NotAllowed("sku.family", "A circuit cannot go from UnlimitedData back to MeteredData: order a new circuit.");
        return (from.Tier, to.Tier) switch
        {
            var (a, b) when a == b => null,
            (CircuitTier.Premium, CircuitTier.Standard) => MayLosePremium(circuit, limits),
            (_, CircuitTier.Local) => NotAllowed("sku.tier", $"A {from.Tier} circuit cannot become Local: order a new circuit."),
            (CircuitTier.Local, _) when to.Family != CircuitFamily.UnlimitedData => NotAllowed(
                "sku.family",
                "A Local circuit keeps UnlimitedData when its tier changes."
            ),
            (_, CircuitTier.Basic) => NotAllowed("sku.tier", $"A {from.Tier} circuit cannot become Basic: order a new circuit."),
            _ => null,
        };
    }

    private static Refusal? MayLosePremium(Circuit circuit, CircuitLimits limits)
    {
        int most = limits.LinksOf(circuit.Sku with { Tier = CircuitTier.Standard }, circuit.Order.Bandwidth);
        if (circuit.Links.Length > most)
            return NotAllowed(
                "sku.tier",
                $"A Standard circuit links at most {most} networks and this one links {circuit.Links.Length}: delete {circuit.Links.Length - most} connections first. Until then it stays Premium, and is billed so."
            );
        return null;
    }

    /// <summary>Premium is also what links across geopolitical regions need.</summary>
    public static Refusal? MayLoseReach(Circuit circuit, CircuitSku to, NetworkTopology topology)
    {
        if (to.Tier == CircuitTier.Premium || topology.FindLocation(circuit.Order.PeeringLocation) is not { } location)
            return null;
        LinkedNetwork? far = circuit.Links.FirstOrDefault(l => l.GeopoliticalRegion != location.GeopoliticalRegion);
        return far is null
            ? null
            : NotAllowed(
                "sku.tier",
                $"A network of {far.GeopoliticalRegion} is linked, which a circuit in {location.GeopoliticalRegion} reaches only as Premium: delete connection '{far.Connection.Name}' first."
            );
    }

    /// <summary>Resolves an order against what is offered; problems name what would be right.</summary>
    public static ProviderOrder? Resolve(RequestedOrder order, ResourceId circuit, NetworkTopology topology, Action<Refusal> problem)
    {
        const string At = "properties.serviceProviderProperties";
        if (topology.FindProvider(order.ServiceProvider) is not { } provider)
        {
            problem(
                Refusal.Invalid(
                    "ExpressRouteCircuitServiceProviderDoesNotExist",
                    $"The Service Provider {order.ServiceProvider} specified for Express Route Circuit {circuit} does not exist.",
                    $"{At}.serviceProviderName"
                )
            );
            if (topology.FindLocation(order.PeeringLocation) is null)
                problem(
                    Refusal.Invalid(
                        "InvalidParameter",
                        $"There is no peering location '{order.PeeringLocation}': choose one of {string.Join(", ", topology.PeeringLocations.Select(l => l.Name))}.",
                        $"{At}.peeringLocation"
                    )
                );
            return null;
        }
        string? location = provider.PeeringLocations.FirstOrDefault(l =>
            l.Equals(order.PeeringLocation, StringComparison.OrdinalIgnoreCase)
        );
        if (location is null)
            problem(
                Refusal.Invalid(
                    "InvalidParameter",
                    $"{provider.Name} does not serve the peering location '{order.PeeringLocation}': choose one of {string.Join(", ", provider.PeeringLocations)}.",
                    $"{At}.peeringLocation"
                )
            );
        if (!provider.Bandwidths.Contains(order.Bandwidth))
            problem(NotOffered(provider, order.Bandwidth, $"{At}.bandwidthInMbps"));
        return location is null
            ? null
            : new ProviderOrder(provider.Name, topology.FindLocation(location)?.Name ?? location, order.Bandwidth)
            {
                ProviderSubscription = provider.Subscription,
            }.AsSent(order);
    }

    /// <summary>The order with its names as they were written.</summary>
    public static ProviderOrder AsSent(this ProviderOrder order, RequestedOrder sent) =>
        order with
        {
            ServiceProviderAsSent = sent.ServiceProvider == order.ServiceProvider ? null : sent.ServiceProvider,
            PeeringLocationAsSent = sent.PeeringLocation == order.PeeringLocation ? null : sent.PeeringLocation,
        };

    /// <summary>Whether the bandwidth may become this: any larger offered size.</summary>
    public static Refusal? MayResize(ProviderOrder order, Bandwidth to, NetworkTopology topology, string target)
    {
        if (to == order.Bandwidth)
            return null;
        if (to < order.Bandwidth)
            return NotAllowed(
                target,
                $"The bandwidth of a circuit cannot be decreased (it is {order.Bandwidth}, {to} was asked for): order a new circuit."
            );
        return topology.FindProvider(order.ServiceProvider) is { } provider && !provider.Bandwidths.Contains(to)
            ? NotOffered(provider, to, target)
            : null;
    }

    public static Refusal Fixed(string target, string name, string present) =>
        NotAllowed(target, $"{name} is fixed when a circuit is created: it is '{present}'. Leave it, or order a new circuit.");

    private static Refusal NotOffered(ServiceProvider provider, Bandwidth bandwidth, string target) =>
        Refusal.Invalid(
            "InvalidParameter",
            $"{provider.Name} does not offer {bandwidth.Mbps} Mbps: choose one of {string.Join(", ", provider.Bandwidths.Select(b => b.Mbps))}.",
            target
        );

    private static Refusal NotAllowed(string target, string message) => Refusal.Conflict("PropertyChangeNotAllowed", message, target);
}
