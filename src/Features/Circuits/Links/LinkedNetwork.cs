using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Domain.Circuits;

/// <summary>A virtual network that uses the circuit: its prefixes are announced to the customer's routers.</summary>
/// <param name="Connection">The connection resource that made the link.</param>
/// <param name="Subscription">The connection's subscription, lower case.</param>
/// <param name="Authorization">Name of the authorization that it was made with; null inside the circuit's own subscription.</param>
/// <param name="Generation">The circuit's generation that first carries it as it is now: on the routers when that one is applied.</param>
public sealed record LinkedNetwork(
    ResourceId Connection,
    ResourceId Network,
    ImmutableArray<IpPrefix> Prefixes,
    string GeopoliticalRegion,
    string Subscription,
    string? Authorization,
    int RoutingWeight,
    DateTimeOffset Since,
    long Generation
)
{
    /// <summary>Whether it is announced to nobody, because its gateway is tested without the site.</summary>
    public bool Held { get; init; }
}
