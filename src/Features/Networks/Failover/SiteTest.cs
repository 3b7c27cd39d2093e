using System.Collections.Immutable;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Domain.Networks;

/// <summary>
/// A failover test of a gateway: its network is announced no longer over the circuits of one peering location, so that everything goes over the others. It ends
/// when it is stopped, and by itself at its time.
/// </summary>
/// <param name="PeeringLocation">As the circuits spell it.</param>
/// <param name="Links">What is held back.</param>
public sealed record SiteTest(
    Guid Id,
    string PeeringLocation,
    DateTimeOffset Started,
    DateTimeOffset Until,
    ImmutableArray<TestedLink> Links
)
{
    /// <summary>Null while it runs.</summary>
    public SiteTestEnd? Ended { get; init; }

    /// <summary>After how long a test that nobody stops ends.</summary>
    public static readonly TimeSpan EndsAfter = TimeSpan.FromHours(1);

    /// <summary>How many tests a gateway remembers.</summary>
    public const int MostKept = 20;
}

/// <summary>A connection of the gateway with its circuit.</summary>
public sealed record TestedLink(ResourceId Connection, ResourceId Circuit);

/// <param name="ByItself">Not because somebody stopped it.</param>
/// <param name="Successful">What who stopped it said; null when nobody did.</param>
/// <param name="Verified">Names of the connections that who stopped it said to have looked at.</param>
public sealed record SiteTestEnd(DateTimeOffset At, bool ByItself, bool? Successful, ImmutableArray<string> Verified)
{
    /// <summary>Because no other site carried the gateway's network any more: it proves nothing.</summary>
    public bool OthersLost { get; init; }
}

/// <summary>A test of a site is to begin.</summary>
/// <param name="Links">The gateway's connections to circuits of that location.</param>
/// <param name="Others">Peering locations of its other circuits.</param>
/// <param name="Carrying">Those of them that carry the gateway's network just now.</param>
public sealed record StartSiteTest(
    DateTimeOffset At,
    Guid Id,
    string PeeringLocation,
    ImmutableArray<TestedLink> Links,
    ImmutableArray<string> Others,
    ImmutableArray<string> Carrying
) : Signal(At);

/// <summary>The running test ends.</summary>
/// <param name="PeeringLocation">Null for whichever runs.</param>
public sealed record StopSiteTest(DateTimeOffset At, string? PeeringLocation, bool? Successful, ImmutableArray<string> Verified)
    : Signal(At);

/// <summary>None of a gateway's other sites is seen to carry its network any more.</summary>
/// <param name="Test">The test that runs.</param>
public sealed record OtherSitesLost(DateTimeOffset At, Guid Test) : Signal(At);

/// <summary>Failover tests of gateways, the same for those of networks and of hubs: one at a time, only while another site carries, and never longer than its time.</summary>
public static class SiteTesting
{
    private const string Ends = "site failover test ends";

    /// <summary>The label of the gateways that are tested without a site.</summary>
    public const string Label = "site-tested";

    public static IEnumerable<string> Labels(ImmutableArray<SiteTest> tests) => tests.Running() is null ? [] : [Label];

    /// <summary>The test that runs; null when none does.</summary>
    public static SiteTest? Running(this ImmutableArray<SiteTest> tests) => tests is [.., { Ended: null } running] ? running : null;

    public static (ImmutableArray<SiteTest> Tests, Refusal? No) Start(ImmutableArray<SiteTest> tests, StartSiteTest start)
    {
        if (tests.Running() is { } running)
            return No(
                "FailoverTestAlreadyRunning",
                $"A test of the site {running.PeeringLocation} runs since {running.Started:yyyy-MM-dd HH:mm} UTC: stop it with stopSiteFailoverTest, or wait until it ends by itself at {running.Until:HH:mm} UTC."
            );
        if (start.Links.IsEmpty)
            return No(
                "FailoverTestNotPossible",
                start.Others.IsEmpty
                    ? "The gateway is connected to no circuit: there is nothing to be tested."
                    : $"No circuit of the gateway is at '{start.PeeringLocation}': it has circuits at {string.Join(", ", start.Others)}."
            );
        if (start.Others.IsEmpty)
            return No(
                "FailoverTestNotPossible",
                $"All circuits of the gateway are at {start.PeeringLocation}: without that site nothing would carry its traffic. Connect it to a circuit at another peering location first."
            );
        if (start.Carrying.IsEmpty)
            return No(
                "FailoverTestNotPossible",
                $"No circuit at {string.Join(" or ", start.Others)} carries the gateway's network just now: without {start.PeeringLocation} nothing would. Bring a private session up there first; 'explain' of the circuit says what it waits for."
            );
        return (
            [
                .. tests.Skip(Math.Max(0, tests.Length - SiteTest.MostKept + 1)),
                new SiteTest(start.Id, start.PeeringLocation, start.At, start.At + SiteTest.EndsAfter, start.Links),
            ],
            null
        );

        (ImmutableArray<SiteTest>, Refusal?) No(string code, string message) => (tests, Refusal.Conflict(code, message));
    }

    public static (ImmutableArray<SiteTest> Tests, Refusal? No) Stop(ImmutableArray<SiteTest> tests, StopSiteTest stop)
    {
        if (tests.Running() is not { } running)
            return (
                tests,
                Refusal.Conflict(
                    "FailoverTestNotRunning",
                    "No site failover test runs on the gateway: getFailoverAllTestsDetails has those that ran."
                )
            );
        if (stop.PeeringLocation is { } named && !named.Equals(running.PeeringLocation, StringComparison.OrdinalIgnoreCase))
            return (
                tests,
                Refusal.Conflict("FailoverTestNotRunning", $"The test that runs is one of {running.PeeringLocation}: name that site.")
            );
        return (tests.Replace(running, running with { Ended = new(stop.At, ByItself: false, stop.Successful, stop.Verified) }), null);
    }

    /// <summary>The same when the running one's time is over; otherwise what they were.</summary>
    public static ImmutableArray<SiteTest> Expired(ImmutableArray<SiteTest> tests, DateTimeOffset at) =>
        tests.Running() is { } running && running.Until <= at
            ? tests.Replace(running, running with { Ended = new(at, ByItself: true, null, []) })
            : tests;

    /// <summary>The same when that one runs: the site that is tested is needed.</summary>
    public static ImmutableArray<SiteTest> Alone(ImmutableArray<SiteTest> tests, OtherSitesLost lost) =>
        tests.Running() is { } running && running.Id == lost.Test
            ? tests.Replace(running, running with { Ended = new(lost.At, ByItself: true, null, []) { OthersLost = true } })
            : tests;

    public static IEnumerable<WakeUp> WakeUps(ImmutableArray<SiteTest> tests) =>
        tests.Running() is { } running ? [new WakeUp(Ends, running.Until)] : [];

    /// <summary>The circuits hold the links back while the test runs, and no longer.</summary>
    public static IEnumerable<Addressed> Consequences(ImmutableArray<SiteTest> before, ImmutableArray<SiteTest> after, DateTimeOffset at)
    {
        SiteTest? was = before.Running(),
            runs = after.Running();
        if (was?.Id == runs?.Id)
            return [];
        return [.. Of(was, held: false), .. Of(runs, held: true)];

        IEnumerable<Addressed> Of(SiteTest? test, bool held) =>
            (test?.Links ?? []).Select(l => new Addressed(l.Circuit, Circuit.ResourceType, new HoldLink(at, l.Connection, held)));
    }
}
