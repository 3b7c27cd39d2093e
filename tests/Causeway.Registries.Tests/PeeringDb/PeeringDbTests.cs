using System.Net;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.PeeringDb;
using Causeway.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Registries.Tests.PeeringDb;

public sealed class PeeringDbTests : IDisposable
{
    private const string Net = """
        { "data": [
          { "id": 1, "org_id": 9, "name": "Example Net", "asn": 64496, "irr_as_set": "RIPE::AS-EXAMPLE, AS-OTHER@RADB", "info_prefixes4": 100,
            "info_prefixes6": 50, "policy_general": "Open", "website": "https://net.example/", "updated": "2025-05-01T10:00:00Z", "status": "ok" },
          { "id": 2, "name": "Second", "asn": 64497, "irr_as_set": null, "info_prefixes4": null, "status": "ok" },
          { "id": 3, "name": "No ASN", "status": "ok" } ], "meta": {} }
        """;

    private static readonly Dictionary<string, string> Everything = new()
    {
        ["net"] = Net,
        ["fac"] =
            """{ "data": [ { "id": 10, "name": "Hall A", "city": "Stockholm", "country": "SE" }, { "id": 11, "name": "Hall B", "city": "Amsterdam", "country": "NL" } ] }""",
        ["ix"] = """{ "data": [ { "id": 20, "name": "EX-IX", "city": "Stockholm", "country": "SE" } ] }""",
        ["ixlan"] = """{ "data": [ { "id": 20, "ix_id": 20, "mtu": 1500 } ] }""",
        ["ixpfx"] =
            """{ "data": [ { "id": 1, "ixlan_id": 20, "protocol": "IPv4", "prefix": "203.0.113.0/24" }, { "id": 2, "ixlan_id": 20, "prefix": "2001:db8:1::/64" }, { "id": 3, "ixlan_id": 20, "prefix": "broken" } ] }""",
        ["netixlan"] =
            """{ "data": [ { "id": 1, "net_id": 1, "ix_id": 20, "ixlan_id": 20, "asn": 64496, "ipaddr4": "203.0.113.7", "ipaddr6": "2001:db8:1::7", "speed": 10000, "is_rs_peer": true, "operational": true } ] }""",
        ["netfac"] =
            """{ "data": [ { "id": 1, "net_id": 1, "fac_id": 10 }, { "id": 2, "net_id": 2, "fac_id": 10 }, { "id": 3, "net_id": 1, "fac_id": 11 } ] }""",
        ["ixfac"] = """{ "data": [ { "id": 1, "ix_id": 20, "fac_id": 10 } ] }""",
        ["poc"] =
            """{ "data": [ { "id": 1, "net_id": 1, "role": "NOC", "name": "Night Desk", "email": "noc@net.example", "phone": "" } ] }""",
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-peeringdb-");
    private readonly ManualTimeProvider _clock = new();
    private readonly FakeApi _api = new();

    public void Dispose()
    {
        _api.Dispose();
        _folder.Delete(recursive: true);
    }

    private PeeringDbService Service(string? dump = null) =>
        new(
            new PeeringDbOptions
            {
                Api = new Uri("https://peeringdb.example/api/"),
                ApiKey = "k",
                Folder = Path.Combine(_folder.FullName, "copy"),
                DumpFile = dump,
                Spacing = TimeSpan.FromSeconds(5),
            },
            _api,
            _clock
        );

    /// <summary>Answers as PeeringDB does, and remembers what it was asked and when.</summary>
    private sealed class FakeApi : HttpMessageHandler
    {
        public Dictionary<string, string> Answers { get; set; } = new(Everything);

        public Queue<HttpResponseMessage> First { get; } = new();

        public List<(string Path, string? Key)> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add((request.RequestUri!.PathAndQuery, request.Headers.TryGetValues("Authorization", out var k) ? k.Single() : null));
            if (First.TryDequeue(out HttpResponseMessage? special))
                return Task.FromResult(special);
            string kind = request.RequestUri.AbsolutePath.Split('/')[^1];
            return Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StringContent(Answers.GetValueOrDefault(kind, """{ "data": [] }""")),
                }
            );
        }
    }

    private async Task<bool> RefreshAsync(PeeringDbService service, int step = 5)
    {
        Task<bool> refresh = service.RefreshAsync(CancellationToken.None);
        await Eventually.True(
            () =>
            {
                if (!refresh.IsCompleted)
                    _clock.Advance(TimeSpan.FromSeconds(step));
                return refresh.IsCompleted;
            },
            "refreshed"
        );
        return await refresh;
    }

    private static void Holds(PeeringDbData data)
    {
        var asn = new Asn(64496);
        PdbNetwork net = data.Network(asn)!;
        Assert.Equal(("Example Net", 100, 50, "Open"), (net.Name, net.MaxPrefixesV4, net.MaxPrefixesV6, net.Policy));
        Assert.Equal(["RIPE::AS-EXAMPLE", "RADB::AS-OTHER"], net.AsSets);
        Assert.Equal(["Hall A", "Hall B"], data.FacilitiesOf(asn).Select(f => f.Name));
        Assert.Equal([asn, new Asn(64497)], data.NetworksAtFacility(10).Select(n => n.Asn));
        Assert.Equal("EX-IX", Assert.Single(data.ExchangesAtFacility(10)).Name);
        PdbPort port = Assert.Single(data.PortsOf(asn));
        Assert.Equal((IPAddress.Parse("203.0.113.7"), 10000, true), (port.V4, port.Speed, port.IsRouteServerPeer));
        Assert.Equal(port, Assert.Single(data.PortsAtExchange(20)));
        Assert.Equal("EX-IX", data.ExchangeOf(IPAddress.Parse("2001:db8:1::99"))?.Name);
        Assert.Equal("EX-IX", data.LanOverlapping(IPAddressBlock("203.0.113.128/25"))?.Name);
        Assert.Null(data.LanOverlapping(IPAddressBlock("198.51.100.0/24")));
        Assert.Equal(["203.0.113.0/24", "2001:db8:1::/64"], data.LansOf(20).Select(p => p.ToString()));
        Assert.Equal("noc@net.example", Assert.Single(data.ContactsOf(asn)).Email);
        Assert.Empty(data.FacilitiesOf(new Asn(1)));

        static IpPrefix IPAddressBlock(string text) => IpPrefix.Parse(text);
    }

    [Fact]
    public async Task Asks_once_per_kind_keeps_a_copy_and_starts_from_it()
    {
        using (PeeringDbService service = Service())
        {
            Assert.True(await RefreshAsync(service));
            Holds(service.Current);
            Assert.Equal(9, _api.Asked.Count);
            Assert.Equal(("/api/net?depth=0", "Api-Key k"), _api.Asked[0]);
            Assert.True(_clock.GetUtcNow() - new ManualTimeProvider().GetUtcNow() >= TimeSpan.FromSeconds(40), "asked faster than allowed");
            Assert.Equal(2, service.Status().Rejected.Values.Sum());
        }
        using PeeringDbService second = Service();
        await second.LoadAsync(CancellationToken.None);
        Holds(second.Current);
        Assert.Equal(9, _api.Asked.Count);
    }

    [Fact]
    public async Task A_second_refresh_asks_only_for_changes_and_applies_deletions()
    {
        using PeeringDbService service = Service();
        await RefreshAsync(service);
        long asOf = service.Current.AsOf!.Value.ToUnixTimeSeconds();
        _api.Asked.Clear();
        _api.Answers = new()
        {
            ["net"] = """{ "data": [ { "id": 2, "asn": 64497, "name": "Renamed", "status": "ok" } ] }""",
            ["netfac"] = """{ "data": [ { "id": 3, "net_id": 1, "fac_id": 11, "status": "deleted" } ] }""",
        };
        Assert.True(await RefreshAsync(service));
        Assert.Equal($"/api/net?depth=0&since={asOf - 600}", _api.Asked[0].Path);
        Assert.Equal("Renamed", service.Current.Network(new Asn(64497))?.Name);
        Assert.Equal(["Hall A"], service.Current.FacilitiesOf(new Asn(64496)).Select(f => f.Name));
        Assert.Equal("Example Net", service.Current.Network(new Asn(64496))?.Name);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData(null, 60)]
    public async Task Waits_as_long_as_a_429_says(string? retryAfter, int seconds)
    {
        var busy = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        if (retryAfter is not null)
            busy.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        _api.First.Enqueue(busy);
        using PeeringDbService service = Service();
        DateTimeOffset start = _clock.GetUtcNow();
        Assert.True(await RefreshAsync(service));
        Assert.Equal(10, _api.Asked.Count);
        Assert.True(_clock.GetUtcNow() - start >= TimeSpan.FromSeconds(40 + seconds));
    }

    [Fact]
    public async Task A_refresh_that_fails_half_way_changes_nothing()
    {
        using PeeringDbService service = Service();
        await RefreshAsync(service);
        _api.Answers["net"] = """{ "data": [ { "id": 2, "asn": 64497, "name": "Renamed", "status": "ok" } ] }""";
        _api.Answers["poc"] = """{ "data": [ { "id": 1, """;
        Assert.False(await RefreshAsync(service));
        Assert.Equal("Second", service.Current.Network(new Asn(64497))?.Name);
        Assert.Contains("poc", service.Status().Problem);
        for (int i = 0; i < 5; i++)
            _api.First.Enqueue(new HttpResponseMessage(HttpStatusCode.BadGateway));
        Assert.False(await RefreshAsync(service));
        Assert.Contains("502", service.Status().Problem);
        Assert.Empty(_api.First);
        Holds(service.Current);
    }

    /// <summary>Nobody's record is gone because nobody can be asked; how old it is is told, and what comes then is taken.</summary>
    [Fact]
    public async Task Away_for_a_week_it_is_what_it_was_and_says_how_old()
    {
        using PeeringDbService service = Service();
        await RefreshAsync(service);
        DateTimeOffset asOf = service.Current.AsOf!.Value;
        for (int day = 0; day < 7; day++)
        {
            _clock.Advance(TimeSpan.FromDays(1));
            for (int i = 0; i < 5; i++)
                _api.First.Enqueue(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
            Assert.False(await RefreshAsync(service));
            Holds(service.Current);
        }
        Assert.Equal(asOf, service.Current.AsOf);
        SourceStatus status = service.Status();
        Assert.Contains("503", status.Problem);
        Assert.True(_clock.GetUtcNow() - asOf >= TimeSpan.FromDays(7));
        _api.Answers = new() { ["net"] = """{ "data": [ { "id": 2, "asn": 64497, "name": "Renamed", "status": "ok" } ] }""" };
        Assert.True(await RefreshAsync(service));
        Assert.Equal("Renamed", service.Current.Network(new Asn(64497))?.Name);
        Assert.True(service.Current.AsOf > asOf);
    }

    [Fact]
    public async Task What_passes_by_itself_is_asked_again_and_what_does_not_is_not()
    {
        using PeeringDbService service = Service();
        for (int i = 0; i < 4; i++)
            _api.First.Enqueue(new HttpResponseMessage(HttpStatusCode.BadGateway));
        Assert.True(await RefreshAsync(service));
        Assert.Equal(13, _api.Asked.Count);
        _api.First.Enqueue(new HttpResponseMessage(HttpStatusCode.Forbidden));
        Assert.False(await RefreshAsync(service));
        Assert.Equal(14, _api.Asked.Count);
        Assert.Contains("403", service.Status().Problem);
    }

    /// <summary>It does not wait for ever for one who only ever says "later".</summary>
    [Fact]
    public async Task Who_only_ever_says_later_is_left_until_the_next_time()
    {
        for (int i = 0; i < 3; i++)
        {
            var busy = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
            busy.Headers.TryAddWithoutValidation("Retry-After", "3600");
            _api.First.Enqueue(busy);
        }
        using PeeringDbService service = Service();
        Assert.False(await RefreshAsync(service, step: 60));
        Assert.Contains("120 minutes", service.Status().Problem);
    }

    [Fact]
    public async Task Reads_a_dump_of_all_kinds()
    {
        string dump = Path.Combine(_folder.FullName, "dump.json");
        await File.WriteAllTextAsync(dump, "{" + string.Join(",", Everything.Select(e => $"\"{e.Key}\": {e.Value}")) + "}");
        using PeeringDbService service = Service(dump);
        await service.LoadAsync(CancellationToken.None);
        Holds(service.Current);
        Assert.Empty(_api.Asked);
    }

    [Fact]
    public async Task A_dump_where_nobody_is_asked_is_read_again_when_it_changes()
    {
        string dump = Path.Combine(_folder.FullName, "dump.json");
        string all = "{" + string.Join(",", Everything.Select(e => $"\"{e.Key}\": {e.Value}")) + "}";
        await File.WriteAllTextAsync(dump, all);
        using var service = new PeeringDbService(
            new PeeringDbOptions { DumpFile = dump, Folder = Path.Combine(_folder.FullName, "copy") },
            _api,
            _clock
        );
        await service.LoadAsync(CancellationToken.None);
        PeeringDbData first = service.Current;
        await LookAsync();
        Assert.Same(first, service.Current);

        await File.WriteAllTextAsync(dump, all + " ");
        File.SetLastWriteTimeUtc(dump, first.AsOf!.Value.UtcDateTime.AddSeconds(1));
        await LookAsync();
        Assert.NotSame(first, service.Current);
        Holds(service.Current);

        // Away and back as it was, it is in use, and nothing is wrong.
        File.Move(dump, dump + ".away");
        await LookAsync();
        Assert.NotNull(service.Status().Problem);
        File.Move(dump + ".away", dump);
        await LookAsync();
        Assert.Null(service.Status().Problem);
        Holds(service.Current);

        Task LookAsync() => service.Loop!.TurnAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("AS-EXAMPLE", "AS-EXAMPLE")]
    [InlineData("ripe::as-example", "RIPE::AS-EXAMPLE")]
    [InlineData("AS64496:AS-CUST@RADB  AS64497", "RADB::AS64496:AS-CUST,AS64497")]
    [InlineData("RIPE::AS-A,AS-A; AS-B / AS-B", "RIPE::AS-A,AS-A,AS-B")]
    [InlineData("none", "")]
    [InlineData("AS-", "")]
    [InlineData("!gAS-X `rm`", "")]
    public void Reads_as_set_names_as_people_write_them(string field, string expected) =>
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), PeeringDbJson.AsSetNames(field));

    [Fact]
    public void Noise_never_throws()
    {
        byte[] good = Encoding.UTF8.GetBytes(Net);
        Gen<byte[]> damaged =
            from edits in (from at in Gen.Choose(0, good.Length - 1) from value in Gen.Choose(0, 255) select (at, value)).ArrayOf()
            select Damage(good, edits);
        Prop.ForAll(
                damaged.ToArbitrary(),
                json =>
                {
                    var tables = new PeeringDbTables();
                    PeeringDbJson.ReadAsync(new MemoryStream(json), "net", tables, CancellationToken.None).GetAwaiter().GetResult();
                    return tables.Count <= 3;
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static byte[] Damage(byte[] good, (int At, int Value)[] edits)
    {
        byte[] copy = [.. good];
        foreach ((int at, int value) in edits)
            copy[at] = (byte)value;
        return copy;
    }
}
