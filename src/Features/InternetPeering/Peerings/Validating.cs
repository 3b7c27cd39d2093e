using System.Collections.Immutable;
using Causeway.Domain.Topology;
using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>What checks saw, and what follows: Active when every check passed, failed when one did not, and back under DENY ALL when a promise is broken.</summary>
internal static class Validating
{
    public static Decision<Peering> Look(Peering peering, PeeringChecked looked, PeeringContext context)
    {
        var why = new List<string>();
        Peering next = Filtered(peering, looked, context.Policy, why);
        foreach (ConnectionChecked seen in looked.Connections)
            if (
                peering.Find(seen.Identifier) is { State.IsLookedAt: true } asked
                && asked.Generation == seen.Generation
                && next.Find(seen.Identifier) is { } connection
            )
                next = Judge(
                    next,
                    connection with
                    {
                        Checks = Merged(connection.Checks, seen.Results),
                    },
                    looked.At,
                    looked.Grace,
                    context,
                    why
                );
        return why.Count == 0 && next.Connections.Zip(peering.Connections).All(c => SameChecks(c.First.Checks, c.Second.Checks))
            ? new Decision<Peering>.Stay("nothing new was seen")
            : new Decision<Peering>.Move(next, why.Count == 0 ? "looked at" : string.Join("; ", why));
    }

    /// <summary>What waited too long has failed: named are all checks that did not pass.</summary>
    public static string Failures(Connection connection, string otherwise)
    {
        string[] bad = [.. connection.Checks.Where(c => c.Outcome != CheckOutcome.Passed).Select(Told)];
        return bad.Length == 0 ? otherwise : string.Join("; ", bad);
    }

    private static string Told(CheckResult check) =>
        $"{check.Name}{(check.Family is { } family ? $" ({(family == IpFamily.V4 ? "IPv4" : "IPv6")})" : "")}: {check.Says}";

    /// <summary>The filter as the registries have it now. One that grew beyond belief is not taken: the last one stays.</summary>
    private static Peering Filtered(Peering peering, PeeringChecked looked, PeeringPolicy policy, List<string> why)
    {
        if (looked.Filter is not { } found)
            return peering;
        if (found.IsTooLarge || found.V4.Length + found.V6.Length > policy.MostProven)
        {
            string problem =
                $"{found.AsSet} holds more than {policy.MostProven} prefixes, which no peer is believed to announce: {(peering.Filter is null ? "nothing is accepted" : "what was proven before stays")}";
            if (peering.FilterProblem != problem)
                why.Add(problem);
            return peering with { FilterProblem = problem };
        }
        (ProvenFilter now, ImmutableArray<EndingProof> ending) = FilterGrace.Of(
            peering.Filter,
            peering.Ending,
            found,
            looked.Forbidden,
            looked.At,
            looked.Grace
        );
        if (!ending.SequenceEqual(peering.Ending))
        {
            peering = Warned(peering with { Ending = ending }, peering.Ending, looked.At);
            why.Add(ending.IsEmpty ? "nothing goes on without a proof" : $"{ending.Sum(e => e.Count)} routes go on without a proof");
        }
        if (peering.Filter is { } stands && stands.SaysTheSameAs(now))
        {
            if (peering.FilterProblem is not null)
                why.Add("the filter is what the registries say");
            return peering with { FilterProblem = null };
        }
        bool letsThroughOther = peering.Filter?.Hash != now.Hash;
        why.Add($"{now.Count4} IPv4 and {now.Count6} IPv6 prefixes are proven for AS{peering.PeerAsn} by {now.AsSet} ({now.Asns} ASNs)");
        return peering with
        {
            Filter = now,
            FilterProblem = null,
            Connections = letsThroughOther
                ? [.. peering.Connections.Select(c => c.State.HasSession ? c.Followed() : c)]
                : peering.Connections,
        };
    }

    /// <summary>The peer is told of what ends, while there is time.</summary>
    private static Peering Warned(Peering peering, ImmutableArray<EndingProof> before, DateTimeOffset at)
    {
        foreach (EndingProof ends in peering.Ending.Where(e => !before.Any(b => b.Until == e.Until)))
            peering = peering.Say(
                at,
                Steps.ByCauseway,
                "ProofEnding",
                $"{ends.Count} of your routes are registered no more ({Some(ends)}): they are accepted until {ends.Until:u}, and refused afterwards"
            );
        return peering;

        static string Some(EndingProof ends)
        {
            PrefixMatch[] all = [.. FilterText.Unpack(IpFamily.V4, ends.V4), .. FilterText.Unpack(IpFamily.V6, ends.V6)];
            return $"{string.Join(", ", all.Take(5).Select(m => m.Prefix))}{(all.Length > 5 ? ", ..." : "")}";
        }
    }

    private static Peering Judge(Peering peering, Connection c, DateTimeOffset at, TimeSpan grace, PeeringContext context, List<string> why)
    {
        bool failed = c.Checks.Any(r => r.Outcome == CheckOutcome.Failed);
        bool waits = c.Checks.Any(r => r.Outcome == CheckOutcome.Waiting);
        switch (c.State)
        {
            case ConnectionState.ProvisioningCompleted completed:
                why.Add($"{c.Identifier} is looked at");
                return peering.With(c with { State = new ConnectionState.Validating(at, completed.Since + context.Policy.ValidateWithin) });
            // With nothing proven it would be open to nothing.
            case ConnectionState.Validating when !failed && !waits && c.Checks.Length > 0 && peering.IsAnythingProven:
                why.Add($"{c.Identifier} passed every check and is Active");
                return peering
                    .With(
                        c.Each(f => f with { IsProven = true }) with
                        {
                            State = new ConnectionState.Active(at),
                            Generation = c.Generation + 1,
                        }
                    )
                    .Say(at, Steps.ByCauseway, "Active", "every check has passed; the connection is Active", c.Identifier);
            case ConnectionState.Validating { Until: not null } when failed && IsOver(c):
            {
                string error = Failed(c);
                why.Add($"{c.Identifier} failed: {error}");
                return peering.With(c.Fail(at, error)).Say(at, Steps.ByCauseway, "ProvisioningFailed", error, c.Identifier);
            }
            case ConnectionState.Active
                when c.Checks.Where(r => PeeringChecks.IsBroken(r, context.RulesOf(c.Site), at, grace)).ToArray() is { Length: > 0 } broken:
            {
                string because = string.Join("; ", broken.Select(Told));
                why.Add($"{c.Identifier} goes back under DENY ALL: {because}");
                return peering
                    .With(c.Close(new ConnectionState.Validating(at, null, because)))
                    .Say(
                        at,
                        Steps.ByCauseway,
                        "Validating",
                        $"nothing is accepted any more: {because}. It comes back by itself when that is mended.",
                        c.Identifier
                    );
            }
            case ConnectionState.Active:
            {
                foreach (CheckResult refused in c.Checks.Where(r => IsToldOf(r) && !peering.Find(c.Identifier)!.Checks.Any(IsLike(r))))
                {
                    why.Add($"{c.Identifier}: {refused.Says}");
                    peering = peering.Say(at, Steps.ByCauseway, refused.Name, Told(refused), c.Identifier);
                }
                if (
                    c.Checks.FirstOrDefault(r => r.Outcome == CheckOutcome.Failed && PeeringChecks.IsGone(r)) is { } gone
                    && peering.Find(c.Identifier)!.Checks.All(r => !PeeringChecks.IsGone(r))
                )
                {
                    why.Add($"{c.Identifier}: {gone.Says}");
                    peering = peering.Say(
                        at,
                        Steps.ByCauseway,
                        "RecordGone",
                        context.RulesOf(c.Site).WhenRecordGone == RecordGone.Close
                            ? $"{gone.Says}: mend your record until {at + grace:u}, or nothing is accepted from then on"
                            : $"{gone.Says}: mend your record",
                        c.Identifier
                    );
                }
                // A family that came later, or has another address now, opens when it has passed alone.
                IpFamily[] passed =
                [
                    .. c
                        .Families.Where(f => !f.Peer.IsProven)
                        .Select(f => f.Family)
                        .Where(f =>
                            c.Checks.Any(r => r.Family == f)
                            && c.Checks.Where(r => r.Family is null || r.Family == f).All(r => r.Outcome == CheckOutcome.Passed)
                        ),
                ];
                if (passed.Length == 0)
                    return peering.With(c);
                why.Add($"{c.Identifier} is open for {string.Join(" and ", passed)} too");
                return peering.With(
                    c with
                    {
                        V4 = passed.Contains(IpFamily.V4) ? c.V4! with { IsProven = true } : c.V4,
                        V6 = passed.Contains(IpFamily.V6) ? c.V6! with { IsProven = true } : c.V6,
                        Generation = c.Generation + 1,
                    }
                );
            }
            default:
                return peering.With(c);
        }
    }

    private static bool IsToldOf(CheckResult result) => result.Outcome == CheckOutcome.Failed && PeeringChecks.Find(result.Name).IsTold;

    private static Func<CheckResult, bool> IsLike(CheckResult result) =>
        other => other.Name == result.Name && other.Family == result.Family && other.Outcome == result.Outcome;

    /// <summary>Nothing more can be seen that would have to be said with it.</summary>
    private static bool IsOver(Connection c) =>
        c.Checks.Any(r => r.Outcome == CheckOutcome.Failed && PeeringChecks.Find(r.Name).IsFinal)
        || !c.Checks.Any(r => r.Outcome == CheckOutcome.Waiting && PeeringChecks.Find(r.Name).IsAwaited);

    private static string Failed(Connection c) => string.Join("; ", c.Checks.Where(r => r.Outcome == CheckOutcome.Failed).Select(Told));

    /// <summary>A result that is what it was keeps its time and its words; one that failed says what fails now.</summary>
    private static ImmutableArray<CheckResult> Merged(ImmutableArray<CheckResult> before, EquatableArray<CheckResult> now) =>
        [
            .. now.Select(r =>
                before.FirstOrDefault(b => b.IsSameAs(r)) is not { } b ? r
                : IsFailed(r) ? b with { Says = r.Says }
                : b
            ),
        ];

    private static bool SameChecks(ImmutableArray<CheckResult> a, ImmutableArray<CheckResult> b) =>
        a.Length == b.Length && a.Zip(b).All(r => r.First.IsSameAs(r.Second) && (!IsFailed(r.First) || r.First.Says == r.Second.Says));

    private static bool IsFailed(CheckResult result) => result.Outcome == CheckOutcome.Failed;
}
