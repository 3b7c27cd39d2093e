using System.CommandLine;
using System.Globalization;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Usage;
using Causeway.Contracts.Usage;

namespace Causeway.Cli.Usage;

/// <summary><c>causeway usage</c>: the meters.</summary>
internal static class UsageVerbs
{
    public static IEnumerable<Twig> Twigs => [Twig.Whole("usage", Usage)];

    private static Verb Usage() =>
        new(
            "usage",
            [
                "causeway usage",
                "causeway usage --from 2026-11-01 --to 2026-12-01 -o json",
                "causeway usage --circuit office",
                "causeway usage --port cage",
            ],
            RunAsync,
            Opt.Text("--from", "WHEN"),
            Opt.Text("--to", "WHEN"),
            Opt.Text("--circuit", "NAME"),
            Opt.Text("--port", "NAME")
        );

    private static async Task RunAsync(CliCall call)
    {
        IReadOnlyList<Document<UsageRecordBody>> records = await call.Reading(
            call.Client.Usage.RecordsAsync(call.Subscription, call.Get<string?>("--from"), call.Get<string?>("--to"), call.Cancellation)
        );
        foreach (
            (string option, string type) in ((string, string)[])[("--circuit", "expressRouteCircuits"), ("--port", "expressRoutePorts")]
        )
            if (call.Get<string?>(option) is { } name)
                records =
                [
                    .. records.Where(r =>
                        r.Body.Properties.ResourceId.EndsWith($"/{type}/{Ids.NameOf(name)}", StringComparison.OrdinalIgnoreCase)
                    ),
                ];
        Printer.List(call, records, "no usage", Columns(call));
        if (call.ForPeople)
            Total(call, "total", records.Select(r => r.Body));
    }

    internal static Column<UsageRecordBody>[] Columns(CliCall call) =>
        [
            new("resource", r => Ids.NameOf(r.Properties.ResourceId)),
            new("meter", r => r.Properties.MeterName),
            new("from", r => r.Properties.UsageStart),
            new("to", r => r.Properties.UsageEnd),
            new("running", r => r.Properties.Running ? call.Words["running"] : ""),
            new("hours", r => r.Properties.Quantity),
            new("cost", r => r.Properties.Cost is { } cost ? $"{Amount(cost)} {r.Properties.Currency}" : ""),
        ];

    /// <summary>A line per currency.</summary>
    /// <param name="key">Of the words, which take the amount, the currency and what else is given.</param>
    internal static void Total(CliCall call, string key, IEnumerable<UsageRecordBody> records, params string[] more)
    {
        foreach (var currency in records.Where(r => r.Properties.Cost is not null).GroupBy(r => r.Properties.Currency))
            call.Out.WriteLine(call.Words[key, [Amount(currency.Sum(r => r.Properties.Cost!.Value)), currency.Key!, .. more]]);
    }

    private static string Amount(decimal cost) => cost.ToString("0.00####", CultureInfo.InvariantCulture);
}
