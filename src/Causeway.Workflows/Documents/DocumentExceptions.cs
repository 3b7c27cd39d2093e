using Causeway.Primitives;

namespace Causeway.Workflows.Documents;

/// <summary>The document of one resource cannot be read. Every other resource is as it was.</summary>
public sealed class UnreadableDocumentException(ResourceId id, int schema, int known, Exception inner)
    : Exception(
        schema > known
            ? $"The document of {id} has schema {schema}, and this node knows schemas up to {known}: a node of the newer version can read it."
            : $"The document of {id} cannot be read; other resources are not affected. The operator has to restore or mend it.",
        inner
    ),
        IUnavailable
{
    public ResourceId Id { get; } = id;

    public string Code => "ResourceUnreadable";

    public TimeSpan? RetryAfter { get; } = schema > known ? TimeSpan.FromSeconds(5) : null;
}

/// <summary>The document holds what this node does not know, so this node does not write it: nothing of it shall be lost.</summary>
public sealed class NewerDocumentException(ResourceId id)
    : Exception($"{id} was written by a newer version than this node's, which therefore does not change it: a node of that version does."),
        IUnavailable
{
    public string Code => "ResourceIsNewer";

    public TimeSpan? RetryAfter => TimeSpan.FromSeconds(5);
}
