namespace Causeway.Contracts.Circuits;

/// <summary>Whether a circuit can be used, and what stands in the way: <c>…/expressRouteCircuits/{c}/explain</c>.</summary>
/// <param name="Summary">One sentence.</param>
/// <param name="ActsNext">Who has to do something next: <c>customer</c>, <c>provider</c>, <c>peer</c>, <c>operator</c>; null when nobody has to.</param>
/// <param name="Since">Since when it is as it is.</param>
/// <param name="Findings">Everything that was looked at, in the order of the road.</param>
public sealed record ExplainBody(
    bool Usable,
    string Summary,
    string? ActsNext,
    DateTimeOffset? Since,
    IReadOnlyList<FindingBody> Findings,
    IReadOnlyList<JournalBody> Latest
);

/// <param name="Code">Stable, for scripts and translations.</param>
/// <param name="Level"><c>ok</c>, <c>info</c>, <c>warning</c> or <c>blocking</c>.</param>
/// <param name="Message">In English.</param>
/// <param name="Values">What the message names, in its order.</param>
/// <param name="ValuesByName">The same by name: a translation says the same from the code and these, and by their names knows which of the ways to say a
/// code it is. Null from a server that does not name them yet.</param>
/// <param name="Evidence">The path at which what it rests on can be read; absent where that is the finding itself.</param>
public sealed record FindingBody(
    string Code,
    string Level,
    string Message,
    string? ActsNext,
    DateTimeOffset? Since,
    IReadOnlyList<string> Values,
    IReadOnlyDictionary<string, string>? ValuesByName,
    string? Evidence = null
);

/// <summary>One line of the timeline.</summary>
/// <param name="Actor">Object id of the principal; <c>causeway</c> for our own doing.</param>
/// <param name="ActorName">Name of the principal, while there is one of that object id.</param>
/// <param name="Differences">What it made other than it was; absent for nothing that is told.</param>
public sealed record JournalBody(
    long Position,
    DateTimeOffset At,
    string Actor,
    string What,
    string From,
    string To,
    string Why,
    string? CorrelationId,
    string? ActorName = null,
    IReadOnlyList<DifferenceBody>? Differences = null
);
