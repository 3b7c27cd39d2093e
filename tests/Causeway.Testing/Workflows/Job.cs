using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Testing.Workflows;

/// <summary>The smallest resource that waits for something outside and for an instant.</summary>
public sealed record Job(string Key, string StateName, string Why, DateTimeOffset? Until, Guid Operation) : IResource
{
    public const string ResourceType = "Causeway.Tests/jobs";

    public static ResourceId IdOf(string name) => ResourceId.Of("sub", "rg", "Causeway.Tests", "jobs", name);

    [JsonIgnore]
    public ResourceId Id => ResourceId.Parse(Key);

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public ImmutableSortedDictionary<string, string> Tags => ImmutableSortedDictionary<string, string>.Empty;
}

public abstract record JobSignal(DateTimeOffset At) : Signal(At)
{
    public sealed record Begin(DateTimeOffset At, ResourceId Id, ImmutableArray<Effect> Effects, DateTimeOffset? Until = null)
        : JobSignal(At);

    public sealed record Extend(DateTimeOffset At, DateTimeOffset Until) : JobSignal(At);

    public sealed record Done(DateTimeOffset At) : JobSignal(At);

    public sealed record Refused(DateTimeOffset At) : JobSignal(At);

    public sealed record GivenUp(DateTimeOffset At, string Why) : JobSignal(At);
}

public sealed class JobWorkflow : Workflow<Job>
{
    public override string Type => Job.ResourceType;

    protected override JsonTypeInfo<Job> Json => JobJson.Default.Job;

    public override IEnumerable<WakeUp> WakeUpsOf(Job resource) =>
        resource is { Until: { } until, StateName: "Working" } ? [new WakeUp("overdue", until)] : [];

    public override Decision<Job> Decide(Job? current, Signal signal) =>
        (current, signal) switch
        {
            (_, JobSignal.Refused) => new Decision<Job>.Refuse(Refusal.Conflict("No", "not wanted any more")),
            (_, JobSignal.Begin b) => new Decision<Job>.Move(
                new Job(b.Id.Text, "Working", "", b.Until, current?.Operation ?? Guid.NewGuid()),
                "begun"
            )
            {
                Effects = b.Effects,
            },
            (null, _) => new Decision<Job>.Stay("there is none"),
            ({ StateName: "Working" }, JobSignal.Extend e) => Move(current with { Until = e.Until }),
            ({ StateName: "Working" }, JobSignal.Done) => Move(current with { StateName = "Done" }),
            ({ StateName: "Working" }, JobSignal.GivenUp g) => Move(current with { StateName = "Failed", Why = g.Why }),
            ({ StateName: "Working" }, WokenUp w) => Move(current with { StateName = "Overdue", Why = $"{w.What} at {w.At:O}" }),
            _ => new Decision<Job>.Stay("over"),
        };

    private static Decision<Job>.Move Move(Job next) => new(next, next.StateName);
}

[JsonSerializable(typeof(Job))]
internal sealed partial class JobJson : JsonSerializerContext;
