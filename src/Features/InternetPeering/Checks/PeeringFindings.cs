using Causeway.Domain.Findings;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Domain.InternetPeering;

/// <summary>What is so of a peering, for people.</summary>
public sealed record PeeringExplanation(
    bool Usable,
    string Summary,
    string? ActsNext,
    DateTimeOffset? Since,
    IReadOnlyList<Finding> Findings
);

/// <summary>Who acts next, and what is done.</summary>
public readonly record struct NextStep(string? ActsNext, string Says);

/// <summary>Explains a peering: where each connection is, what keeps it from being Active, and whether what is Active is well.</summary>
public static class PeeringFindings
{
    public static readonly FindingKind WaitingForReview = new(
        "WaitingForReview",
        "Connection {connection} was asked for at {exchange} and waits for the operator's review."
    );

    public static readonly FindingKind WaitingForPeer = new(
        "WaitingForPeer",
        "Connection {connection} is approved: configure your side at {exchange} towards {addresses}, and say so (notifyReady) until {until}."
    );

    public static readonly FindingKind DenyAll = new(
        "DenyAll",
        "Connection {connection} is {state}, and nothing is accepted or announced over it: {why}."
    );

    public static readonly FindingKind CheckFailed = new("CheckFailed", "Check {check} of connection {connection} does not pass: {says}.");

    public static readonly FindingKind Failed = new("ProvisioningFailed", "Connection {connection} failed: {error}.");

    public static readonly FindingKind Leaving = new("Leaving", "Connection {connection} leaves, and is gone at {until}.");

    public static readonly FindingKind Open = new(
        "PeeringActive",
        "Connection {connection} is Active at {exchange}, open to {prefixes} proven prefixes."
    );

    public static readonly FindingKind SessionDown = new(
        "SessionDown",
        "The session of connection {connection} with {router} is {state}{problem}."
    );

    public static readonly FindingKind NoLink = new(
        "NoLink",
        "There is no link to {neighbor} on {router}: the address lies outside the router's link space, and the session stays down."
    );

    public static readonly FindingKind FilterProblem = new(
        "FilterNotTaken",
        "What AS{asn} may announce was not taken from the registries: {problem}."
    );

    public static readonly FindingKind WantsToLeave = new(
        "DeprovisionRequested",
        "The peer asked to be deprovisioned; the operator does it next."
    );

    public static readonly FindingKind Asked = new("QuestionOpen", "The operator asked: {question} The peer answers next.");

    /// <summary>Who acts next on a connection.</summary>
    public static NextStep Next(Peering peering, Connection c, NetworkTopology topology) =>
        c.State switch
        {
            ConnectionState.PendingApproval when peering.Question is not null => new("peer", "the peer answers what the operator asked"),
            ConnectionState.PendingApproval => new("operator", "the operator reviews it"),
            ConnectionState.Approved a => new("peer", $"the peer configures its side and says so until {a.Until:u}"),
            ConnectionState.ProvisioningStarted => new("causeway", "our routers are given the session, under DENY ALL"),
            ConnectionState.ProvisioningCompleted => new("causeway", "the session is looked at"),
            ConnectionState.Validating { Because: { } because } => new("peer", $"comes back when its checks pass: {because}"),
            // What failed is the peer's to mend; that a session has to stay up for a while is nobody's.
            ConnectionState.Validating v => c
                .Checks.Where(r => r.Outcome != CheckOutcome.Passed)
                .MinBy(r => r.Outcome == CheckOutcome.Failed ? 0 : 1)
                is { } open
                ? new(
                    open.Outcome == CheckOutcome.Waiting && open.Name == PeeringChecks.Stable.Name ? "causeway" : "peer",
                    $"{open.Name} {(open.Outcome == CheckOutcome.Failed ? "failed" : "waits")}: {open.Says}; judged until {v.Until:u}"
                )
                : new("causeway", "its checks are looked at"),
            ConnectionState.Suspended s => new("operator", $"the operator resumes it: {s.Because}"),
            ConnectionState.ProvisioningFailed { WasApproved: true } => new(
                "peer",
                "the peer mends its side and has it tried again (retry)"
            ),
            ConnectionState.ProvisioningFailed => new("peer", "the peer mends what was said and asks again (retry)"),
            ConnectionState.PendingRemove p => new("causeway", $"gone at {p.Until:u}"),
            _ => new(null, "nobody"),
        };

    /// <param name="reports">What each router says of a connection's sessions, by its identifier.</param>
    public static PeeringExplanation Explain(
        Peering peering,
        NetworkTopology topology,
        Func<string, IReadOnlyList<(string Router, SessionReport? Report)>> reports
    )
    {
        var findings = new List<Finding>();
        if (peering.LeavesSince is { } leaves)
            findings.Add(WantsToLeave.Found(FindingLevel.Info, "operator", leaves));
        if (peering.Question is { } question)
            findings.Add(
                Asked.Found(
                    peering.Connections.Any(c => c.State is ConnectionState.PendingApproval) ? FindingLevel.Blocking : FindingLevel.Info,
                    "peer",
                    question.At,
                    ("question", question.Text)
                )
            );
        if (peering.FilterProblem is { } problem)
            findings.Add(
                FilterProblem.Found(FindingLevel.Warning, "peer", null, ("asn", peering.PeerAsn.ToString()), ("problem", problem))
            );
        foreach (Connection c in peering.Connections)
            findings.AddRange(Of(peering, c, topology, reports(c.Identifier)));
        Connection? first = peering.Connections.MinBy(c => c.State.Rank);
        NextStep next = first is null ? new(null, "it has no connections") : Next(peering, first, topology);
        bool usable = peering.Connections.Any(c =>
            c.State is ConnectionState.Active && reports(c.Identifier).Any(r => r.Report is { IsEstablished: true, Mode: SessionMode.Open })
        );
        return new PeeringExplanation(
            usable,
            first is null ? next.Says
                : usable && first.State is ConnectionState.Active ? $"Active with AS{peering.PeerAsn}"
                : $"{first.Identifier} is {first.State.WireName}: {next.Says}",
            next.ActsNext,
            first?.State.Since,
            findings
        );
    }

    private static IEnumerable<Finding> Of(
        Peering peering,
        Connection c,
        NetworkTopology topology,
        IReadOnlyList<(string Router, SessionReport? Report)> reports
    )
    {
        MeetingPlace? place = c.PlaceIn(topology);
        switch (c.State)
        {
            // A question that is open says who acts next, instead.
            case ConnectionState.PendingApproval when peering.Question is not null:
                break;
            case ConnectionState.PendingApproval:
                yield return WaitingForReview.Found(
                    FindingLevel.Blocking,
                    "operator",
                    c.State.Since,
                    ("connection", c.Identifier),
                    ("exchange", place?.Name ?? c.Site)
                );
                break;
            case ConnectionState.Approved a:
                yield return WaitingForPeer.Found(
                    FindingLevel.Blocking,
                    "peer",
                    a.Since,
                    ("connection", c.Identifier),
                    ("exchange", place?.Name ?? c.Site),
                    ("addresses", string.Join(", ", c.Families.SelectMany(f => place?.Addresses(f.Family) ?? []))),
                    ("until", $"{a.Until:u}")
                );
                break;
            case ConnectionState.ProvisioningFailed f:
                yield return Failed.Found(FindingLevel.Blocking, "peer", f.Since, ("connection", c.Identifier), ("error", f.Error));
                break;
            case ConnectionState.PendingRemove p:
                yield return Leaving.Found(FindingLevel.Info, null, p.Since, ("connection", c.Identifier), ("until", $"{p.Until:u}"));
                break;
            case ConnectionState.Active:
                yield return Open.Found(
                    FindingLevel.Ok,
                    null,
                    c.State.Since,
                    ("connection", c.Identifier),
                    ("exchange", place?.Name ?? c.Site),
                    ("prefixes", $"{c.Families.Sum(f => peering.Proven(f.Family).Length)}")
                );
                break;
            default:
                yield return DenyAll.Found(
                    FindingLevel.Blocking,
                    Next(peering, c, topology).ActsNext,
                    c.State.Since,
                    ("connection", c.Identifier),
                    ("state", c.State.WireName),
                    ("why", Next(peering, c, topology).Says)
                );
                break;
        }
        foreach (CheckResult check in c.Checks.Where(r => r.Outcome == CheckOutcome.Failed))
            yield return CheckFailed.Found(
                c.State is ConnectionState.Active ? FindingLevel.Warning : FindingLevel.Blocking,
                "peer",
                check.At,
                ("check", check.Name),
                ("connection", c.Identifier),
                ("says", check.Says)
            );
        foreach ((string router, SessionReport? report) in reports)
            if (report?.Code == SessionReport.NoLink)
                yield return NoLink.Found(FindingLevel.Blocking, "operator", report.Since, ("neighbor", report.Theirs), ("router", router));
            else if (report is { IsEstablished: false })
                yield return SessionDown.Found(
                    FindingLevel.Blocking,
                    "peer",
                    report.Since,
                    ("connection", c.Identifier),
                    ("router", router),
                    ("state", report.State),
                    ("problem", report.LastProblem is { } p ? $" ({p})" : "")
                );
    }
}
