using System.Text.Json.Nodes;
using Causeway.Api.Tests.Cli;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.InternetPeering;

/// <summary>The operator's desk: what waits for a decision, with everything that is needed to decide, and for nobody else.</summary>
public sealed class DeskTests(DirectoryServer api) : IClassFixture<DirectoryServer>
{
    private const string Queue = "/providers/Causeway.Operations/requests?api-version=2026-11-01";

    [Fact]
    public async Task The_queue_shows_what_is_needed_to_decide_until_it_is_decided()
    {
        api.Register("11.241.0.0/24", 65545);
        api.Register("11.242.0.0/24", 65545);
        api.Sign("11.242.0.0/24", 65545);
        await Eventually.True(
            () => api.Server.Services.GetRequiredService<INetworkDirectory>().Find(new Asn(65545)) is not null,
            "PeeringDB has been read",
            TimeSpan.FromSeconds(60)
        );
        await api.KnowsAsync("11.242.0.0/24", 65545);
        await Eventually.True(
            () =>
                api.Server.Services.GetRequiredService<IPeerFilters>().ValidityOf(IpPrefix.Parse("11.242.0.0/24"), new Asn(65545))
                == OriginValidity.Valid,
            "the ROA is known",
            TimeSpan.FromSeconds(60)
        );
        var peer = new PeerAtExchange(api, 65545, 142);
        string group = peer.Path[..peer.Path.IndexOf("/providers/", StringComparison.Ordinal)];
        (await api.Customer.Put($"{group}?api-version=2022-09-01", """{"location":"westeurope"}""")).Is(201);
        (
            await api.Customer.Put(
                $"{peer.AsnPath}?api-version={ExchangeServer.V}",
                """{"properties":{"peerAsn":65545,"peerName":"Contoso","peerContactDetail":[{"role":"Noc","email":"noc@contoso.example"}]}}"""
            )
        ).Is(201);
        // Nobody is a peer of himself.
        (await api.Customer.Put($"{peer.AsnPath}x?api-version={ExchangeServer.V}", """{"properties":{"peerAsn":64496}}""")).Is(
            400,
            "InvalidAsn"
        );
        JsonNode asked = await OneAsync(peer.AsnPath);
        Assert.Equal(("peerAsn", "Review"), ($"{asked["kind"]}", $"{asked["waitsFor"]}"));
        Assert.Contains(
            "calls AS65545 'Without a set'",
            asked["oddities"]!.ToJsonString().Replace("\\u0027", "'"),
            StringComparison.Ordinal
        );

        (await api.Operator.Post($"{peer.AsnPath}/approve?api-version={ExchangeServer.V}")).Is(200);
        (await peer.PutAsync(most: 7)).Is(201);
        asked = await OneAsync(peer.Path);
        Assert.Equal(("peering", "Review", "65545"), ($"{asked["kind"]}", $"{asked["waitsFor"]}", $"{asked["peerAsn"]}"));
        JsonNode connection = asked["connections"]![0]!;
        Assert.Equal(
            ("AMS-IX", "PendingApproval", peer.Address, "7"),
            (
                $"{connection["exchange"]}",
                $"{connection["state"]}",
                $"{connection["peerAddresses"]![0]}",
                $"{connection["maxPrefixesAdvertisedV4"]}"
            )
        );
        JsonNode record = asked["peeringDb"]!;
        Assert.Equal(("Found", "2"), ($"{record["state"]}", $"{record["networkId"]}"));
        Assert.Equal(("AMS-IX", "10000"), ($"{record["present"]![0]!["exchange"]}", $"{record["present"]![0]!["mbps"]}"));
        JsonNode proven = asked["proven"]!;
        Assert.Equal(
            ("AS65545", "2", "1", "1"),
            ($"{proven["asSet"]}", $"{proven["prefixesV4"]}", $"{proven["rpkiValid"]}", $"{proven["rpkiNotFound"]}")
        );
        Assert.Contains("names no as-set", asked["oddities"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(
            asked["history"]!.AsArray(),
            h => $"{h!["to"]}" == "Approved" && $"{h["resource"]}".EndsWith("peerAsns/AS65545", StringComparison.Ordinal)
        );
        Assert.Contains(asked["withUs"]!.AsArray(), w => $"{w!["kind"]}" == "peerAsn");

        // The same on one screen.
        string[] access = ["--access", Path.Combine(api.DataFolder, "access.json"), "--as", "operator"];
        string screen = await CliRun.Ok(["operator", "review", peer.Path, .. access]);
        foreach (
            string fact in (string[])
                ["AS65545 Contoso", "AMS-IX 127.80.0.142", "Without a set (net 2)", "1 Valid, 1 NotFound, 0 Invalid", "noc@contoso.example"]
        )
            Assert.Contains(fact, screen, StringComparison.Ordinal);
        Assert.Equal(
            "Review",
            $"{JsonNode.Parse(await CliRun.Ok(["operator", "review", peer.Path, .. access, "-o", "json"]))!["waitsFor"]}"
        );

        (await peer.OperatorAsync("reject", "Not now")).Is(200);
        Assert.DoesNotContain(await AllAsync(), r => $"{r!["id"]}".Equals(peer.Path, StringComparison.OrdinalIgnoreCase));
        asked = (await api.Operator.Get($"{Queue}&resource={peer.Path}")).Is(200).Body!["value"]![0]!;
        Assert.Equal("Nothing", $"{asked["waitsFor"]}");
        Assert.Contains(asked["history"]!.AsArray(), h => $"{h!["why"]}".Contains("Not now", StringComparison.Ordinal));
        (await api.Operator.Get($"{Queue}&resource={peer.Path}x")).Is(404);
        (await api.Operator.Get($"{Queue}&resource=nothing")).Is(400);
    }

    [Fact]
    public async Task It_is_the_operators_and_the_peering_operators()
    {
        (await api.Customer.Get(Queue)).Is(403);
        (await api.OtherCustomer.Get(Queue)).Is(403);
        string id = api.Server.Installation.Principals["otherCustomer"].ObjectId.ToString();
        string assignment =
            "/providers/Microsoft.Authorization/roleAssignments/7d0c1f55-0000-4000-8000-00000000d05c?api-version=2022-04-01";
        (
            await api.Operator.Put(
                assignment,
                $$$"""{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/5f0d7c1a-7d53-4c39-9a0a-6b2f0d5b3c12","principalId":"{{{id}}}"}}"""
            )
        ).Is(201);
        await Eventually.Get(
            async () => (await api.OtherCustomer.Get(Queue)).Code,
            code => code == 200,
            "the Peering Operator reads the queue"
        );
        (await api.Operator.Delete(assignment)).Is(200);
    }

    private async Task<JsonArray> AllAsync() => (await api.Operator.Get(Queue)).Is(200).Body!["value"]!.AsArray();

    private async Task<JsonNode> OneAsync(string id) =>
        (await AllAsync()).Single(r => $"{r!["id"]}".Equals(id, StringComparison.OrdinalIgnoreCase))!;
}
