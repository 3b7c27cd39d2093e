using System.CommandLine;
using System.Text.Json.Nodes;

namespace Causeway.Cli;

/// <summary>Reading back what the routers say of a circuit, and what the journal holds of it.</summary>
internal static class ReadingVerbs
{
    private static readonly string[] Sides = ["primary", "secondary"];

    private static Option<string?> Side()
    {
        var side = new Option<string?>("--side") { Description = "primary or secondary [default: both].", HelpName = "SIDE" };
        side.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Sides);
        return side;
    }

    public static Verb Routes() =>
        PerSide(
            "routes",
            "Routes learned from the customer and announced to it.",
            "routeTables",
            "No routes: no session is up, or nothing was announced.",
            Column.Of("Network", "network"),
            Column.Of("Next hop", "nextHop"),
            Column.Of("Local pref.", "locPrf"),
            Column.Of("Weight", "weight"),
            Column.Of("AS path", "path")
        );

    public static Verb Summary() =>
        PerSide(
            "summary",
            "One line per neighbor of the circuit's routers.",
            "routeTablesSummary",
            "No neighbors: the peering is not on the routers.",
            Column.Of("Neighbor", "neighbor"),
            Column.Of("AS", "as"),
            Column.Of("Up/down", "upDown"),
            Column.Of("State or prefixes", "statePfxRcd")
        );

    public static Verb Arp() =>
        PerSide(
            "arp",
            "The routers' ARP tables; empty where a driver has none.",
            "arpTables",
            "The routers' driver has no ARP table.",
            Column.Of("Age", "age"),
            Column.Of("Interface", "interface"),
            Column.Of("IP address", "ipAddress"),
            Column.Of("MAC address", "macAddress")
        );

    public static Verb Sessions()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        Option<string> type = PeeringVerbs.Type();
        return new Verb(
            "sessions",
            "State of each BGP session as its router last said, and how old that is.",
            async call =>
                Printer.List(
                    call,
                    await call.ListAsync($"{PeeringVerbs.PathOf(call, circuit, type)}/sessions"),
                    "No sessions: the peering is not on the routers.",
                    Column.Of("Side", "path"),
                    Column.Of("Router", "router"),
                    Column.Of("Neighbor", "neighbor"),
                    Column.Of("AS", "peerASN"),
                    Column.Of("State", "state"),
                    Column.When("Since", "since"),
                    Column.Of("Accepted", "prefixesAccepted"),
                    Column.Of("Announced", "prefixesAnnounced"),
                    Column.Of("Last problem", "lastProblem"),
                    new Column("Seen", s => Json.Text(s, "ageInSeconds") is { Length: > 0 } age ? $"{age} s ago" : "never")
                ),
            circuit,
            type
        )
        {
            Examples = ["causeway circuit sessions office"],
        };
    }

    public static Verb Stats()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        return new Verb(
            "stats",
            "Traffic counters; absent where a router cannot measure them.",
            async call =>
            {
                JsonNode stats = await call.GetAsync($"{call.CircuitPath(call.Get(circuit))}/stats");
                if (call.Form == OutputForm.Table && stats is JsonObject { Count: 0 })
                    call.Out.WriteLine("No counters: the routers' driver cannot measure them.");
                Printer.One(
                    call,
                    stats,
                    Column.Of("Primary bytes in", "primaryBytesIn"),
                    Column.Of("Primary bytes out", "primaryBytesOut"),
                    Column.Of("Secondary bytes in", "secondaryBytesIn"),
                    Column.Of("Secondary bytes out", "secondaryBytesOut")
                );
            },
            circuit
        )
        {
            Examples = ["causeway circuit stats office"],
        };
    }

    public static Verb Journal()
    {
        Argument<string> circuit = CircuitVerbs.Name();
        return new Verb(
            "journal",
            "Everything that happened to a circuit: when, who, what, why.",
            async call =>
                Printer.List(
                    call,
                    await call.ListAsync($"{call.CircuitPath(call.Get(circuit))}/journal"),
                    "The journal holds nothing of it.",
                    Column.When("When", "at"),
                    Column.Of("Who", "actor"),
                    Column.Of("What", "what"),
                    new("State", e => $"{Json.Text(e, "from")} -> {Json.Text(e, "to")}"),
                    Column.Of("Why", "why")
                ),
            circuit
        )
        {
            Examples = ["causeway circuit journal office"],
        };
    }

    /// <summary>An action that answers a list from one router of the pair, asked of both unless one is named.</summary>
    private static Verb PerSide(string name, string help, string action, string nothing, params Column[] columns)
    {
        Argument<string> circuit = CircuitVerbs.Name();
        Option<string> type = PeeringVerbs.Type();
        Option<string?> side = Side();
        return new Verb(
            name,
            help,
            async call =>
            {
                string peering = PeeringVerbs.PathOf(call, circuit, type);
                var rows = new List<JsonNode>();
                foreach (string one in call.Get(side) is { } chosen ? [chosen] : Sides)
                foreach (JsonNode row in await ReadAsync(call, peering, action, one))
                {
                    JsonNode marked = row.DeepClone();
                    marked["side"] = one;
                    rows.Add(marked);
                }
                Printer.List(call, rows, nothing, [Column.Of("Side", "side"), .. columns]);
            },
            circuit,
            type,
            side
        )
        {
            Examples = [$"causeway circuit {name} office", $"causeway circuit {name} office --side primary -o json"],
        };
    }

    private static async Task<IReadOnlyList<JsonNode>> ReadAsync(CliCall call, string peering, string action, string side)
    {
        JsonNode? answer = await call.Working(
            $"Asking the {side} router",
            call.Client.PostAsync($"{peering}/{action}/{side}", CliCall.Network, null, call.Cancellation)
        );
        return [.. (answer?["value"] as JsonArray ?? []).OfType<JsonNode>()];
    }
}
