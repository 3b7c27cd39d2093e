using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Api.Tests.Circuits;
using Causeway.Primitives;
using Causeway.Samples;
using Causeway.Workflows;
using Causeway.Workflows.Documents;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Documents;

/// <summary>
/// Documents of every shape that was ever stored can be read, and what a node does not know is never lost. <c>X.document.{n}.json</c> beside a type's sample holds
/// documents of each shape that the type has had; the highest number is the present one.
/// </summary>
public sealed class DocumentTests(EveryFeature api) : IClassFixture<EveryFeature>
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true };
    private static readonly ResourceId Id = ResourceId.Parse("/subscriptions/s/resourceGroups/g/providers/a/b/c");

    private IWorkflow[] Workflows => [.. api.Server.Services.GetServices<IWorkflow>()];

    /// <summary>The golden files of a type, the oldest first.</summary>
    private static string[] Golden(IWorkflow workflow) =>
        [.. Directory.GetFiles(SampleBook.Of(workflow.Type).Folder, $"{NameOf(workflow)}.document.*.json").OrderBy(NumberOf)];

    private static string NameOf(IWorkflow workflow) => workflow.GetType().Name.Replace("Workflow", "", StringComparison.Ordinal);

    /// <summary>
    /// Fails when a type's documents have got another shape. Then: can the older samples still be read (the other test)? If not, the workflow needs an upcaster. Run
    /// with CAUSEWAY_WRITE_GOLDEN=1: a file with the next number is added. Files that are there stay as they are.
    /// </summary>
    [Fact]
    public void The_present_shape_of_every_type_has_its_samples()
    {
        var missing = new List<string>();
        foreach (IWorkflow workflow in Workflows)
        {
            var present = new JsonArray([
                .. SampleDocument
                    .Of(workflow.Document)
                    .Select(s => JsonNode.Parse(workflow.Rewrite(Id, Encoding.UTF8.GetBytes(s.ToJsonString()), out _))),
            ]);
            string[] files = Golden(workflow);
            if (files.Length > 0 && JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(files[^1])), present))
                continue;
            if (Environment.GetEnvironmentVariable("CAUSEWAY_WRITE_GOLDEN") == "1")
            {
                int next = files.Length == 0 ? 1 : NumberOf(files[^1]) + 1;
                File.WriteAllText(
                    Path.Combine(SampleBook.Of(workflow.Type).Folder, $"{NameOf(workflow)}.document.{next}.json"),
                    present.ToJsonString(Pretty) + "\n"
                );
            }
            else
                missing.Add(workflow.Type);
        }
        Assert.True(
            missing.Count == 0,
            $"The documents of {string.Join(", ", missing)} have a shape without samples: see the comment of this test."
        );
    }

    private static int NumberOf(string file) => int.Parse(file.Split('.')[^2], CultureInfo.InvariantCulture);

    [Fact]
    public void Every_shape_ever_stored_is_read_and_nothing_of_the_present_one_is_lost_when_it_is_written_again()
    {
        int read = 0;
        foreach (IWorkflow workflow in Workflows)
        {
            string[] files = Golden(workflow);
            Assert.NotEmpty(files);
            foreach (string file in files)
            foreach (JsonNode? sample in JsonNode.Parse(File.ReadAllText(file))!.AsArray())
            {
                byte[] again = workflow.Rewrite(Id, Encoding.UTF8.GetBytes(sample!.ToJsonString()), out bool isNewer);
                Assert.False(isNewer, $"{file} holds what {workflow.Type} does not know: it would be lost. Add an upcaster.");
                if (file == files[^1])
                    Assert.True(
                        JsonNode.DeepEquals(sample, JsonNode.Parse(again)),
                        $"{file}: {sample.ToJsonString()}\nbecame {Encoding.UTF8.GetString(again)}"
                    );
                read++;
            }
        }
        TestContext.Current.TestOutputHelper!.WriteLine($"{read} documents of {Workflows.Length} types");
    }

    /// <summary>What a type of which nothing is told is for: the program's own counting, the bytes of files, what is written once and has its text elsewhere.</summary>
    private static readonly string[] s_untold =
    [
        "Causeway.Operations/portLoads",
        "Causeway.Support/chunks",
        "Microsoft.Resources/deployments",
        "Microsoft.Subscription/aliases",
        "Microsoft.Support/fileWorkspaces",
    ];

    [Fact]
    public void What_the_journal_tells_of_a_document_is_there_and_is_no_secret()
    {
        string[] hidden = ["key", "protected", "hash", "secret", "fingerprint", "validationid", "signature", "cak", "ckn"];
        var wrong = new List<string>();
        foreach (IWorkflow workflow in Workflows)
        {
            if (workflow.Told.Count == 0 && !s_untold.Any(u => workflow.Type.StartsWith(u, StringComparison.OrdinalIgnoreCase)))
                wrong.Add($"{workflow.Type} tells nothing: name what people set of it, or say here why nothing");
            JsonNode?[] samples = [.. JsonNode.Parse(File.ReadAllText(Golden(workflow)[^1]))!.AsArray()];
            foreach (string path in workflow.Told)
            {
                Difference[] told =
                [
                    .. samples.SelectMany(s => new ToldPaths([path]).Between(default, Encoding.UTF8.GetBytes(s!.ToJsonString()))),
                ];
                if (told.Length == 0)
                    wrong.Add($"{workflow.Type} has no {path}");
                wrong.AddRange(
                    told.Where(d =>
                            d.After != ToldPaths.Secret
                            && hidden.Any(h => MembersOf(d.Path).Contains(h, StringComparison.OrdinalIgnoreCase))
                        )
                        .Select(d => $"{workflow.Type} tells {d.Path}")
                );
            }
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        // Tags are named by people, as in the samples.
        static string MembersOf(string path) =>
            path.StartsWith("tags.", StringComparison.Ordinal) ? "tags" : Regex.Replace(path, @"\[[^\]]*\]", "");
    }

    [Fact]
    public void A_member_that_is_not_known_makes_a_document_newer_and_a_higher_schema_too()
    {
        foreach (IWorkflow workflow in Workflows)
        {
            JsonObject sample = SampleDocument.Of(workflow.Document)[0].AsObject();
            workflow.Rewrite(Id, Bytes(sample), out bool isNewer);
            Assert.False(isNewer);
            sample["memberOfTomorrow"] = 1;
            workflow.Rewrite(Id, Bytes(sample), out isNewer);
            Assert.True(isNewer, workflow.Type);
            sample.Remove("memberOfTomorrow");
            workflow.Rewrite(Id, Encoding.UTF8.GetBytes($"{{\"schema\":99,{sample.ToJsonString()[1..]}"), out isNewer);
            Assert.True(isNewer, workflow.Type);
            Assert.Throws<UnreadableDocumentException>(() => workflow.Rewrite(Id, "[7]"u8, out _));
            Assert.Throws<UnreadableDocumentException>(() => workflow.Rewrite(Id, Bytes(sample).AsSpan()[..^3], out _));
        }

        static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
    }

    /// <summary>As after a rolling upgrade that is not finished: one node has written what another does not know.</summary>
    [Fact]
    public async Task What_a_newer_node_wrote_is_shown_and_not_written_and_what_cannot_be_read_harms_nobody_else()
    {
        var circuits = new CircuitServer(api);
        string newer = await circuits.CircuitAsync();
        string damaged = await circuits.CircuitAsync();
        string third = await circuits.CircuitAsync();
        await SpoilAsync(newer, body => body["memberOfTomorrow"] = "kept");
        await SpoilAsync(damaged, body => body["sku"] = "wide");

        Circuits.Answer read = await circuits.GetAsync(newer);
        Assert.Equal(HttpStatusCode.OK, read.Status);
        Circuits.Answer refused = await circuits.SendAsync(
            "customer",
            HttpMethod.Patch,
            newer,
            new JsonObject { ["tags"] = new JsonObject { ["a"] = "b" } }
        );
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "ServiceUnavailable"), (refused.Status, refused.ErrorCode));
        Assert.Contains("ResourceIsNewer", refused.Text, StringComparison.Ordinal);
        Assert.Equal("kept", (await BodyAsync(newer))["memberOfTomorrow"]!.ToString());

        Circuits.Answer unreadable = await circuits.SendAsync("customer", HttpMethod.Get, damaged);
        Assert.Equal((HttpStatusCode.InternalServerError, "ResourceUnreadable"), (unreadable.Status, unreadable.ErrorCode));
        Assert.Contains(ResourceId.Parse(damaged).Text, unreadable.Text, StringComparison.Ordinal);
        Circuits.Answer list = await circuits.GetAsync($"{circuits.Subscription()}/providers/Microsoft.Network/expressRouteCircuits");
        Assert.Equal(HttpStatusCode.OK, list.Status);
        JsonNode[] listed = [.. list.Json["value"]!.AsArray().Select(v => v!)];
        JsonNode shown = Assert.Single(listed, v => v["id"]!.ToString().Equals(damaged, StringComparison.OrdinalIgnoreCase));
        Assert.Equal("Failed", shown["properties"]!["provisioningState"]!.ToString());
        Assert.Contains(listed, v => v["id"]!.ToString().Equals(third, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(
            HttpStatusCode.OK,
            (
                await circuits.SendAsync("customer", HttpMethod.Patch, third, new JsonObject { ["tags"] = new JsonObject { ["a"] = "b" } })
            ).Status
        );
    }

    private async Task<JsonObject> BodyAsync(string id)
    {
        StoredResource? row = await Store.GetAsync(ResourceId.Parse(id), CancellationToken.None);
        return JsonNode.Parse(row!.Body.Span)!.AsObject();
    }

    private IStore Store => api.Server.Services.GetRequiredService<IStore>();

    private async Task SpoilAsync(string id, Action<JsonObject> spoil)
    {
        StoredResource row = (await Store.GetAsync(ResourceId.Parse(id), CancellationToken.None))!;
        JsonObject body = JsonNode.Parse(row.Body.Span)!.AsObject();
        spoil(body);
        var changes = new Changes
        {
            Writes =
            [
                new ResourceWrite.Put(
                    row with
                    {
                        Revision = row.Revision + 1,
                        Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
                    },
                    row.Revision
                ),
            ],
        };
        Assert.IsType<CommitOutcome.Committed>(await Store.CommitAsync(changes, CancellationToken.None));
    }
}
