using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Registries.Rpki;

/// <summary>How far a source is behind, or apart from, what all sources say together.</summary>
/// <param name="Source">The source.</param>
/// <param name="Missing">VRPs that another source has and this one has not.</param>
/// <param name="Examples">Up to five of them.</param>
public sealed record RpkiDisagreement(string Source, int Missing, IReadOnlyList<Vrp> Examples);

/// <summary>
/// The VRPs in use, at one instant: the union of what all current sources say, after local exceptions. Immutable; replaced whole.
///</summary>
/// <remarks>
/// The rule for disagreement. All caches validate the same published objects, so where they differ one has seen a change that another has not seen yet, or
/// cannot reach a repository. A VRP counts when any current source has it: a cache that loses part of the RPKI takes no proof away and opens nothing, and
/// a new ROA counts at once; the price is that a revoked ROA counts until the last source has dropped it. Every piece of evidence names the sources that
/// have it, and <see cref="Disagreements"/> says how far they are apart.
/// </remarks>
public sealed class RpkiView
{
    public static readonly RpkiView Empty = Build([], Slurm.None, stale: false);

    /// <summary>How evidence cites what local exceptions assert.</summary>
    internal const string LocalException = "local exception";

    private RpkiView(
        VrpTable table,
        IReadOnlyList<RpkiSource> sources,
        Slurm slurm,
        bool stale,
        IReadOnlyList<RpkiDisagreement> disagreements
    )
    {
        Table = table;
        Sources = sources;
        Slurm = slurm;
        IsStale = stale;
        Disagreements = disagreements;
        _byOrigin = new Lazy<ILookup<Asn, Vrp>>(() => table.All.ToLookup(v => v.Asn));
        _aspas = sources.SelectMany(s => s.Aspas.Select(a => (s, a))).ToLookup(a => a.a.Customer);
        Aspas = AspaTable.Build(sources.SelectMany(s => s.Aspas));
    }

    /// <summary>Made when somebody asks for it.</summary>
    private readonly Lazy<ILookup<Asn, Vrp>> _byOrigin;

    /// <summary>Who names providers of a customer.</summary>
    private readonly ILookup<Asn, (RpkiSource Source, Aspa Aspa)> _aspas;

    /// <summary>What origin validation uses, and what routers are given.</summary>
    public VrpTable Table { get; }

    /// <summary>What paths are verified by, and what routers are given: what several sources say of a customer counts together, as with VRPs.</summary>
    public AspaTable Aspas { get; }

    /// <summary>The VRPs of an origin.</summary>
    public IEnumerable<Vrp> Of(Asn origin) => _byOrigin.Value[origin];

    /// <summary>The sources that were united.</summary>
    public IReadOnlyList<RpkiSource> Sources { get; }

    public Slurm Slurm { get; }

    /// <summary>True when no source is current and the last good data stands in.</summary>
    public bool IsStale { get; }

    /// <summary>The sources that lack VRPs which another has; empty when all agree.</summary>
    public IReadOnlyList<RpkiDisagreement> Disagreements { get; }

    /// <summary>VRPs that another source has and this one lacks.</summary>
    public int MissingFrom(string source) => Disagreements.FirstOrDefault(d => d.Source == source)?.Missing ?? 0;

    public static RpkiView Build(IReadOnlyList<RpkiSource> sources, Slurm slurm, bool stale)
    {
        VrpTable union = sources.Count switch
        {
            0 => VrpTable.Empty,
            1 => sources[0].Table,
            _ => VrpTable.Build(sources.SelectMany(s => s.Table.All)),
        };
        var disagreements = new List<RpkiDisagreement>();
        foreach (RpkiSource source in sources)
            if (source.Table.Count < union.Count)
                disagreements.Add(
                    new RpkiDisagreement(
                        source.Name,
                        union.Count - source.Table.Count,
                        [.. union.All.Where(v => !source.Table.Contains(v)).Take(5)]
                    )
                );
        VrpTable table = slurm.IsEmpty ? union : VrpTable.Build(slurm.Apply(union.All));
        return new RpkiView(table, sources, slurm, stale, disagreements);
    }

    /// <summary>Route origin validation with its evidence. For validity alone, on a hot path, ask <see cref="Table"/>.</summary>
    public OriginVerdict Judge(IpPrefix prefix, Asn origin)
    {
        OriginValidity validity = Table.Validate(prefix, origin);
        var evidence = new List<Evidence>();
        bool named = false;
        foreach (Vrp vrp in Table.Covering(prefix))
        {
            EvidenceSays says =
                vrp.Asn != origin || origin.Value == 0 ? EvidenceSays.WrongOrigin
                : prefix.Length > vrp.MaxLength ? EvidenceSays.TooLong
                : EvidenceSays.Matches;
            named |= says == EvidenceSays.TooLong;
            Cite(vrp, says, evidence);
        }
        foreach ((RpkiSource source, Aspa aspa) in _aspas[origin])
            evidence.Add(
                new Evidence("aspa", source.Name, source.Serial, source.AsOf, aspa.ToString(), EvidenceSays.Informs) { Asn = origin }
            );
        (OriginReason reason, string text) = validity switch
        {
            OriginValidity.Valid => (OriginReason.Matched, $"A ROA authorizes AS{origin} to originate {prefix}."),
            OriginValidity.NotFound => (OriginReason.NoVrp, $"No ROA covers {prefix}."),
            _ when named => (
                OriginReason.TooLong,
                $"The ROAs of AS{origin} around {prefix} allow no prefix this long: their maximum length is {Longest(prefix, origin)}."
            ),
            _ => (OriginReason.WrongOrigin, WrongOrigin(prefix, origin)),
        };
        return new OriginVerdict(prefix, origin, validity, reason, text, [.. evidence]);
    }

    /// <summary>Verifies an upstream path: each network on the way from the origin to the nearest is a customer of the next one. See <see cref="PathVerifier"/>.</summary>
    /// <param name="path">Nearest ASN first. Sets in it are not asked about: they are refused as such (RFC 9774).</param>
    public PathVerdict JudgePath(IReadOnlyList<Asn> path)
    {
        var verifier = new PathVerifier(Aspas, PathDirection.Upstream);
        foreach (Asn asn in path)
            verifier.Add(asn);
        return verifier.Verdict;
    }

    private string WrongOrigin(IpPrefix prefix, Asn origin)
    {
        Asn[] named = [.. Table.Covering(prefix).Select(v => v.Asn).Where(a => a.Value != 0).Distinct()];
        if (named.Length == 0)
            return $"ROAs for AS0 cover {prefix}: their holder says that nobody may announce it (RFC 6483 §4).";
        return origin.Value == 0
            ? $"ROAs cover {prefix}; they name {Names(named)}."
            : $"ROAs cover {prefix}, but none names AS{origin}; they name {Names(named)}.";
    }

    private static string Names(Asn[] named) =>
        string.Join(", ", named.Take(5).Select(a => $"AS{a}")) + (named.Length > 5 ? $" and {named.Length - 5} more" : "");

    private void Cite(Vrp vrp, EvidenceSays says, List<Evidence> evidence)
    {
        foreach (SlurmAssertion assertion in Slurm.Assertions)
            if (assertion.Vrp == vrp)
                Add("slurm", assertion.Comment is null ? LocalException : $"{LocalException} ({assertion.Comment})", null, null);
        // A VRP that a filter takes away is in the table only by an assertion.
        if (Slurm.FilterFor(vrp) is null)
            foreach (RpkiSource source in Sources)
                if (source.Table.Contains(vrp))
                    Add("roa", source.Cite(vrp), source.Serial, source.AsOf);

        void Add(string kind, string source, long? serial, DateTimeOffset? asOf) =>
            evidence.Add(
                new Evidence(
                    kind,
                    source,
                    serial,
                    asOf,
                    () => $"ROA {vrp.Prefix}{(vrp.MaxLength > vrp.Prefix.Length ? $"-{vrp.MaxLength}" : "")} => AS{vrp.Asn}",
                    says
                )
                {
                    Prefix = vrp.Prefix,
                    Asn = vrp.Asn,
                    MaxLength = vrp.MaxLength,
                }
            );
    }

    private int Longest(IpPrefix prefix, Asn origin) => Table.Covering(prefix).Where(v => v.Asn == origin).Max(v => v.MaxLength);
}
