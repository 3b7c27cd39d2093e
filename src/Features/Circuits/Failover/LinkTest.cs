using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>How a test takes the traffic off a link.</summary>
public enum LinkTestKind
{
    /// <summary>The sessions of the link are held down.</summary>
    BgpDisconnect,

    /// <summary>They stay up, and announce longer paths than the other link's.</summary>
    AsPathPrepend,
}

/// <summary>
/// A failover test of one link of a circuit: the customer sees that everything goes over the other one. It ends when it is stopped, and by itself at its time.
/// </summary>
/// <param name="Link">The link that is taken out.</param>
/// <param name="Until">When it ends by itself, UTC.</param>
/// <param name="Generation">The circuit's generation that first has it: it runs when the routers have followed that one.</param>
public sealed record LinkTest(Guid Id, Side Link, LinkTestKind Kind, DateTimeOffset Started, DateTimeOffset Until, long Generation)
{
    /// <summary>What was seen of both links just before.</summary>
    public ImmutableArray<LinkSession> Before { get; init; } = [];

    /// <summary>Prefixes that came over the tested link alone, at most <see cref="MostNamed"/>: nothing carried them meanwhile.</summary>
    public ImmutableArray<IpPrefix> Alone { get; init; } = [];

    /// <summary>Null while it runs.</summary>
    public LinkTestEnd? Ended { get; init; }

    /// <summary>How many tests a circuit remembers.</summary>
    public const int MostKept = 20;

    public const int MostNamed = 100;

    /// <summary>How often our ASN is prepended.</summary>
    public const int Prepend = 3;

    /// <summary>The wire's name of where it is.</summary>
    /// <param name="applied">What the router of the tested link carries.</param>
    public string StatusAt(long applied) =>
        Ended is not { } end
            ? applied < Generation
                ? "Starting"
                : "Running"
            : applied < end.Generation
                ? "Stopping"
                : end.Why switch
                {
                    LinkTestEnding.Stopped => "Completed",
                    LinkTestEnding.TimeOver => "Expired",
                    _ => "Invalid",
                };

    /// <summary>What was wrong with it, for people.</summary>
    [JsonIgnore]
    public IEnumerable<string> Issues
    {
        get
        {
            if (!Alone.IsEmpty)
                yield return $"{(Alone.Length == MostNamed ? "At least " : "")}{Alone.Length} prefixes came over the {Word(Link)} link alone, {Alone[0]} among them: announce them on both links.";
            if (Ended is not { } end)
                yield break;
            if (end.Why == LinkTestEnding.TimeOver)
                yield return $"Nobody stopped it: it ended by itself at {end.At:yyyy-MM-dd HH:mm} UTC.";
            else if (end.Why != LinkTestEnding.Stopped)
                yield return $"It ended at {end.At:yyyy-MM-dd HH:mm} UTC because {Because(end.Why)}: it proves nothing.";
            foreach (LinkSession lost in end.Seen.Where(s => s.Link != Link && !s.IsUp))
                yield return $"The {(lost.Family == IpFamily.V4 ? "IPv4" : "IPv6")} session of the {Word(lost.Link)} link was not established when it was stopped.";
        }
    }

    /// <summary>What ended it, as the end of a sentence.</summary>
    internal string Because(LinkTestEnding why) =>
        why switch
        {
            LinkTestEnding.OtherLinkDisabled => $"the {Word(Link.Other)} link was disabled on the circuit's port",
            LinkTestEnding.OtherLinkLost => $"a session of the {Word(Link.Other)} link was lost",
            LinkTestEnding.CircuitLeft => "the circuit left its routers",
            LinkTestEnding.TimeOver => "its time was over",
            _ => "it was stopped",
        };

    private static string Word(Side side) => side == Side.Primary ? "primary" : "secondary";
}

/// <summary>A session of a link as its router saw it.</summary>
public sealed record LinkSession(Side Link, IpFamily Family, bool IsUp, DateTimeOffset At);

/// <summary>Why a test ended.</summary>
public enum LinkTestEnding
{
    /// <summary>Somebody stopped it.</summary>
    Stopped,

    /// <summary>Nobody did until its time was over.</summary>
    TimeOver,

    /// <summary>The link that carried everything was disabled on the circuit's port.</summary>
    OtherLinkDisabled,

    /// <summary>A router says that a session of the link that carried everything is not established any more.</summary>
    OtherLinkLost,

    /// <summary>The circuit left its routers: there is no link that could be put back.</summary>
    CircuitLeft,
}

/// <param name="Generation">The circuit's generation that is first without the test; 0 when there is nothing to be put back.</param>
/// <param name="ByItself">Not because somebody stopped it.</param>
/// <param name="Successful">What who stopped it said; null when nobody did.</param>
/// <param name="Verified">Whether who stopped it said to have looked.</param>
/// <param name="Seen">What was seen of both links just before it was stopped.</param>
public sealed record LinkTestEnd(
    DateTimeOffset At,
    long Generation,
    bool ByItself,
    bool? Successful,
    bool Verified,
    ImmutableArray<LinkSession> Seen
)
{
    /// <inheritdoc cref="LinkTestEnding.OtherLinkDisabled"/>
    public bool OtherLinkDisabled { get; init; }

    /// <inheritdoc cref="LinkTestEnding.OtherLinkLost"/>
    public bool OtherLinkLost { get; init; }

    /// <inheritdoc cref="LinkTestEnding.CircuitLeft"/>
    public bool CircuitLeft { get; init; }

    // Documents say it in members of their own, so that a node of an older version can read them.
    [JsonIgnore]
    public LinkTestEnding Why =>
        CircuitLeft ? LinkTestEnding.CircuitLeft
        : OtherLinkLost ? LinkTestEnding.OtherLinkLost
        : OtherLinkDisabled ? LinkTestEnding.OtherLinkDisabled
        : ByItself ? LinkTestEnding.TimeOver
        : LinkTestEnding.Stopped;
}

/// <summary>A test of a link is to begin.</summary>
/// <param name="Seen">What both routers say of the sessions, fresh: the other link has to carry every family.</param>
/// <param name="Alone">See <see cref="LinkTest.Alone"/>.</param>
public sealed record StartLinkTest(
    DateTimeOffset At,
    Guid Id,
    Side Link,
    LinkTestKind Kind,
    ImmutableArray<LinkSession> Seen,
    ImmutableArray<IpPrefix> Alone,
    Ticket Ticket
) : Signal(At);

/// <summary>The running test ends.</summary>
public sealed record StopLinkTest(
    DateTimeOffset At,
    Side? Link,
    LinkTestKind? Kind,
    bool? Successful,
    bool Verified,
    ImmutableArray<LinkSession> Seen,
    Ticket Ticket
) : Signal(At);

/// <summary>A router was seen to have lost a session of the link that carries everything while the other one is tested.</summary>
/// <param name="Test">The test that runs.</param>
public sealed record OtherLinkLost(DateTimeOffset At, Guid Test) : Signal(At);

/// <summary>A gateway is tested without the links of a site, or has them again.</summary>
/// <param name="Held">Whether the circuit shall announce the network of the connection no longer.</param>
public sealed record HoldLink(DateTimeOffset At, ResourceId ConnectionId, bool Held) : Signal(At);
