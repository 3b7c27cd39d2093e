using System.Text;
using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Server.Configuration;
using Causeway.Server.Registries;
using Causeway.Server.Topology;
using Causeway.Testing;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Proof;

/// <summary>A server that proves prefixes with a route dump and a file of ROAs, both changed under its feet.</summary>
public sealed class ProvenServer : ApiFixture, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-proven-");
    private readonly Dictionary<string, uint> _routes = [];
    private readonly Dictionary<string, uint> _roas = [];
    private readonly Dictionary<string, string> _networks = [];

    public ProvenServer()
    {
        // A registry of some size, so that what tests take away is not a shrunken one.
        for (int i = 0; i < 200; i++)
            _routes[$"11.{i}.0.0/16"] = 4000;
        Publish();
    }

    /// <summary>The first 48 bits of IPv6 links of this server's routers: nobody else's on this machine.</summary>
    public string Links6 { get; } = $"fdca:{Random.Shared.Next(0x10000):x}:{Random.Shared.Next(0x10000):x}";

    public int BgpPort { get; private set; }

    public IProofs Proofs => Server.Services.GetRequiredService<IProofs>();

    public Engine Engine => Server.Services.GetRequiredService<Engine>();

    public CircuitServer Circuits => new(this);

    protected override Task<string?> DatabaseAsync() => Task.FromResult<string?>(null);

    protected override ServerSettings Configure(ServerSettings settings)
    {
        BgpPort = settings.BgpPort;
        string topology = Path.Combine(_folder.FullName, "topology.yaml");
        File.WriteAllText(
            topology,
            TopologyFile.BuiltIn.Replace(
                "driver: embedded",
                $"driver: embedded, linkSpace: [127.0.0.0/8, \"{Links6}::/48\"]",
                StringComparison.Ordinal
            ) + "\nownPrefixes: [192.88.99.0/24]\nregistries: { dumps: [radb.db], vrps: [rpki.json], grace: 0s }\n"
        );
        return settings with { TopologyFile = topology };
    }

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await InitializeAsync();
        await Eventually.True(() => Proofs.HasLoaded, "the registries have loaded", TimeSpan.FromSeconds(60));
    }

    /// <summary>Several changes, published as one.</summary>
    public void Change(Action<ProvenServer> changes)
    {
        _isChanging = true;
        try
        {
            changes(this);
        }
        finally
        {
            _isChanging = false;
        }
        Publish();
    }

    private bool _isChanging;

    /// <summary>A route object appears.</summary>
    public void Register(string prefix, uint asn)
    {
        lock (_routes)
            _routes[prefix] = asn;
        Publish();
    }

    /// <summary>It goes.</summary>
    public void Unregister(string prefix)
    {
        lock (_routes)
            _routes.Remove(prefix);
        Publish();
    }

    /// <summary>A certificate appears in the remarks of a network's inetnum object, instead of the one that was there.</summary>
    /// <param name="pem">Null takes it out.</param>
    public void Certify(string range, string? pem)
    {
        lock (_routes)
            _networks[range] = string.Concat((pem ?? "none").Trim().Split('\n').Select(l => $"remarks:        {l.Trim()}\n"));
        Publish();
    }

    public void Sign(string prefix, uint asn)
    {
        lock (_routes)
            _roas[prefix] = asn;
        Publish();
    }

    public void Unsign(string prefix)
    {
        lock (_routes)
            _roas.Remove(prefix);
        Publish();
    }

    /// <summary>The file of VRPs is no more, until something is published.</summary>
    public void TakeVrpsAway() => File.Delete(Path.Combine(_folder.FullName, "rpki.json"));

    /// <summary>Empties the dump, as a registry does that lies: the shrink guard holds it back.</summary>
    public void Lie() => Put("radb.db", "route: 11.0.0.0/16\norigin: AS4000\nmnt-by: MNT-X\nsource: RADB\n\n");

    public void Publish()
    {
        if (_isChanging)
            return;
        lock (_routes)
        {
            var text = new StringBuilder();
            foreach ((string prefix, uint asn) in _routes)
                text.Append($"{(prefix.Contains(':') ? "route6" : "route")}: {prefix}\norigin: AS{asn}\nmnt-by: MNT-X\nsource: RADB\n\n");
            foreach ((string range, string remarks) in _networks)
                text.Append($"inetnum: {range}\nnetname: HELD\n{remarks}mnt-by: MNT-X\nsource: RADB\n\n");
            Put("radb.db", text.ToString());
            Put(
                "rpki.json",
                $$"""{"roas":[{{string.Join(",", _roas.Append(new("11.0.0.0/16", 4000)).Select(r => $$"""{"asn":{{r.Value}},"prefix":"{{r.Key}}","maxLength":{{IpPrefix.Parse(r.Key).Length}},"ta":"ripe"}"""))}}]}"""
            );
        }
    }

    private void Put(string file, string text)
    {
        string path = Path.Combine(_folder.FullName, file);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Waits until the registries prove a prefix, or do not.</summary>
    public Task KnowsAsync(string prefix, uint asn, bool proven = true) =>
        Eventually.True(
            () => Proofs.Prove([IpPrefix.Parse(prefix)], new Asn(asn), RoutingRegistry.None)[0].IsProven == proven,
            $"{prefix} of AS{asn} is {(proven ? "" : "not ")}registered",
            TimeSpan.FromSeconds(60)
        );

    /// <summary>Waits until the VRPs say so of a route.</summary>
    public Task SaysAsync(string prefix, uint origin, OriginValidity validity) =>
        Eventually.True(
            () =>
                Server.Services.GetRequiredService<LiveRegistries>().Rpki.Vrps.Validate(IpPrefix.Parse(prefix), new Asn(origin))
                == validity,
            $"{prefix} from AS{origin} is {validity}",
            TimeSpan.FromSeconds(60)
        );

    /// <summary>The body of a Microsoft peering in 127.net.0.0.</summary>
    public static JsonObject Peering(int net, uint asn, int vlan, params string[] prefixes) =>
        new()
        {
            ["properties"] = new JsonObject
            {
                ["peeringType"] = "MicrosoftPeering",
                ["peerASN"] = asn,
                ["primaryPeerAddressPrefix"] = $"127.{net}.0.0/30",
                ["secondaryPeerAddressPrefix"] = $"127.{net}.0.4/30",
                ["vlanId"] = vlan,
                ["microsoftPeeringConfig"] = new JsonObject
                {
                    ["advertisedPublicPrefixes"] = new JsonArray([.. prefixes.Select(p => JsonValue.Create(p))]),
                },
            },
        };

    public async Task<string> StateAsync(string peering) =>
        (await Circuits.GetAsync(peering)).Properties["microsoftPeeringConfig"]!["advertisedPublicPrefixesState"]!.ToString();

    /// <summary>Waits for the state of all prefixes, within the minute that people are promised.</summary>
    public Task BecomesAsync(string peering, string state) =>
        Eventually.Get(() => StateAsync(peering), s => s == state, $"{peering} is {state}", TimeSpan.FromSeconds(60));

    /// <summary>What the primary router holds of the peering: accepted routes, and refused ones with their reason.</summary>
    public async Task<string> TableAsync(string peering)
    {
        JsonArray accepted = (await Circuits.TableAsync($"{peering}/routeTables/primary"))["value"]!.AsArray();
        JsonArray refused = (await Circuits.TableAsync($"{peering}/refusedRoutes/primary"))["value"]!.AsArray();
        return string.Join(
            "; ",
            accepted
                .Where(r => !r!["nextHop"]!.ToString().EndsWith('2')) // what is ours: our address of a link is its second
                .Select(r => $"{r!["network"]}")
                .Concat(refused.Select(r => $"{r!["network"]} {r["reasonName"]}"))
                .Order(StringComparer.Ordinal)
        );
    }

    public Task HasAsync(string peering, string table) =>
        Eventually.Get(() => TableAsync(peering), t => t == table, $"the table is '{table}'", TimeSpan.FromSeconds(60));

    public new async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Sends a signal to a circuit, as a ticket's commit does.</summary>
    public Task<SendOutcome> SignalAsync(string circuit, Signal signal) =>
        Engine.SendAsync(
            ResourceId.TryParse(circuit, out ResourceId? id) ? id : throw new ArgumentException(circuit),
            Circuit.ResourceType,
            signal,
            SendContext.Causeway,
            TestContext.Current.CancellationToken
        );
}
