using System.CommandLine;
using System.CommandLine.Parsing;
using Causeway.Cli.Language;
using Causeway.Client;

namespace Causeway.Cli.Kit;

/// <summary>One invocation of a verb: its arguments, its client, its output.</summary>
internal sealed class CliCall(ParseResult parse, Verb verb, CancellationToken cancellation) : IDisposable
{
    private CliContext? _context;
    private CausewayClient? _client;

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

    /// <summary>Who to be: as typed, else whose verb it is, else the saved one.</summary>
    public string Principal => parse.GetValue<string?>(CommonOptions.As) ?? verb.As ?? Context.As ?? "customer";

    public string AccessPath =>
        System.IO.Path.GetFullPath(
            parse.GetValue<string?>(CommonOptions.Access) ?? Context.Access ?? System.IO.Path.Combine("data", "access.json")
        );

    public CausewayClient Client => _client ??= Connect();

    /// <summary>The subscription by id, or by a role's name in the access file.</summary>
    public string Subscription =>
        parse.GetValue<string?>(CommonOptions.Subscription) is not { } named ? Client.Arm.Subscription()
        : Guid.TryParse(named, out _) ? named
        : Client.Arm.Subscription(named);

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
        var arm = new ArmClient(AccessFile.Load(AccessPath), Principal, TimeProvider.System);
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
