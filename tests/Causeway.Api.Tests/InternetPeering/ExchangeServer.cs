using System.Text;
using System.Text.Json.Nodes;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.PeeringDb;
using Causeway.Server.Configuration;
using Causeway.Server.Registries;
using Causeway.Server.Topology;
using Causeway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>A server at an exchange, that proves with a route dump, a file of ROAs and a PeeringDB dump, all changed under its feet.</summary>
public class ExchangeServer : ApiFixture, IAsyncLifetime
{
    public const string V = "2022-10-01";
    public const string Exchange = "AMS-IX";
    private const string Links = "    linkPrefixes: [127.81.0.0/24]\n";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-exchange-");
    private readonly SortedSet<string> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, uint> _roas = [];
    private readonly Dictionary<uint, uint[]> _aspas = [];

    public ExchangeServer()
    {
        // A registry of some size, so that what tests take away is not a shrunken one.
        for (int i = 0; i < 200; i++)
            _objects.Add(Route($"11.{i}.0.0/16", 4000));
        Publish();
    }

    public int BgpPort { get; private set; }

    /// <summary>The exchange's rules, as the topology has them.</summary>
    protected virtual string Validation => "stableSeconds: 2, drainSeconds: 2, readyWithin: 1h";

    /// <summary>Further exchanges, as entries of the topology's list.</summary>
    protected virtual string MoreExchanges => "";

    /// <summary>Further keys of the first exchange, as lines.</summary>
    protected virtual string OfExchange => "";

    /// <summary>What else the topology has.</summary>
    protected virtual string Extra => "";

    /// <summary>A dump of PeeringDB; null for a server without one.</summary>
    protected virtual string? PeeringDb => null;

    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);

    protected override ServerSettings Configure(ServerSettings settings)
    {
        // The port stays over a restart, as the peers have it configured.
        if (BgpPort == 0)
            BgpPort = settings.BgpPort;
        if (PeeringDb is { } dump)
            Put("peeringdb.json", dump);
        string topology = Path.Combine(_folder.FullName, "topology.yaml");
        string routers = "addresses: [127.80.0.2] }\n";
        string rules =
            $"    validation: {{ {Validation} }}\n    legacy: [{{ asn: 65540, addresses: [127.80.0.70] }}, {{ asn: 65553, addresses: [127.80.0.72] }}]\n{OfExchange}";
        string directory = PeeringDb is null ? "" : ", peeringDb: { file: peeringdb.json }";
        File.WriteAllText(
            topology,
            TopologyFile
                .BuiltIn.Replace(routers, routers + rules, StringComparison.Ordinal)
                .Replace("\nexchanges:\n", $"\nexchanges:\n{MoreExchanges}", StringComparison.Ordinal)
                .Replace(Links, $"{Links}    validation: {{ {Validation} }}\n", StringComparison.Ordinal)
                + $"\nownPrefixes: [192.88.99.0/24]\nregistries: {{ dumps: [radb.db], vrps: [rpki.json], grace: 0s{directory} }}\n{Extra}\n"
        );
        return settings with { TopologyFile = topology, BgpPort = BgpPort };
    }

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        var proofs = Server.Services.GetRequiredService<IProofs>();
        await Eventually.True(() => proofs.HasLoaded, "the registries have loaded", TimeSpan.FromSeconds(60));
    }

    /// <summary>A route object appears.</summary>
    public void Register(string prefix, uint asn)
    {
        lock (_objects)
            _objects.Add(Route(prefix, asn));
        Publish();
    }

    /// <summary>An as-set appears, or has other members.</summary>
    public void Gather(string name, params ReadOnlySpan<string> members)
    {
        lock (_objects)
        {
            _objects.RemoveWhere(o => o.StartsWith($"as-set: {name}\n", StringComparison.Ordinal));
            _objects.Add($"as-set: {name}\nmembers: {string.Join(", ", members)}\nmnt-by: MNT-X\nsource: RADB\n\n");
        }
        Publish();
    }

    /// <summary>It goes.</summary>
    public void Unregister(string prefix, uint asn)
    {
        lock (_objects)
            _objects.Remove(Route(prefix, asn));
        Publish();
    }

    /// <summary>PeeringDB says something else now, and has been read.</summary>
    public async Task DirectoryAsync(string dump)
    {
        PeeringDbService directory = Server.Services.GetRequiredService<LiveRegistries>().Service!.PeeringDb;
        PeeringDbData before = directory.Current;
        Put("peeringdb.json", dump);
        await Eventually.True(() => !ReferenceEquals(before, directory.Current), "the new file has been read", TimeSpan.FromSeconds(60));
    }

    /// <summary>A ROA appears.</summary>
    public void Sign(string prefix, uint asn)
    {
        lock (_objects)
            _roas[prefix] = asn;
        Publish();
    }

    /// <summary>An ASPA appears: these are the providers of a customer, and no others are.</summary>
    public async Task AttestAsync(uint customer, params uint[] providers)
    {
        lock (_objects)
            _aspas[customer] = providers;
        Publish();
        var filters = Server.Services.GetRequiredService<IPeerFilters>();
        await Eventually.True(
            () =>
                providers.All(p => filters.JudgePath([new Asn(p), new Asn(customer)]).Validity == PathValidity.Valid)
                && filters.JudgePath([new Asn(5), new Asn(customer)]).Validity == PathValidity.Invalid,
            $"the providers of AS{customer} are {string.Join(' ', providers)}",
            TimeSpan.FromSeconds(60)
        );
    }

    private static string Route(string prefix, uint asn) =>
        $"{(prefix.Contains(':', StringComparison.Ordinal) ? "route6" : "route")}: {prefix}\norigin: AS{asn}\nmnt-by: MNT-X\nsource: RADB\n\n";

    private void Publish()
    {
        lock (_objects)
        {
            Put("radb.db", string.Concat(_objects));
            Put(
                "rpki.json",
                $$"""{"roas":[{{string.Join(",", _roas.Append(new("11.0.0.0/16", 4000)).Select(r => $$"""{"asn":{{r.Value}},"prefix":"{{r.Key}}","maxLength":{{IpPrefix.Parse(r.Key).Length}},"ta":"ripe"}"""))}}],"aspas":[{{string.Join(",", _aspas.Select(a => $$"""{"customer_asid":{{a.Key}},"providers":[{{string.Join(",", a.Value)}}]}"""))}}]}"""
            );
        }
    }

    private void Put(string file, string text)
    {
        string path = Path.Combine(_folder.FullName, file);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Waits until the registries prove a prefix for an ASN.</summary>
    public Task KnowsAsync(string prefix, uint asn, bool proven = true) =>
        Eventually.True(
            () =>
                Server.Services.GetRequiredService<IPeerFilters>().FilterOf(new Asn(asn), null, 1000) is { } filter
                && filter.V4.Concat(filter.V6).Any(m => m.Prefix == IpPrefix.Parse(prefix)) == proven,
            $"{prefix} of AS{asn} is {(proven ? "" : "not ")}registered",
            TimeSpan.FromSeconds(60)
        );

    /// <summary>What the routers of the exchange hold of a peer, read from the routers themselves.</summary>
    public Task<string> TableAsync(string peer) => TableAsync(peer, $"exchange/{SiteOf(peer)}");

    /// <summary>The exchange in whose LAN a peer's address is.</summary>
    private string SiteOf(string peer) =>
        Server
            .Services.GetRequiredService<Func<NetworkTopology>>()()
            .Exchanges.Single(x => x.Lans.Any(l => l.Contains(System.Net.IPAddress.Parse(peer))))
            .Name;

    /// <summary>Buildings are on the routers of the first exchange.</summary>
    private static string ExchangeOf(string instance) =>
        instance.StartsWith("exchange/", StringComparison.Ordinal) ? instance["exchange/".Length..] : Exchange;

    /// <param name="instance">Of the exchange, or of a facility.</param>
    public async Task<string> TableAsync(string peer, string instance)
    {
        var routers = Server.Services.GetRequiredService<IRouters>();
        var lines = new List<string>();
        foreach (
            ExchangeRouter router in Server
                .Services.GetRequiredService<Func<NetworkTopology>>()()
                .FindExchange(ExchangeOf(instance))!
                .Routers
        )
            if (routers.Reader(router.Router.Name) is { } reader)
                await foreach (RouteReport route in reader.RoutesAsync(new RouteQuestion(instance), default))
                    if (route.Session.EndsWith($"-{peer}", StringComparison.Ordinal))
                        lines.Add($"{router.Router.Name} {route.Prefix} {route.Refused}");
        return string.Join("; ", lines.Order(StringComparer.Ordinal));
    }

    /// <summary>The sessions with a peer as the routers have them: mode, state and how much is accepted and announced.</summary>
    public Task<IReadOnlyList<SessionReport>> SessionsAsync(string peer) => SessionsAsync(peer, $"exchange/{SiteOf(peer)}");

    /// <inheritdoc cref="TableAsync(string, string)"/>
    public async Task<IReadOnlyList<SessionReport>> SessionsAsync(string peer, string instance)
    {
        var routers = Server.Services.GetRequiredService<IRouters>();
        var sessions = new List<SessionReport>();
        foreach (
            ExchangeRouter router in Server
                .Services.GetRequiredService<Func<NetworkTopology>>()()
                .FindExchange(ExchangeOf(instance))!
                .Routers
        )
            if (routers.Reader(router.Router.Name) is { } reader)
                sessions.AddRange(((await reader.ReadAsync(default)).Find(instance)?.Sessions ?? []).Where(s => s.Theirs == peer));
        return sessions;
    }

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}

/// <summary>A peering with one connection, as its peer and its operator see it.</summary>
internal sealed class PeerAtExchange(ExchangeServer api, uint asn, int host, int exchange = 26, string lan = "127.80.0")
{
    private readonly string _group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/as{asn}";

    public uint Asn => asn;

    public string Address => $"{lan}.{host}";

    public string AsnPath => $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peerAsns/AS{asn}";

    public string Path => $"{_group}/providers/Microsoft.Peering/peerings/at-amsix";

    /// <summary>Makes group and ASN, and has the ASN approved.</summary>
    public async Task RegisteredAsync()
    {
        (await api.Customer.Put($"{_group}?api-version=2022-09-01", """{"location":"westeurope"}""")).Is(201);
        await NamedAsync();
    }

    /// <summary>Says that the ASN is its own, and the operator believes it.</summary>
    public async Task NamedAsync()
    {
        (
            await api.Customer.Put(
                $"{AsnPath}?api-version={ExchangeServer.V}",
                $$$"""{"properties":{"peerAsn":{{{asn}}},"peerName":"Contoso","peerContactDetail":[{"role":"Noc","email":"noc@contoso.example","phone":"1"}]}}"""
            )
        ).Is(201);
        (await api.Operator.Post($"{AsnPath}/approve?api-version={ExchangeServer.V}")).Is(200);
    }

    public Task<Answer> PutAsync(string? key = null, int most = 100, string? address = null) =>
        api.Customer.Put($"{Path}?api-version={ExchangeServer.V}", Body(key, most, address));

    public string Body(string? key = null, int most = 100, string? address = null)
    {
        string md5 = key is null ? "" : $",\"md5AuthenticationKey\":\"{key}\"";
        return $$$$"""
            {"location":"westeurope","sku":{"name":"Basic_Exchange_Free"},"kind":"Exchange","properties":{"peeringLocation":"Amsterdam","exchange":{
            "peerAsn":{"id":"{{{{AsnPath}}}}"},"connections":[{"peeringDBFacilityId":{{{{exchange}}}},"connectionIdentifier":"c1","bgpSession":{
            "peerSessionIPv4Address":"{{{{address ?? Address}}}}","maxPrefixesAdvertisedV4":{{{{most}}}}{{{{md5}}}}}}]}}}
            """;
    }

    public Task<Answer> OperatorAsync(string verb, string? reason = null) =>
        api.Operator.Post($"{Path}/{verb}?api-version={ExchangeServer.V}", reason is null ? null : $$"""{"reason":"{{reason}}"}""");

    public Task<Answer> PeerAsync(string verb, string? reason = null) =>
        api.Customer.Post($"{Path}/{verb}?api-version={ExchangeServer.V}", reason is null ? null : $$"""{"reason":"{{reason}}"}""");

    /// <summary>Asked for, approved, and the peer has said that it is ready.</summary>
    public async Task StartedAsync(string? key = null, int most = 100)
    {
        await RegisteredAsync();
        (await PutAsync(key, most)).Is(201);
        (await OperatorAsync("approve")).Is(200);
        (await PeerAsync("notifyReady")).Is(200);
    }

    public async Task<JsonNode> ConnectionAsync()
    {
        Answer answer = (await api.Customer.Get($"{Path}?api-version={ExchangeServer.V}")).Is(200);
        return answer.Body!["properties"]!["exchange"]!["connections"]![0]!;
    }

    public async Task<string> StateAsync() => (await ConnectionAsync())["connectionState"]!.GetValue<string>();

    public Task IsAsync(string state, int seconds = 60) =>
        Eventually.Get(
            async () => $"{await StateAsync()} {await ChecksAsync()}",
            s => s.StartsWith($"{state} ", StringComparison.Ordinal),
            $"the connection of AS{asn} is {state}",
            TimeSpan.FromSeconds(seconds)
        );

    /// <summary>Every check that has not passed, with its result and its reason.</summary>
    public async Task<string> ChecksAsync()
    {
        Answer answer = (await api.Customer.Get($"{Path}/checks?api-version={ExchangeServer.V}")).Is(200);
        return string.Join(
            "; ",
            answer.Body!["value"]![0]!["checks"]!
                .AsArray()
                .Where(c => c!["result"]!.GetValue<string>() != "Passed")
                .Select(c => $"{c!["name"]} {c["result"]} {c["reason"]}: {c["says"]}")
        );
    }

    /// <summary>Names of the checks that failed.</summary>
    public async Task<string> FailedAsync()
    {
        Answer answer = (await api.Customer.Get($"{Path}/checks?api-version={ExchangeServer.V}")).Is(200);
        return string.Join(
            " ",
            answer.Body!["value"]![0]!["checks"]!
                .AsArray()
                .Where(c => c!["result"]!.GetValue<string>() == "Failed")
                .Select(c => c!["name"]!.ToString())
        );
    }
}
