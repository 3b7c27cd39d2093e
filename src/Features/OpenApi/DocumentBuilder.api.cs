using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Arm;
using Causeway.Contracts.Resources;

namespace Causeway.Api.OpenApi;

/// <summary>Makes the OpenAPI 3.1 document of one namespace from its endpoints' contracts.</summary>
internal sealed partial class DocumentBuilder(string ns, IReadOnlyList<DescribedEndpoint> endpoints)
{
    private const string About =
        "Errors have one form whatever went wrong; `code` is for programs. Every answer carries `x-ms-request-id`. What goes on after an answer is polled at the URL in its headers. Tokens come from `/adfs/oauth2/token`, and `x-causeway-permission` is what a role has to allow. What is marked `x-causeway` is Causeway's own; what is not is as Azure has it.";

    private static readonly string[] s_methods = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"];

    private readonly SchemaSet _schemas = new();
    private readonly HashSet<(string Kind, string Name)> _used = [];

    /// <summary>Of the namespace's types: what most of them have is written once.</summary>
    private readonly IReadOnlyList<string> _versions = endpoints[0].Endpoint.Type.Provider.Versions;

    private bool IsOurs { get; } = ns.StartsWith("Causeway.", StringComparison.Ordinal);

    public JsonObject Build()
    {
        JsonObject paths = Paths();
        JsonObject error = _schemas.Answered(ResourcesContract.Default.ErrorResponse);
        var document = new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = $"Causeway: {ns}",
                ["description"] = About,
                ["version"] = _versions[0],
                ["license"] = new JsonObject { ["name"] = "MIT", ["identifier"] = "MIT" },
            },
        };
        if (IsOurs)
            document["x-causeway"] = true;
        document["servers"] = new JsonArray(
            new JsonObject { ["url"] = "/", ["description"] = "The installation that this document is from." }
        );
        document["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() });
        document["tags"] = Tags();
        document["paths"] = paths;
        document["components"] = new JsonObject
        {
            ["securitySchemes"] = new JsonObject
            {
                ["bearer"] = new JsonObject
                {
                    ["type"] = "http",
                    ["scheme"] = "bearer",
                    ["bearerFormat"] = "JWT",
                    ["description"] = "From this installation's `/adfs/oauth2/token`, or from an issuer that it trusts.",
                },
            },
            ["parameters"] = Used("parameters", SharedParameters()),
            ["headers"] = Used("headers", SharedHeaders()),
            ["responses"] = new JsonObject
            {
                ["Error"] = new JsonObject
                {
                    ["description"] = "Refused; the body says why, and what would be right.",
                    ["content"] = Json(error),
                },
            },
            ["schemas"] = _schemas.ToJson(),
        };
        return document;
    }

    private JsonArray Tags() =>
        new([
            .. endpoints
                .Select(e => e.Endpoint.Type)
                .DistinctBy(t => t.Path)
                .OrderBy(t => t.Path, StringComparer.Ordinal)
                .Select(t => new JsonObject { ["name"] = t.Path, ["description"] = $"`{t.FullName}`" }),
        ]);

    private JsonObject Paths()
    {
        ILookup<string, DescribedEndpoint> names = endpoints.ToLookup(OperationId);
        var paths = new JsonObject();
        foreach (var path in endpoints.GroupBy(PathOf).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            var item = new JsonObject();
            if (Parameters(path.First()) is { Count: > 0 } parameters)
                item["parameters"] = parameters;
            bool hasETag = path.Any(e => e.Endpoint.Target == ArmTarget.Resource && SchemaSet.HasETag(e.Contract.Answer?.Invoke()));
            foreach (DescribedEndpoint e in path.OrderBy(e => Array.IndexOf(s_methods, e.Endpoint.Method)))
            {
                string id = OperationId(e);
                if (names[id].Count() > 1)
                    id += $"At{ScopeOf(e.Pattern)}";
                item[e.Endpoint.Method.ToLowerInvariant()] = Operation(e, id, hasETag);
            }
            paths[path.Key] = item;
        }
        return paths;
    }

    private JsonObject Operation(DescribedEndpoint e, string id, bool hasETag)
    {
        ArmContract contract = e.Contract;
        var operation = new JsonObject
        {
            ["tags"] = new JsonArray(e.Endpoint.Type.Path),
            ["operationId"] = id,
            ["summary"] = contract.Summary,
        };
        if (contract.IsOurs || IsOurs)
            operation["x-causeway"] = true;
        operation["x-causeway-permission"] = e.Endpoint.AnyCaller ? "(any caller)" : e.Endpoint.Action;
        if (contract.BeginsOperation)
            operation["x-ms-long-running-operation"] = true;
        if (contract.Result?.Invoke() is { } result)
        {
            var end = new JsonObject { ["final-state-via"] = "location" };
            // A word or a list has no schema of a name.
            if (_schemas.Answered(result)["$ref"] is { } named)
                end["final-state-schema"] = named.DeepClone();
            operation["x-ms-long-running-operation-options"] = end;
        }
        if (contract.IsPage)
            operation["x-ms-pageable"] = new JsonObject { ["nextLinkName"] = "nextLink" };
        operation["parameters"] = OperationParameters(e, hasETag);
        if (contract.Body?.Invoke() is { } body)
            operation["requestBody"] = new JsonObject { ["required"] = !contract.IsBodyOptional, ["content"] = Json(_schemas.Sent(body)) };
        operation["responses"] = Responses(contract, e.Endpoint.Method);
        return operation;
    }

    private JsonArray OperationParameters(DescribedEndpoint e, bool hasETag)
    {
        var parameters = new JsonArray();
        if (e.Endpoint.AnyVersion)
            parameters.Add(
                Parameter(
                    "api-version",
                    "query",
                    required: true,
                    "Any: what is asked for is the same in all of them.",
                    new() { ["type"] = "string" }
                )
            );
        else if (e.Endpoint.Type.ApiVersions.SequenceEqual(_versions))
            parameters.Add(Shared("parameters", "ApiVersion"));
        else if (HasNewer(e.Endpoint.Type))
            parameters.Add(Shared("parameters", NewerName(e.Endpoint.Type)));
        else
            parameters.Add(ApiVersion(e.Endpoint.Type.ApiVersions));
        if (e.Contract.IsPage)
        {
            parameters.Add(Shared("parameters", "Top"));
            parameters.Add(Shared("parameters", "SkipToken"));
        }
        foreach (ArmParameter p in e.Contract.Parameters)
            parameters.Add(Parameter(p.Name, "query", required: false, p.Summary, new() { ["type"] = "string" }));
        if (hasETag && e.Endpoint.Method is "PUT" or "PATCH" or "DELETE")
            parameters.Add(Shared("parameters", "IfMatch"));
        if (hasETag && e.Endpoint.Method == "PUT")
            parameters.Add(Shared("parameters", "IfNoneMatch"));
        return parameters;
    }

    private JsonObject Responses(ArmContract contract, string method)
    {
        var responses = new JsonObject();
        foreach (int status in contract.Statuses)
        {
            var response = new JsonObject { ["description"] = Says(contract, status, method) };
            if (contract.BeginsOperation && (status == 202 || method is "PUT" or "PATCH"))
                response["headers"] = PollingHeaders(contract, status, method);
            if (status is 200 or 201 && contract.Answer?.Invoke() is { } answer)
                response["content"] = Json(contract.IsPage ? _schemas.Page(answer) : _schemas.Answered(answer));
            responses[status.ToString(CultureInfo.InvariantCulture)] = response;
        }
        // As Azure's documents have it, where generated clients look for the result.
        if (contract.Result?.Invoke() is { } result)
            responses["200"] = new JsonObject
            {
                ["description"] = "What `Location` answers when the operation has ended.",
                ["content"] = Json(_schemas.Answered(result)),
            };
        responses["4XX"] = Shared("responses", "Error");
        responses["5XX"] = Shared("responses", "Error");
        return responses;
    }

    private static string Says(ArmContract contract, int status, string method) =>
        (status, method) switch
        {
            (201, _) => "It was made.",
            (202, "GET") => "Not yet: ask again.",
            (202, _) when contract.Result is not null => "Begun; the result is at `Location`.",
            (202, _) => "Begun.",
            (204, "DELETE") => "It was not there.",
            (204, "HEAD") => "It is there.",
            (204, _) => "Ended, without a result.",
            (_, "DELETE") => "It is gone.",
            _ => "Done.",
        };

    /// <summary>A PUT says where its operation is polled; a POST where its result will be; a DELETE both.</summary>
    private JsonObject PollingHeaders(ArmContract contract, int status, string method)
    {
        var headers = new JsonObject();
        bool isGroup = status == 202 && contract.Statuses.Count == 1 && method == "DELETE";
        if (method != "POST" && !isGroup)
            headers["Azure-AsyncOperation"] = Shared("headers", "AzureAsyncOperation");
        if (status == 202)
            headers["Location"] = Shared("headers", "Location");
        headers["Retry-After"] = Shared("headers", "RetryAfter");
        return headers;
    }

    /// <summary>Whether a type takes all versions of its namespace, and newer ones.</summary>
    private bool HasNewer(ArmType type) =>
        type.ApiVersions.Count > _versions.Count && type.ApiVersions.TakeLast(_versions.Count).SequenceEqual(_versions);

    private static string NewerName(ArmType type) => $"ApiVersionTo{type.ApiVersions[0]}";

    private JsonObject SharedParameters() =>
        new(
            endpoints
                .Select(e => e.Endpoint.Type)
                .Where(HasNewer)
                .DistinctBy(NewerName)
                .Select(t => KeyValuePair.Create(NewerName(t), (JsonNode?)ApiVersion(t.ApiVersions)))
        )
        {
            ["ApiVersion"] = ApiVersion(_versions),
            ["Top"] = Parameter(
                "$top",
                "query",
                required: false,
                "The most members of a page.",
                new()
                {
                    ["type"] = "integer",
                    ["minimum"] = 1,
                    ["default"] = ArmPage.Default,
                }
            ),
            ["SkipToken"] = Parameter(
                "$skipToken",
                "query",
                required: false,
                "Where a list goes on; only as `nextLink` has it.",
                new() { ["type"] = "string" }
            ),
            ["IfMatch"] = Parameter(
                "If-Match",
                "header",
                required: false,
                "The etag that was read: 412 when it is another by now.",
                new() { ["type"] = "string" }
            ),
            ["IfNoneMatch"] = Parameter(
                "If-None-Match",
                "header",
                required: false,
                "`*`: 412 when there is one already.",
                new() { ["type"] = "string" }
            ),
        };

    private static JsonObject SharedHeaders()
    {
        static JsonObject Header(string description, string type) =>
            new()
            {
                ["description"] = description,
                ["schema"] = new JsonObject { ["type"] = type },
            };
        return new()
        {
            ["AzureAsyncOperation"] = Header("Where the operation's status is; absent when nothing goes on.", "string"),
            ["Location"] = Header("Where the operation's result will be.", "string"),
            ["RetryAfter"] = Header("Seconds until it is worth asking again.", "integer"),
        };
    }

    private static JsonObject ApiVersion(IReadOnlyList<string> versions) =>
        Parameter(
            "api-version",
            "query",
            required: true,
            "Newest first.",
            new()
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. versions.Select(v => JsonValue.Create(v))]),
                ["default"] = versions[0],
            }
        );

    private static JsonArray Parameters(DescribedEndpoint e) =>
        new([
            .. Placeholder()
                .Matches(PathOf(e))
                .Select(m => m.Groups[1].Value)
                .Select(name =>
                {
                    var schema = new JsonObject { ["type"] = "string" };
                    if (name == "subscriptionId")
                        schema["format"] = "uuid";
                    if (name == "devicePath")
                        schema["enum"] = new JsonArray("primary", "secondary");
                    return Parameter(name, "path", required: true, null, schema);
                }),
        ]);

    private static JsonObject Parameter(string name, string place, bool required, string? description, JsonObject schema)
    {
        var parameter = new JsonObject
        {
            ["name"] = name,
            ["in"] = place,
            ["required"] = required,
        };
        if (description is not null)
            parameter["description"] = description;
        parameter["schema"] = schema;
        return parameter;
    }

    /// <summary>A reference to what is written once.</summary>
    private JsonObject Shared(string kind, string name)
    {
        _used.Add((kind, name));
        return new() { ["$ref"] = $"#/components/{kind}/{name}" };
    }

    /// <summary>Of what could be written once, what is referred to.</summary>
    private JsonObject Used(string kind, JsonObject all) =>
        new(all.Where(c => _used.Contains((kind, c.Key))).Select(c => KeyValuePair.Create(c.Key, c.Value?.DeepClone())));

    private static JsonObject Json(JsonObject schema) =>
        new() { ["application/json"] = new JsonObject { ["schema"] = schema.Parent is null ? schema : schema.DeepClone() } };

    private static string OperationId(DescribedEndpoint e) =>
        $"{string.Concat(e.Endpoint.Type.Segments.Select(s => char.ToUpperInvariant(s[0]) + s[1..]))}_{e.Contract.Name}";

    /// <summary>What a path is below, for what is the same at several scopes.</summary>
    private static string ScopeOf(string pattern) =>
        pattern.Contains("{child}", StringComparison.Ordinal) ? "ChildResource"
        : pattern.Contains("{resource}", StringComparison.Ordinal) ? "Resource"
        : pattern.Contains("{group}", StringComparison.Ordinal) ? "ResourceGroup"
        : pattern.Contains("{subscription}", StringComparison.Ordinal) ? "Subscription"
        : "Tenant";

    /// <summary>The path with the placeholders that Azure's documents have.</summary>
    private static string PathOf(DescribedEndpoint e) =>
        Placeholder().Replace(e.Pattern, m => $"{{{NameOf(m.Groups[1].Value, e.Endpoint.Type)}}}");

    private static string NameOf(string placeholder, ArmType type) =>
        placeholder switch
        {
            "subscription" => "subscriptionId",
            "group" => "resourceGroupName",
            "ns" => "resourceProviderNamespace",
            "operation" => "operationId",
            "type" => "resourceType",
            "resource" => "resourceName",
            "childType" => "childResourceType",
            "child" => "childResourceName",
            "name" => $"{One(type.Segments[^1])}Name",
            ['n', 'a', 'm', 'e', var digit] => $"{One(type.Segments[digit - '0'])}Name",
            _ => placeholder,
        };

    private static string One(string segment) =>
        segment.EndsWith("ies", StringComparison.Ordinal) ? segment[..^3] + "y"
        : segment.EndsWith("sses", StringComparison.Ordinal) || segment.EndsWith("ases", StringComparison.Ordinal) ? segment[..^2]
        : segment.EndsWith('s') ? segment[..^1]
        : segment;

    [GeneratedRegex(@"\{([A-Za-z0-9]+)\}")]
    private static partial Regex Placeholder();
}
