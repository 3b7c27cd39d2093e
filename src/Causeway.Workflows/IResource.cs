using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Workflows;

/// <summary>What the engine needs to know of any domain resource; the rest is its workflow's business.</summary>
public interface IResource
{
    ResourceId Id { get; }

    /// <summary>Azure region, normalised; empty where there is none.</summary>
    string Location { get; }

    /// <summary>Null where nobody said any, which is shown as nothing; empty where it was said that there are none.</summary>
    ImmutableSortedDictionary<string, string>? Tags { get; }

    /// <summary>Stable name of the workflow state, for the journal and the operator's eye.</summary>
    string StateName { get; }
}

/// <summary>A resource as it was read, with the version that the store gave it; whatever its type.</summary>
/// <param name="Revision">The optimistic lock.</param>
/// <param name="ETag">Opaque version for clients, without quotes.</param>
public abstract record Versioned(long Revision, Guid ETag, DateTimeOffset Created, DateTimeOffset Changed)
{
    /// <summary>The resource, for who does not know its type.</summary>
    public abstract IResource Any { get; }

    /// <summary>It holds what this program does not know: it may be shown, and must not be written.</summary>
    public bool IsNewer { get; init; }
}

/// <inheritdoc />
public sealed record Versioned<T>(T Resource, long Revision, Guid ETag, DateTimeOffset Created, DateTimeOffset Changed)
    : Versioned(Revision, ETag, Created, Changed)
    where T : class, IResource
{
    public override IResource Any => Resource;
}
