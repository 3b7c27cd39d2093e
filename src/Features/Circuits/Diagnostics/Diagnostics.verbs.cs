using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Circuits;
using Causeway.Contracts.Circuits;

namespace Causeway.Cli.Circuits;

/// <summary>Reading back what the routers say of a circuit.</summary>
internal static class DiagnosticsVerbs
{
    public static IEnumerable<Twig> Twigs => [new("circuit", () => [Routes(), Summary(), Arp(), Stats(), Sessions()])];

    private static readonly string[] Sides = ["primary", "secondary"];

    /// <summary>An answer of one router of the pair.</summary>
    private sealed record OfSide<T>(string Side, T Entry);

    /// <summary>A route as it stands in the table, or as it was refused.</summary>
    private sealed record Heard(string Network, string NextHop, string LocPrf, int? Weight, string Path, string Refused);

    private static Verb Routes() =>
        PerSide<Heard>(
            "routes",
            "no routes",
            async (client, peering, side, cancellation) =>
                [
                    .. (await client.RoutesAsync(peering, side, cancellation)).Select(r => new Document<Heard>(
                        new(r.Body.Network, r.Body.NextHop, r.Body.LocPrf, r.Body.Weight, r.Body.Path, ""),
                        r.Json
                    )),
                    .. (await client.RefusedAsync(peering, side, cancellation)).Select(r => new Document<Heard>(
                        new(r.Body.Network, r.Body.NextHop, "", null, r.Body.Path, $"{r.Body.ReasonName} ({r.Body.Reason})"),
                        r.Json
                    )),
                ],
            new("network", r => r.Network),
            new("nextHop", r => r.NextHop),
            new("localPreference", r => r.LocPrf),
            new("weight", r => r.Weight),
            new("asPath", r => r.Path),
            new("refused", r => r.Refused)
        );

    private static Verb Summary() =>
        PerSide<RouteSummaryEntry>(
            "summary",
            "no neighbors",
            (client, peering, side, cancellation) => client.SummaryAsync(peering, side, cancellation),
            new("neighbor", s => s.Neighbor),
            new("asn", s => s.As),
            new("upDown", s => s.UpDown),
            new("stateOrPrefixes", s => s.StatePfxRcd)
        );

    private static Verb Arp() =>
        PerSide<ArpEntry>(
            "arp",
            "no arp",
            (client, peering, side, cancellation) => client.ArpAsync(peering, side, cancellation),
            new("age", a => a.Age),
            new("interface", a => a.Interface),
            new("ipAddress", a => a.IpAddress),
            new("macAddress", a => a.MacAddress)
        );

    private static Verb Sessions() =>
        Shape.List(
            "sessions",
            ["causeway circuit sessions office"],
            "no sessions",
            async call => await call.Client.Peerings.SessionsAsync(await PeeringVerbs.FindAsync(call), call.Cancellation),
            [
                new("side", s => s.Path),
                new("router", s => s.Router),
                new("neighbor", s => s.Neighbor),
                new("asn", s => s.PeerASN),
                new("state", s => s.State),
                new("since", s => s.Since),
                new("accepted", s => s.PrefixesAccepted),
                new("announced", s => s.PrefixesAnnounced),
                new("lastProblem", s => s.LastProblem),
                new("seenSecondsAgo", s => s.AgeInSeconds is { } age ? Math.Round((decimal)age, 1) : "-"),
            ],
            CircuitVerbs.Circuit(),
            PeeringVerbs.Type()
        );

    private static Verb Stats() =>
        Shape.One(
            "stats",
            ["causeway circuit stats office"],
            "reading",
            call => call.Client.Circuits.StatsAsync(call.Circuit(), call.Cancellation),
            [
                new("primaryBytesIn", s => s.PrimaryBytesIn),
                new("primaryBytesOut", s => s.PrimaryBytesOut),
                new("secondaryBytesIn", s => s.SecondaryBytesIn),
                new("secondaryBytesOut", s => s.SecondaryBytesOut),
            ],
            [CircuitVerbs.Circuit()],
            (call, stats) =>
            {
                if (stats == new StatsBody() && call.ForPeople)
                    call.Out.WriteLine(call.Words["no counters"]);
            }
        );

    /// <summary>A list from one router of the pair, asked of both unless one is named.</summary>
    private static Verb PerSide<T>(
        string name,
        string nothing,
        Func<PeeringsClient, string, string, CancellationToken, Task<IReadOnlyList<Document<T>>>> read,
        params Column<T>[] columns
    ) =>
        Shape.List<OfSide<T>>(
            name,
            [$"causeway circuit {name} office", $"causeway circuit {name} office --side primary -o json"],
            nothing,
            async call =>
            {
                string peering = await PeeringVerbs.FindAsync(call);
                var rows = new List<Document<OfSide<T>>>();
                foreach (string side in call.Get<string?>("--side") is { } chosen ? [chosen.ToLowerInvariant()] : Sides)
                foreach (Document<T> row in await read(call.Client.Peerings, peering, side, call.Cancellation))
                {
                    JsonNode marked = row.Json.DeepClone();
                    marked["side"] = side;
                    rows.Add(new(new OfSide<T>(side, row.Body), marked));
                }
                return rows;
            },
            [new("side", r => r.Side), .. columns.Select(c => new Column<OfSide<T>>(c.Key, r => c.Value(r.Entry)))],
            CircuitVerbs.Circuit(),
            PeeringVerbs.Type(),
            Opt.OneOf("--side", null, Sides)
        );
}
