using Causeway.Client.Circuits;
using Causeway.Client.InternetPeering;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.InternetPeering;
using Causeway.Portal.Components;

namespace Causeway.Portal.Pages;

/// <summary>A route as pages show it. What a kind of route does not have is null.</summary>
/// <param name="Of">The routing domain, or the session, and the router.</param>
/// <param name="Why">Why it was refused, in words, and who can do something about it.</param>
/// <param name="Proof">Where the evidence behind that is looked up.</param>
/// <param name="Rpki">Valid, Invalid or Unknown by ROAs (RFC 6811).</param>
internal sealed record RouteRow(string Prefix, string NextHop, string AsPath, string? Of, string? Why, string? Rpki, string? Communities)
{
    public string? ActsNext { get; init; }

    public string? Proof { get; init; }

    /// <summary>One that was refused.</summary>
    public static RouteRow Refused(Asked asked, string prefix, string nextHop, string path, string of, int reason, string name) =>
        new(prefix, nextHop, path, of, Reasons.Of(asked.Words, name, reason), null, null)
        {
            ActsNext = Reasons.ActsOf(asked.Words, name),
            Proof = Reasons.ProofOf(asked, name, prefix, path),
        };
}

/// <summary>
/// The routes of one resource: those that were received and accepted, those that were refused, and those that are announced; of one prefix and what lies inside
/// it, or the first of them. Asked for by who wants to see them: a table of a million routes is not read for a page that only shows a state.
/// </summary>
internal static class LookingGlass
{
    /// <summary>So many are shown; who wants others narrows by prefix.</summary>
    public const int Most = 100;

    /// <summary>Of a circuit, both routers of the pair are asked, as an operation of the circuit's.</summary>
    public static readonly string[] OfCircuit = ["accepted", "refused", "announced"];

    public static readonly string[] OfPeering = ["accepted", "refused", "announced"];

    private static readonly string[] Pair = ["primary", "secondary"];

    /// <param name="kinds">Which kinds there are.</param>
    /// <param name="read">The first routes of a kind, at most one more than are shown; of the prefix, when one is given.</param>
    public static Fragment Fragment(
        Asked asked,
        string id,
        IReadOnlyList<string> kinds,
        Func<string, string?, Task<IReadOnlyList<RouteRow>>> read
    )
    {
        string? kind = kinds.FirstOrDefault(k => k == asked.Http.Request.Query["routes"].ToString());
        string prefix = asked.Http.Request.Query["prefix"].ToString().Trim();
        return new Fragment(
            "routes",
            [],
            async () =>
            {
                string? problem =
                    prefix.Length == 0 || System.Net.IPNetwork.TryParse(prefix, out _) ? null : asked.Words["portal no prefix", prefix];
                IReadOnlyList<RouteRow> routes =
                    kind is null || problem is not null ? [] : await read(kind, prefix.Length > 0 ? prefix : null);
                return Show.All(
                    Show.Heading(asked.Words["portal routes"]),
                    Show.Of<RouteQuestion>(
                        (nameof(RouteQuestion.Words), asked.Words),
                        (nameof(RouteQuestion.Path), Cell.PathOf(id)),
                        (nameof(RouteQuestion.Kinds), kinds),
                        (nameof(RouteQuestion.Kind), kind),
                        (nameof(RouteQuestion.Prefix), prefix),
                        (nameof(RouteQuestion.Problem), problem),
                        (nameof(RouteQuestion.IsMore), routes.Count > Most)
                    ),
                    kind is null || problem is not null ? static _ => { } : Show.Table(asked.Words, TableOf(asked, kind, routes.Take(Most)))
                );
            }
        );
    }

    public static async Task<IReadOnlyList<RouteRow>> OfPeeringAsync(Asked asked, string peering, string kind, string? prefix)
    {
        InternetPeeringsClient peerings = asked.Client.InternetPeerings;
        return kind switch
        {
            "accepted" =>
            [
                .. (await peerings.RoutesAsync(peering, prefix, Most + 1, asked.Cancellation)).Select(r => new RouteRow(
                    r.Body.Prefix,
                    r.Body.NextHop,
                    r.Body.AsPath,
                    null,
                    null,
                    r.Body.RpkiValidationState,
                    null
                )),
            ],
            "refused" =>
            [
                .. (await peerings.RefusedAsync(peering, prefix, Most + 1, asked.Cancellation)).Select(r =>
                    RouteRow.Refused(
                        asked,
                        r.Body.Prefix,
                        r.Body.NextHop,
                        r.Body.AsPath,
                        $"{r.Body.Session} {r.Body.Router}",
                        r.Body.Reason,
                        r.Body.ReasonName
                    )
                ),
            ],
            _ =>
            [
                .. (await peerings.AnnouncedAsync(peering, prefix, Most + 1, asked.Cancellation)).Select(r => new RouteRow(
                    r.Body.Prefix,
                    r.Body.NextHop,
                    r.Body.AsPath,
                    $"{r.Body.Session} {r.Body.Router}",
                    null,
                    null,
                    string.Join(", ", r.Body.Communities)
                )),
            ],
        };
    }

    /// <summary>A routing domain's tables have no question for a prefix: they are bounded by what a circuit may announce, and narrowed here.</summary>
    public static async Task<IReadOnlyList<RouteRow>> OfCircuitAsync(Asked asked, CircuitBody circuit, string kind, string? prefix)
    {
        PeeringsClient peerings = asked.Client.Peerings;
        IEnumerable<RouteRow>[] found = await Task.WhenAll(
            from domain in circuit.Properties.Peerings
            from router in Pair
            select Task.Run(async () =>
            {
                string of = $"{domain.Name} {router}";
                return kind == "refused"
                    ? (await peerings.RefusedAsync(domain.Id, router, asked.Cancellation)).Select(r =>
                        RouteRow.Refused(asked, r.Body.Network, r.Body.NextHop, r.Body.Path, of, r.Body.Reason, r.Body.ReasonName)
                    )
                    : (
                        kind == "announced"
                            ? await peerings.AnnouncedAsync(domain.Id, router, asked.Cancellation)
                            : await peerings.AcceptedAsync(domain.Id, router, asked.Cancellation)
                    ).Select(r => new RouteRow(r.Body.Network, r.Body.NextHop, r.Body.Path, of, null, null, null));
            })
        );
        return [.. found.SelectMany(r => r).Where(r => prefix is null || IsWithin(r.Prefix, prefix)).Take(Most + 1)];
    }

    /// <summary>Whether a prefix is another, or lies inside it. What is no prefix has nothing inside it.</summary>
    internal static bool IsWithin(string prefix, string outer) =>
        System.Net.IPNetwork.TryParse(prefix, out System.Net.IPNetwork inside)
        && System.Net.IPNetwork.TryParse(outer, out System.Net.IPNetwork outside)
        && inside.PrefixLength >= outside.PrefixLength
        && outside.Contains(inside.BaseAddress);

    private static Table TableOf(Asked asked, string kind, IEnumerable<RouteRow> routes)
    {
        (string, Func<RouteRow, Cell>)[] all =
        [
            ("prefix", r => Cell.Code(r.Prefix)),
            ("reason", r => Cell.Of(r.Why)),
            ("actsNext", r => Cell.Of(r.ActsNext)),
            ("evidence", r => new Cell(r.Proof is null ? "" : asked.Words["portal see proof"], Href: r.Proof)),
            ("rpki", r => Cell.State(r.Rpki)),
            ("asPath", r => Cell.Code(r.AsPath)),
            ("nextHop", r => Cell.Code(r.NextHop)),
            ("communities", r => Cell.Code(r.Communities)),
            ("session", r => Cell.Of(r.Of)),
        ];
        RouteRow[] rows = [.. routes];
        return Table.Of(
            asked.Words,
            asked.Words[$"portal routes {kind}"],
            asked.Words["portal none"],
            rows,
            // A column that says nothing of any is none.
            [.. all.Where(c => rows.Any(r => c.Item2(r).Text.Length > 0))]
        );
    }
}
