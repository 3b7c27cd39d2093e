using System.Globalization;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Domain.Findings;
using Causeway.Domain.Routers;
using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Circuits;

/// <summary><c>…/explain</c> and <c>…/journal</c>: whether a circuit can be used, what is missing, who acts next, and everything that happened to it.</summary>
internal sealed class CircuitExplaining(
    Tracked<Circuit> circuits,
    CircuitDesk desk,
    IRouters routers,
    InternetSide internet,
    Explaining explaining
)
{
    public async ValueTask<ArmResult> ExplainAsync(ArmRequest request) =>
        await circuits.ReadAsync(request.Id, request.Aborted) is { Resource: var circuit }
            ? Answer(
                circuit.Id.Name,
                await OfAsync(request, circuit),
                await explaining.OpenTicketsAsync(circuit.Id, request.Aborted),
                await explaining.LatestAsync(circuit.Id, request.Aborted)
            )
            : await request.NotFoundAsync();

    /// <summary>One peering of it. What happened to it stands in the circuit's journal.</summary>
    public async ValueTask<ArmResult> ExplainPeeringAsync(ArmRequest request, Circuit circuit, Peering peering) =>
        Answer(
            $"{peering.Type} of {circuit.Id.Name}",
            await OfPeeringAsync(request, circuit, peering),
            await explaining.OpenTicketsAsync(circuit.Id, request.Aborted),
            await explaining.LatestAsync(circuit.Id, request.Aborted)
        );

    /// <summary>As the provider sees it, to whom the customer's tickets and journal are not shown.</summary>
    public async ValueTask<ArmResult> ExplainOrderAsync(ArmRequest request, Circuit circuit, Peering? peering) =>
        Answer(
            peering is null ? request.Id.Name : $"{peering.Type} of {request.Id.Parent!.Name}",
            peering is null ? await OfAsync(request, circuit) : await OfPeeringAsync(request, circuit, peering),
            [],
            []
        );

    private async ValueTask<Explanation> OfAsync(ArmRequest request, Circuit circuit)
    {
        Explanation explanation = Explanation.Of(
            circuit,
            desk.Topology,
            await CircuitDiagnostics.SeenAsync(routers, circuit, PeeringType.AzurePrivatePeering, request.Aborted),
            request.Now,
            await OthersAsync(circuit, request.Aborted)
        );
        return explanation with
        {
            Findings =
            [
                .. explanation.Findings,
                .. await internet.FindingsAsync(circuit, request.Aborted),
                .. circuit.Provider is ProviderSide.Provisioned ? [] : explaining.Usually(Circuit.ResourceType, circuit.StateName),
            ],
        };
    }

    private async ValueTask<Explanation> OfPeeringAsync(ArmRequest request, Circuit circuit, Peering peering)
    {
        var explanation = Explanation.OfPeering(
            circuit,
            peering,
            desk.Topology,
            await CircuitDiagnostics.SeenAsync(routers, circuit, peering.Type, request.Aborted),
            request.Now
        );
        return explanation with
        {
            Findings = [.. explanation.Findings, .. await internet.FindingsAsync(circuit, request.Aborted, peering.Type)],
        };
    }

    private static ArmResult Answer(string name, Explanation found, IReadOnlyList<SupportTicket> tickets, IReadOnlyList<JournalBody> latest)
    {
        Explanation explanation = found with { Findings = [.. found.Findings.Select(f => Asked(f, tickets))] };
        Finding decisive = explanation.Decisive;
        return ArmResult.Of(
            new ExplainBody(
                explanation.Usable,
                explanation.Usable
                    ? $"{name} can be used.{(decisive.Level == FindingLevel.Warning ? " " + decisive.Message : "")}"
                    : $"{name} cannot be used: {decisive.Message}",
                decisive.ActsNext,
                decisive.Since,
                [.. explanation.Findings.Concat(tickets.Select(TicketFindings.Of)).Select(Explaining.Body)],
                latest
            ),
            CircuitsContract.Default.ExplainBody
        );
    }

    /// <summary>What lacks proof is the operator's turn while a ticket about its peering waits for the operator.</summary>
    private static Finding Asked(Finding finding, IReadOnlyList<SupportTicket> tickets) =>
        finding.ActsNext == "customer"
        && PublicFindings.ProofOf(finding) is { } peering
        && tickets.Any(t => t.State is TicketState.WithOperator && t.Subject?.Peering?.ToString() == peering)
            ? finding with
            {
                ActsNext = "operator",
            }
            : finding;

    private async ValueTask<Dictionary<PeeringType, CircuitSeen>> OthersAsync(Circuit circuit, CancellationToken cancellation)
    {
        var seen = new Dictionary<PeeringType, CircuitSeen>();
        foreach (Peering peering in circuit.Peerings.Where(p => p.Type != PeeringType.AzurePrivatePeering))
            seen[peering.Type] = await CircuitDiagnostics.SeenAsync(routers, circuit, peering.Type, cancellation);
        return seen;
    }

    public async ValueTask<ArmResult> JournalAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        if (page.Refusal is { } no)
            return no;
        long after = long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out long position) ? position : 0;
        IReadOnlyList<JournalEntry> entries = await desk.Store.JournalAsync(
            new JournalQuery
            {
                Resource = request.Id,
                AfterPosition = after,
                Most = page.Most,
            },
            request.Aborted
        );
        // What is gone has its journal all the same; what never was has none.
        if (entries.Count == 0 && await circuits.ReadAsync(request.Id, request.Aborted) is null)
            return await request.NotFoundAsync();
        Dictionary<long, JournalBody> lines = (await explaining.LinesAsync(entries, request.Aborted)).ToDictionary(l => l.Position);
        return await request.ListAsync(
            entries,
            entries.Count < page.Most ? null : entries[^1].Position.ToString(CultureInfo.InvariantCulture),
            _ => request.Id,
            e => lines[e.Position],
            CircuitsContract.Default.JournalBody
        );
    }
}
