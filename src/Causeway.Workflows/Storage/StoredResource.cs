using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Workflows.Storage;

/// <summary>
/// One resource as the store keeps it: an envelope that every resource has, and a body that only its workflow understands. A new resource
/// type needs no new table.
/// </summary>
public sealed record StoredResource
{
    public required ResourceId Id { get; init; }

    /// <summary>Canonical type, such as <c>Microsoft.Network/expressRouteCircuits</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Azure region, normalised (<c>westeurope</c>); empty for resources without one.</summary>
    public string Location { get; init; } = "";

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>1 for the first version; +1 with every commit that writes the resource. The optimistic lock.</summary>
    public long Revision { get; init; }

    /// <summary>The opaque ETag (a GUID) of this revision, without quotes.</summary>
    public Guid ETag { get; init; }

    /// <summary>The workflow state's stable name, for the operator's eye and for queries; the truth is in the body.</summary>
    public string State { get; init; } = "";

    /// <summary>UTF-8 JSON of the domain resource, workflow state included. Secrets in it are already encrypted.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The trace of the commit that wrote this revision, as a W3C traceparent; null where nobody traces.</summary>
    public string? Trace { get; init; }

    public DateTimeOffset Created { get; init; }
    public DateTimeOffset Changed { get; init; }
}
