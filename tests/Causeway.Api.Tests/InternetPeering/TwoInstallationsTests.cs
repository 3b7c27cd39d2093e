using System.Text.Json.Nodes;
using Causeway.Api.Tests.Cli;
using Causeway.Api.Tests.Identity;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>Two installations, each a process of its own, peer with each other: one command on each side, and real sessions between their embedded routers.</summary>
public sealed class TwoInstallationsTests
{
    [Fact]
    public async Task Two_networks_peer_with_one_command_each_and_one_is_killed_on_the_way()
    {
        using var issuer = new FakeIssuer();
        int bgp = ApiFixture.FreePort();
        await using ServerProcess asked = Installation(64496, "11.251.0.0/24", 1, bgp, issuer);
        await using ServerProcess asks = Installation(64502, "11.252.0.0/24", 11, bgp, null);
        await Task.WhenAll(asked.StartAsync(), asks.StartAsync());
        string token = Path.Combine(asks.Data, "token.txt");
        await File.WriteAllTextAsync(
            token,
            issuer.Token("noc", networks: """[{"asn":64502,"perms":15}]"""),
            TestContext.Current.CancellationToken
        );
        string ca = AccessFile.Load(Path.Combine(asked.Data, "access.json")).CaFile!;
        string[] via = ["--via", asked.Endpoint, "--via-ca", ca, "--via-token-file", token];

        // A token of another network's asks for nothing, and leaves nothing behind on either side.
        string foreign = Path.Combine(asks.Data, "foreign.txt");
        await File.WriteAllTextAsync(
            foreign,
            issuer.Token("noc", networks: """[{"asn":64503,"perms":15}]"""),
            TestContext.Current.CancellationToken
        );
        string[] request =
        [
            "peering",
            "request",
            "example",
            "--group",
            "peers",
            "--subscription",
            "customer",
            "--asn",
            "64496",
            "--exchange",
            "26",
        ];
        CliRun refused = await CliRun.Of([.. request, "--via", asked.Endpoint, "--via-ca", ca, "--via-token-file", foreign, .. Of(asks)]);
        Assert.Contains("does not speak for AS64502", refused.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await CliRun.Of(["peering", "show", "example", "--group", "peers", .. Of(asks)])).Code);

        // One command on the side that asks …
        await Ok(asks, [.. request, .. via, "--max-prefixes", "100"]);
        // … and one on the side that is asked.
        JsonNode waiting = Assert.Single(JsonNode.Parse(await Ok(asked, "operator", "requests", "-o", "json"))!.AsArray())!;
        string theirs = waiting["id"]!.ToString();
        await Ok(asked, "operator", "approve", theirs);

        await asked.KillAsync();
        await asked.StartAsync();
        await Eventually.Get(
            async () =>
                $"{await StatesAsync(asks, "example", "--group", "peers")} | {await StatesAsync(asked, theirs, "--as", "operator")}",
            s => s == "Active Active | Active Active",
            "both sides are Active",
            TimeSpan.FromSeconds(90)
        );
        // Active is a state of the connection: after the kill its sessions, and the routes over them, come back in their own time.
        await Eventually.Get(
            () => Ok(asks, "peering", "routes", "example", "--group", "peers"),
            routes => routes.Contains("11.251.0.0/24", StringComparison.Ordinal),
            "the routes of the side that was asked are there",
            TimeSpan.FromSeconds(90)
        );
        await Eventually.Get(
            () => Ok(asked, "peering", "routes", theirs, "--as", "operator"),
            routes => routes.Contains("11.252.0.0/24", StringComparison.Ordinal),
            "the routes of the side that asks are there",
            TimeSpan.FromSeconds(90)
        );
        JsonArray sessions = await Eventually.Get(
            async () => JsonNode.Parse(await Ok(asks, ["peering", "via", "sessions", .. via, "-o", "json"]))!.AsArray(),
            listed => listed.Count(s => s!["status"]!.ToString() == "Established") == 4,
            "four sessions are established",
            TimeSpan.FromSeconds(90)
        );
        Assert.Contains("pdb:ix:26", await Ok(asks, ["peering", "via", "locations", .. via]), StringComparison.Ordinal);

        // Asked for once more, it is what it is; taken back, it leaves with grace.
        await Ok(asks, [.. request, .. via, "--max-prefixes", "100"]);
        Assert.Equal("Active Active", await StatesAsync(asks, "example", "--group", "peers"));
        foreach (JsonNode? session in sessions)
            await CliRun.Of(["peering", "via", "delete", session!["session_id"]!.ToString(), .. via, .. Of(asks)]);
        await Eventually.Get(
            async () => (await CliRun.Of(["peering", "show", theirs, "--as", "operator", .. Of(asked)])).Code,
            code => code == 3,
            "it is gone on the side that was asked",
            TimeSpan.FromSeconds(60)
        );
    }

    private static string[] Of(ServerProcess server) => ["--access", Path.Combine(server.Data, "access.json")];

    private static Task<string> Ok(ServerProcess server, params string[] words) => CliRun.Ok([.. words, .. Of(server)]);

    private static async Task<string> StatesAsync(ServerProcess server, params string[] peering) =>
        string.Join(
            ' ',
            JsonNode
                .Parse(await Ok(server, ["peering", "checks", .. peering, "-o", "json"]))!
                .AsArray()
                .Select(c => c!["connectionState"]!.ToString())
        );

    private static ServerProcess Installation(uint asn, string prefix, int host, int bgp, FakeIssuer? issuer)
    {
        string folder = Directory.CreateTempSubdirectory("causeway-two-").FullName;
        File.WriteAllText(
            Path.Combine(folder, "radb.db"),
            string.Concat(
                Enumerable
                    .Range(0, 200)
                    .Select(i => Route($"11.{i}.0.0/16", 4000))
                    .Append(Route("11.251.0.0/24", 64496))
                    .Append(Route("11.252.0.0/24", 64502))
            )
        );
        string topology = Path.Combine(folder, "topology.yaml");
        File.WriteAllText(
            topology,
            $$"""
            asn: {{asn}}
            regions: [{ name: West Europe, geopoliticalRegion: Europe }]
            locations:
              - name: Amsterdam
                region: West Europe
                country: NL
                pairs:
                  - name: ams-1
                    portGbps: 100
                    primary: { name: p1, driver: embedded, routerId: 192.0.2.{{host + 100}}, port: P1 }
                    secondary: { name: p2, driver: embedded, routerId: 192.0.2.{{host + 101}}, port: P2 }
            providers: []
            ownPrefixes: [{{prefix}}]
            registries: { dumps: [radb.db], grace: 0s }
            exchanges:
              - name: AMS-IX
                location: Amsterdam
                peeringDbIxId: 26
                lans: [127.83.0.0/24]
                routers:
                  - { name: x1, driver: embedded, routerId: 192.0.2.{{host}}, addresses: [127.83.0.{{host}}] }
                  - { name: x2, driver: embedded, routerId: 192.0.2.{{host + 1}}, addresses: [127.83.0.{{host + 1}}] }
                validation: { stableSeconds: 1, drainSeconds: 1 }
            """
        );
        string[] believes = issuer is null
            ? []
            :
            [
                "--peering-api-issuers",
                $"{issuer.Address}={FakeIssuer.Audience}",
                "--peering-api-subscription",
                "otherCustomer",
                "--oidc-loopback-http",
                "true",
            ];
        return new ServerProcess(["--topology", topology, "--bgp-port", $"{bgp}", .. believes], Path.Combine(folder, "data"));
    }

    private static string Route(string prefix, uint asn) => $"route: {prefix}\norigin: AS{asn}\nmnt-by: MNT-X\nsource: RADB\n\n";
}
