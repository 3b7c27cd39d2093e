using Causeway.Arm;
using Causeway.Contracts;
using Causeway.Contracts.Circuits;
using Causeway.Domain.Findings;
using Causeway.Domain.Support;
using Causeway.Identity.Directory;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Kit;

/// <summary>What every <c>…/explain</c> is made of beside its own findings: how they stand on the wire, the open tickets, and what happened last.</summary>
internal sealed class Explaining(IStore store, SupportTicketWorkflow tickets, Applications applications, Durations durations)
{
    private const int LatestEntries = 10;

    /// <param name="what">What it is asked of, for people.</param>
    public static ArmContract Contract(string what, string name = "GetExplain") =>
        new(name, $"Says whether a {what} can be used, what stands in the way, and who acts next.")
        {
            Answer = () => CircuitsContract.Default.ExplainBody,
            IsOurs = true,
        };

    public static FindingBody Body(Finding finding) =>
        new(
            finding.Code,
            finding.Level.ToString().ToLowerInvariant(),
            finding.Message,
            finding.ActsNext,
            finding.Since,
            [.. finding.Values.Select(v => v.Value)],
            finding.Values.ToDictionary(v => v.Name, v => v.Value),
            finding.Evidence
        );

    /// <summary>Of a resource of which one thing is known: that it is there, in its state, or what stands in its way.</summary>
    public async ValueTask<ArmResult> PlainAsync(ResourceId resource, Finding finding, CancellationToken cancellation) =>
        ArmResult.Of(
            new ExplainBody(
                finding.Level != FindingLevel.Blocking,
                finding.Message,
                finding.ActsNext,
                finding.Since,
                [Body(finding)],
                await LatestAsync(resource, cancellation)
            ),
            CircuitsContract.Default.ExplainBody
        );

    /// <summary>How long it usually takes until somebody has acted on what is in a state; nothing where too little is known.</summary>
    public IEnumerable<Finding> Usually(string type, string state) => durations.Of(type, state) is { } usual ? [usual] : [];

    /// <summary>What was asked of the operator about a circuit or an Internet peering, and is not decided yet.</summary>
    public async ValueTask<IReadOnlyList<SupportTicket>> OpenTicketsAsync(ResourceId about, CancellationToken cancellation)
    {
        Page<StoredResource> open = await store.ListAsync(
            new ResourceQuery { Type = SupportTicket.ResourceType, Label = SupportTicket.OpenAbout(about) },
            cancellation
        );
        return
        [
            .. open
                .Items.Select(row => tickets.TryRead(row, out Versioned<SupportTicket>? ticket) ? ticket.Resource : null)
                .OfType<SupportTicket>(),
        ];
    }

    /// <summary>The last lines of a resource's journal.</summary>
    public async ValueTask<IReadOnlyList<JournalBody>> LatestAsync(ResourceId resource, CancellationToken cancellation) =>
        await LinesAsync(
            await store.JournalAsync(
                new JournalQuery
                {
                    Resource = resource,
                    Latest = true,
                    Most = LatestEntries,
                },
                cancellation
            ),
            cancellation
        );

    /// <summary>Lines of a journal, with the names of who acted.</summary>
    public async ValueTask<IReadOnlyList<JournalBody>> LinesAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
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
                names.GetValueOrDefault(e.Actor),
                Differences(e)
            )),
        ];
    }

    /// <summary>What an entry tells of the difference that it made; null for nothing.</summary>
    public static IReadOnlyList<DifferenceBody>? Differences(JournalEntry entry) =>
        entry.Differences.IsEmpty ? null : [.. entry.Differences.Select(d => new DifferenceBody(d.Path, d.Before, d.After))];
}
