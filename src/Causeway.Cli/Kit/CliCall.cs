using System.CommandLine;
using System.CommandLine.Parsing;
using Causeway.Client;
using Causeway.Client.Resources;
using Causeway.Contracts.Resources;
using Causeway.Language;

namespace Causeway.Cli.Kit;

/// <summary>One invocation of a verb: its arguments, its client, its output.</summary>
internal sealed class CliCall(ParseResult parse, Verb verb, CancellationToken cancellation) : IDisposable
{
    private CliContext? _context;
    private CausewayClient? _client;
    private AccessFile? _access;
    private string? _principal;
    private string? _subscription;

    public Words Words => verb.Words;
    public string BuiltInTopology => verb.BuiltInTopology();
    public CancellationToken Cancellation => cancellation;
    public TextWriter Out { get; } = new PlainWriter(parse.InvocationConfiguration.Output);
    public TextWriter Error { get; } = new PlainWriter(parse.InvocationConfiguration.Error);

    /// <summary>Whether a person watches what is written.</summary>
    public bool IsTerminal => ReferenceEquals(parse.InvocationConfiguration.Output, Console.Out) && !Console.IsOutputRedirected;
    public OutputForm Form => parse.GetValue<OutputForm>(CommonOptions.Output);

    /// <summary>What to take out of the answer before it is printed; null for all of it.</summary>
    public string? Query => parse.GetValue<string?>(CommonOptions.Query);

    /// <summary>Whether a person reads the result: tables, sentences, advice. Else the answer is printed, and nothing beside it.</summary>
    public bool ForPeople => Form == OutputForm.Table && Query is null;

    public bool Wait => !parse.GetValue<bool>(CommonOptions.NoWait);

    /// <summary>The command line's path of verbs, such as <c>circuit create</c>.</summary>
    public string Path
    {
        get
        {
            var names = new Stack<string>();
            for (var c = parse.CommandResult; c is { Command: not RootCommand }; c = c.Parent as CommandResult)
                names.Push(c.Command.Name);
            return string.Join(' ', names);
        }
    }

    /// <summary>Whether what the verb belongs to has a verb <c>list</c>.</summary>
    public bool CanList =>
        parse.CommandResult.Parent is CommandResult { Command.Subcommands: var verbs } && verbs.Any(v => v.Name == "list");

    /// <summary>What the call is about, for advice under an error: a circuit's name, a service key.</summary>
    public string? Subject { get; private set; }

    /// <summary>The path of the last request, for advice about a name that does not exist.</summary>
    public string? LastPath { get; private set; }

    /// <summary>The value of an option or argument of the verb, by its name.</summary>
    public T? Get<T>(string name) => parse.GetValue<T>(name);

    public string Text(string name) => parse.GetValue<string>(name) ?? "";

    /// <summary>True when the user typed the option.</summary>
    public bool Has(string option) => parse.GetResult(option) is OptionResult { Implicit: false };

    private CliContext Context => _context ??= CliContext.Load();

    /// <summary>
    /// Who to be: as typed; else whose verb it is, the saved one, or the customer, whichever the access file has first; else the only one that it has.
    /// </summary>
    public string Principal => _principal ??= parse.GetValue<string?>(CommonOptions.As) ?? Known();

    /// <summary>Whom to be for this call, where nothing else is typed.</summary>
    public void Prefer(string principal) => _preferred = principal;

    private string? _preferred;

    private string Known()
    {
        string[] candidates = [.. new[] { _preferred, verb.As, Context.As, "customer" }.OfType<string>()];
        Dictionary<string, PrincipalSecret> there = Access.Principals;
        return candidates.FirstOrDefault(there.ContainsKey) ?? (there.Count == 1 ? there.Keys.First() : candidates[0]);
    }

    public string AccessPath =>
        System.IO.Path.GetFullPath(
            parse.GetValue<string?>(CommonOptions.Access) ?? Context.Access ?? System.IO.Path.Combine("data", "access.json")
        );

    /// <summary>Where the server is, and who may log in.</summary>
    public AccessFile Access => _access ??= AccessFile.Load(AccessPath);

    public CausewayClient Client => _client ??= Connect();

    /// <summary>
    /// The subscription as typed, by id, by a role of the access file or by its name; else the principal's of the access file; else the only one that it may
    /// see. What the access file does not say, the server is asked for, once.
    /// </summary>
    public string Subscription =>
        _subscription ??= parse.GetValue<string?>(CommonOptions.Subscription) is { } named
            ? Guid.TryParse(named, out _)
                ? named
                : Access.Subscriptions.GetValueOrDefault(named) ?? Ask(SubscriptionOfAsync(named))
            : Access.Subscriptions.GetValueOrDefault(Principal) ?? Ask(OnlySubscriptionAsync());

    /// <summary>Paths are written where nothing waits; this program has nothing else to do meanwhile.</summary>
    private static string Ask(Task<string> question) => question.GetAwaiter().GetResult();

    /// <summary>The id of a subscription, by id or by its name where that names one.</summary>
    public async Task<string> SubscriptionOfAsync(string which)
    {
        if (Guid.TryParse(which, out _))
            return which;
        IReadOnlyList<Document<SubscriptionBody>> all = await Client.Subscriptions.AllAsync(cancellation);
        SubscriptionBody[] named = [.. all.Select(s => s.Body).Where(s => s.DisplayName.Equals(which, StringComparison.OrdinalIgnoreCase))];
        return named switch
        {
            [var one] => one.SubscriptionId,
            [] => throw new CliException(
                Words["no such subscription", which],
                ExitCode.NotFound,
                DidYouMean.Of(Words, which, all.Select(s => s.Body.DisplayName))
            ),
            _ => throw new CliException(Words["several subscriptions", which, string.Join(", ", named.Select(s => s.SubscriptionId))]),
        };
    }

    private async Task<string> OnlySubscriptionAsync()
    {
        IReadOnlyList<Document<SubscriptionBody>> all = await Client.Subscriptions.AllAsync(cancellation);
        return all is [var one]
            ? one.Body.SubscriptionId
            : throw new CliException(Words["which subscription", Principal, string.Join(", ", all.Select(s => s.Body.DisplayName))]);
    }

    public string SubscriptionPath => Ids.Subscription(Subscription);

    /// <summary>The group as typed or saved; null when neither.</summary>
    public string? KnownGroup => parse.GetValue<string?>(CommonOptions.Group) ?? Context.Group;

    public string Group => KnownGroup ?? throw new CliException(Words["which group"]);

    public string GroupPath => Ids.Group(Subscription, Group);

    /// <summary>The path of a Microsoft.Network resource by its name in the group, or by its whole id.</summary>
    public string PathOf(string type, string nameOrId) => nameOrId.StartsWith('/') ? nameOrId : Ids.OfNetwork(GroupPath, type, nameOrId);

    /// <summary>The circuit that the argument or option of this name names.</summary>
    public string Circuit(string symbol = "circuit") => PathOf("expressRouteCircuits", Subject = Text(symbol));

    /// <summary>Awaits, with a spinner on a terminal when it takes longer than a second.</summary>
    public Task<T> Working<T>(string key, Task<T> work) => Progress.ShowAsync(Words[key], work, cancellation);

    public Task<T> Reading<T>(Task<T> work) => Working("reading", work);

    /// <summary>A line after the result that says what to do next; only for people.</summary>
    public void Next(string key, params object[] values)
    {
        if (ForPeople)
            Out.WriteLine($"\n{Words[key, values]}");
    }

    /// <summary>Says what went wrong.</summary>
    /// <returns>What the process ends with.</returns>
    public int Fail(Failure failure)
    {
        failure.Write(Error, Form, Words);
        return (int)failure.Exit;
    }

    private CausewayClient Connect()
    {
        var arm = new ArmClient(Access, Principal, TimeProvider.System);
        bool print = parse.GetValue<bool>(CommonOptions.PrintRequest);
        arm.OnRequest = (method, path, body) =>
        {
            LastPath = path;
            if (print)
                RequestPrinter.Print(Error, method, arm.Access, path, body);
        };
        return new CausewayClient(arm);
    }

    public void Dispose() => _client?.Dispose();
}
