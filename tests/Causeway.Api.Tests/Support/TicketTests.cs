using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Api.Tests.Circuits;
using Causeway.Api.Tests.Cli;
using Causeway.Api.Tests.Proof;
using Causeway.Domain.Support;
using Causeway.Primitives;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;
using CircuitAnswer = Causeway.Api.Tests.Circuits.Answer;

namespace Causeway.Api.Tests.Support;

/// <summary>A ticket from the question to what the peering accepts, as customer, stranger and operator see it; and the letter that comes with it.</summary>
public sealed class TicketTests(ProvenServer server) : IClassFixture<ProvenServer>
{
    private const string Version = "2024-04-01";
    private readonly CircuitServer _circuits = server.Circuits;

    [Fact]
    public async Task What_an_operator_accepts_opens_the_peering_until_its_date()
    {
        (string peering, string ticket) = await AskedAsync(70, "193.20.0.0/20", "193.20.16.0/20");
        Assert.Equal("ValidationNeeded", await server.StateAsync(peering));
        CircuitAnswer opened = await OkAsync("customer", HttpMethod.Get, ticket);
        Assert.Equal(
            ("Open", "operator", peering),
            (
                opened.Properties["status"]!.ToString(),
                opened.Properties["actsNext"]!.ToString(),
                opened.Properties["technicalTicketDetails"]!["resourceId"]!.ToString()
            )
        );
        Assert.Matches("^[0-9]{15}$", opened.Properties["supportTicketId"]!.ToString());
        Assert.Contains("TicketOpen", await CodesAsync(peering));

        // The operator asks back; then the customer acts next, and the other way round.
        await OkAsync("operator", HttpMethod.Put, $"{ticket}/communications/q1", Said("Whose is it?"));
        Assert.Equal("customer", (await OkAsync("customer", HttpMethod.Get, ticket)).Properties["actsNext"]!.ToString());
        Assert.Equal("customer", (await OkAsync("customer", HttpMethod.Get, $"{ticket}/explain")).Json["actsNext"]!.ToString());
        await OkAsync("customer", HttpMethod.Put, $"{ticket}/communications/a1", Said("Ours: see the second page"));
        CircuitAnswer said = await OkAsync("customer", HttpMethod.Get, $"{ticket}/communications");
        Assert.Equal(
            ["outbound Whose is it?", "inbound Ours: see the second page"],
            said.Json["value"]!.AsArray().Select(m => $"{m!["properties"]!["communicationDirection"]} {m["properties"]!["subject"]}")
        );

        // Only the operator decides, and only on what is declared, until a time to come.
        JsonObject accept = Accept(TimeProvider.System.GetUtcNow().AddDays(30), "193.20.0.0/20");
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync("customer", HttpMethod.Post, $"{ticket}/accept", accept)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync("otherCustomer", HttpMethod.Get, ticket)).Status);
        await RefusedAsync($"{ticket}/accept", Accept(TimeProvider.System.GetUtcNow().AddDays(30), "193.21.0.0/20"), "PrefixNotDeclared");
        await RefusedAsync($"{ticket}/accept", Accept(TimeProvider.System.GetUtcNow().AddSeconds(-1), "193.20.0.0/20"), "ExpiryInThePast");
        Assert.Equal("ValidationNeeded", await server.StateAsync(peering));

        accept["close"] = false;
        await OkAsync("operator", HttpMethod.Post, $"{ticket}/accept", accept);
        Assert.Equal(["193.20.0.0/20 Proven", "193.20.16.0/20 Unproven"], await StandingAsync(peering));
        Assert.Equal("ValidationNeeded", await server.StateAsync(peering));

        // The rest, for a moment only: it ends by itself.
        await OkAsync(
            "operator",
            HttpMethod.Post,
            $"{ticket}/accept",
            Accept(TimeProvider.System.GetUtcNow().AddSeconds(4), "193.20.16.0/20")
        );
        Assert.Equal("Configured", await server.StateAsync(peering));
        CircuitAnswer closed = await OkAsync("customer", HttpMethod.Get, ticket);
        Assert.Equal(("Closed", 2), (closed.Properties["status"]!.ToString(), closed.Properties["decisions"]!.AsArray().Count));
        Assert.DoesNotContain("TicketOpen", await CodesAsync(peering));
        await server.BecomesAsync(peering, "ValidationNeeded");
        Assert.Equal(["193.20.0.0/20 Proven", "193.20.16.0/20 Expired"], await StandingAsync(peering));

        // And it can be taken back.
        await OkAsync("operator", HttpMethod.Post, $"{ticket}/reject", new JsonObject { ["reason"] = "The holder objects" });
        Assert.DoesNotContain("Proven", string.Concat(await StandingAsync(peering)), StringComparison.Ordinal);

        // Both journals say it.
        Assert.Contains(await JournalAsync(ticket), w => w.StartsWith("accepted 193.20.0.0/20 until", StringComparison.Ordinal));
        Assert.Contains(
            await JournalAsync(peering[..peering.LastIndexOf("/peerings", StringComparison.Ordinal)]),
            w => w.Contains("193.20.0.0/20 is proven until", StringComparison.Ordinal)
        );
    }

    /// <summary>What a letter says for one network says nothing of another, nor of what was declared since.</summary>
    [Fact]
    public async Task Only_what_was_asked_for_is_accepted_and_for_the_network_that_asked()
    {
        (string peering, string ticket) = await AskedAsync(176, "193.23.0.0/20");
        JsonNode asked = (await OkAsync("operator", HttpMethod.Get, ticket)).Properties["askedPrefixes"]!.AsArray().Single()!;
        Assert.Equal(("193.23.0.0/20", "3301", "3301"), (Text("prefix"), Text("peerAsn"), Text("customerAsn")));
        await _circuits.DoneAsync(
            "customer",
            HttpMethod.Put,
            peering,
            ProvenServer.Peering(176, 3301, 300, "193.23.0.0/20", "193.23.16.0/20")
        );
        JsonObject accept = Accept(TimeProvider.System.GetUtcNow().AddDays(1));
        accept["close"] = false;
        await OkAsync("operator", HttpMethod.Post, $"{ticket}/accept", accept);
        Assert.Equal(["193.23.0.0/20 Proven", "193.23.16.0/20 Unproven"], await StandingAsync(peering));

        await _circuits.DoneAsync(
            "customer",
            HttpMethod.Put,
            peering,
            ProvenServer.Peering(176, 3302, 300, "193.23.0.0/20", "193.23.16.0/20")
        );
        Assert.Equal(["193.23.0.0/20 Unproven", "193.23.16.0/20 Unproven"], await StandingAsync(peering));
        foreach (JsonObject again in (JsonObject[])[accept, Accept(TimeProvider.System.GetUtcNow().AddDays(1), "193.23.16.0/20")])
            await RefusedAsync($"{ticket}/accept", again, "PeeringChanged", HttpStatusCode.Conflict);
        Assert.Equal(["193.23.0.0/20 Unproven", "193.23.16.0/20 Unproven"], await StandingAsync(peering));

        string Text(string name) => asked[name]!.ToString();
    }

    [Fact]
    public async Task Nobody_accepts_what_no_router_takes_nor_what_another_has_rejected()
    {
        (_, string never) = await AskedAsync(177, "198.18.4.0/24");
        await RefusedAsync(
            $"{never}/accept",
            Accept(TimeProvider.System.GetUtcNow().AddDays(1)),
            "PrefixNotPublic",
            HttpStatusCode.Conflict
        );
        (string peering, string ticket) = await AskedAsync(178, "193.31.0.0/20");
        await OkAsync("operator", HttpMethod.Post, $"{ticket}/reject", new JsonObject { ["reason"] = "The letter is forged" });
        await RefusedAsync(
            $"{ticket}/accept",
            Accept(TimeProvider.System.GetUtcNow().AddDays(1)),
            "SupportTicketRejected",
            HttpStatusCode.Conflict
        );
        Assert.Equal(["193.31.0.0/20 Unproven"], await StandingAsync(peering));
        await OkAsync("operator", HttpMethod.Patch, ticket, new JsonObject { ["status"] = "open" });
        await OkAsync("operator", HttpMethod.Post, $"{ticket}/accept", Accept(TimeProvider.System.GetUtcNow().AddDays(1)));
        Assert.Equal(["193.31.0.0/20 Proven"], await StandingAsync(peering));
    }

    [Fact]
    public async Task Both_are_told_in_one_commit_or_nobody()
    {
        (string peering, string ticket) = await AskedAsync(71, "193.22.0.0/20");
        await _circuits.DoneAsync("customer", HttpMethod.Delete, peering);
        await RefusedAsync(
            $"{ticket}/accept",
            Accept(TimeProvider.System.GetUtcNow().AddDays(1), "193.22.0.0/20"),
            "PeeringNotFound",
            HttpStatusCode.Conflict
        );
        // Nothing is left to decide: the ticket closes by itself, and says why.
        CircuitAnswer after = await Eventually.Get(
            () => OkAsync("operator", HttpMethod.Get, ticket),
            t => t.Properties["status"]!.ToString() == "Closed",
            "the ticket is closed",
            TimeSpan.FromSeconds(60)
        );
        Assert.Null(after.Properties["decisions"]);
        JsonNode said = (await OkAsync("customer", HttpMethod.Get, $"{ticket}/communications")).Json["value"]!.AsArray().Single()!;
        Assert.Equal("outbound", said["properties"]!["communicationDirection"]!.ToString());
        Assert.Contains($"{peering} was deleted", said["properties"]!["body"]!.ToString(), StringComparison.OrdinalIgnoreCase);
        JsonNode explained = (await OkAsync("customer", HttpMethod.Get, $"{ticket}/explain")).Json;
        Assert.Contains("what it is about was deleted", explained["summary"]!.ToString(), StringComparison.Ordinal);
        Assert.Null(explained["actsNext"]);
    }

    [Fact]
    public async Task Nobody_asks_about_what_is_not_theirs_and_a_stranger_learns_nothing()
    {
        (string peering, _) = await AskedAsync(72, "193.32.0.0/20");
        string mine = $"{_circuits.Subscription("otherCustomer")}/providers/Microsoft.Support/supportTickets/spy{CircuitServer.Fresh()}";
        CircuitAnswer there = await SendAsync("otherCustomer", HttpMethod.Put, mine, Ticket(peering));
        CircuitAnswer absent = await SendAsync("otherCustomer", HttpMethod.Put, mine, Ticket($"{peering}x"));
        Assert.Equal((HttpStatusCode.Forbidden, "LinkedAuthorizationFailed"), (there.Status, there.ErrorCode));
        Assert.Equal(there.ErrorMessage, absent.ErrorMessage.Replace($"{peering}x", peering, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("otherCustomer", HttpMethod.Get, mine)).Status);
    }

    [Fact]
    public async Task The_provider_asks_by_its_cross_connection_and_the_operator_has_a_queue()
    {
        (string peering, string customers) = await AskedAsync(73, "193.24.0.0/20");
        string cross = await _circuits.CrossAsync(peering[..peering.LastIndexOf("/peerings", StringComparison.Ordinal)]);
        string ticket = $"{_circuits.Subscription("provider")}/providers/Microsoft.Support/supportTickets/p{CircuitServer.Fresh()}";
        await OkAsync("provider", HttpMethod.Put, ticket, Ticket($"{cross}/peerings/MicrosoftPeering"));
        string[] queue =
        [
            .. (await OkAsync("operator", HttpMethod.Get, "/providers/Causeway.Operations/tickets", version: "2026-11-01")).Json["value"]!
                .AsArray()
                .Select(t => t!["id"]!.ToString()),
        ];
        Assert.Contains(ticket, queue);
        Assert.Contains(customers, queue);
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await SendAsync("customer", HttpMethod.Get, "/providers/Causeway.Operations/tickets", version: "2026-11-01")).Status
        );

        // Without a letter, and without naming prefixes: it is the operator's judgement.
        await OkAsync("operator", HttpMethod.Post, $"{ticket}/accept", Accept(TimeProvider.System.GetUtcNow().AddDays(30)));
        Assert.Equal("Configured", await server.StateAsync(peering));
        string list = $"{_circuits.Subscription("provider")}/providers/Microsoft.Support/supportTickets";
        Assert.DoesNotContain(ticket, await IdsAsync($"{list}?$filter=status eq 'Open'"));
        Assert.Contains(ticket, await IdsAsync($"{list}?$filter=status eq 'Closed' and createdDate ge 2020-01-01T00:00:00Z"));

        async Task<string[]> IdsAsync(string path) =>
            [.. (await OkAsync("provider", HttpMethod.Get, path)).Json["value"]!.AsArray().Select(t => t!["id"]!.ToString())];
    }

    [Fact]
    public async Task A_letter_comes_in_chunks_is_kept_encrypted_and_is_read_by_the_operator()
    {
        (_, string ticket) = await AskedAsync(74, "193.25.0.0/20");
        string workspace = ticket.Replace("/supportTickets/", "/fileWorkspaces/", StringComparison.Ordinal);
        string file = $"{workspace}/files/letter.pdf";
        byte[] letter = [.. "THE LETTER OF AUTHORIZATION"u8, .. RandomNumberGenerator.GetBytes(3_000_000)];
        const int chunk = 5 << 19;

        JsonObject shape = Shape(letter.Length, chunk, 2);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("customer", HttpMethod.Put, file, shape.DeepClone())).Status);
        Assert.Equal(HttpStatusCode.Created, (await OkAsync("customer", HttpMethod.Put, workspace, new JsonObject())).Status);
        Assert.Equal(HttpStatusCode.Created, (await OkAsync("customer", HttpMethod.Put, file, shape.DeepClone())).Status);
        Assert.Null((await OkAsync("customer", HttpMethod.Get, workspace)).Properties["expirationTime"]); // its ticket uses it

        // What is wrong is said, and nothing of it is kept.
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync("customer", HttpMethod.Put, $"{workspace}/files/run.exe", shape.DeepClone())).Status
        );
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync("customer", HttpMethod.Put, $"{workspace}/files/big.pdf", Shape(6 << 20, chunk, 3))).Status
        );
        Assert.Equal("InvalidChunkSize", (await UploadAsync(0, letter[..100])).ErrorCode);
        Assert.Equal(
            "InvalidRequestFormat",
            (
                await SendAsync("customer", HttpMethod.Post, $"{file}/upload", new JsonObject { ["content"] = "§", ["chunkIndex"] = 0 })
            ).ErrorCode
        );

        // Broken off after the second chunk, it goes on; what came is there once, whoever sends it again.
        Assert.Equal(HttpStatusCode.NoContent, (await UploadAsync(1, letter[chunk..])).Status);
        Assert.Equal("1", (await OkAsync("customer", HttpMethod.Get, file)).Properties["storedChunks"]!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, (await UploadAsync(0, letter[..chunk])).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await UploadAsync(0, letter[..chunk])).Status);
        Assert.Equal("ChunkAlreadyUploaded", (await UploadAsync(0, new byte[chunk])).ErrorCode);

        Assert.Equal(letter, await DownloadAsync("operator"));
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await SendAsync("otherCustomer", HttpMethod.Post, $"{file}/download", new JsonObject { ["chunkIndex"] = 0 })).Status
        );

        // In the store nobody reads it, neither as it was sent nor in base64; moved to another place it is not taken for what is there.
        IStore store = server.Server.Services.GetRequiredService<IStore>();
        byte[] stored = (
            await store.GetAsync(FileChunk.IdOf(ResourceId.Parse(file), 0), TestContext.Current.CancellationToken)
        )!.Body.ToArray();
        Assert.True(stored.Length > chunk);
        string inBase64 = Encoding.ASCII.GetString(
            Convert.FromBase64String(System.Text.Json.Nodes.JsonNode.Parse(stored)!["content"]!.ToString())
        );
        Assert.DoesNotContain("THE LETTER", inBase64, StringComparison.Ordinal);

        async Task<CircuitAnswer> UploadAsync(int index, byte[] content) =>
            await SendAsync(
                "customer",
                HttpMethod.Post,
                $"{file}/upload",
                new JsonObject { ["content"] = Convert.ToBase64String(content), ["chunkIndex"] = index }
            );

        async Task<byte[]> DownloadAsync(string who)
        {
            var all = new List<byte>();
            for (int i = 0; i < 2; i++)
                all.AddRange(
                    Convert.FromBase64String(
                        (await OkAsync(who, HttpMethod.Post, $"{file}/download", new JsonObject { ["chunkIndex"] = i })).Json[
                            "content"
                        ]!.ToString()
                    )
                );
            return [.. all];
        }
    }

    [Fact]
    public async Task The_whole_road_can_be_typed()
    {
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, ProvenServer.Peering(76, 3301, 300, "193.27.0.0/20"));
        string folder = Directory.CreateTempSubdirectory("causeway-tickets-").FullName;
        string letter = Path.Combine(folder, "letter.pdf"),
            copy = Path.Combine(folder, "copy.pdf");
        await File.WriteAllBytesAsync(letter, RandomNumberGenerator.GetBytes(2_700_000), TestContext.Current.CancellationToken);
        string name = $"typed{CircuitServer.Fresh()}";
        string access = server.Server.AccessFile;
        try
        {
            string made = await CliRun.Ok([
                "ticket",
                "create",
                name,
                "--circuit",
                circuit,
                "--title",
                "Please accept",
                "--contact",
                "Ann Berg <ann@example.net>",
                "--access",
                access,
            ]);
            Assert.Contains($"causeway ticket attach {name}", made, StringComparison.Ordinal);
            await Ok($"attach {name} {letter}");
            Assert.Contains("2/2", await Ok($"file list {name}"), StringComparison.Ordinal);
            Assert.Contains(name, await Ok("list --all --as operator"), StringComparison.Ordinal);
            await Ok($"file get {name} letter.pdf --to {copy} --as operator");
            Assert.Equal(
                await File.ReadAllBytesAsync(letter, TestContext.Current.CancellationToken),
                await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken)
            );
            await Ok($"say {name} --subject Signed? --as operator");
            Assert.Contains("the operator: Signed?", await Ok($"show {name}"), StringComparison.Ordinal);
            await Ok($"say {name} --subject Yes");
            Assert.Contains("kunden: Yes", await Ok($"show {name} --lang sv"), StringComparison.Ordinal);
            string explained = await CliRun.Ok(["circuit", "explain", circuit, "--access", access]);
            Assert.Contains($"Ticket {name} waits for the operator", explained, StringComparison.Ordinal);
            await Ok($"accept {name} --expires 2099-01-01 --reason Letter");
            Assert.Equal("Configured", await server.StateAsync(peering));
            await Ok($"reject {name} --reason Objection");
            Assert.Equal("ValidationNeeded", await server.StateAsync(peering));
            await Ok($"close {name} --reopen");
            Assert.Contains("Closed", await Ok($"close {name}"), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Task<string> Ok(string line) => CliRun.Ok(["ticket", .. line.Split(' '), "--access", access]);
    }

    [Fact]
    public async Task The_catalogue_begins_with_prefixes_and_names_are_checked()
    {
        JsonArray services = (await OkAsync("customer", HttpMethod.Get, "/providers/Microsoft.Support/services")).Json["value"]!.AsArray();
        foreach (JsonNode? service in services)
        {
            JsonArray classifications = (await OkAsync("otherCustomer", HttpMethod.Get, $"{service!["id"]}/problemClassifications")).Json[
                "value"
            ]!.AsArray();
            Assert.EndsWith("/advertisedPrefixes", classifications[0]!["id"]!.ToString(), StringComparison.Ordinal);
            Assert.EndsWith("/other", classifications[^1]!["id"]!.ToString(), StringComparison.Ordinal);
        }
        // What the topology adds is asked about like the others.
        const string Added = "/providers/Microsoft.Support/services/expressRoute/problemClassifications/demarcation";
        Assert.StartsWith(
            "Where the provider",
            (await OkAsync("customer", HttpMethod.Get, Added)).Properties["displayName"]!.ToString(),
            StringComparison.Ordinal
        );
        (_, string ticket) = await AskedAsync(75, "193.26.0.0/20");
        string check = $"{_circuits.Subscription()}/providers/Microsoft.Support/checkNameAvailability";
        Assert.Equal("""{"nameAvailable":true}""", (await CheckAsync("free")).Text);
        Assert.Equal("AlreadyExists", (await CheckAsync(ticket[(ticket.LastIndexOf('/') + 1)..])).Json["reason"]!.ToString());
        Assert.Equal("Invalid", (await CheckAsync("not a name")).Json["reason"]!.ToString());

        Task<CircuitAnswer> CheckAsync(string name) =>
            OkAsync("customer", HttpMethod.Post, check, new JsonObject { ["name"] = name, ["type"] = "Microsoft.Support/supportTickets" });
    }

    /// <summary>A Microsoft peering that nothing proves, and a ticket on it.</summary>
    private async Task<(string Peering, string Ticket)> AskedAsync(int net, params string[] prefixes)
    {
        string circuit = await _circuits.ProvisionedAsync();
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        await _circuits.DoneAsync("customer", HttpMethod.Put, peering, ProvenServer.Peering(net, 3301, 300, prefixes));
        string ticket = $"{_circuits.Subscription()}/providers/Microsoft.Support/supportTickets/t{CircuitServer.Fresh()}";
        await OkAsync("customer", HttpMethod.Put, ticket, Ticket(peering));
        return (peering, ticket);
    }

    private static JsonObject Ticket(string about) =>
        new()
        {
            ["properties"] = new JsonObject
            {
                ["serviceId"] = "/providers/Microsoft.Support/services/expressRoute",
                ["problemClassificationId"] =
                    "/providers/Microsoft.Support/services/expressRoute/problemClassifications/advertisedPrefixes",
                ["title"] = "Please accept our prefixes",
                ["description"] = "The letter is attached.",
                ["severity"] = "moderate",
                ["advancedDiagnosticConsent"] = "No",
                ["contactDetails"] = new JsonObject
                {
                    ["firstName"] = "Ann",
                    ["lastName"] = "Berg",
                    ["preferredContactMethod"] = "email",
                    ["primaryEmailAddress"] = "ann@example.net",
                    ["preferredTimeZone"] = "UTC",
                    ["country"] = "swe",
                    ["preferredSupportLanguage"] = "sv-SE",
                },
                ["technicalTicketDetails"] = new JsonObject { ["resourceId"] = about },
            },
        };

    private static JsonObject Said(string subject) =>
        new()
        {
            ["properties"] = new JsonObject { ["subject"] = subject, ["body"] = subject },
        };

    private static JsonObject Shape(int bytes, int chunk, int count) =>
        new()
        {
            ["properties"] = new JsonObject
            {
                ["fileSize"] = bytes,
                ["chunkSize"] = chunk,
                ["numberOfChunks"] = count,
            },
        };

    private static JsonObject Accept(DateTimeOffset expires, params string[] prefixes)
    {
        var body = new JsonObject { ["expires"] = expires.ToString("O"), ["reason"] = "letter" };
        if (prefixes.Length > 0)
            body["prefixes"] = new JsonArray([.. prefixes.Select(p => JsonValue.Create(p))]);
        return body;
    }

    private async Task RefusedAsync(string path, JsonObject body, string code, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        CircuitAnswer refused = await SendAsync("operator", HttpMethod.Post, path, body);
        Assert.Equal((status, code), (refused.Status, refused.ErrorCode));
    }

    private async Task<string[]> StandingAsync(string peering) =>
        [.. (await _circuits.GetAsync($"{peering}/evidence")).Json["value"]!.AsArray().Select(e => $"{e!["prefix"]} {e["state"]}")];

    private async Task<string[]> CodesAsync(string peering) =>
        [
            .. (await _circuits.GetAsync($"{peering[..peering.LastIndexOf("/peerings", StringComparison.Ordinal)]}/explain")).Json[
                "findings"
            ]!
                .AsArray()
                .Select(f => f!["code"]!.ToString()),
        ];

    private async Task<string[]> JournalAsync(string id) =>
        [
            .. (
                await OkAsync("operator", HttpMethod.Get, $"/providers/Causeway.Operations/journal?resource={id}", version: "2026-11-01")
            ).Json["value"]!
                .AsArray()
                .Select(e => e!["why"]!.ToString()),
        ];

    private Task<CircuitAnswer> OkAsync(string who, HttpMethod method, string path, JsonNode? body = null, string version = Version) =>
        _circuits.OkAsync(who, method, path, body, version);

    private Task<CircuitAnswer> SendAsync(string who, HttpMethod method, string path, JsonNode? body = null, string version = Version) =>
        _circuits.SendAsync(who, method, path, body, version);
}
