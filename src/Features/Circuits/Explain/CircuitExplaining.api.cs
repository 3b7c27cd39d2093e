using System.Globalization;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Domain.Findings;
using Causeway.Domain.Routers;
using Causeway.Domain.Support;
using Causeway.Identity.Directory;
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
    Applications applications,
    SupportTicketWorkflow tickets
)
{
    private const int LatestEntries = 10;

    public async ValueTask<ArmResult> ExplainAsync(ArmRequest request)
    {
        if (await circuits.ReadAsync(request.Id, request.Aborted) is not { Resource: var circuit })
            return await request.NotFoundAsync();
        Explanation explanation = Explanation.Of(
            circuit,
            desk.Topology,
            await CircuitDiagnostics.SeenAsync(routers, circuit, PeeringType.AzurePrivatePeering, request.Aborted),
            request.Now,
            await OthersAsync(circuit, request.Aborted)
        );
        explanation = explanation with { Findings = [.. explanation.Findings, .. await internet.FindingsAsync(circuit, request.Aborted)] };
        Finding decisive = explanation.Decisive;
        IReadOnlyList<JournalEntry> journal = await desk.Store.JournalAsync(
            new JournalQuery
            {
                Resource = circuit.Id,
                Latest = true,
                Most = LatestEntries,
            },
            request.Aborted
        );
        var body = new ExplainBody(
            explanation.Usable,
            explanation.Usable
                ? $"{circuit.Id.Name} can be used.{(decisive.Level == FindingLevel.Warning ? " " + decisive.Message : "")}"
                : $"{circuit.Id.Name} cannot be used: {decisive.Message}",
            decisive.ActsNext,
            decisive.Since,
            [
                .. explanation
                    .Findings.Concat(await TicketsAsync(circuit, request.Aborted))
                    .Select(f => new FindingBody(
                        f.Code,
                        f.Level.ToString().ToLowerInvariant(),
                        f.Message,
                        f.ActsNext,
                        f.Since,
                        [.. f.Values.Select(v => v.Value)],
                        f.Values.ToDictionary(v => v.Name, v => v.Value),
                        f.Evidence
                    )),
            ],
            await LinesAsync(journal, request.Aborted)
        );
        return new ArmResult.Ok(ArmBody.Of(body, CircuitsContract.Default.ExplainBody));
    }

    /// <summary>What was asked of the operator about the circuit, and is not decided yet.</summary>
    private async ValueTask<IEnumerable<Finding>> TicketsAsync(Circuit circuit, CancellationToken cancellation)
    {
        Page<StoredResource> open = await desk.Store.ListAsync(
            new ResourceQuery { Type = SupportTicket.ResourceType, Label = SupportTicket.OpenAbout(circuit.Id) },
            cancellation
        );
        return
        [
            .. open
                .Items.Select(row => tickets.TryRead(row, out Versioned<SupportTicket>? ticket) ? ticket.Resource : null)
                .OfType<SupportTicket>()
                .Select(TicketFindings.Of),
        ];
    }

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
        Dictionary<long, JournalBody> lines = (await LinesAsync(entries, request.Aborted)).ToDictionary(l => l.Position);
        return await request.ListAsync(
            entries,
            entries.Count < page.Most ? null : entries[^1].Position.ToString(CultureInfo.InvariantCulture),
            _ => request.Id,
            e => lines[e.Position],
            CircuitsContract.Default.JournalBody
        );
    }

    private async ValueTask<IReadOnlyList<JournalBody>> LinesAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, string> names = await applications.NamesAsync(entries.Select(e => e.Actor), cancellation);
        return
        [
            .. entries.Select(e => new JournalBody(
                e.Position,
                e.At,
                e.Actor,
                e.Signal,
                e.From,
                e.To,
                e.Why,
                e.CorrelationId,
                names.GetValueOrDefault(e.Actor)
            )),
        ];
    }
}
