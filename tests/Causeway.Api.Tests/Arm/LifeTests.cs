using System.Text.Json.Nodes;
using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Samples;
using Causeway.Testing;
using Causeway.Workflows.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Arm;

public sealed class Life_on_sqlite(EveryFeature api) : LifeTests(api), IClassFixture<EveryFeature>;

public sealed class Life_on_postgres(EveryFeatureOnPostgres api) : LifeTests(api), IClassFixture<EveryFeatureOnPostgres>;

/// <summary>
/// What every resource type has in common, tried on each that the server has, with the body from its sample: made, shown, listed, changed, guarded, tagged, deleted. Only
/// what a type has endpoints for is asked of it.
/// </summary>
public abstract class LifeTests(ApiFixture api)
{
    /// <summary>The sample's PUT on a stage of its own; null for types that nobody can PUT.</summary>
    private async Task<(Stage Stage, HttpClient Who, SamplePut Put)?> SetAsync(string type)
    {
        if (!api.Has(type, "PUT"))
            return null;
        Stage stage = await Stage.OpenAsync(api);
        SamplePut put =
            await SampleBook.Of(type).PutAsync(stage) ?? throw new InvalidOperationException($"The sample of {type} has no PUT.");
        return (stage, stage.As(put.By), put);
    }

    [Theory]
    [MemberData(nameof(SampleBook.Types), MemberType = typeof(SampleBook))]
    public async Task It_is_made_shown_listed_changed_and_deleted(string type)
    {
        if (await SetAsync(type) is not var (stage, who, put))
            return;
        bool ends = api.Has(type, "DELETE") && !put.IsAlwaysThere;
        (await who.Get(put.Url)).Is(put.IsAlwaysThere ? 200 : 404);
        if (ends)
            (await who.Delete(put.Url)).Is(put.IsGone);

        Answer made = (await who.Put(put.Url, put.Body)).Is(put.IsAlwaysThere ? 200 : put.IsMade);
        AssertPolled(type, made);
        await stage.FinishedAsync(put.By, made);
        await ShowsAsync(put.Body);
        JsonNode shown = await stage.GetAsync(put.By, put.Url);
        Assert.Equal(type, shown["type"]!.GetValue<string>());
        Assert.Equal(put.Path, shown["id"]!.GetValue<string>());
        Assert.Equal(put.Path[(put.Path.LastIndexOf('/') + 1)..], shown["name"]!.GetValue<string>());
        await ListedAsync(true);

        if (put.Changed is { } other)
        {
            await stage.SendAsync(put.By, put.Url, other);
            await ShowsAsync(other);
        }
        if (ends)
        {
            Answer deleted = await who.Delete(put.Url);
            Assert.True(deleted.Code is 200 or 202, $"DELETE {put.Url}: {deleted.Code} {deleted.Text}");
            await stage.FinishedAsync(put.By, deleted);
            (await who.Get(put.Url)).Is(404);
            (await who.Delete(put.Url)).Is(put.IsGone);
            await ListedAsync(false);
        }

        async Task ShowsAsync(string sent) =>
            Assert.Empty(Missing(JsonNode.Parse(sent), await stage.GetAsync(put.By, put.Url), "", put.Secret));

        // In each list that it could be in: of its parent, of its group, of its subscription.
        async Task ListedAsync(bool there)
        {
            if (!api.Has(type, "GET", ArmTarget.List))
                return;
            string collection = put.Path[..put.Path.LastIndexOf('/')];
            string? next = $"{collection}?api-version={put.ApiVersion}";
            var ids = new List<string>();
            while (next is not null)
            {
                JsonNode page = await stage.GetAsync(put.By, next);
                ids.AddRange(page["value"]!.AsArray().Select(r => r!["id"]!.GetValue<string>()));
                next = page["nextLink"]?.GetValue<string>();
            }
            Assert.Equal(there, ids.Contains(put.Path, StringComparer.OrdinalIgnoreCase));
        }
    }

    /// <summary>Recorded: every PUT of Microsoft.Network is answered with an operation, whatever it changes.</summary>
    private static void AssertPolled(string type, Answer answer) =>
        Assert.True(
            !type.StartsWith("Microsoft.Network/", StringComparison.Ordinal) || answer.Header("Azure-AsyncOperation") is not null,
            $"{type}: nothing to poll"
        );

    /// <summary>Clients tell the two apart: what was sent empty is shown empty, and what was not sent is not there.</summary>
    [Theory]
    [MemberData(nameof(SampleBook.Types), MemberType = typeof(SampleBook))]
    public async Task No_tags_said_and_none_said_are_two_things(string type)
    {
        if (!api.Has(type, "PATCH") || await SetAsync(type) is not var (stage, who, put) || put.IsDeed || put.IsAlwaysThere)
            return;
        JsonObject body = JsonNode.Parse(put.Body)!.AsObject();
        if (!body.ContainsKey("tags"))
            return;
        body["tags"] = new JsonObject();
        await stage.SendAsync(put.By, put.Url, body.ToJsonString());
        Assert.Equal("{}", (await stage.GetAsync(put.By, put.Url))["tags"]?.ToJsonString());
        body.Remove("tags");
        await stage.SendAsync(put.By, put.Url, body.ToJsonString());
        Assert.Null((await stage.GetAsync(put.By, put.Url))["tags"]);
    }

    /// <summary>Clients send again what they sent, and what they read: that is no change, and nobody is told of one.</summary>
    [Theory]
    [MemberData(nameof(SampleBook.Types), MemberType = typeof(SampleBook))]
    public async Task The_same_again_changes_nothing(string type)
    {
        if (await SetAsync(type) is not var (stage, who, put) || put.IsDeed)
            return;
        await stage.SendAsync(put.By, put.Url, put.Body);
        string before = await SettledAsync();
        string shown = (await who.Get(put.Url)).Is(200).Text;

        AssertPolled(type, (await who.Put(put.Url, put.Body)).Is(put.IsAgain));
        Assert.Equal(shown, (await who.Get(put.Url)).Is(200).Text);
        Assert.Equal(before, await StoredAsync());

        (await who.Put(put.Url, shown)).Is(put.IsAgain);
        Assert.Equal(shown, (await who.Get(put.Url)).Is(200).Text);
        Assert.Equal(before, await StoredAsync());

        if (api.Has(type, "PATCH"))
        {
            // The sample has these tags.
            (await who.Patch(put.Url, put.Patch)).Is(200);
            Assert.Equal(before, await StoredAsync());
        }

        // Documents with their revisions, and the journal: what routers have to know raises a number in the document.
        async Task<string> StoredAsync()
        {
            IStore store = api.Server.Services.GetRequiredService<IStore>();
            var lines = new List<string>();
            foreach (ResourceId scope in new[] { ResourceId.Parse(stage.Group), ResourceId.Parse(put.Path) })
            {
                if (await store.GetAsync(scope, CancellationToken.None) is { } own)
                    lines.Add($"{own.Id} {own.Revision} {own.ETag}");
                lines.AddRange(
                    (await store.JournalAsync(new JournalQuery { Resource = scope }, CancellationToken.None)).Select(e =>
                        $"{e.Resource} {e.Signal}: {e.Why}"
                    )
                );
            }
            Page<StoredResource> inside = await store.ListAsync(
                new ResourceQuery { Scope = ResourceId.Parse(stage.Group), Most = 1000 },
                CancellationToken.None
            );
            lines.AddRange(inside.Items.Select(r => $"{r.Id} {r.Revision} {r.ETag}"));
            lines.AddRange(
                (await store.PendingEffectsAsync(ResourceId.Parse(put.Path), 100, CancellationToken.None)).Select(e => e.Effect.Name)
            );
            return string.Join('\n', lines);
        }

        // Routers may still be following what was made on the stage.
        async Task<string> SettledAsync()
        {
            string last = "";
            return await Eventually.Get(
                async () =>
                {
                    (string was, last) = (last, await StoredAsync());
                    string state = (await stage.GetAsync(put.By, put.Url))["properties"]?["provisioningState"]?.GetValue<string>() ?? "";
                    return was == last && state is "" or "Succeeded" ? last : "";
                },
                s => s.Length > 0,
                $"{put.Path} settles"
            );
        }
    }

    [Theory]
    [MemberData(nameof(SampleBook.Types), MemberType = typeof(SampleBook))]
    public async Task Its_etag_guards_it(string type)
    {
        if (await SetAsync(type) is not var (stage, who, put))
            return;
        if (!put.IsAlwaysThere)
        {
            Answer early = await who.Put(put.Url, put.Body, ("If-Match", "*"));
            if (early.Code == 201)
                return; // it is one of those without preconditions: checked below for who has an etag
            early.Is(412, "PreconditionFailed");
            (await who.Get(put.Url)).Is(404);
        }
        await stage.FinishedAsync(put.By, await who.Put(put.Url, put.Body));
        if ((await stage.GetAsync(put.By, put.Url))["etag"]?.GetValue<string>() is not { } etag)
            return;
        (await who.Put(put.Url, put.Body, ("If-None-Match", "*"))).Is(412, "PreconditionFailed");
        (await who.Put(put.Url, put.Body, ("If-Match", $"W/\"{Guid.NewGuid()}\""))).Is(412, "PreconditionFailed");
        (await who.Put(put.Url, put.Body, ("If-Match", etag))).Is(200);
        if (put.Changed is { } other)
        {
            await stage.FinishedAsync(put.By, (await who.Put(put.Url, other, ("If-Match", "*"))).Is(200));
            (await who.Put(put.Url, put.Body, ("If-Match", etag))).Is(412, "PreconditionFailed");
            if (api.Has(type, "DELETE"))
                (await who.Delete(put.Url, ("If-Match", etag))).Is(412, "PreconditionFailed");
            Assert.NotEqual(etag, (await stage.GetAsync(put.By, put.Url))["etag"]!.GetValue<string>());
        }
    }

    [Theory]
    [MemberData(nameof(SampleBook.Types), MemberType = typeof(SampleBook))]
    public async Task Its_location_is_fixed_and_its_tags_are_replaced_whole(string type)
    {
        if (await SetAsync(type) is not var (stage, who, put))
            return;
        JsonObject body = JsonNode.Parse(put.Body)!.AsObject();
        await stage.SendAsync(put.By, put.Url, put.Body);
        if (body.ContainsKey("location") && !put.IsAlwaysThere)
        {
            body["location"] = "northeurope";
            Answer moved = (await who.Put(put.Url, body.ToJsonString())).Is(409);
            Assert.Contains("westeurope", moved.Message, StringComparison.Ordinal);
            body.Remove("location");
            (await who.Put($"{put.Path}-nowhere?api-version={put.ApiVersion}", body.ToJsonString())).Is(400, "LocationRequired");
        }
        if (!api.Has(type, "PATCH") || !body.ContainsKey("tags"))
            return;
        string shown = (await who.Get(put.Url)).Text;
        (await who.Patch(put.Url, "{}")).Is(200);
        Assert.Equal(shown, (await who.Get(put.Url)).Text);
        Answer tagged = (await who.Patch(put.Url, """{"tags":{"x":"y"}}""")).Is(200);
        Assert.Equal("""{"x":"y"}""", tagged.Body!["tags"]!.ToJsonString());
        Assert.Equal("""{"x":"y"}""", (await stage.GetAsync(put.By, put.Url))["tags"]!.ToJsonString());
        if (!put.IsAlwaysThere)
            (await who.Patch($"{put.Path}-nowhere?api-version={put.ApiVersion}", """{"tags":{}}""")).Is(404);
    }

    [Theory]
    [MemberData(nameof(SampleBook.Types), MemberType = typeof(SampleBook))]
    public async Task Its_name_its_group_and_its_api_version_are_checked(string type)
    {
        if (await SetAsync(type) is not var (stage, who, put))
            return;
        (await who.Put(put.Path, put.Body)).Is(400, "MissingApiVersionParameter");
        Answer unknown = (await who.Put($"{put.Path}?api-version=1999-01-01", put.Body)).Is(400);
        Assert.True(unknown.Error is "NoRegisteredProviderFound" or "InvalidApiVersionParameter", unknown.Text);
        if (put.IsNamedFreely)
            foreach (string name in new[] { "a%20.", "a.", new string('x', 91) })
            {
                Answer bad = (await who.Put($"{put.Path[..put.Path.LastIndexOf('/')]}/{name}?api-version={put.ApiVersion}", put.Body)).Is(
                    400
                );
                Assert.True(bad.Error is "InvalidResourceName" or "InvalidResourceGroup", bad.Text);
            }
        if (put.Path.StartsWith($"{stage.Group}/", StringComparison.Ordinal))
        {
            string absent = put.Url.Replace(stage.Group, $"{stage.Subscription}/resourceGroups/absent", StringComparison.Ordinal);
            (await who.Put(absent, put.Body)).Is(404, "ResourceGroupNotFound");
            (await who.Get(absent)).Is(404);
        }
    }

    /// <summary>What was sent and is not shown as it was sent. Null is as if it were not sent.</summary>
    private static IEnumerable<string> Missing(JsonNode? sent, JsonNode? shown, string path, IReadOnlyList<string> secret)
    {
        if (sent is null || secret.Contains(path) || sent is JsonArray { Count: 0 } && shown is null)
            return [];
        return sent switch
        {
            JsonObject members => members.SelectMany(m =>
                Missing(m.Value, (shown as JsonObject)?[m.Key], path.Length == 0 ? m.Key : $"{path}.{m.Key}", secret)
            ),
            JsonArray items when shown is JsonArray there && there.Count == items.Count => items.SelectMany(
                (item, i) => Missing(item, there[i], $"{path}[{i}]", secret)
            ),
            _ when JsonNode.DeepEquals(sent, shown) => [],
            _ => [$"{path}: sent {sent.ToJsonString()}, shown {shown?.ToJsonString() ?? "nothing"}"],
        };
    }
}
