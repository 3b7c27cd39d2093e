using System.Collections.Immutable;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Circuits;

/// <summary>What is seen of a circuit's joins with others: the sessions between our own routers, by their names, on either side.</summary>
internal sealed record ReachSeen(IReadOnlyList<SessionReport> Sessions)
{
    public static readonly ReachSeen Nothing = new([]);

    /// <summary>Connected while a session of either side is up; connecting while a router has one.</summary>
    public string StatusOf(GlobalReach reach, IpFamily family)
    {
        string name = reach.SessionOf(family);
        IEnumerable<SessionReport> its = Sessions.Where(s => s.Name == name);
        return its.Any(s => s.IsEstablished) ? "Connected"
            : its.Any(s => s.Mode != SessionMode.Down) ? "Connecting"
            : "Disconnected";
    }
}

/// <summary>Global Reach between the wire and the circuits.</summary>
internal sealed class ReachDesk(IRouters routers, CircuitPolicy policy)
{
    private const int Most = 200;

    /// <summary>Null when the circuit has no joins, of which nothing has to be seen.</summary>
    public async ValueTask<ReachSeen?> SeenAsync(Circuit circuit, CancellationToken cancellation)
    {
        if (circuit.Reaches.IsEmpty)
            return null;
        if (!circuit.IsOnRouters)
            return ReachSeen.Nothing;
        CircuitSeen seen = await CircuitDiagnostics.SeenAsync(routers, circuit, PeeringType.AzurePrivatePeering, cancellation);
        return new ReachSeen([.. Sides.Both.SelectMany(s => seen.On(s).Instance?.Value.Sessions ?? [])]);
    }

    /// <summary>The PUT of one connection, and what it asks of the other circuit.</summary>
    public Asked Put(ArmRequest request, BodyReader body, Circuit circuit) =>
        Read(body, request.Id.Parent!, request.Id.Name) is { } wanted && body.Refusal is null
            ? Reaching.Put(new PutReach(request.Now, wanted, request.Ticket()), circuit, policy)
            : default;

    /// <summary>A signal to a circuit that names all of its connections, with what it asks of the circuits at their other ends.</summary>
    /// <param name="reaches">Null when the array was not sent.</param>
    public Asked With(Signal signal, ImmutableArray<WantedReach>? reaches, Circuit? present) =>
        new Asked(signal, null)
        {
            Also = reaches is { } wanted && present is not null ? Reaching.Others(signal.At, wanted, present, policy) : [],
        };

    /// <summary>The inline connections of a private peering; null when the array was not sent.</summary>
    public static ImmutableArray<WantedReach>? ReadAll(BodyReader peering, ResourceId circuit)
    {
        BodyReader properties = peering.Object("properties");
        if (properties.Objects("connections", Most) is not { } items)
            return null;
        ResourceId parent = circuit.Child("peerings", nameof(PeeringType.AzurePrivatePeering));
        var reaches = new List<WantedReach>();
        foreach (BodyReader item in items)
        {
            if (item.String("name", 80, required: true) is not { } name || Read(item, parent, name) is not { } reach)
                continue;
            if (!CircuitTypes.Reach.Name.IsMatch(name))
                item.Problem("InvalidResourceName", "name", $"'{name}' is not a name: use {CircuitTypes.Reach.NameInWords}.");
            else if (reaches.Any(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || r.Peer == reach.Peer))
                item.Problem("InvalidParameter", "name", $"'{name}' is listed twice, or joins a circuit that another one joins.");
            else
                reaches.Add(reach);
        }
        return [.. reaches];
    }

    private static WantedReach? Read(BodyReader body, ResourceId parent, string name)
    {
        BodyReader properties = body.Object("properties", required: true);
        if (properties.Reference("expressRouteCircuitPeering", CircuitTypes.Peering.FullName) is { } own && own != parent)
            properties.Problem(
                "InvalidParameter",
                "expressRouteCircuitPeering",
                $"The connection is of '{parent.Text}': name that peering here, or leave it out."
            );
        ResourceId? peer = properties.Reference("peerExpressRouteCircuitPeering", CircuitTypes.Peering.FullName, required: true);
        if (peer is not null && !peer.Name.Equals(nameof(PeeringType.AzurePrivatePeering), StringComparison.OrdinalIgnoreCase))
            properties.Problem(
                "InvalidParameter",
                "peerExpressRouteCircuitPeering.id",
                $"Global Reach joins private peerings: name the other circuit's AzurePrivatePeering, not its {peer.Name}."
            );
        IpPrefix? v4 = properties.Prefix("addressPrefix", IpFamily.V4, 29);
        if (!properties.Has("addressPrefix"))
            properties.Problem(
                "InvalidRequestFormat",
                "addressPrefix",
                $"'{properties.Join("addressPrefix")}' is missing: give an IPv4 /29 that is used nowhere else."
            );
        BodyReader ipv6 = properties.Object("ipv6CircuitConnectionConfig");
        IpPrefix? v6 = ipv6.Prefix("addressPrefix", IpFamily.V6, 125);
        foreach ((BodyReader at, IpPrefix? subnet) in ((BodyReader, IpPrefix?)[])[(properties, v4), (ipv6, v6)])
            if (subnet is { } given && PeeringRules.Unusable(given, at.Join("addressPrefix")) is { } unusable)
                at.Problem(unusable.Code, "addressPrefix", unusable.Message);
        string? key = properties.String("authorizationKey", 200, lines: true);
        return peer is null || v4 is not { } prefix
            ? null
            : new WantedReach(name, peer.Parent!, prefix, v6, key) { NewKey = Guid.NewGuid() };
    }
}
