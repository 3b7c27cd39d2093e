using Causeway.Domain.Circuits;
using Causeway.Domain.Topology;
using Causeway.Domain.Usage;
using Causeway.Primitives;
using Causeway.Workflows.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Domain.Tests.Billing;

public sealed class MeterBookTests
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ResourceId Office = CircuitId("office");

    [Fact]
    public void A_circuit_is_metered_from_its_creation_to_its_deletion_whatever_its_provider_does()
    {
        MeterBook book = Book(
            Entry(1, Day, "", "NotProvisioned", Facts()),
            Entry(2, Day.AddHours(1), "NotProvisioned", "Provisioned", null),
            Entry(3, Day.AddHours(5), "Provisioned", "NotProvisioned", null),
            Entry(4, Day.AddHours(10), "NotProvisioned", "", Facts())
        );
        IReadOnlyList<UsageRecord> records = book.Records(Day.AddDays(-1), Day.AddDays(1));
        Assert.Equal(["Standard 1Gbps", "MeteredData 1Gbps"], records.Select(r => r.MeterName));
        Assert.All(records, r => Assert.Equal((10m, false, Day), (r.Hours, r.Running, r.Start)));
    }

    [Fact]
    public void Premium_is_an_add_on_from_the_moment_it_took_effect()
    {
        MeterBook book = Book(
            Entry(1, Day, "", "NotProvisioned", Facts()),
            Entry(2, Day.AddHours(4), "Provisioned", "Provisioned", Facts(tier: "Premium")),
            Entry(3, Day.AddHours(6), "Provisioned", "Provisioned", Facts())
        );
        IReadOnlyList<UsageRecord> records = book.Records(Day, Day.AddHours(8));
        Assert.Equal(2m, Assert.Single(records, r => r.Meter == Meter.PremiumAddOn).Hours);
        Assert.Equal(8m, records.Where(r => r.MeterName == "Standard 1Gbps").Sum(r => r.Hours));
        Assert.True(records[^1].Running);
    }

    [Fact]
    public void A_larger_bandwidth_is_a_new_interval_of_another_meter()
    {
        MeterBook book = Book(
            Entry(1, Day, "", "NotProvisioned", Facts(bandwidth: 50)),
            Entry(2, Day.AddHours(3), "Provisioned", "Provisioned", Facts(bandwidth: 200))
        );
        Assert.Equal(
            [("Standard 50Mbps", 3m), ("Standard 200Mbps", 2m)],
            book.Records(Day, Day.AddHours(5)).Where(r => r.Meter == Meter.Circuit).Select(r => (r.MeterName, r.Hours))
        );
    }

    [Fact]
    public void A_circuit_made_anew_under_the_same_name_is_another_one()
    {
        MeterBook book = Book(
            Entry(1, Day, "", "NotProvisioned", Facts(key: "k1")),
            Entry(2, Day.AddHours(1), "NotProvisioned", "", Facts(key: "k1")),
            Entry(3, Day.AddHours(2), "", "NotProvisioned", Facts(key: "k2"))
        );
        UsageRecord[] circuits = [.. book.Records(Day, Day.AddHours(4)).Where(r => r.Meter == Meter.Circuit)];
        Assert.Equal([("k1", 1m), ("k2", 2m)], circuits.Select(r => (r.ServiceKey, r.Hours)));
    }

    [Fact]
    public void A_port_is_metered_by_how_it_is_billed_and_made_anew_it_is_another_one()
    {
        var first = new DirectPortFacts(10, "MeteredData", "Amsterdam", "00000000-0000-0000-0000-00000000000a", "g1");
        JournalEntry Port(long position, int hours, string to, DirectPortFacts? facts) =>
            new(Day.AddHours(hours), "someone", PortId, "Signal", "", to, "why", position, facts?.ToJson() ?? default)
            {
                Position = position,
            };
        MeterBook book = Book(
            Port(1, 0, "Free", first),
            Port(2, 1, "InUse", null),
            Port(3, 3, "InUse", first with { BillingType = "UnlimitedData" }),
            Port(4, 7, "", null),
            Port(5, 8, "Free", first with { ResourceGuid = "g2" })
        );
        Assert.Equal(
            [
                (Meter.Port, "Direct port MeteredData 10Gbps", "g1", 3m, false),
                (Meter.Port, "Direct port UnlimitedData 10Gbps", "g1", 4m, false),
                (Meter.Port, "Direct port MeteredData 10Gbps", "g2", 2m, true),
            ],
            book.Records(Day, Day.AddHours(10)).Select(r => (r.Meter, r.MeterName, r.ServiceKey, r.Hours, r.Running))
        );
        Assert.All(book.Records(Day, Day.AddHours(10)), r => Assert.True(MeterNames.IsOne(r.MeterName)));
    }

    [Fact]
    public void A_circuit_on_a_port_has_meters_of_its_own_and_no_data_plan()
    {
        IReadOnlyList<UsageRecord> records = Book(
                Entry(1, Day, "", "Provisioned", Facts(tier: "Premium", bandwidth: 5000) with { IsOnPort = true })
            )
            .Records(Day, Day.AddHours(1));
        Assert.Equal(["Direct Standard 5Gbps", "Direct Premium add-on 5Gbps"], records.Select(r => r.MeterName));
        Assert.All(records, r => Assert.True(MeterNames.IsOne(r.MeterName)));
        Assert.False(MeterNames.IsOne("Direct MeteredData 5Gbps"));
    }

    [Fact]
    public void A_price_list_prices_what_it_names_and_nothing_else()
    {
        var prices = new PriceList("EUR", PriceList.None.PerHour.Add("standard 1gbps", 0.5m));
        IReadOnlyList<UsageRecord> records = Book(Entry(1, Day, "", "NotProvisioned", Facts())).Records(Day, Day.AddHours(3));
        Assert.Equal([1.5m, null], records.Select(r => r.CostAt(prices)));
    }

    /// <summary>The sum of the parts is the life of the circuit, for any life.</summary>
    [Fact]
    public void Every_instant_of_a_life_is_metered_exactly_once() =>
        Prop.ForAll(
                Lives(),
                life =>
                {
                    MeterBook book = Book(life.Entries);
                    IReadOnlyList<UsageRecord> records = book.Records(DateTimeOffset.MinValue, life.Until);
                    return Total(records, Meter.Circuit) == life.Alive
                        && Total(records, Meter.DataPlan) == life.Alive
                        && Total(records, Meter.PremiumAddOn) == life.Premium
                        && Disjoint(records);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Entries_read_twice_or_in_pieces_change_nothing() =>
        Prop.ForAll(
                Lives(),
                life =>
                {
                    MeterBook once = Book(life.Entries);
                    var twice = new MeterBook();
                    for (int i = 0; i < life.Entries.Length; i++)
                    {
                        twice.Add(life.Entries[i]);
                        foreach (JournalEntry again in life.Entries.Take(i + 1))
                            twice.Add(again);
                    }
                    return once.Records(DateTimeOffset.MinValue, life.Until)
                        .SequenceEqual(twice.Records(DateTimeOffset.MinValue, life.Until));
                }
            )
            .QuickCheckThrowOnFailure();

    /// <summary>A month billed in two halves costs what it costs whole.</summary>
    [Fact]
    public void Windows_add_up() =>
        Prop.ForAll(
                Lives(),
                life =>
                {
                    MeterBook book = Book(life.Entries);
                    DateTimeOffset middle = Day.AddHours(life.Entries.Length);
                    if (middle > life.Until)
                        middle = life.Until;
                    return Enum.GetValues<Meter>()
                        .All(m =>
                            Total(book.Records(DateTimeOffset.MinValue, middle), m) + Total(book.Records(middle, life.Until), m)
                            == Total(book.Records(DateTimeOffset.MinValue, life.Until), m)
                        );
                }
            )
            .QuickCheckThrowOnFailure();

    private sealed record Life(JournalEntry[] Entries, DateTimeOffset Until, TimeSpan Alive, TimeSpan Premium);

    /// <summary>Random lives of one name: created, changed, moved by the provider, deleted, made anew. The expected sums are counted minute by minute.</summary>
    private static Arbitrary<Life> Lives() =>
        Gen.Choose(0, 5).Zip(Gen.Choose(0, 90)).ListOf().Select(steps => MakeLife([.. steps])).ToArbitrary();

    private static Life MakeLife((int Action, int Minutes)[] steps)
    {
        var entries = new List<JournalEntry>();
        DateTimeOffset now = Day;
        TimeSpan alive = TimeSpan.Zero,
            premium = TimeSpan.Zero;
        int incarnation = 0;
        CircuitFacts? facts = null;
        foreach ((int action, int minutes) in steps)
        {
            CircuitFacts? next = (action, facts) switch
            {
                (_, null) => Facts(key: $"key{++incarnation}"),
                (0, _) => null,
                (1, { Tier: "Standard" }) => facts with { Tier = "Premium" },
                (1, _) => facts with { Tier = "Standard" },
                (2, _) => facts with { BandwidthInMbps = facts.BandwidthInMbps * 2 },
                (3, _) => facts with { Family = "UnlimitedData" },
                _ => facts,
            };
            bool silent = ReferenceEquals(next, facts);
            entries.Add(
                Entry(
                    entries.Count + 1,
                    now,
                    facts is null ? "" : "NotProvisioned",
                    next is null ? "" : "NotProvisioned",
                    silent ? null : next ?? facts
                )
            );
            facts = next;
            now = now.AddMinutes(minutes);
            if (facts is not null)
                alive += TimeSpan.FromMinutes(minutes);
            if (facts is { Tier: "Premium" })
                premium += TimeSpan.FromMinutes(minutes);
        }
        return new Life([.. entries], now, alive, premium);
    }

    private static TimeSpan Total(IEnumerable<UsageRecord> records, Meter meter) =>
        new(records.Where(r => r.Meter == meter).Sum(r => r.Duration.Ticks));

    private static bool Disjoint(IReadOnlyList<UsageRecord> records) =>
        records
            .GroupBy(r => r.Meter)
            .All(meter =>
                meter.OrderBy(r => r.Start).Zip(meter.OrderBy(r => r.Start).Skip(1)).All(pair => pair.First.End <= pair.Second.Start)
            );

    private static MeterBook Book(params JournalEntry[] entries)
    {
        var book = new MeterBook();
        foreach (JournalEntry entry in entries)
            book.Add(entry);
        return book;
    }

    private static ResourceId CircuitId(string name) =>
        ResourceId.Of("00000000-0000-0000-0000-00000000000a", "rg", "Microsoft.Network", "expressRouteCircuits", name);

    private static ResourceId PortId { get; } =
        ResourceId.Of("00000000-0000-0000-0000-00000000000a", "rg", "Microsoft.Network", "expressRoutePorts", "cage");

    private static CircuitFacts Facts(string tier = "Standard", string family = "MeteredData", int bandwidth = 1000, string key = "k") =>
        new(tier, family, bandwidth, "Amsterdam", "Equinix", "00000000-0000-0000-0000-00000000000a", key);

    private static JournalEntry Entry(long position, DateTimeOffset at, string from, string to, CircuitFacts? facts) =>
        new(at, "someone", Office, "Signal", from, to, "why", position, facts?.ToJson() ?? default) { Position = position };
}
