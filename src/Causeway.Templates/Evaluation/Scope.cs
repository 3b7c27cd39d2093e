using System.Collections.Immutable;
using Causeway.Templates.Values;

namespace Causeway.Templates.Evaluation;

/// <summary>Where an expression stands: which loops it is in, and which functions it may use.</summary>
public sealed record Scope
{
    public static Scope Plain { get; } = new();

    /// <summary>Indexes of the loops it stands in, by their names; the one without a name is the resource's or the output's.</summary>
    public ImmutableDictionary<string, int> Loops { get; init; } =
        ImmutableDictionary.Create<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The variables of the lambdas it stands in.</summary>
    public ImmutableDictionary<string, Value> Lambdas { get; init; } =
        ImmutableDictionary.Create<string, Value>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The parameters of the template's own function that it stands in; null outside of them.</summary>
    public IReadOnlyDictionary<string, Value>? OwnParameters { get; init; }

    /// <summary>The names of the template's own functions that it stands in.</summary>
    public ImmutableHashSet<string> Calls { get; init; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether <c>utcNow()</c> and <c>newGuid()</c> may be used: in default values of parameters only.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Whether what a running deployment knows may be asked for.</summary>
    public bool MayReference { get; init; }

    /// <summary>Whether arrays called <c>copy</c> are loops that make a member.</summary>
    public bool HasCopies { get; init; }

    public Scope In(string loop, int index) => this with { Loops = Loops.SetItem(loop, index) };
}

/// <summary>What a running deployment knows of resources. Null: not (yet).</summary>
public interface IRuntime
{
    /// <param name="target">A name, a symbol or an id, as the template wrote it.</param>
    /// <param name="isFull">The whole resource rather than its properties.</param>
    Value? Reference(string target, string? apiVersion, bool isFull);

    /// <summary>All resources of a loop.</summary>
    Value? References(string loop, bool isFull);

    /// <param name="function">Such as <c>listKeys</c>.</param>
    /// <param name="argument">Sent along; null for nothing.</param>
    Value? List(string function, string target, string apiVersion, Value? argument);
}
