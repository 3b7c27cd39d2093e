using System.CommandLine;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Cli;

/// <summary>One invocation of a verb: its arguments, its client, its output.</summary>
internal sealed class CliCall(ParseResult parse, CancellationToken cancellation) : IDisposable
{
    public const string Network = ArmClient.NetworkVersion;

    private readonly CliContext _context = CliContext.Load();
    private ArmClient? _client;

    public CancellationToken Cancellation => cancellation;
    public TextWriter Out => parse.InvocationConfiguration.Output;
    public TextWriter Error => parse.InvocationConfiguration.Error;
    public OutputForm Form => parse.GetValue(CommonOptions.Output);
    public bool Wait => !parse.GetValue(CommonOptions.NoWait);

    /// <summary>The command line's path of verbs, such as <c>circuit create</c>.</summary>
    public string Path
    {
        get
        {
            var names = new Stack<string>();
            for (var c = parse.CommandResult; c is { Command: not RootCommand }; c = c.Parent as System.CommandLine.Parsing.CommandResult)
                names.Push(c.Command.Name);
            return string.Join(' ', names);
        }
    }

    /// <summary>What the call is about, for advice under an error: a circuit's name, a service key.</summary>
    public string? Subject { get; set; }

    public T? Get<T>(Option<T> option) => parse.GetValue(option);

    public T Get<T>(Argument<T> argument) => parse.GetValue(argument)!;

    /// <summary>True when the user typed the option.</summary>
    public bool Has(Option option) => parse.GetResult(option) is { Implicit: false };

    /// <summary>Provider verbs are the provider's unless --as says otherwise.</summary>
    public string Principal =>
        parse.GetValue(CommonOptions.As)
        ?? (
            Path.StartsWith("provider ", StringComparison.Ordinal) && !Path.EndsWith(" list", StringComparison.Ordinal)
                ? "provider"
                : _context.As ?? "customer"
        );

    public string AccessPath =>
        System.IO.Path.GetFullPath(
            parse.GetValue(CommonOptions.Access) ?? _context.Access ?? System.IO.Path.Combine("data", "access.json")
        );

    public ArmClient Client => _client ??= Connect(Principal);

    public string Subscription
    {
        get
        {
            string? named = parse.GetValue(CommonOptions.Subscription);
            return named is null ? Client.Subscription()
                : Guid.TryParse(named, out _) ? named
                : Client.Subscription(named);
        }
    }

    public string SubscriptionPath => $"/subscriptions/{Subscription}";

    /// <summary>The group as typed or saved; null when neither.</summary>
    public string? KnownGroup => parse.GetValue(CommonOptions.Group) ?? _context.Group;

    public string Group =>
        KnownGroup
        ?? throw new CliException("Which resource group? Say --group NAME, or once and for all: causeway context set --group NAME.");

    public string GroupPath => $"{SubscriptionPath}/resourceGroups/{Group}";

    /// <summary>The path of a Microsoft.Network resource by its name in the group, or by its whole id.</summary>
    public string PathOf(string type, string nameOrId) =>
        nameOrId.StartsWith('/') ? nameOrId : $"{GroupPath}/providers/Microsoft.Network/{type}/{Uri.EscapeDataString(nameOrId)}";

    public string CircuitPath(string nameOrId) => PathOf("expressRouteCircuits", Subject = nameOrId);

    /// <summary>Awaits, with a spinner on a terminal when it takes longer than a second.</summary>
    public Task<T> Working<T>(string what, Task<T> work) => Progress.ShowAsync(what, work, cancellation);

    public async Task<JsonNode> PutAsync(string path, JsonNode body, string what, string version = Network, string? etag = null) =>
        await Working(what, Client.PutAsync(path, version, body, Wait, cancellation, etag));

    public async Task<JsonNode> GetAsync(string path, string version = Network) =>
        await Working("Reading", Client.GetAsync(path, version, cancellation));

    public async Task<List<JsonNode>> ListAsync(string path, string version = Network) =>
        await Working("Reading", ReadAsync(path, version));

    /// <summary>Deletes, and says so; absent is fine, as it is for the server.</summary>
    public async Task DeleteAsync(string path, string what, string version = Network)
    {
        bool was = await Working($"Deleting {what}", Client.DeleteAsync(path, version, Wait, cancellation));
        if (Form == OutputForm.Table)
            Out.WriteLine(was ? $"{what} is {(Wait ? "deleted" : "being deleted")}." : $"There was no {what}.");
    }

    /// <summary>GET, change, PUT under the etag that was read, so that nobody's change is lost.</summary>
    public async Task<JsonNode> ChangeAsync(string path, string what, Action<JsonObject> change)
    {
        JsonObject resource = (await GetAsync(path)).AsObject();
        change(resource);
        return await PutAsync(path, resource, what, etag: resource["etag"]?.ToString());
    }

    private async Task<List<JsonNode>> ReadAsync(string path, string version)
    {
        var items = new List<JsonNode>();
        await foreach (JsonNode item in Client.ListAsync(path, version, cancellation))
            items.Add(item);
        return items;
    }

    public ArmClient Connect(string principal)
    {
        var client = new ArmClient(AccessFile.Load(AccessPath), principal, TimeProvider.System);
        if (parse.GetValue(CommonOptions.PrintRequest))
            client.OnRequest = (method, path, body) => RequestPrinter.Print(Error, method, client.Access.Endpoint, path, body);
        return client;
    }

    public void Dispose() => _client?.Dispose();
}
