using Causeway.Api.CrossConnections;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Api.Support;

/// <summary>Finds what a ticket is about: a peering of a circuit, or the same one as its provider sees it.</summary>
internal sealed class TicketDesk(Tracked<Circuit> circuits, CrossConnectionDesk crossConnections)
{
    private const string Target = "properties.technicalTicketDetails.resourceId";

    /// <summary>What is named, if the caller may read it; else the refusal, which does not say whether it is there.</summary>
    /// <param name="needsPeering">Whether it has to be a peering.</param>
    public async ValueTask<(TicketSubject? Subject, Refusal? Refusal)> LookAsync(ArmRequest request, ResourceId id, bool needsPeering)
    {
        bool isPeering = Is(id, "expressRouteCircuits/peerings") || Is(id, "expressRouteCrossConnections/peerings");
        if (needsPeering && !isPeering)
            return (
                null,
                Refusal.Invalid(
                    "ResourceNotSupported",
                    $"'{Target}' is {id}: name the peering whose prefixes are to be accepted, such as …/expressRouteCircuits/c1/peerings/MicrosoftPeering.",
                    Target
                )
            );
        string action = $"{id.Type}/read";
        if (!await request.MayAsync(action, id))
            return (null, Referenced.Forbidden(request, action, id));
        if (!isPeering && !Is(id, "expressRouteCircuits") && !Is(id, "expressRouteCrossConnections"))
            return (new TicketSubject(id), null);
        Circuit? circuit = await CircuitAsync(isPeering ? id.Parent! : id, request.Aborted);
        Peering? peering = isPeering ? circuit?.Peerings.FirstOrDefault(p => Is(p, id.Name)) : null;
        return circuit is null || (isPeering && peering is null)
            ? (null, Referenced.NotFound(id, request.Id, Target))
            : (new TicketSubject(id, circuit.Id, peering?.Type), null);
    }

    /// <summary>The circuit and the peering that a ticket is about, as they are now; null where there is none, or none any more.</summary>
    public async ValueTask<(Circuit Circuit, Peering Peering)?> PeeringAsync(SupportTicket ticket, CancellationToken cancellation) =>
        ticket.Subject is { Circuit: { } id, Peering: { } type }
        && await circuits.ReadAsync(id, cancellation) is { Resource: var circuit }
        && circuit.FindPeering(type) is { State: not PeeringState.Removing } peering
            ? (circuit, peering)
            : null;

    /// <summary>What a peering declares, in the order of its families.</summary>
    public static IEnumerable<IpPrefix> Declared(Peering peering) =>
        peering.Families.SelectMany(f => f.Configured.Public?.Prefixes ?? []).Select(p => p.Prefix);

    private async ValueTask<Circuit?> CircuitAsync(ResourceId id, CancellationToken cancellation)
    {
        Versioned<Circuit>? found = Is(id, "expressRouteCrossConnections")
            ? await crossConnections.FindAsync(id, cancellation)
            : await circuits.ReadAsync(id, cancellation);
        return found?.Resource;
    }

    private static bool Is(ResourceId id, string path) => id.Type.Equals($"Microsoft.Network/{path}", StringComparison.OrdinalIgnoreCase);

    private static bool Is(Peering peering, string name) => peering.Type.ToString().Equals(name, StringComparison.OrdinalIgnoreCase);
}
