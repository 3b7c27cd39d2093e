using System.Globalization;
using Causeway.Api.Kit;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Domain.Findings;
using Causeway.Domain.Routers;
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
        var body = new ExplainBody(
            explanation.Usable,
            explanation.Usable
                ? $"{circuit.Id.Name} can be used.{(decisive.Level == FindingLevel.Warning ? " " + decisive.Message : "")}"
                : $"{circuit.Id.Name} cannot be used: {decisive.Message}",
            decisive.ActsNext,
            decisive.Since,
            [.. explanation.Findings.Concat(await explaining.OpenTicketsAsync(circuit.Id, request.Aborted)).Select(Explaining.Body)],
            await explaining.LatestAsync(circuit.Id, request.Aborted)
        );
        return new ArmResult.Ok(ArmBody.Of(body, CircuitsContract.Default.ExplainBody));
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
