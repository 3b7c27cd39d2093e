using Causeway.Api.Circuits;
using Causeway.Api.CrossConnections;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Workflows;
using NetworkPeering = Causeway.Domain.InternetPeering.Peering;

namespace Causeway.Api.Support;

/// <summary>
/// Finds what a ticket is about: a peering of a circuit, the same one as its provider sees it, or a peering with another network; and knows who may decide on it.
/// </summary>
internal sealed class TicketDesk(
    Tracked<Circuit> circuits,
    CrossConnectionDesk crossConnections,
    Tracked<NetworkPeering> internetPeerings,
    ProofDesk proofs
)
{
    /// <summary>What one needs beside the verb's own permission for a ticket that is not about an Internet peering.</summary>
    private const string DecideOnAny = "Microsoft.Causeway/operator/circuitTickets/decide/action";

    private const string CrossConnection = "Microsoft.Network/expressRouteCrossConnections";
    private const string Target = "properties.technicalTicketDetails.resourceId";

    /// <summary>What is named, if the caller may read it; else the refusal, which does not say whether it is there.</summary>
    /// <param name="needsPeering">Whether it has to be a peering.</param>
    public async ValueTask<(TicketSubject? Subject, Refusal? Refusal)> LookAsync(ArmRequest request, ResourceId id, bool needsPeering)
    {
        bool isPeering =
            Is(id, "Microsoft.Network/expressRouteCircuits/peerings") || Is(id, "Microsoft.Network/expressRouteCrossConnections/peerings");
        bool isInternet = Is(id, NetworkPeering.ResourceType);
        if (needsPeering && !isPeering && !isInternet)
            return (
                null,
                Refusal.Invalid(
                    "ResourceNotSupported",
                    $"'{Target}' is {id}: name the peering whose prefixes are to be accepted, such as …/expressRouteCircuits/c1/peerings/MicrosoftPeering or …/Microsoft.Peering/peerings/p1.",
                    Target
                )
            );
        string action = $"{id.Type}/read";
        if (!await request.MayAsync(action, id))
            return (null, Referenced.Forbidden(request, action, id));
        if (isInternet)
            return await internetPeerings.ReadAsync(id, request.Aborted) is { Resource: var found }
                ? (new TicketSubject(found.Id), null)
                : (null, Referenced.NotFound(id, request.Id, Target));
        if (!isPeering && !Is(id, "Microsoft.Network/expressRouteCircuits") && !Is(id, CrossConnection))
            return (new TicketSubject(id), null);
        Circuit? circuit = await CircuitAsync(isPeering ? id.Parent! : id, request.Aborted);
        Peering? peering = isPeering ? circuit?.Peerings.FirstOrDefault(p => Is(p, id.Name)) : null;
        return circuit is null || (isPeering && peering is null)
            ? (null, Referenced.NotFound(id, request.Id, Target))
            : (new TicketSubject(id, circuit.Id, peering?.Type) { Asked = peering is null ? [] : [.. AskedPrefix.Of(peering)] }, null);
    }

    /// <summary>The circuit and the peering that a ticket is about, as they are now; null where there is none, or none any more.</summary>
    public async ValueTask<(Circuit Circuit, Peering Peering)?> PeeringAsync(SupportTicket ticket, CancellationToken cancellation) =>
        ticket.Subject is { Circuit: { } id, Peering: { } type }
        && await circuits.ReadAsync(id, cancellation) is { Resource: var circuit }
        && circuit.FindPeering(type) is { State: not PeeringState.Removing } peering
            ? (circuit, peering)
            : null;

    /// <summary>What registries, signatures and blocks say now of the prefixes that a peering declares.</summary>
    public async ValueTask<IReadOnlyDictionary<IpPrefix, ProofFact>> KnownAsync(
        Circuit circuit,
        PeeringType peering,
        DateTimeOffset at,
        CancellationToken cancellation
    ) =>
        (await proofs.FindAsync(circuit, at, cancellation))
            .Families.Where(f => f.Peering == peering)
            .SelectMany(f => f.Facts)
            .ToDictionary(f => f.Prefix, f => f.Fact);

    /// <summary>Whether what a ticket is about was deleted since, or is being deleted.</summary>
    public async ValueTask<bool> IsGoneAsync(SupportTicket ticket, CancellationToken cancellation) =>
        ticket.Subject switch
        {
            { Peering: not null } => await PeeringAsync(ticket, cancellation) is null,
            { Circuit: { } circuit } => await circuits.ReadAsync(circuit, cancellation) is null,
            { InternetPeering: { } peering } => await InternetPeeringAsync(peering, cancellation) is null,
            _ => false,
        };

    /// <summary>
    /// Whether a caller who may decide on tickets may decide on this one: whoever operates peerings decides on those about Internet peerings, and on no others.
    /// </summary>
    public static ValueTask<bool> MayDecideAsync(ArmRequest request, SupportTicket ticket) =>
        ticket.Subject?.InternetPeering is not null ? new(true) : request.MayAsync(DecideOnAny, ticket.Id);

    /// <inheritdoc cref="MayDecideAsync"/>
    public static Refusal NotYours(ArmRequest request, SupportTicket ticket) => Referenced.Forbidden(request, DecideOnAny, ticket.Id);

    /// <summary>The Internet peering that a ticket is about, as it is now; null when it is gone.</summary>
    public async ValueTask<NetworkPeering?> InternetPeeringAsync(ResourceId id, CancellationToken cancellation) =>
        (await internetPeerings.ReadAsync(id, cancellation))?.Resource;

    private async ValueTask<Circuit?> CircuitAsync(ResourceId id, CancellationToken cancellation)
    {
        Versioned<Circuit>? found = Is(id, CrossConnection)
            ? await crossConnections.FindAsync(id, cancellation)
            : await circuits.ReadAsync(id, cancellation);
        return found?.Resource;
    }

    private static bool Is(ResourceId id, string type) => id.Type.Equals(type, StringComparison.OrdinalIgnoreCase);

    private static bool Is(Peering peering, string name) => peering.Type.ToString().Equals(name, StringComparison.OrdinalIgnoreCase);
}
