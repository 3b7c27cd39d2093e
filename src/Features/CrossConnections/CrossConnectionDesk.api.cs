using System.Collections.Immutable;
using Causeway.Api.Circuits;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.CrossConnections;
using Causeway.Contracts.Resources;
using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.CrossConnections;

/// <summary>
/// The provider's view of circuits. A cross connection is not stored: it is the circuit, found by its service key, shown in the provider's subscription
/// and in a group named after the peering location. A provider finds its own orders and nothing else.
/// </summary>
internal sealed class CrossConnectionDesk(
    CircuitDesk desk,
    CircuitViews views,
    Engine engine,
    CircuitWorkflow circuits,
    PortLoadWorkflow loads
) : IShownAs
{
    public async ValueTask<IReadOnlyList<ResourceId>> OthersAsync(
        ResourceId resource,
        ReadOnlyMemory<byte> facts,
        CancellationToken cancellation
    )
    {
        if (!resource.Type.Equals(circuits.Type, StringComparison.OrdinalIgnoreCase))
            return [];
        if (await engine.ReadAsync(circuits, resource, cancellation) is { } found)
            return found.Resource.Port is null ? [IdOf(found.Resource)] : [];
        // Its end tells of what it was.
        return CircuitFacts.Read(facts.Span) is { IsOnPort: false } gone && desk.Topology.FindProvider(gone.ServiceProvider) is { } provider
            ? [IdOf(provider.Subscription, gone.PeeringLocation, gone.ServiceKey)]
            : [];
    }

    /// <summary>The circuit behind a cross connection's path; null when the caller's subscription has no such order.</summary>
    public async ValueTask<Versioned<Circuit>?> FindAsync(ResourceId crossConnection, CancellationToken cancellation)
    {
        if (!Guid.TryParse(crossConnection.Name, out Guid key))
            return null;
        Versioned<Circuit>? found = await desk.FindByServiceKeyAsync(key, cancellation);
        return found is not null && IdOf(found.Resource) == crossConnection ? found : null;
    }

    public static ResourceId IdOf(Circuit circuit) =>
        IdOf(circuit.Order.ProviderSubscription, circuit.Order.PeeringLocation, circuit.ServiceKey.ToString("D"));

    private static ResourceId IdOf(string subscription, string peeringLocation, string serviceKey) =>
        ResourceId.Of(subscription, GroupAt(peeringLocation), "Microsoft.Network", CrossConnections.Type.Path, serviceKey);

    public static string GroupOf(Circuit circuit) => GroupAt(circuit.Order.PeeringLocation);

    private static string GroupAt(string peeringLocation) =>
        "CrossConnection-" + peeringLocation.Replace(" ", "", StringComparison.Ordinal);

    /// <summary>
    /// A list leaves out ports and S-tag; the answer to a PUT has the ports empty and the S-tag 0, as the real service answers.
    /// </summary>
    public CrossConnectionBody Show(Versioned<Circuit> read, Moment moment, string version)
    {
        Circuit c = read.Resource;
        ResourceId id = IdOf(c);
        return new CrossConnectionBody
        {
            Name = id.Name,
            Id = id.Text,
            Etag = Preconditions.Format(read.ETag),
            Type = CrossConnections.Type.FullName,
            Location = c.Location,
            Tags = Tags.Shown(c.ProviderTags),
            // Network's recorded answers have none; newer clients read it.
            SystemData = string.CompareOrdinal(version, "2024-01-01") < 0 ? null : new SystemDataBody(read.Created, read.Changed),
            Properties = new CrossConnectionProperties
            {
                ProvisioningState = moment == Moment.Answer ? "Updating" : CircuitViews.StateOf(c),
                ExpressRouteCircuit = new ReferenceBody(c.Id.Text),
                PeeringLocation = c.Order.PeeringLocation,
                BandwidthInMbps = c.Order.Bandwidth.Mbps,
                ServiceProviderProvisioningState = c.Provider.Name.ToString(),
                ServiceProviderNotes = c.ServiceProviderNotes.Length == 0 ? null : c.ServiceProviderNotes,
                PrimaryAzurePort = Port(Side.Primary),
                SecondaryAzurePort = Port(Side.Secondary),
                STag = moment switch
                {
                    Moment.Listed => null,
                    Moment.Answer => 0,
                    _ => c.Provider.OccupiedSTag ?? 0,
                },
                Peerings = [.. c.Peerings.Select(p => views.Peering(read, p, id, CrossConnections.PeeringType, Moment.Read, version))],
            },
        };

        string? Port(Side side) =>
            moment switch
            {
                Moment.Listed => null,
                Moment.Answer => "",
                _ => views.PortOf(c, side),
            };
    }

    /// <summary>Where the circuit would land: on the pair it was on before, else on the least used one, with an S-tag that is free now.</summary>
    /// <param name="again">True when an earlier choice lost a race: choose at random, so that many who race do not all choose the same.</param>
    /// <returns>Null when every pair of the location is full.</returns>
    public async ValueTask<Landing?> LandAsync(Circuit circuit, bool again, CancellationToken cancellation)
    {
        NetworkTopology topology = desk.Topology;
        if (topology.FindLocation(circuit.Order.PeeringLocation) is not { } location)
            return null;
        var pairs = new List<(RouterPair Pair, List<int> Free, bool HasRoom)>();
        foreach (RouterPair pair in location.Pairs)
        {
            string prefix = Circuit.STagClaims(pair.Name);
            IReadOnlyList<string> claims = await desk.Store.ClaimsAsync(prefix, cancellation);
            HashSet<int> taken = [.. claims.Select(c => int.Parse(c.AsSpan(prefix.Length)))];
            List<int> free = [.. Enumerable.Range(VlanId.Minimum, VlanId.Maximum).Where(n => !taken.Contains(n))];
            if (free.Count > 0)
                pairs.Add((pair, free, await RoomAsync(pair, cancellation) >= circuit.Order.Bandwidth.Mbps));
        }
        if (pairs.Count == 0)
            return null;
        // First where the ports have room for it; of those where it was, else where all of it can be, else where most S-tags are free.
        var landings = new List<(Landing Landing, int Free, bool HasRoom)>();
        foreach ((RouterPair pair, List<int> free, bool hasRoom) in pairs)
        {
            var edge = new Edge(pair.Name, pair.Primary.Name, pair.Secondary.Name);
            int tag = again ? free[Random.Shared.Next(free.Count)] : free[0];
            var landing = new Landing(edge, tag)
            {
                TopologyRevision = topology.Revision,
                Conflicts = await ConflictsAsync(circuit, edge, cancellation),
            };
            landings.Add((landing, free.Count, hasRoom));
        }
        return landings
            .MaxBy(l => (l.HasRoom, l.Landing.Edge.Pair == circuit.Edge?.Pair ? 1 : 0, -l.Landing.Conflicts.Count, l.Free))
            .Landing;
    }

    /// <summary>What the ports of a pair have left, Mbps; the commit looks again.</summary>
    private async ValueTask<long> RoomAsync(RouterPair pair, CancellationToken cancellation) =>
        PortLoad.CapacityOf(pair) - ((await engine.ReadAsync(loads, PortLoad.IdOf(pair.Name), cancellation))?.Resource.Mbps ?? 0);

    /// <summary>The peerings that wait for the circuit to land, and of which an address belongs to another circuit there.</summary>
    private async ValueTask<ImmutableDictionary<PeeringType, string>> ConflictsAsync(
        Circuit circuit,
        Edge edge,
        CancellationToken cancellation
    )
    {
        var conflicts = ImmutableDictionary.CreateBuilder<PeeringType, string>();
        foreach (Peering peering in circuit.Peerings)
        foreach (string claim in CircuitWorkflow.AddressClaims(desk.Topology, edge, peering))
            if (await desk.Store.ClaimOwnerAsync(claim, cancellation) is { } owner && owner != circuit.Id)
                conflicts[peering.Type] = CircuitWorkflow.AddressTaken(claim);
        return conflicts.ToImmutable();
    }
}
