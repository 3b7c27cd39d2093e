using Causeway.Testing.Workflows;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Samples;

/// <summary>
/// What the tests that hold for every resource type have to know of one: its states and signals, a story, a body as a client sends it. It lies beside its type, in
/// <c>X.sample.cs</c>, where the golden files of the type lie too. The tests ask the server which types it has, and fail by name for one that has no sample.
/// </summary>
internal abstract class Sample
{
    /// <summary>Full canonical type, such as <c>Microsoft.Network/expressRouteCircuits/peerings</c>.</summary>
    public abstract string Type { get; }

    /// <summary>State × signal tables; none for what lives in the document of another.</summary>
    public virtual IReadOnlyList<StateTable> Tables => [];

    /// <summary>Stories in which its workflow and its effects are at work; those that others tell need not be named again.</summary>
    public virtual IReadOnlyList<Story> Stories => [];

    /// <summary>A PUT as a client sends it, after what must exist before was made on the stage; null for what nobody can PUT.</summary>
    public virtual ValueTask<SamplePut?> PutAsync(Stage stage) => new((SamplePut?)null);

    /// <summary>Where it and the golden files of its type lie.</summary>
    public string Folder => field ??= SampleBook.FolderOf(GetType());
}

/// <summary>A sample of a type that has a workflow and a document of its own.</summary>
internal abstract class Sample<T> : Sample
    where T : class, IResource
{
    public override string Type => Workflow.Type;

    public abstract Workflow<T> Workflow { get; }

    /// <summary>Every state, absent too, each reachable.</summary>
    public abstract IReadOnlyList<(string Name, T? State)> States { get; }

    /// <summary>Every signal, and each way that one can be wrong.</summary>
    public abstract IReadOnlyList<(string Name, Signal Signal)> Signals { get; }

    /// <summary>A resource in one line: what a signal changes must show in it.</summary>
    public abstract string Describe(T resource);

    public override IReadOnlyList<StateTable> Tables => [Table(Workflow, States, Signals)];

    /// <param name="variant">Tells several tables of one workflow apart.</param>
    protected StateTable Table(
        Workflow<T> workflow,
        IReadOnlyList<(string Name, T? State)> states,
        IReadOnlyList<(string Name, Signal Signal)> signals,
        string variant = ""
    ) =>
        new(
            WorkflowTable.FileOf(workflow.GetType(), variant),
            () => WorkflowTable.Verify(workflow, states, signals, Describe, Folder, variant),
            SumTypes.In(states.Select(s => s.State)),
            [.. signals.Select(s => s.Signal.GetType())]
        );
}

/// <summary>A golden table, and the cases of sum types and the signals that stand in it.</summary>
internal sealed record StateTable(string File, Action Verify, IReadOnlySet<string> States, IReadOnlyList<Type> Signals);

/// <summary>A story for the workflow kit, made anew for each telling.</summary>
internal sealed record Story(string Name, Func<WorkflowStory> Of);

/// <summary>A whole PUT of what is not there yet, as a client sends it.</summary>
/// <param name="Path">Without the query.</param>
/// <param name="Body">JSON; what is in it, GET shows.</param>
internal sealed record SamplePut(string Path, string ApiVersion, string Body)
{
    /// <summary>A second body, which changes it; null where a PUT changes nothing of what is there.</summary>
    public string? Changed { get; init; }

    /// <summary>Which of the installation's first principals sends it.</summary>
    public string By { get; init; } = "customer";

    /// <summary>Status of the PUT that makes it, where the real service does not answer 201.</summary>
    public int IsMade { get; init; } = 201;

    /// <summary>Status of the same PUT again, where the real service does not answer 200.</summary>
    public int IsAgain { get; init; } = 200;

    /// <summary>A PUT does something each time that it is sent, as a deployment does.</summary>
    public bool IsDeed { get; init; }

    /// <summary>Something else makes and ends it, as a circuit its cross connection.</summary>
    public bool IsAlwaysThere { get; init; }

    /// <summary>False where the path says one of a few fixed names.</summary>
    public bool IsNamedFreely { get; init; } = true;

    /// <summary>Members of the body, as paths, that are never shown again: secrets.</summary>
    public IReadOnlyList<string> Secret { get; init; } = [];

    /// <summary>A PATCH that can be sent as often as one likes.</summary>
    public string Patch { get; init; } = """{"tags":{"a":"b"}}""";

    /// <summary>Status of a DELETE of what is not there.</summary>
    public int IsGone { get; init; } = 204;

    public string Url => $"{Path}?api-version={ApiVersion}";
}
