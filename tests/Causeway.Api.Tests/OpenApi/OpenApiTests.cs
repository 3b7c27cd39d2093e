using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Causeway.Api.OpenApi;
using Causeway.Arm;
using Causeway.Contracts.Resources;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.OpenApi;

/// <summary>
/// The OpenAPI documents that the server gives are those in <c>openapi/</c>: a contract that changes shows there as a difference. Accept it with
/// <c>CAUSEWAY_RECORD=1</c> after reading it.
/// </summary>
public sealed class OpenApiTests(SqliteApi api) : IClassFixture<SqliteApi>
{
    private static readonly string s_folder = Folder();

    private IEnumerable<RouteEndpoint> Endpoints =>
        api.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    [Fact]
    public void Every_endpoint_says_what_it_takes_and_answers()
    {
        var missing = new List<string>();
        foreach (RouteEndpoint route in Endpoints)
        {
            if (route.Metadata.GetMetadata<ArmEndpoint>() is not { } endpoint)
                continue;
            if (endpoint.Contract is not { } contract)
                missing.Add($"{route.DisplayName}: no contract");
            else if (!contract.Summary.EndsWith('.') && !contract.Summary.EndsWith(')'))
                missing.Add($"{route.DisplayName}: '{contract.Summary}' is no sentence");
            else if (endpoint.Method is "PUT" or "PATCH" && contract.Body is null)
                missing.Add($"{route.DisplayName}: what is sent is not said");
            else if (endpoint.Method is "GET" or "PUT" or "PATCH" && contract.Answer is null)
                missing.Add($"{route.DisplayName}: what is answered is not said");
            else if (
                endpoint.Method == "POST"
                && contract.Answer is null
                && contract.Result is null
                && !contract.AnswersNothing
                && contract.Statuses is not [204]
            )
                missing.Add($"{route.DisplayName}: neither answer nor result is said");
        }
        Assert.Empty(missing);
    }

    /// <summary>What is left out when there is none cannot be asked for: a client of ours would not read the answer.</summary>
    [Fact]
    public void What_may_be_absent_is_required_of_nobody()
    {
        var seen = new HashSet<Type>();
        var wrong = new List<string>();
        foreach (RouteEndpoint route in Endpoints)
            if (route.Metadata.GetMetadata<ArmEndpoint>()?.Contract is { } contract)
                foreach (Func<JsonTypeInfo> type in new[] { contract.Body, contract.Answer, contract.Result }.OfType<Func<JsonTypeInfo>>())
                    Look(type());
        Assert.True(seen.Count > 100, $"Only {seen.Count} types were looked at.");
        Assert.Empty(wrong);

        void Look(JsonTypeInfo type)
        {
            if (!seen.Add(type.Type))
                return;
            if (type.ElementType is { } element)
                Look(type.Options.GetTypeInfo(element));
            foreach (JsonPropertyInfo member in type.Properties)
            {
                if (member.IsRequired && member.IsGetNullable)
                    wrong.Add($"{type.Type.Name}.{member.Name}");
                Look(type.Options.GetTypeInfo(member.PropertyType));
            }
        }
    }

    [Fact]
    public async Task The_documents_are_those_of_the_repository()
    {
        Answer list = (await api.Anonymous.Get("/openapi")).Is(200);
        string[] names = [.. list.Body!["value"]!.AsArray().Select(d => d!["namespace"]!.ToString())];
        string[] kept = [.. Directory.EnumerateFiles(s_folder, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)!)];
        bool record = Environment.GetEnvironmentVariable("CAUSEWAY_RECORD") == "1";
        foreach (JsonNode? entry in list.Body["value"]!.AsArray())
        {
            string text = (await api.Anonymous.Get(entry!["path"]!.ToString())).Is(200).Text;
            string golden = Path.Combine(s_folder, $"{entry["namespace"]}.json");
            if (record)
                await File.WriteAllTextAsync(golden, text);
            Assert.True(File.Exists(golden), $"{golden} is missing: run with CAUSEWAY_RECORD=1.");
            string[] was = (await File.ReadAllTextAsync(golden)).Split('\n');
            string[] now = text.Split('\n');
            int line = was.Zip(now).TakeWhile(p => p.First == p.Second).Count();
            Assert.True(
                was.Length == now.Length && line == was.Length,
                $"{golden}:{line + 1} differs.\n was: {was.ElementAtOrDefault(line)}\n now: {now.ElementAtOrDefault(line)}\nRead all differences; CAUSEWAY_RECORD=1 accepts them."
            );
        }
        if (!record)
            Assert.Equal(names.Order(), kept.Order());
    }

    [Fact]
    public async Task Every_endpoint_is_in_its_document_once()
    {
        var described = new HashSet<string>();
        foreach (string ns in api.Server.Services.GetRequiredService<DocumentSet>().Namespaces)
        {
            JsonNode document = (await api.Anonymous.Get($"/openapi/{ns}.json")).Body!;
            foreach ((string path, JsonNode? item) in document["paths"]!.AsObject())
            foreach ((string method, JsonNode? operation) in item!.AsObject())
                if (method != "parameters")
                    Assert.True(
                        described.Add($"{ns}: {operation!["operationId"]}"),
                        $"{method} {path}: {operation["operationId"]} is there twice."
                    );
        }
        Assert.Equal(Endpoints.Count(e => e.Metadata.GetMetadata<ArmEndpoint>() is not null), described.Count);
    }

    [Fact]
    public async Task Ours_is_marked_and_secrets_are_told()
    {
        JsonNode network = (await api.Anonymous.Get("/openapi/microsoft.network.JSON")).Is(200).Body!;
        (string Path, string Method, bool Ours)[] operations =
        [
            .. from path in network["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            where operation.Key != "parameters"
            select (path.Key, operation.Key, operation.Value!["x-causeway"]?.GetValue<bool>() == true),
        ];
        string[] ours =
        [
            .. operations
                .Where(o => o.Ours)
                .Select(o => o.Path[(o.Path.LastIndexOf("}/", StringComparison.Ordinal) + 2)..])
                .Distinct()
                .Order(),
        ];
        Assert.Contains("explain", ours);
        Assert.Contains("journal", ours);
        Assert.Contains("sessions", ours);
        Assert.DoesNotContain(operations, o => o.Ours && o.Path.EndsWith("/routeTables/{devicePath}", StringComparison.Ordinal));
        Assert.Contains(operations, o => o.Ours && o.Path.EndsWith("/refusedRoutes/{devicePath}", StringComparison.Ordinal));
        JsonNode key = network["components"]!["schemas"]!["PeeringProperties"]!["properties"]!["sharedKey"]!;
        Assert.Equal((true, true), (key["writeOnly"]?.GetValue<bool>(), key["x-ms-secret"]?.GetValue<bool>()));
        JsonNode billing = (await api.Anonymous.Get("/openapi/Causeway.Billing.json")).Is(200).Body!;
        Assert.True(billing["x-causeway"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Who_has_the_document_is_told_so_and_what_is_not_there_is_404()
    {
        using HttpResponseMessage first = await api.Anonymous.GetAsync("/openapi/Microsoft.Network.json");
        string etag = first.Headers.ETag!.Tag;
        using var again = new HttpRequestMessage(HttpMethod.Get, "/openapi/Microsoft.Network.json");
        again.Headers.TryAddWithoutValidation("If-None-Match", etag);
        using HttpResponseMessage second = await api.Anonymous.SendAsync(again);
        Assert.Equal(304, (int)second.StatusCode);
        foreach (string file in (string[])["Microsoft.Compute.json", "Microsoft.Network", "..%2Faccess.json"])
            (await api.Anonymous.Get($"/openapi/{file}")).Is(404);
    }

    [Fact]
    public async Task The_page_asks_no_other_host()
    {
        using HttpResponseMessage page = await api.Anonymous.GetAsync("/docs");
        string html = await page.Content.ReadAsStringAsync();
        Assert.Equal(200, (int)page.StatusCode);
        Assert.DoesNotContain("//", html.Replace("<!doctype html>", "", StringComparison.Ordinal), StringComparison.Ordinal);
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        string start = (await api.Anonymous.Get("/docs/start.js")).Is(200).Text;
        Assert.Contains("/openapi/Microsoft.Network.json", start, StringComparison.Ordinal);
        using HttpResponseMessage script = await api.Anonymous.GetAsync("/docs/scalar.js");
        Assert.Equal(200, (int)script.StatusCode);
        Assert.Contains("gzip", script.Content.Headers.ContentEncoding);
    }

    /// <summary>Errors are written by the conventions, which know no contract: so it is shown that they have its form.</summary>
    [Fact]
    public async Task An_error_has_the_form_that_the_documents_say()
    {
        string path = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/nowhere/providers/Microsoft.Network/virtualNetworks/v";
        foreach (
            Answer error in (Answer[])
                [
                    await api.Anonymous.Get(path + "?api-version=2024-05-01"),
                    await api.Customer.Put(path + "?api-version=2024-05-01", "{}"),
                    await api.Customer.Put(
                        $"/subscriptions/{api.CustomerSubscription}/resourceGroups/r?api-version=2021-04-01",
                        """{"location":5,"tags":7}"""
                    ),
                ]
        )
        {
            ErrorResponse read = JsonSerializer.Deserialize(error.Text, ResourcesContract.Default.ErrorResponse)!;
            Assert.True(
                JsonNode.DeepEquals(error.Body, JsonSerializer.SerializeToNode(read, ResourcesContract.Default.ErrorResponse)),
                error.Text
            );
        }
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../openapi"));
}
