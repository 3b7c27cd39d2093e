namespace Causeway.Contracts.Support;

/// <summary><c>Microsoft.Support/services</c>: what can be asked about.</summary>
public sealed record SupportServiceBody(string Id, string Name, string Type, SupportServiceProperties Properties);

public sealed record SupportServiceProperties(string DisplayName, IReadOnlyList<string> ResourceTypes);

/// <summary><c>Microsoft.Support/services/problemClassifications</c>: what can be asked about a service.</summary>
public sealed record ProblemClassificationBody(string Id, string Name, string Type, ProblemClassificationProperties Properties);

public sealed record ProblemClassificationProperties(string DisplayName);

/// <summary>Whether a name is free.</summary>
/// <param name="Type"><c>Microsoft.Support/supportTickets</c>, or of a ticket <c>Microsoft.Support/communications</c>.</param>
public sealed record NameQuestionBody(string Name, string Type);

/// <param name="Reason"><c>AlreadyExists</c> or <c>Invalid</c>; absent when the name is free.</param>
public sealed record NameAnswerBody(bool NameAvailable, string? Reason, string? Message);
