using System.Collections.Immutable;
using Causeway.Primitives;
using Causeway.Templates.Evaluation;
using Causeway.Templates.Values;

namespace Causeway.Templates;

/// <summary>One resource that a deployment is to make: a resource of the template, or one turn of its loop.</summary>
public sealed record PlannedResource
{
    /// <summary>What it is called within the deployment, always the same for the same template: its symbol or its place, and its index in a loop.</summary>
    public required string Key { get; init; }

    public required ResourceId Id { get; init; }

    public required string ApiVersion { get; init; }

    /// <summary>It is there already, and is only referred to.</summary>
    public bool IsExisting { get; init; }

    /// <summary>Its condition does not hold: it is not made, and nothing waits for it.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>Where it is to be, as the template writes it; null where it does not say, or where only the running deployment knows.</summary>
    public string? Location { get; init; }

    /// <summary>Keys of those that have to be there before.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>Where it stands in the template.</summary>
    public required string Path { get; init; }

    internal Value.Object Json { get; init; } = Value.Object.Empty;

    internal Scope Scope { get; init; } = Scope.Plain;

    /// <summary>Its loop's name, or null; in a template without symbols what others depend on.</summary>
    internal string? Loop { get; init; }

    /// <summary>Of its symbol or its place, without the index.</summary>
    internal string Of { get; init; } = "";

    internal int Index { get; init; }

    /// <summary>Keys of its parent (nested in it), else null.</summary>
    internal string? Parent { get; init; }
}

/// <summary>Something that only the server's resources can answer: the state of one, or what one of its actions lists.</summary>
/// <param name="Id">Of which resource.</param>
/// <param name="Function">Null for the resource itself; else the action, such as <c>listKeys</c>.</param>
/// <param name="Argument">What the action is sent; null for nothing.</param>
public sealed record Question(ResourceId Id, string ApiVersion, string? Function = null, Value? Argument = null)
{
    /// <summary>The same for the same question.</summary>
    public string Key => $"{Function} {Id.Key} {ApiVersion} {Argument}";
}
