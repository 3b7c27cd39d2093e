using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Cli.Kit;
using Causeway.Client;
using Causeway.Client.Resources;
using Causeway.Contracts.Resources;

namespace Causeway.Cli.Resources;

/// <summary><c>causeway resource …</c>: resources of any type that the server has, also those without verbs of their own.</summary>
internal static class AnyResourceVerbs
{
    private static readonly Column<JsonNode>[] Columns =
    [
        new("name", r => Text(r["name"])),
        new("region", r => Text(r["location"])),
        new("state", r => Text((r["properties"] as JsonObject)?["provisioningState"])),
        new("id", r => Text(r["id"])),
    ];

    public static IEnumerable<Twig> Twigs => [new("resource", All)];

    private static IEnumerable<Command> All() =>
        [
            new Verb(
                "get",
                [
                    "causeway resource get publicIPAddresses web",
                    "causeway resource get expressRouteCircuits/peerings office/AzurePrivatePeering --query properties.vlanId",
                    "causeway resource get Causeway.Identity/principals acme --scope / --as operator",
                ],
                async call =>
                {
                    Wanted wanted = await WantedAsync(call);
                    Show(call, await call.Reading(wanted.Client(call).GetAsync(wanted.Path, call.Cancellation)));
                },
                Type(),
                Opt.Argument("name"),
                Version(),
                Scope()
            ),
            new Verb(
                "list",
                [
                    "causeway resource list publicIPAddresses",
                    "causeway resource list publicIPAddresses --all -o json",
                    "causeway resource list expressRouteCircuits/peerings office",
                ],
                async call =>
                {
                    Wanted wanted = await WantedAsync(call, parents: true);
                    Printer.List(
                        call,
                        await call.Reading(wanted.Client(call).ListAsync(wanted.Path, call.Cancellation)),
                        "no resources",
                        Columns
                    );
                },
                Type(),
                new Argument<string>("name") { HelpName = "PARENT", Arity = ArgumentArity.ZeroOrOne },
                Version(),
                Scope(),
                Opt.Flag("--all")
            ),
            new Verb(
                "put",
                [
                    "causeway resource put publicIPAddresses web --file web.json",
                    "causeway resource get publicIPAddresses web -o json | causeway resource put publicIPAddresses copy --file -",
                ],
                async call =>
                {
                    JsonNode body = await BodyAsync(call);
                    Wanted wanted = await WantedAsync(call);
                    Show(
                        call,
                        await call.Working("changing", wanted.Client(call).PutAsync(wanted.Path, body, call.Wait, call.Cancellation))
                    );
                },
                Type(),
                Opt.Argument("name"),
                Opt.Needed("--file", "FILE|-"),
                Version(),
                Scope()
            ),
            Shape.Delete(
                "delete",
                [
                    "causeway resource delete publicIPAddresses web",
                    "causeway resource delete Microsoft.Network/publicIPAddresses web --no-wait",
                ],
                async call =>
                {
                    Wanted wanted = await WantedAsync(call);
                    return await wanted.Client(call).DeleteAsync(wanted.Path, call.Wait, call.Cancellation);
                },
                call => $"{call.Text("type")} {call.Text("name")}",
                Type(),
                Opt.Argument("name"),
                Version(),
                Scope()
            ),
        ];

    private static Argument<string> Type() => Opt.Argument("type");

    private static Option<string?> Version() => Opt.Text("--api-version", "VERSION");

    private static Option<string?> Scope() => Opt.Text("--scope", "ID");

    /// <summary>What the command line names: its path, and the version to speak.</summary>
    private sealed record Wanted(string Path, string ApiVersion)
    {
        public ResourceClient<JsonNode> Client(CliCall call) => call.Client.Of(ApiVersion);
    }

    /// <param name="parents">Whether what is named is not the resource, but what its list belongs to.</param>
    private static async Task<Wanted> WantedAsync(CliCall call, bool parents = false)
    {
        string names = call.Text("name");
        (string ns, string type, string version) = await TypeAsync(call);
        if (names.StartsWith('/'))
            return new Wanted(parents ? $"{names}/{type.Split('/')[^1]}" : names, version);
        int wanted = type.Split('/').Length - (parents ? 1 : 0);
        int given = names.Length == 0 ? 0 : names.Split('/').Length;
        return given == wanted
            ? new Wanted(Ids.Of(ScopeOf(call, ns, type, parents), ns, type, names), version)
            : throw new CliException(call.Words["how many names", $"{ns}/{type}", wanted, given]);
    }

    /// <summary>As typed; else the group, or the subscription for lists where no group is known; a group itself is of its subscription.</summary>
    private static string ScopeOf(CliCall call, string ns, string type, bool list)
    {
        if (call.Get<string?>("--scope") is { } scope)
            return scope.TrimEnd('/');
        if (ns.Equals("Microsoft.Resources", StringComparison.OrdinalIgnoreCase))
            return type.StartsWith("subscriptions", StringComparison.OrdinalIgnoreCase) ? "" : call.SubscriptionPath;
        return list && (call.Get<bool>("--all") || call.KnownGroup is null) ? call.SubscriptionPath : call.GroupPath;
    }

    /// <summary>A type by its full name or the part below the namespace, in any case; its newest version that is no preview, unless one is typed.</summary>
    private static async Task<(string Namespace, string Type, string Version)> TypeAsync(CliCall call)
    {
        string typed = call.Text("type").Trim('/');
        string? version = call.Get<string?>("--api-version");
        if (version is not null && typed.Split('/') is [var ns, .. { Length: > 0 } rest] && ns.Contains('.', StringComparison.Ordinal))
            return (ns, string.Join('/', rest), version);
        (string Namespace, ProviderTypeBody Type)[] all =
        [
            .. from provider in await call.Reading(call.Client.Providers.ListAsync("/providers", call.Cancellation))
            from type in provider.Body.ResourceTypes
            select (provider.Body.Namespace, type),
        ];
        (string Namespace, ProviderTypeBody Type)[] named =
        [
            .. all.Where(t =>
                typed.Equals(t.Type.ResourceType, StringComparison.OrdinalIgnoreCase)
                || typed.Equals($"{t.Namespace}/{t.Type.ResourceType}", StringComparison.OrdinalIgnoreCase)
            ),
        ];
        return named switch
        {
            [var one] => (
                one.Namespace,
                one.Type.ResourceType,
                version
                    ?? one.Type.ApiVersions.FirstOrDefault(v => !v.EndsWith("-preview", StringComparison.OrdinalIgnoreCase))
                    ?? one.Type.ApiVersions[0]
            ),
            [] => throw new CliException(
                call.Words["no such type", typed],
                ExitCode.NotFound,
                DidYouMean.Of(
                    call.Words,
                    typed,
                    all.Select(t =>
                        typed.Contains('.', StringComparison.Ordinal) ? $"{t.Namespace}/{t.Type.ResourceType}" : t.Type.ResourceType
                    )
                )
            ),
            _ => throw new CliException(
                call.Words["several types", typed, string.Join(", ", named.Select(t => $"{t.Namespace}/{t.Type.ResourceType}"))]
            ),
        };
    }

    /// <summary>A body from a file, or from standard input where that is <c>-</c>.</summary>
    private static async Task<JsonNode> BodyAsync(CliCall call)
    {
        string file = call.Text("--file");
        string text =
            file == "-" ? await Console.In.ReadToEndAsync(call.Cancellation) : await File.ReadAllTextAsync(file, call.Cancellation);
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? throw new CliException(call.Words["not a body", file, "{ … }"]);
        }
        catch (JsonException e)
        {
            throw new CliException(call.Words["not a body", file, e.Message]);
        }
    }

    /// <summary>For people a line per value, by the names of the wire.</summary>
    private static void Show(CliCall call, Document<JsonNode> found) =>
        Printer.One(call, found, [.. Values(found.Json, "").Select(v => new Column<JsonNode>("", _ => v.Value) { Heading = v.Path })]);

    private static IEnumerable<(string Path, string Value)> Values(JsonNode? node, string path) =>
        node switch
        {
            JsonObject members => members.SelectMany(m => Values(m.Value, path.Length == 0 ? m.Key : $"{path}.{m.Key}")),
            JsonArray items => items.SelectMany((item, i) => Values(item, $"{path}[{i}]")),
            null => [],
            _ => [(path, node.ToString())],
        };

    private static string Text(JsonNode? node) => node?.ToString() ?? "";
}
