using System.Globalization;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Resources;
using Causeway.Client.Usage;
using Causeway.Contracts.Resources;
using Causeway.Contracts.Usage;

namespace Causeway.Cli.Usage;

/// <summary><c>causeway operator bill</c>: the meters of all subscriptions, with who pays.</summary>
internal static class BillVerbs
{
    public static IEnumerable<Twig> Twigs => [new("operator", () => [Bill()], As: "operator")];

    private static Verb Bill() =>
        new(
            "bill",
            ["causeway operator bill", "causeway operator bill --from 2026-11-01 --to 2026-12-01 -o csv"],
            RunAsync,
            Opt.Text("--from", "WHEN"),
            Opt.Text("--to", "WHEN")
        );

    /// <summary>A record, and the name of the subscription that it is billed to.</summary>
    private sealed record Line(string Subscription, UsageRecordBody Record);

    private static async Task RunAsync(CliCall call)
    {
        IReadOnlyList<Document<Line>> lines = await call.Reading(LinesAsync(call));
        Printer.List(
            call,
            lines,
            "no usage",
            [
                new("subscription", l => l.Subscription),
                .. UsageVerbs.Columns(call).Select(c => new Column<Line>(c.Key, l => c.Value(l.Record))),
            ]
        );
        if (!call.ForPeople)
            return;
        foreach (var payer in lines.Select(l => l.Body).GroupBy(l => l.Subscription))
            UsageVerbs.Total(call, "total of", payer.Select(l => l.Record), payer.Key);
    }

    /// <summary>Subscription by subscription, as the API has no list over all of them.</summary>
    private static async Task<IReadOnlyList<Document<Line>>> LinesAsync(CliCall call)
    {
        var all = new List<Document<Line>>();
        foreach (Document<SubscriptionBody> subscription in await call.Client.Subscriptions.AllAsync(call.Cancellation))
        foreach (
            Document<UsageRecordBody> record in await call.Client.Usage.RecordsAsync(
                subscription.Body.SubscriptionId,
                call.Get<string?>("--from"),
                call.Get<string?>("--to"),
                call.Cancellation
            )
        )
            all.Add(new(new Line(subscription.Body.DisplayName, record.Body), record.Json));
        return all;
    }
}
