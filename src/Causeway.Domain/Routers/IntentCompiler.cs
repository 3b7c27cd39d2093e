using System.Collections.Immutable;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>
/// From what is stored to what a router shall be. Pure, and always the whole of it: the same circuits give the same intent, whatever happened in which
/// order. A circuit is on its routers only while it is provisioned; a peering only when it is wanted there.
/// </summary>
/// <param name="unprotect">Decrypts an MD5 key; its result lives in memory only.</param>
public sealed class IntentCompiler(NetworkTopology topology, CircuitLimits limits, Func<string, string> unprotect)
{
    public RouterIntent Compile(string router, IEnumerable<Circuit> circuits) =>
        new(router, topology.Asn, [.. circuits.SelectMany(c => Instances(router, c)).OrderBy(i => i.Name, StringComparer.Ordinal)]);

    private IEnumerable<InstanceIntent> Instances(string router, Circuit circuit)
    {
        if (!circuit.IsOnRouters || circuit.Edge is not { } edge || circuit.Provider.OccupiedSTag is not { } stag)
            yield break;
        Side side;
        if (edge.Primary.Equals(router, StringComparison.OrdinalIgnoreCase))
            side = Side.Primary;
        else if (edge.Secondary.Equals(router, StringComparison.OrdinalIgnoreCase))
            side = Side.Secondary;
        else
            yield break;

        ImmutableArray<IpPrefix> networks = [.. circuit.Links.SelectMany(l => l.Prefixes).Distinct().Order()];
        foreach (Peering peering in circuit.Peerings.Where(p => p.State.IsWanted))
            yield return new InstanceIntent(
                circuit.InstanceOf(peering.Type),
                stag,
                peering.Vlan,
                // Linked networks are reached over private peering only.
                peering.Type == PeeringType.AzurePrivatePeering
                    ? networks
                    : [],
                [.. peering.Families.Select(f => Session(circuit, peering, f.Family, f.Configured, side, networks))]
            );
    }

    private SessionIntent Session(
        Circuit circuit,
        Peering peering,
        IpFamily family,
        PeeringFamily configured,
        Side side,
        ImmutableArray<IpPrefix> networks
    ) =>
        new(
            family,
            configured.On(side),
            peering.PeerAsn,
            configured.Enabled,
            peering.ProtectedKey is null ? null : unprotect(peering.ProtectedKey),
            limits.RoutesOf(circuit.Sku, family),
            AcceptDefaultRoute: peering.Type == PeeringType.AzurePrivatePeering,
            [.. topology.OwnPrefixes.Concat(networks).Where(p => p.Family == family)]
        );
}
