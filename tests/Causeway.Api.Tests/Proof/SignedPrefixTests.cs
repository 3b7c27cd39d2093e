using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Api.Tests.Road;
using Causeway.Testing;

namespace Causeway.Api.Tests.Proof;

/// <summary>Self-service proof, over the newest API: a certificate in the registry's object and a signature by its key open the router, and end with the certificate.</summary>
public sealed class SignedPrefixTests(ProvenServer server) : IClassFixture<ProvenServer>
{
    /// <summary>The first version whose peerings carry signatures.</summary>
    private const string Newest = "2024-05-01";

    private readonly CircuitServer _circuits = server.Circuits;

    [Fact]
    public async Task A_signature_opens_the_router_while_its_certificate_stands_in_the_registry_and_not_longer()
    {
        const string Prefix = "194.1.4.0/24";
        const string Range = "194.1.0.0 - 194.1.7.255";
        using RSA key = RSA.Create(2048);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = ProvenServer.Peering(110, 4110, 300, Prefix);
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body.DeepClone());
        Assert.Equal("ValidationNeeded", (await InfoAsync(peering))["validationState"]!.ToString());
        string id = (await InfoAsync(peering))["validationId"]!.ToString();
        string serviceKey = (await _circuits.GetAsync(circuit)).Properties["serviceKey"]!.ToString();
        Assert.Equal($"Azure-SKEY|{serviceKey}|{Prefix}|ASN-4110", id);

        // Signed before there is a certificate: the state says what is missing, and nothing is open.
        await using var bird = new Bird("4110", "127.110.0.1", "127.110.0.2", server.BgpPort, "64496", Prefix, null);
        await SignAsync(peering, body, Signature(key, id));
        Assert.Equal("ManualValidationNeeded", (await InfoAsync(peering))["validationState"]!.ToString());
        Assert.Equal("", await server.TableAsync(peering));

        server.Certify(Range, Certificate(key, TimeSpan.FromDays(30)));
        await server.HasAsync(peering, Prefix);
        Assert.Equal("Configured", (await InfoAsync(peering))["validationState"]!.ToString());
        JsonNode evidence = await EvidenceAsync(peering);
        Assert.Equal($"Signature RADB inetnum {Range}", Text(evidence));
        DateTimeOffset until = evidence["until"]!.GetValue<DateTimeOffset>();
        Assert.InRange(until, TimeProvider.System.GetUtcNow().AddDays(29), TimeProvider.System.GetUtcNow().AddDays(31));

        // A client of an older version knows of no signatures, and takes none away.
        JsonNode old = (await _circuits.GetAsync(peering)).Json;
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, old.DeepClone());
        Assert.Equal("Configured", (await InfoAsync(peering))["validationState"]!.ToString());

        // Another certificate for the same key: later it ends, and nothing else.
        server.Certify(Range, Certificate(key, TimeSpan.FromDays(60)));
        await Eventually.Get(
            async () => (await EvidenceAsync(peering))["until"]!.GetValue<DateTimeOffset>(),
            u => u > until,
            "it ends with the new certificate",
            TimeSpan.FromSeconds(60)
        );

        // It goes from the registry: so does the route. It comes back: so does the route.
        server.Certify(Range, null);
        await server.HasAsync(peering, "");
        Assert.Equal("Expired", (await EvidenceAsync(peering))["state"]!.ToString());
        await Eventually.Get(
            async () => (await InfoAsync(peering))["validationState"]!.ToString(),
            s => s == "ManualValidationNeeded",
            "the state says that no certificate is there",
            TimeSpan.FromSeconds(60)
        );
        server.Certify(Range, Certificate(key, TimeSpan.FromDays(60)));
        await server.HasAsync(peering, Prefix);

        // A ROA for another wins.
        server.Sign(Prefix, 9999);
        await server.HasAsync(peering, "");
        Assert.Equal("ValidationNeeded", (await InfoAsync(peering))["validationState"]!.ToString());
        Assert.Contains("AS9999", (await EvidenceAsync(peering))["reason"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_opens_the_router_when_its_time_begins_and_nobody_asks_again()
    {
        const string Prefix = "194.5.4.0/24";
        using RSA key = RSA.Create(2048);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = ProvenServer.Peering(114, 4114, 300, Prefix);
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body.DeepClone());
        // Certificates tell seconds.
        DateTimeOffset begins = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().AddSeconds(40).ToUnixTimeSeconds());
        server.Certify("194.5.0.0 - 194.5.7.255", Certificate(key, TimeSpan.FromDays(30), begins));
        await SignAsync(peering, body, Signature(key, (await InfoAsync(peering))["validationId"]!.ToString()));
        await Eventually.Get(
            () => EvidenceAsync(peering),
            e => e["reason"]!.ToString().Contains($"not valid before {begins:u}", StringComparison.Ordinal),
            "it says from when the certificate counts",
            TimeSpan.FromSeconds(30)
        );
        await using var bird = new Bird("4114", "127.114.0.1", "127.114.0.2", server.BgpPort, "64496", Prefix, null);
        await server.HasAsync(peering, Prefix);
        DateTimeOffset since = (await EvidenceAsync(peering))["since"]!.GetValue<DateTimeOffset>();
        Assert.InRange(since - begins, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Each_state_is_shown_with_what_would_help()
    {
        using RSA key = RSA.Create(2048);
        using RSA other = RSA.Create(2048);
        string[] prefixes =
        [
            "194.2.0.0/24",
            "194.2.1.0/24",
            "194.2.2.0/24",
            "194.2.3.0/24",
            "194.2.4.0/24",
            "194.2.5.0/24",
            "194.2.6.0/24",
        ];
        server.Certify("194.2.0.0 - 194.2.4.255", Certificate(key, TimeSpan.FromDays(30)));
        server.Register("194.2.1.0/24", 4999);
        server.Register("194.2.6.0/23", 4999);
        await server.KnowsAsync("194.2.6.0/23", 4999);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = ProvenServer.Peering(111, 4111, 300, prefixes);
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body.DeepClone());
        string IdOf(string prefix) => $"{_key}|{prefix}|ASN-4111";
        _key = (await InfoAsync(peering))["validationId"]!.ToString().Split("|194")[0];

        await SignAsync(
            peering,
            body,
            (prefixes[0], IdOf(prefixes[0]), Signature(key, IdOf(prefixes[0]))),
            (prefixes[1], null, Signature(key, IdOf(prefixes[1]))),
            (prefixes[2], IdOf(prefixes[0]), Signature(key, IdOf(prefixes[0]))),
            (prefixes[3], null, Signature(other, IdOf(prefixes[3]))),
            (prefixes[4], null, "no signature!"),
            (prefixes[5], null, Signature(key, IdOf(prefixes[5]))),
            (prefixes[6], null, Signature(key, IdOf(prefixes[6])))
        );
        JsonArray infos = (await ConfigAsync(peering))["advertisedPublicPrefixInfo"]!.AsArray();
        Assert.Equal(
            [
                "Configured",
                "AsnValidationFailed",
                "ValidationFailed",
                "SignatureVerificationFailed",
                "InvalidSignatureEncoding",
                "ManualValidationNeeded",
                "CertificateMissingInRoutingRegistry",
            ],
            infos.Select(i => i!["validationState"]!.ToString())
        );
        string[] reasons =
        [
            .. (await _circuits.GetAsync($"{peering}/evidence")).Json["value"]!.AsArray().Select(e => e!["reason"]!.ToString()),
        ];
        Assert.Contains($"sign '{IdOf(prefixes[2])}'", reasons[2], StringComparison.Ordinal);
        Assert.Contains("base64", reasons[4], StringComparison.Ordinal);

        // A signature is taken back, or replaced by a wrong one: what it proved ends with it.
        await SignAsync(peering, body, (prefixes[0], null, Signature(other, IdOf(prefixes[0]))));
        Assert.Equal("SignatureVerificationFailed", (await InfoAsync(peering))["validationState"]!.ToString());
        Assert.Equal("Unproven", (await EvidenceAsync(peering))["state"]!.ToString());
        await SignAsync(peering, body, (prefixes[0], null, Signature(key, IdOf(prefixes[0]))));
        Assert.Equal("Configured", (await InfoAsync(peering))["validationState"]!.ToString());
        await SignAsync(peering, body);
        Assert.Equal("ValidationNeeded", (await InfoAsync(peering))["validationState"]!.ToString());
        Assert.Equal("Unproven", (await EvidenceAsync(peering))["state"]!.ToString());
    }

    [Fact]
    public async Task A_certificate_ends_to_the_second_and_one_of_somebody_elses_prefix_proves_nothing()
    {
        const string Prefix = "194.3.0.0/24";
        using RSA key = RSA.Create(2048);
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        JsonObject body = ProvenServer.Peering(112, 4112, 300, Prefix);
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, body.DeepClone());
        string id = (await InfoAsync(peering))["validationId"]!.ToString();
        server.Certify("194.3.1.0 - 194.3.1.255", Certificate(key, TimeSpan.FromDays(30)));
        server.Register("194.3.2.0/24", 4112);
        await server.KnowsAsync("194.3.2.0/24", 4112);
        await SignAsync(peering, body, Signature(key, id));
        Assert.Equal("ManualValidationNeeded", (await InfoAsync(peering))["validationState"]!.ToString());

        await using var bird = new Bird("4112", "127.112.0.1", "127.112.0.2", server.BgpPort, "64496", Prefix, null);
        server.Certify("194.3.0.0 - 194.3.0.255", Certificate(key, TimeSpan.FromSeconds(40)));
        await server.HasAsync(peering, Prefix);
        DateTimeOffset until = (await EvidenceAsync(peering))["until"]!.GetValue<DateTimeOffset>();
        await server.HasAsync(peering, "");
        JsonNode after = await EvidenceAsync(peering);
        Assert.Equal("Expired", after["state"]!.ToString());
        Assert.InRange(after["since"]!.GetValue<DateTimeOffset>() - until, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await Eventually.Get(
            async () => (await InfoAsync(peering))["validationState"]!.ToString(),
            s => s == "ValidationFailed",
            "the state says that the certificate is out of its time",
            TimeSpan.FromSeconds(60)
        );
    }

    [Fact]
    public async Task The_commands_of_the_how_to_prove_a_prefix()
    {
        const string Prefix = "194.4.0.0/24";
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, ProvenServer.Peering(113, 4113, 300, Prefix));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("causeway-sign-");
        string[] commands =
        [
            .. File.ReadAllLines(Path.Combine(Repository(), "docs", "how-to", "prove-a-prefix.md"))
                .Select(l => l.Trim())
                .Where(l =>
                    l.StartsWith("openssl ", StringComparison.Ordinal)
                    || l.StartsWith("causeway prefix evidence ", StringComparison.Ordinal)
                        && l.Contains("validationId", StringComparison.Ordinal)
                    || l.StartsWith("causeway prefix sign ", StringComparison.Ordinal)
                ),
        ];
        Assert.Equal(4, commands.Length);
        await RunAsync(commands[0]);
        server.Certify("194.4.0.0 - 194.4.0.255", await File.ReadAllTextAsync(Path.Combine(folder.FullName, "certificate.pem")));
        foreach (string command in commands[1..])
            await RunAsync(command);
        await Eventually.Get(
            async () => (await InfoAsync(peering))["validationState"]!.ToString(),
            s => s == "Configured",
            "what was typed proves the prefix",
            TimeSpan.FromSeconds(60)
        );
        folder.Delete(recursive: true);

        async Task RunAsync(string line)
        {
            string typed = line.Replace("193.10.0.0/20", Prefix, StringComparison.Ordinal)
                .Replace(" office ", $" {circuit} ", StringComparison.Ordinal)
                .Replace("causeway ", $"'{ServerProcess.FindExecutable()}' ", StringComparison.Ordinal);
            var info = new ProcessStartInfo("bash", ["-o", "pipefail", "-c", typed])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            info.Environment["CAUSEWAY_ACCESS"] = server.Server.AccessFile;
            using Process process = Process.Start(info)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{typed}: {output} {await error}");
        }

        static string Repository()
        {
            DirectoryInfo? at = new(AppContext.BaseDirectory);
            while (at is not null && !File.Exists(Path.Combine(at.FullName, "Causeway.slnx")))
                at = at.Parent;
            return at!.FullName;
        }
    }

    private string _key = "";

    private Task SignAsync(string peering, JsonObject body, string signature) =>
        SignAsync(
            peering,
            body,
            (body["properties"]!["microsoftPeeringConfig"]!["advertisedPublicPrefixes"]![0]!.ToString(), null, signature)
        );

    private async Task SignAsync(string peering, JsonObject body, params (string Prefix, string? Id, string Signature)[] signed)
    {
        JsonNode sent = body.DeepClone();
        sent["properties"]!["microsoftPeeringConfig"]!["advertisedPublicPrefixInfo"] = new JsonArray([
            .. signed.Select(s =>
            {
                var info = new JsonObject { ["prefix"] = s.Prefix, ["signature"] = s.Signature };
                if (s.Id is not null)
                    info["validationId"] = s.Id;
                return (JsonNode)info;
            }),
        ]);
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, sent, version: Newest);
    }

    private async Task<JsonNode> ConfigAsync(string peering) =>
        (await _circuits.OkAsync("customer", HttpMethod.Get, peering, version: Newest)).Properties["microsoftPeeringConfig"]!;

    private async Task<JsonNode> InfoAsync(string peering) => (await ConfigAsync(peering))["advertisedPublicPrefixInfo"]![0]!;

    private async Task<JsonNode> EvidenceAsync(string peering) => (await _circuits.GetAsync($"{peering}/evidence")).Json["value"]![0]!;

    private static string Text(JsonNode evidence) =>
        $"{evidence["evidence"]![0]!["kind"]} {evidence["evidence"]![0]!["source"]} {evidence["evidence"]![0]!["object"]}";

    private static string Signature(RSA key, string id) =>
        Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(id), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static string Certificate(RSA key, TimeSpan @for, DateTimeOffset? from = null)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest("CN=holder", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(from ?? now.AddDays(-1), now + @for);
        return certificate.ExportCertificatePem();
    }
}
