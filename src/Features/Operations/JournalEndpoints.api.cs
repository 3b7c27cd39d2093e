using System.Globalization;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Contracts.Operations;
using Causeway.Identity.Directory;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Operations;

/// <summary>
/// <c>GET /providers/Causeway.Operations/journal?resource=…&amp;from=…&amp;to=…</c>: what happened to everything, also to what is gone, also to principals
/// and roles. For the Operator, and for a Reader on the whole installation (<c>/</c>).
/// </summary>
public sealed class JournalEndpoints(IStore store, Applications applications) : IEndpoints
{
    private const int EntriesPerRead = 1000;

    /// <summary>Bounds a page of which nothing falls into the time: it ends early, and the next one goes on.</summary>
    private const int MostReads = 20;

    public static ArmType Type { get; } = Namespaces.Operations.Type("journal") with { Locations = [], SupportsTags = false };

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapArm(
            $"/providers/{Type.FullName}",
            new ArmEndpoint(Type, "GET", $"{Type.FullName}/read", ArmTarget.Scope)
            {
                NeedsGroup = false,
                Contract = new ArmContract("List", "Lists what happened to everything, oldest first, also to what is gone.")
                {
                    Answer = () => JournalContract.Default.JournalEntryBody,
                    IsPage = true,
                    Parameters =
                    [
                        new("resource", "Id of a resource, group or subscription: of it and of what lies below it only."),
                        new("from", "A day or an instant, UTC, inclusive; the beginning when absent."),
                        new("to", "A day or an instant, UTC, exclusive; now when absent."),
                        new("latest", "Only the latest so many, 1 to 1000; without 'from' and 'to'."),
                    ],
                },
            },
            ListAsync
        );

    private async ValueTask<ArmResult> ListAsync(ArmRequest request)
    {
        ArmPage page = request.Page;
        var problems = new List<Refusal>();
        if (page.Refusal is { } wrong)
            problems.Add(wrong);
        ResourceId? resource = null;
        if (request.Query("resource") is { Length: > 0 } text && !ResourceId.TryParse(text, out resource))
            problems.Add(Wrong("resource", "is not the id of a resource, a group or a subscription"));
        DateTimeOffset from = Instant("from", DateTimeOffset.MinValue);
        DateTimeOffset to = Instant("to", DateTimeOffset.MaxValue);
        int latest = 0;
        if (
            request.Query("latest") is { } many
            && (
                !int.TryParse(many, NumberStyles.None, CultureInfo.InvariantCulture, out latest)
                || latest is < 1 or > 1000
                || request.Query("from") is not null
                || request.Query("to") is not null
            )
        )
            problems.Add(Wrong("latest", "has to be 1 to 1000, and without 'from' and 'to'"));
        long after = 0;
        if (page.After is { } token && !long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            problems.Add(Wrong("$skipToken", "is not one that this server gave: follow 'nextLink' as it stands"));
        if (problems.Count > 0)
            return Refusal.Of(problems);

        (List<JournalEntry> entries, long? next) =
            latest > 0
                ? ([.. await ReadAsync(resource, 0, latest, latest: true, request.Aborted)], null)
                : await PageAsync(resource, from, to, after, page.Most, request.Aborted);
        IReadOnlyDictionary<string, string> names = await applications.NamesAsync(entries.Select(e => e.Actor), request.Aborted);
        return await request.ListAsync(
            entries,
            next?.ToString(CultureInfo.InvariantCulture),
            e => e.Resource,
            e => Body(e, names.GetValueOrDefault(e.Actor)),
            JournalContract.Default.JournalEntryBody
        );

        DateTimeOffset Instant(string name, DateTimeOffset otherwise)
        {
            if (request.Query(name) is not { Length: > 0 } given)
                return otherwise;
            const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, utc, out DateTimeOffset instant))
                return instant;
            problems.Add(Wrong(name, "is not a day or an instant: write 2026-11-01 or 2026-11-01T12:00:00Z"));
            return otherwise;
        }
    }

    /// <summary>What falls into the time, from a position on, and where the next page begins.</summary>
    private async ValueTask<(List<JournalEntry> Entries, long? Next)> PageAsync(
        ResourceId? resource,
        DateTimeOffset from,
        DateTimeOffset to,
        long after,
        int most,
        CancellationToken cancellation
    )
    {
        var found = new List<JournalEntry>();
        for (int reads = 0; reads < MostReads; reads++)
        {
            IReadOnlyList<JournalEntry> entries = await ReadAsync(resource, after, EntriesPerRead, latest: false, cancellation);
            foreach (JournalEntry entry in entries)
            {
                if (found.Count == most)
                    return (found, after);
                after = entry.Position;
                if (entry.At >= from && entry.At < to)
                    found.Add(entry);
            }
            if (entries.Count < EntriesPerRead)
                return (found, null);
        }
        return (found, after);
    }

    private ValueTask<IReadOnlyList<JournalEntry>> ReadAsync(
        ResourceId? resource,
        long after,
        int most,
        bool latest,
        CancellationToken cancellation
    ) =>
        store.JournalAsync(
            new JournalQuery
            {
                Resource = resource,
                AfterPosition = after,
                Most = most,
                Latest = latest,
            },
            cancellation
        );

    private static Refusal Wrong(string name, string what) => Refusal.Invalid("InvalidQueryParameterValue", $"'{name}' {what}.", name);

    private static JournalEntryBody Body(JournalEntry e, string? name) =>
        new()
        {
            Position = e.Position,
            At = e.At,
            Actor = e.Actor,
            ActorName = name,
            ResourceId = e.Resource.Text,
            What = e.Signal,
            From = e.From,
            To = e.To,
            Why = e.Why,
            Differences = Explaining.Differences(e),
            CorrelationId = e.CorrelationId,
        };
}
