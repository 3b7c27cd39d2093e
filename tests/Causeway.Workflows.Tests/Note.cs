using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows.Storage;

namespace Causeway.Workflows.Tests;

/// <summary>A resource whose claims, labels and wake-ups are whatever was written into it.</summary>
internal sealed record Note(string Key, string Text) : IResource
{
    public const string ResourceType = "Causeway.Tests/notes";

    public static ResourceId IdOf(string name) => ResourceId.Of("sub", "rg", "Causeway.Tests", "notes", name);

    public ImmutableArray<string> Claims { get; init; } = [];
    public ImmutableArray<string> Labels { get; init; } = [];
    public ImmutableSortedDictionary<string, DateTimeOffset> Alarms { get; init; } =
        ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    [JsonIgnore]
    public ResourceId Id => ResourceId.Parse(Key);

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;

    [JsonIgnore]
    public string StateName => Text;
}

internal abstract record NoteSignal(DateTimeOffset At) : Signal(At)
{
    /// <summary>Makes it so.</summary>
    public sealed record Write(DateTimeOffset At, Note Note) : NoteSignal(At);

    public sealed record Erase(DateTimeOffset At) : NoteSignal(At);

    /// <summary>Looks, changes nothing, and starts an operation all the same.</summary>
    public sealed record Look(DateTimeOffset At, Operation Operation) : NoteSignal(At);
}

internal sealed class NoteWorkflow : Workflow<Note>
{
    public override string Type => Note.ResourceType;

    protected override JsonTypeInfo<Note> Json => NoteJson.Default.Note;

    /// <summary>Claims that begin so are ours to choose.</summary>
    public const string Chosen = "chosen/";

    public override IEnumerable<string> ClaimsOf(Note resource) => resource.Claims;

    public override IEnumerable<string> LabelsOf(Note resource) => resource.Labels;

    public override IEnumerable<WakeUp> WakeUpsOf(Note resource) => resource.Alarms.Select(a => new WakeUp(a.Key, a.Value));

    public override bool IsChosen(string claim, Signal signal) => claim.StartsWith(Chosen, StringComparison.Ordinal);

    public override IEnumerable<Quota> QuotasOf(Note resource) => [new Quota(new ResourceQuery { Type = Type }, 3)];

    public override Decision<Note> Decide(Note? current, Signal signal) =>
        signal switch
        {
            NoteSignal.Write w => new Decision<Note>.Move(w.Note, "written"),
            NoteSignal.Erase => new Decision<Note>.End("erased"),
            NoteSignal.Look l => new Decision<Note>.Stay("looked at") { Operations = [new OperationChange.Start(l.Operation)] },
            _ => new Decision<Note>.Stay("nothing to do"),
        };
}

[JsonSerializable(typeof(Note))]
internal sealed partial class NoteJson : JsonSerializerContext;
