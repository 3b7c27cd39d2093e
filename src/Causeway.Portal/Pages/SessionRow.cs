using Causeway.Contracts.Circuits;
using Causeway.Contracts.InternetPeering;

namespace Causeway.Portal.Pages;

/// <summary>A BGP session as pages show it, whatever it is a session of.</summary>
/// <param name="Of">The routing domain, or the connection.</param>
/// <param name="State">RFC 4271 §8.2.2, as its router last said.</param>
public sealed record SessionRow(
    string Of,
    string Router,
    string Neighbor,
    string State,
    DateTimeOffset? Since,
    int? Received,
    int? Accepted,
    int? Announced,
    DateTimeOffset? SeenAt,
    string? LastProblem
)
{
    public bool IsUp => State == "Established";

    /// <summary>Of a circuit's routing domain.</summary>
    public static SessionRow From(string domain, SessionBody s) =>
        new(
            domain,
            s.Path,
            s.Neighbor,
            s.State,
            s.Since,
            s.PrefixesReceived,
            s.PrefixesAccepted,
            s.PrefixesAnnounced,
            s.ObservedAt,
            s.LastProblem
        );

    /// <summary>Of a peering's connection.</summary>
    public static SessionRow From(PeeringSessionBody s) =>
        new(
            s.ConnectionIdentifier,
            s.Router,
            s.Neighbor,
            s.State,
            s.Since,
            s.PrefixesReceived,
            s.PrefixesAccepted,
            s.PrefixesAnnounced,
            s.ObservedAt,
            s.LastProblem
        );

    /// <summary>Which of the two links it is; a router's name is one in every language.</summary>
    public static string LinkOf(Language.Words words, string path) =>
        path switch
        {
            "primary" => words["portal link primary"],
            "secondary" => words["portal link secondary"],
            _ => path,
        };

    internal static Table TableOf(Asked asked, IEnumerable<SessionRow> sessions)
    {
        SessionRow[] rows = [.. sessions];
        (string, Func<SessionRow, Cell>)[] all =
        [
            ("neighbor", s => Cell.Code(s.Neighbor)),
            ("session", s => Cell.Code(s.Of)),
            ("router", s => Cell.Of(LinkOf(asked.Words, s.Router))),
            ("state", s => Cell.Session(asked.Words, s.State)),
            ("since", s => Cell.Time(s.Since)),
            ("received", s => Cell.Number(s.Received)),
            ("accepted", s => Cell.Number(s.Accepted)),
            ("announced", s => Cell.Number(s.Announced)),
            ("seenAt", s => Cell.Time(s.SeenAt)),
            // Of one that is up, what was is history.
            ("lastProblem", s => Cell.Said(asked.Words, s.IsUp ? null : s.LastProblem)),
        ];
        return Table.Of(
            asked.Words,
            asked.Words["portal sessions"],
            asked.Words["portal no sessions"],
            rows,
            // A column that says nothing of any is none.
            [.. all.Where(c => rows.Length == 0 || rows.Any(r => c.Item2(r).Text.Length > 0))]
        );
    }
}
