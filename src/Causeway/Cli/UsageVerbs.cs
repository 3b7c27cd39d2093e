using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Causeway.Cli;

/// <summary><c>causeway usage</c>: the meters.</summary>
internal static class UsageVerbs
{
    private const string Version = "2026-11-01";

    public static Command Command()
    {
        var from = new Option<string?>("--from")
        {
            Description = "First day or instant, UTC [default: this month's first].",
            HelpName = "WHEN",
        };
        var to = new Option<string?>("--to") { Description = "Day or instant it ends before, UTC [default: now].", HelpName = "WHEN" };
        var circuit = new Option<string?>("--circuit") { Description = "Of one circuit only.", HelpName = "NAME" };
        return new Verb(
            "usage",
            "What was used, from creation to deletion of every circuit: intervals per meter, and cost where the operator has set prices.",
            call => RunAsync(call, call.Get(from), call.Get(to), call.Get(circuit)),
            from,
            to,
            circuit
        )
        {
            Examples = ["causeway usage", "causeway usage --from 2026-11-01 --to 2026-12-01 -o json", "causeway usage --circuit office"],
        };
    }

    private static async Task RunAsync(CliCall call, string? from, string? to, string? circuit)
    {
        string path = $"{call.SubscriptionPath}/providers/Causeway.Billing/usageRecords?api-version={Version}";
        if (from is not null)
            path += $"&from={Uri.EscapeDataString(from)}";
        if (to is not null)
            path += $"&to={Uri.EscapeDataString(to)}";
        List<JsonNode> records = await call.ListAsync(path, Version);
        if (circuit is not null)
            records = [.. records.Where(r => Circuit(r).Equals(Json.NameOf(circuit), StringComparison.OrdinalIgnoreCase))];
        Printer.List(
            call,
            records,
            "Nothing was used in this time.",
            new Column("Circuit", Circuit),
            Column.Of("Meter", "properties.meterName"),
            Column.When("From", "properties.usageStart"),
            Column.When("To", "properties.usageEnd"),
            new Column("", r => Json.Text(r, "properties.running") is "true" or "True" ? "running" : ""),
            Column.Of("Hours", "properties.quantity"),
            new Column("Cost", r => $"{Json.Text(r, "properties.cost")} {Json.Text(r, "properties.currency")}".Trim())
        );
        if (call.Form != OutputForm.Table)
            return;
        foreach (
            var currency in records.Where(r => Json.At(r, "properties.cost") is not null).GroupBy(r => Json.Text(r, "properties.currency"))
        )
            call.Out.WriteLine(
                $"Total {currency.Sum(r => r["properties"]!["cost"]!.GetValue<decimal>()).ToString("0.00", CultureInfo.InvariantCulture)} {currency.Key}"
            );
    }

    private static string Circuit(JsonNode record) => Json.NameOf(Json.Text(record, "properties.resourceId"));
}
