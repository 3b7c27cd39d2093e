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
    /// <param name="applied">What both routers carry.</param>
    public string StatusAt(long applied) =>
        Ended is not { } end
            ? applied < Generation
                ? "Starting"
                : "Running"
            : applied < end.Generation
                ? "Stopping"
                : end.OtherLinkDisabled
                    ? "Invalid"
                    : end.ByItself
                        ? "Expired"
                        : "Completed";

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
            if (end.OtherLinkDisabled)
                yield return $"It ended at {end.At:yyyy-MM-dd HH:mm} UTC because the {Word(Link.Other)} link was disabled on the circuit's port: it proves nothing.";
            else if (end.ByItself)
                yield return $"Nobody stopped it: it ended by itself at {end.At:yyyy-MM-dd HH:mm} UTC.";
            foreach (LinkSession lost in end.Seen.Where(s => s.Link != Link && !s.IsUp))
                yield return $"The {(lost.Family == IpFamily.V4 ? "IPv4" : "IPv6")} session of the {Word(lost.Link)} link was not established when it was stopped.";
        }
    }

    private static string Word(Side side) => side == Side.Primary ? "primary" : "secondary";
}

/// <summary>A session of a link as its router saw it.</summary>
public sealed record LinkSession(Side Link, IpFamily Family, bool IsUp, DateTimeOffset At);

/// <param name="Generation">The circuit's generation that is first without the test.</param>
/// <param name="ByItself">At its time, and not because somebody stopped it.</param>
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
    /// <summary>Because the link that carried everything was disabled on the circuit's port.</summary>
    public bool OtherLinkDisabled { get; init; }
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

/// <summary>A gateway is tested without the links of a site, or has them again.</summary>
/// <param name="Held">Whether the circuit shall announce the network of the connection no longer.</param>
public sealed record HoldLink(DateTimeOffset At, ResourceId ConnectionId, bool Held) : Signal(At);
