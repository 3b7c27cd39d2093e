using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Api.Tests.Road;
using Causeway.Primitives;
using Causeway.Testing;
using CircuitAnswer = Causeway.Api.Tests.Circuits.Answer;

namespace Causeway.Api.Tests.Proof;

/// <summary>The corpus of lies over Microsoft and public peering, told by ExaBGP to our routers: none may stand in the router's table.</summary>
public sealed class LiesTests(ProvenServer server) : IClassFixture<ProvenServer>
{
    private readonly CircuitServer _circuits = server.Circuits;

    [Theory]
    [InlineData("MicrosoftPeering", 90, 3390U)]
    [InlineData("AzurePublicPeering", 91, 3389U)]
    public async Task None_passes(string type, int net, uint asn)
    {
        // Of its own for each: a registry in which all objects change hands at once is not believed.
        string own = net == 90 ? "193.195." : "193.199.";
        Lie[] lies = Lies.Of(Lies.OverPeerings, asn, i => $"{own}{i}.0/24");
        string[] declared =
        [
            .. lies.Where(l => l.Prefix.StartsWith(own, StringComparison.Ordinal) && l.Prefix.EndsWith("/24", StringComparison.Ordinal))
                .Select(l => l.Prefix),
            Lies.Signed,
        ];
        server.Change(r =>
        {
            foreach (
                string prefix in declared.Concat(Lies.Bogons4).Append(Lies.Elsewhere).Append(Lies.ForbiddenByRoa).Append(Lies.OfNobody)
            )
                r.Register(prefix, asn);
            r.Register(Lies.Victim, Lies.VictimAsn);
            r.Register(Lies.SignedVictim, Lies.VictimAsn);
            r.Sign(Lies.SignedVictim, Lies.VictimAsn);
            r.Sign(Lies.Signed, asn);
            r.Unsign(Lies.ForbiddenByRoa);
            r.Unsign(Lies.OfNobody);
        });
        await server.KnowsAsync(Lies.OfNobody, asn);
        await server.SaysAsync(Lies.Signed, asn, OriginValidity.Valid);
        await server.SaysAsync(Lies.ForbiddenByRoa, 9999, OriginValidity.NotFound);

        // Another circuit of the same network proves what this one does not declare.
        string other = await _circuits.ProvisionedAsync();
        await _circuits.DoneAsync(
            "customer",
            HttpMethod.Put,
            $"{other}/peerings/MicrosoftPeering",
            ProvenServer.Peering(net + 2, asn, 300, Lies.Elsewhere)
        );
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/{type}";
        JsonObject body = ProvenServer.Peering(net, asn, 300, [.. declared, Lies.ForbiddenByRoa, Lies.OfNobody]);
        body["properties"]!["peeringType"] = type;
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body);
        Assert.Equal("Configured", await server.StateAsync(peering));
        server.Change(r =>
        {
            r.Sign(Lies.ForbiddenByRoa, 9999);
            r.Sign(Lies.OfNobody, 0);
        });
        await server.BecomesAsync(peering, "ValidationNeeded");
        await server.SaysAsync(Lies.OfNobody, asn, OriginValidity.Invalid);

        await using var liar = new ExaBgp(asn, $"127.{net}.0.1", server.BgpPort, lies.Select(Lies.Route), $"127.{net}.0.2");
        await ShowAsync(peering, lies, liar);
    }

    [Fact]
    public async Task None_passes_over_IPv6()
    {
        const uint Asn = 3388;
        string first = $"{server.Links6}:a:",
            second = $"{server.Links6}:b:";
        using var addresses = new LoopbackAddresses($"{first}:1", $"{first}:2", $"{second}:1", $"{second}:2");
        Lie[] lies = Lies.Of(Lies.Over6, Asn, i => $"2a0e:b4{i:x2}::/32");
        string[] declared = [.. lies.Where(l => l.Prefix.StartsWith("2a0e:b4", StringComparison.Ordinal)).Select(l => l.Prefix)];
        server.Change(r =>
        {
            foreach (string prefix in declared.Concat(Lies.Bogons6).Append(Lies.Forbidden6).Append("193.189.0.0/24"))
                r.Register(prefix, Asn);
            r.Register(Lies.Victim6, Lies.VictimAsn);
            r.Sign(Lies.Forbidden6, 9999);
        });
        await server.KnowsAsync(declared[^1], Asn);
        await server.SaysAsync(Lies.Forbidden6, Asn, OriginValidity.Invalid);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = ProvenServer.Peering(94, Asn, 300, "193.189.0.0/24");
        body["properties"]!["ipv6PeeringConfig"] = new JsonObject
        {
            ["primaryPeerAddressPrefix"] = $"{first}:/126",
            ["secondaryPeerAddressPrefix"] = $"{second}:/126",
            ["microsoftPeeringConfig"] = new JsonObject
            {
                ["advertisedPublicPrefixes"] = new JsonArray([.. declared.Select(p => JsonValue.Create(p))]),
            },
        };
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body);
        Assert.Equal("Configured", await server.StateAsync(peering));
        await using var liar = new ExaBgp(Asn, $"{first}:1", server.BgpPort, lies.Select(Lies.Route), $"{first}:2");
        await ShowAsync(peering, lies, liar);
    }

    [Fact]
    public async Task What_is_set_aside_is_proven_to_nobody_whoever_registered_it()
    {
        string[] blocks = [.. Lies.Bogons4, .. Lies.Groups4, .. Lies.Bogons6];
        server.Change(r =>
        {
            foreach (string block in blocks)
                r.Register(block, 3387);
        });
        // The largest are believed by nobody; with this one the others have been read.
        await server.KnowsAsync("100:0:0:1::/64", 3387);
        CircuitAnswer asked = await _circuits.OkAsync(
            "customer",
            HttpMethod.Post,
            $"{_circuits.Subscription()}/providers/Causeway.Operations/validatePrefixes",
            new JsonObject { ["prefixes"] = new JsonArray([.. blocks.Select(b => JsonValue.Create(b))]), ["asn"] = 3387 },
            version: "2026-11-01"
        );
        Assert.All(asked.Json["value"]!.AsArray(), e => Assert.Equal("Unproven", e!["state"]!.ToString()));
    }

    /// <summary>Declared, and inside what is proven: a part that another network holds is that network's.</summary>
    [Fact]
    public async Task What_others_hold_inside_a_block_is_not_the_block_holders()
    {
        const uint Asn = 3386;
        server.Change(r =>
        {
            r.Register("193.197.0.0/16", Asn);
            r.Register("193.197.16.0/20", Lies.VictimAsn);
            r.Register("0.0.0.0/0", Asn);
        });
        await server.KnowsAsync("193.197.0.0/16", Asn);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        // Proven first, so that the session comes up; then the rest is declared as well.
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, ProvenServer.Peering(96, Asn, 300, "193.197.0.0/16"));
        Assert.Equal("Configured", await server.StateAsync(peering));
        JsonObject all = ProvenServer.Peering(
            96,
            Asn,
            300,
            "193.197.0.0/16",
            "193.197.16.0/20",
            "193.197.17.0/24",
            "193.197.32.0/24",
            "8.8.4.0/24"
        );
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, all);
        Lie[] lies =
        [
            new("no lie", "193.197.0.0/16", $"{Asn}", null),
            new("no lie, inside", "193.197.32.0/24", $"{Asn}", null),
            new("what is registered to another", "193.197.16.0/20", $"{Asn}", "NotRegistered"),
            new("a part of it", "193.197.17.0/24", $"{Asn}", "NotRegistered"),
            new("anything, by an object of everything", "8.8.4.0/24", $"{Asn}", "NotRegistered"),
        ];
        await using var liar = new ExaBgp(Asn, "127.96.0.1", server.BgpPort, lies.Select(Lies.Route), "127.96.0.2");
        await ShowAsync(peering, lies, liar);
        server.Unregister("0.0.0.0/0");
    }

    /// <summary>Every row stands in the router's table as it should, or is refused for its reason.</summary>
    private async Task ShowAsync(string peering, Lie[] lies, ExaBgp liar)
    {
        string[] expected = [.. lies.Select(l => $"{IpPrefix.Parse(l.Prefix)} {l.Reason}".TrimEnd()).Order(StringComparer.Ordinal)];
        string[] seen = [];
        try
        {
            await Eventually.Get(
                async () => seen = (await server.TableAsync(peering)).Split("; "),
                s => s.SequenceEqual(expected),
                "the router's table is what it should be",
                TimeSpan.FromSeconds(60)
            );
        }
        catch (Exception)
        {
            string more = string.Join('\n', seen.Except(expected).Select(s => $"in the table: {s}")),
                less = string.Join('\n', expected.Except(seen).Select(s => $"not in the table: {s}"));
            Assert.Fail($"{more}\n{less}\n{liar.Output}");
        }
    }
}
