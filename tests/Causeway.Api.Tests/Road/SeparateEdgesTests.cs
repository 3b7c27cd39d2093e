using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Causeway.Bgp.Mrt;
using Causeway.Client;
using Causeway.Primitives;
using Causeway.Server.Topology;
using Causeway.Testing;

namespace Causeway.Api.Tests.Road;

/// <summary>A prefix that comes over a circuit, from a real BIRD, and is seen on the Internet as well: told while it is so, and no longer.</summary>
public sealed class SeparateEdgesTests : IAsyncLifetime
{
    private const string V = ArmClient.NetworkVersion;
    private const int BgpPort = 17905;
    private const string Prefix = "193.0.0.0/21";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-edges-");
    private readonly ServerProcess _server;
    private RoadBuilder _road = null!;

    public SeparateEdgesTests()
    {
        File.WriteAllText(At("ripe.db"), $"route: {Prefix}\ndescr: a test\norigin: AS3333\nmnt-by: TEST-MNT\nsource: RIPE\n\n");
        View([("11.0.0.0/8", [174, 749]), ("193.0.0.0/20", [174, 1299, 3333]), ("193.0.4.0/24", [174, 666])]);
        File.WriteAllText(At("topology.yaml"), TopologyFile.BuiltIn + "\nregistries:\n  dumps: [ripe.db]\n  views: [rrc00.gz]\n");
        _server = new ServerProcess(["--bgp-port", $"{BgpPort}", "--topology", At("topology.yaml")]);
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _road = new RoadBuilder(AccessFile.Load(Path.Combine(_server.Data, "access.json")));
    }

    public async ValueTask DisposeAsync()
    {
        _road.Dispose();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_prefix_that_comes_both_ways_is_told_with_both_and_no_longer_when_one_has_gone()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string circuit = await _road.ProvisionedCircuitAsync("edges", stop);
        await Eventually.Get<JsonNode?>(
            async () => await PutAsync(circuit, stop),
            p => $"{p!["properties"]!["microsoftPeeringConfig"]!["advertisedPublicPrefixesState"]}" == "Configured",
            "the route object proves the prefix",
            Patience
        );
        // Nothing comes over the circuit yet: what the Internet has alone is no matter.
        Assert.Null(await FindingAsync(circuit, stop));

        await using (new Bird("3333", "127.88.0.1", "127.88.0.2", BgpPort, "64496", Prefix, null))
        {
            JsonNode found = (
                await Eventually.Get<JsonNode?>(
                    async () => await FindingAsync(circuit, stop),
                    f => f is not null,
                    "both ways are told",
                    Patience
                )
            )!;
            Assert.Equal("warning", $"{found["level"]}");
            Assert.Equal("customer", $"{found["actsNext"]}");
            JsonNode values = found["valuesByName"]!;
            Assert.Equal(Prefix, $"{values["prefix"]}");
            Assert.Equal("MicrosoftPeering", $"{values["peering"]}");
            Assert.Matches("^AS64496 [a-z0-9-]+-primary edges AS3333$", $"{values["circuitPath"]}");
            Assert.Equal("193.0.0.0/20", $"{values["internetPrefix"]}");
            Assert.Equal("AS174 AS1299 AS3333", $"{values["internetPath"]}");
            Assert.Equal("rrc00.gz", $"{values["seenAt"]}");

            // The Internet sees it through us only: that is the circuit.
            View([("193.0.0.0/21", [174, 64496, 3333])]);
            await Eventually.Get<JsonNode?>(async () => await FindingAsync(circuit, stop), f => f is null, "it comes one way", Patience);
            View([("193.0.0.0/21", [174, 3333])]);
            await Eventually.Get<JsonNode?>(async () => await FindingAsync(circuit, stop), f => f is not null, "it is back", Patience);
        }
        await Eventually.Get<JsonNode?>(
            async () => await FindingAsync(circuit, stop),
            f => f is null,
            "nothing comes over the circuit",
            Patience
        );
    }

    [Fact]
    public async Task Whoever_takes_the_default_route_is_told_how_services_are_reached()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        string circuit = await _road.ProvisionedCircuitAsync("default", stop);
        await PutAsync(circuit, stop, "AzurePrivatePeering", net: 89);
        await using var bird = new Bird("3333", "127.89.0.1", "127.89.0.2", BgpPort, "64496", "0.0.0.0/0", null);
        JsonNode? told = await Eventually.Get<JsonNode?>(
            async () => await FindingAsync(circuit, stop, "DefaultRoutingWithoutServices"),
            f => f is not null,
            "the default route is there",
            Patience
        );
        Assert.Equal(("warning", "customer"), ($"{told!["level"]}", $"{told["actsNext"]}"));
        await PutAsync(circuit, stop, "AzurePublicPeering", net: 90, vlan: 101);
        Assert.Null(await FindingAsync(circuit, stop, "DefaultRoutingWithoutServices"));
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private Task<JsonNode> PutAsync(string circuit, CancellationToken stop, string type = "MicrosoftPeering", int net = 88, int vlan = 100)
    {
        var properties = new JsonObject
        {
            ["peeringType"] = type,
            ["peerASN"] = 3333,
            ["primaryPeerAddressPrefix"] = $"127.{net}.0.0/30",
            ["secondaryPeerAddressPrefix"] = $"127.{net}.0.4/30",
            ["vlanId"] = vlan,
        };
        if (type != "AzurePrivatePeering")
            properties["microsoftPeeringConfig"] = new JsonObject
            {
                ["advertisedPublicPrefixes"] = new JsonArray(Prefix),
                ["routingRegistryName"] = "RIPENCC",
            };
        return _road.Customer.PutAsync($"{circuit}/peerings/{type}", V, new JsonObject { ["properties"] = properties }, wait: true, stop);
    }

    private async Task<JsonNode?> FindingAsync(string circuit, CancellationToken stop, string code = "AsymmetricRouting")
    {
        JsonNode explained = await _road.Customer.GetAsync($"{circuit}/explain", V, stop);
        return explained["findings"]!.AsArray().FirstOrDefault(f => $"{f!["code"]}" == code);
    }

    /// <summary>Writes what the collector sees, as it would: a whole new file in the place of the old one.</summary>
    private void View((string Prefix, uint[] Path)[] routes)
    {
        using (var file = new GZipStream(File.Create(At("new.gz")), CompressionLevel.Fastest))
        {
            var writer = new MrtWriter(file);
            DateTimeOffset at = TimeProvider.System.GetUtcNow();
            writer.Write(
                new MrtRecord.PeerIndexTable(
                    at,
                    IPAddress.Parse("192.0.2.1"),
                    "",
                    [new MrtPeer(IPAddress.Parse("192.0.2.2"), IPAddress.Parse("192.0.2.2"), new Asn(174))]
                )
            );
            for (int i = 0; i < routes.Length; i++)
                writer.Write(
                    new MrtRecord.Rib(
                        at,
                        (uint)i,
                        IpPrefix.Parse(routes[i].Prefix),
                        [new MrtRibEntry(0, at, 0, Attributes(routes[i].Path))]
                    )
                );
        }
        File.Move(At("new.gz"), At("rrc00.gz"), overwrite: true);
    }

    /// <summary>ORIGIN, AS_PATH and NEXT_HOP (RFC 4271 §4.3).</summary>
    private static ImmutableArray<byte> Attributes(uint[] path)
    {
        byte[] asns = new byte[4 * path.Length];
        for (int i = 0; i < path.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(asns.AsSpan(4 * i), path[i]);
        return [0x40, 1, 1, 0, 0x40, 2, (byte)(2 + asns.Length), 2, (byte)path.Length, .. asns, 0x40, 3, 4, 192, 0, 2, 2];
    }
}
