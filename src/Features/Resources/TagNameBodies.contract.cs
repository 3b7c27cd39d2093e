namespace Causeway.Contracts.Resources;

/// <summary>A tag name of a subscription.</summary>
/// <param name="Count">On how many resources, groups and subscriptions it stands.</param>
/// <param name="Values">Those that were defined, and those in use.</param>
public sealed record TagNameBody(string Id, string TagName, TagCountBody Count, IReadOnlyList<TagValueBody> Values);

/// <summary>A value of a tag name.</summary>
public sealed record TagValueBody(string Id, string TagValue, TagCountBody Count);

/// <param name="Type"><c>Total</c>.</param>
public sealed record TagCountBody(string Type, int Value);
