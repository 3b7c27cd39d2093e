using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Circuits;

/// <summary>Failover tests of a circuit's links: one at a time, only while the other link carries everything, and never longer than the policy says.</summary>
internal static class LinkTesting
{
    public static Decision<Circuit> Start(Draft draft, StartLinkTest start)
    {
        Circuit c = draft.Now;
        if (c.Test is { } running)
            draft.Problem(
                Refusal.Conflict(
                    "FailoverTestAlreadyRunning",
                    $"A test of the {Word(running.Link)} link runs since {running.Started:yyyy-MM-dd HH:mm} UTC: stop it with stopCircuitLinkFailoverTest, or wait until it ends by itself at {running.Until:HH:mm} UTC."
                )
            );
        else if (c.UnsettledTest is { } stopping)
            draft.Problem(
                Refusal.Conflict(
                    "FailoverTestStillStopping",
                    $"The routers have not brought the {Word(stopping.Link)} link back yet from the test that ended at {stopping.Ended!.At:HH:mm:ss} UTC: try again in some seconds."
                )
            );
        else if (c.Port?.IsUp(start.Link.Other) == false)
            draft.Problem(
                Refusal.Conflict(
                    "FailoverTestNotPossible",
                    $"The {Word(start.Link.Other)} link is disabled on the circuit's port: without the {Word(start.Link)} link nothing would carry the traffic. Enable that link first."
                )
            );
        else if (!c.IsOnRouters || !c.Peerings.Any(p => p.State.IsWanted))
            draft.Problem(
                Refusal.Conflict(
                    "FailoverTestNotPossible",
                    "The circuit carries no peering on its routers: a test needs a provisioned circuit with sessions on both links."
                )
            );
        else
            foreach (LinkSession missing in start.Seen.Where(s => s.Link != start.Link && !s.IsUp))
                draft.Problem(
                    Refusal.Conflict(
                        "FailoverTestNotPossible",
                        $"The {(missing.Family == IpFamily.V4 ? "IPv4" : "IPv6")} session of the {Word(missing.Link)} link is not established: without the {Word(start.Link)} link nothing would carry the traffic. Bring that session up first."
                    )
                );
        if (!draft.HasProblems && !start.Seen.Any(s => s.Link != start.Link))
            draft.Problem(
                Refusal.Conflict(
                    "FailoverTestNotPossible",
                    $"Nothing is known of the sessions of the {Word(start.Link.Other)} link: try again when its router can be asked."
                )
            );
        if (draft.HasProblems)
            return draft.End(start.Ticket);
        var test = new LinkTest(
            start.Id,
            start.Link,
            start.Kind,
            start.At,
            start.At + draft.Policy.FailoverTestsEndAfter,
            draft.NextGeneration
        )
        {
            Before = start.Seen,
            Alone = [.. start.Alone.Take(LinkTest.MostNamed)],
        };
        draft.Change(
            c with
            {
                Tests = [.. c.Tests.Skip(Math.Max(0, c.Tests.Length - LinkTest.MostKept + 1)), test],
            },
            $"failover test of the {Word(start.Link)} link begins, {start.Kind}, until {test.Until:HH:mm} UTC at the latest"
        );
        draft.RoutersFollow();
        return draft.End(start.Ticket, answer: $"{start.Id:D}");
    }

    public static Decision<Circuit> Stop(Draft draft, StopLinkTest stop)
    {
        if (draft.Now.Test is not { } running || (stop.Link ?? running.Link, stop.Kind ?? running.Kind) != (running.Link, running.Kind))
        {
            draft.Problem(
                Refusal.Conflict(
                    "FailoverTestNotRunning",
                    draft.Now.Test is { } other
                        ? $"The test that runs is one of the {Word(other.Link)} link, {other.Kind}: name that one."
                        : "No failover test runs on the circuit: getCircuitLinkFailoverAllTestsDetails has those that ran."
                )
            );
            return draft.End(stop.Ticket);
        }
        End(draft, running, new LinkTestEnd(stop.At, 0, ByItself: false, stop.Successful, stop.Verified, stop.Seen));
        return draft.End(stop.Ticket, answer: $"{running.Id:D}");
    }

    /// <summary>Its time is over.</summary>
    public static Decision<Circuit> Expire(Draft draft)
    {
        if (draft.Now.Test is { } running && running.Until <= draft.At)
            EndByItself(draft, running, LinkTestEnding.TimeOver);
        return draft.End(null);
    }

    /// <summary>The other link lost a session: what is tested comes back, so that the circuit does not stay without both.</summary>
    public static Decision<Circuit> OtherLost(Draft draft, OtherLinkLost lost)
    {
        if (draft.Now.Test is { } running && running.Id == lost.Test)
            EndByItself(draft, running, LinkTestEnding.OtherLinkLost);
        return draft.End(null);
    }

    /// <summary>The other link is disabled on the port: a test that went on would leave the circuit without both.</summary>
    /// <remarks>A link of a port is its owner's to switch; whoever tests a circuit on it cannot forbid that.</remarks>
    public static void PortSwitched(Draft draft)
    {
        if (draft.Now is { Test: { } running, Port: { } port } && !port.IsUp(running.Link.Other))
            EndByItself(draft, running, LinkTestEnding.OtherLinkDisabled);
    }

    /// <summary>The circuit left its routers: wherever it arrives next, both its links do, and nothing there waits for a link of before.</summary>
    public static void CircuitLeft(Draft draft)
    {
        if (draft.Now.Test is { } running)
            EndByItself(draft, running, LinkTestEnding.CircuitLeft);
        else if (draft.Now is { UnsettledTest: { Ended: { } end } last } c)
            draft.Change(
                c with
                {
                    Tests = c.Tests.Replace(last, last with { Ended = end with { Generation = 0 } }),
                },
                $"the {Word(last.Link)} link need not come back from its failover test"
            );
    }

    private static void EndByItself(Draft draft, LinkTest running, LinkTestEnding why) =>
        End(
            draft,
            running,
            new LinkTestEnd(draft.At, 0, ByItself: true, null, Verified: false, [])
            {
                OtherLinkDisabled = why == LinkTestEnding.OtherLinkDisabled,
                OtherLinkLost = why == LinkTestEnding.OtherLinkLost,
                CircuitLeft = why == LinkTestEnding.CircuitLeft,
            }
        );

    private static void End(Draft draft, LinkTest running, LinkTestEnd end)
    {
        draft.Change(
            draft.Now with
            {
                Tests = draft.Now.Tests.Replace(
                    running,
                    running with
                    {
                        Ended = end with { Generation = draft.Now.IsOnRouters ? draft.NextGeneration : 0 },
                    }
                ),
            },
            $"failover test of the {Word(running.Link)} link ended: {running.Because(end.Why)}"
        );
        if (draft.Now.IsOnRouters)
            draft.RoutersFollow();
    }

    /// <summary>The networks of a gateway that is tested without this site are announced no longer, or again.</summary>
    public static Decision<Circuit> Hold(Draft draft, HoldLink hold)
    {
        Circuit c = draft.Now;
        if (c.FindLink(hold.ConnectionId) is not { } link || link.Held == hold.Held)
            return draft.End(null);
        draft.Change(
            c with
            {
                Links = c.Links.Replace(link, link with { Held = hold.Held, Generation = draft.NextGeneration }),
            },
            hold.Held
                ? $"network {link.Network.Name} is held back for a site failover test of its gateway"
                : $"network {link.Network.Name} is announced again: the site failover test is over"
        );
        Linking.Follow(draft);
        return draft.End(null);
    }

    private static string Word(Side side) => side == Side.Primary ? "primary" : "secondary";
}
