using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain;
using Causeway.Domain.Json;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Toys;

/// <summary>The smallest tracked resource: what <c>docs/how-to/add-a-resource-type.md</c> says, done.</summary>
public sealed record Toy : ITracked<Toy>
{
    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }

    /// <summary><c>Red</c> or <c>Blue</c>.</summary>
    public required string Colour { get; init; }

    public Toy With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName => "Ready";
}

/// <summary>A whole toy as wanted.</summary>
public sealed record PutToy(
    DateTimeOffset At,
    ResourceId Id,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    string Colour
) : Signal(At), IPut;

/// <summary>A toy: absent or <c>Ready</c>.</summary>
public sealed class ToyWorkflow : TrackedWorkflow<Toy>
{
    public override string Type => "Causeway.Toys/toys";

    protected override string Called => "toy";

    public override IReadOnlyList<string> Told => ["location", "tags", "colour"];

    protected override JsonTypeInfo<Toy> Json => ToyJson.Default.Toy;

    protected override Decision<Toy> DecideOn(Toy? current, Signal signal) =>
        (current, signal) switch
        {
            (_, PutToy put) => Move(
                new Toy
                {
                    Id = put.Id,
                    Location = put.Location,
                    Tags = put.Tags,
                    Colour = put.Colour,
                },
                current is null ? "made" : $"painted {put.Colour}"
            ),
            ({ }, DeleteResource) => End("thrown away"),
            _ => throw new System.Diagnostics.UnreachableException($"{current?.StateName} + {signal.Name}"),
        };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(ResourceIdConverter)])]
[JsonSerializable(typeof(Toy))]
internal sealed partial class ToyJson : JsonSerializerContext;
