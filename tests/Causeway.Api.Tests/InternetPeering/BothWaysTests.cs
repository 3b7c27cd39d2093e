using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Api.Tests.Proof;
using Causeway.Api.Tests.Road;
using Causeway.Testing;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>Separate edges: who announces the same prefix over a circuit and at an exchange is told so on the circuit, while it is so.</summary>
public sealed class BothWaysTests(ExchangeServer api) : IClassFixture<ExchangeServer>
{
    [Fact]
    public async Task The_same_prefix_over_a_circuit_and_at_an_exchange_is_told_with_both_ways()
    {
        const string Prefix = "11.230.0.0/24";
        var peer = new PeerAtExchange(api, 3301, 130);
        api.Register(Prefix, 3301);
        await api.KnowsAsync(Prefix, 3301);
        var circuits = new CircuitServer(api);
        string circuit = await circuits.ProvisionedAsync();
        await circuits.DoneAsync(
            "customer",
            HttpMethod.Put,
            $"{circuit}/peerings/MicrosoftPeering",
            ProvenServer.Peering(92, 3301, 300, Prefix)
        );
        await using var edge = new Bird("3301", "127.92.0.1", "127.92.0.2", api.BgpPort, "64496", Prefix, null);
        await Eventually.Get(
            async () => (await circuits.GetAsync($"{circuit}/peerings/MicrosoftPeering/sessions")).Json["value"]!.ToJsonString(),
            s => s.Contains("\"prefixesAccepted\":1", StringComparison.Ordinal),
            "the circuit has the prefix",
            TimeSpan.FromSeconds(60)
        );
        Assert.Null(await FindingAsync());

        await using (var bird = new ExchangeBird(3301, peer.Address, api.BgpPort, [Prefix]))
        {
            await peer.StartedAsync();
            await peer.IsAsync("Active");
            JsonNode found = (
                await Eventually.Get<JsonNode?>(FindingAsync, f => f is not null, "both ways are told", TimeSpan.FromSeconds(60))
            )!;
            Assert.Equal("warning", found["level"]!.ToString());
            Assert.Equal((Prefix, ExchangeServer.Exchange), ($"{found["valuesByName"]!["prefix"]}", $"{found["valuesByName"]!["seenAt"]}"));
            Assert.Equal("AS3301", $"{found["valuesByName"]!["internetPath"]}");
            // Whoever looks from the other end sees it too.
            string both = await Eventually.Get(
                async () => (await api.Customer.Get($"{peer.Path}/explain?api-version={ExchangeServer.V}")).Is(200).Text,
                t => t.Contains("AsymmetricRouting", StringComparison.Ordinal),
                "it is told on the Internet peering",
                TimeSpan.FromSeconds(60)
            );
            Assert.Contains(Prefix, both, StringComparison.Ordinal);
            Assert.Equal($"{circuit} MicrosoftPeering {Prefix} AS3301 {ExchangeServer.Exchange}", await ListedAsync(), ignoreCase: true);
            (await api.Customer.Get("/providers/Causeway.Operations/asymmetries?api-version=2026-11-01")).Is(403);
            Assert.Contains(
                "AsymmetricRouting",
                (await circuits.GetAsync($"{circuit}/peerings/MicrosoftPeering/explain")).Json.ToJsonString(),
                StringComparison.Ordinal
            );
        }
        await Eventually.Get(ListedAsync, l => l.Length == 0, "nobody is told any more", TimeSpan.FromSeconds(120));
        Assert.DoesNotContain(
            "AsymmetricRouting",
            (await api.Customer.Get($"{peer.Path}/explain?api-version={ExchangeServer.V}")).Is(200).Text,
            StringComparison.Ordinal
        );
        await Eventually.Get<JsonNode?>(FindingAsync, f => f is null, "it comes one way only", TimeSpan.FromSeconds(120));

        async Task<string> ListedAsync() =>
            string.Join(
                "; ",
                (await api.Operator.Get("/providers/Causeway.Operations/asymmetries?api-version=2026-11-01")).Is(200).Body!["value"]!
                    .AsArray()
                    .Select(a => $"{a!["circuit"]} {a["peering"]} {a["prefix"]} {a["internetPath"]} {a["seenAt"]}")
            );

        async Task<JsonNode?> FindingAsync() =>
            (await circuits.GetAsync($"{circuit}/explain")).Json["findings"]!
                .AsArray()
                .FirstOrDefault(f => $"{f!["code"]}" == "AsymmetricRouting");
    }
}
