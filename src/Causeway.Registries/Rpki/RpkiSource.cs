using Causeway.Primitives;

namespace Causeway.Registries.Rpki;

/// <summary>What one source of VRPs says: a validator's output file, an RTR cache, or the embedded sample. Immutable.</summary>
/// <param name="Name">How it is cited: <c>vrps.json</c>, <c>rtr:192.0.2.1:323</c>, <c>sample</c>.</param>
/// <param name="Kind"><c>vrp-file</c>, <c>rtr</c> or <c>sample</c>.</param>
/// <param name="Table">Its VRPs.</param>
/// <param name="AsOf">When the source made the statement; when it was read, if the source does not say.</param>
public sealed record RpkiSource(string Name, string Kind, VrpTable Table, DateTimeOffset AsOf)
{
    private const byte Unknown = byte.MaxValue;

    private string[] _anchorNames = [];
    private byte[] _anchors = [];

    public long? Serial { get; init; }

    public ushort? Session { get; init; }

    public IReadOnlyList<Aspa> Aspas { get; init; } = [];

    /// <summary>Of a file: how it was when it was read, so that it need not be read again.</summary>
    internal FileStamp? File { get; init; }

    public IReadOnlyDictionary<string, long> Rejected { get; init; } = new Dictionary<string, long>();

    public static RpkiSource From(string name, string kind, ValidatorOutput output, DateTimeOffset readAt)
    {
        var table = VrpTable.Build(output.Vrps.Select(v => v.Vrp));
        // A time of making that lies in the future is a wrong clock's, and would never grow old.
        DateTimeOffset asOf = output.Generated is { } generated && generated <= readAt + TimeSpan.FromHours(1) ? generated : readAt;
        return new RpkiSource(name, kind, table, asOf) { Aspas = output.Aspas, Rejected = output.Rejected }.WithAnchors(output.Vrps);
    }

    /// <summary>The same with the trust anchor of each VRP noted, one byte each.</summary>
    internal RpkiSource WithAnchors(IEnumerable<(Vrp Vrp, string Anchor)> anchors)
    {
        var names = new List<string>();
        byte[] of = new byte[Table.Count];
        Array.Fill(of, Unknown);
        foreach ((Vrp vrp, string anchor) in anchors)
        {
            if (anchor.Length == 0 || Table.IndexOf(vrp) is var at && (at < 0 || of[at] != Unknown))
                continue;
            int name = names.IndexOf(anchor);
            if (name < 0)
            {
                if (names.Count >= Unknown)
                    continue;
                name = names.Count;
                names.Add(anchor);
            }
            of[at] = (byte)name;
        }
        return this with { _anchorNames = [.. names], _anchors = names.Count == 0 ? [] : of };
    }

    /// <summary>The trust anchor (<c>ripe</c>, <c>arin</c>, ...) a VRP came under; null when the source does not say, as RTR does not.</summary>
    public string? AnchorOf(Vrp vrp) =>
        _anchors.Length > 0 && Table.IndexOf(vrp) is >= 0 and var at && _anchors[at] != Unknown ? _anchorNames[_anchors[at]] : null;

    /// <summary>Its status within a view, when nothing more is known than what the view holds.</summary>
    internal SourceStatus StatusIn(RpkiView view) =>
        new(Name, Kind, Table.Count, Serial, AsOf, AsOf, view.IsStale ? "no source is current" : null)
        {
            Aspas = Aspas.Count,
            Rejected = Rejected,
            Missing = view.MissingFrom(Name),
        };

    /// <summary>How a VRP of this source is cited.</summary>
    public string Cite(Vrp vrp) => AnchorOf(vrp) is { } anchor ? $"{Name} ({anchor})" : Name;

    /// <summary>Whether this is the source that <see cref="Cite"/> named.</summary>
    internal bool IsCitedAs(string cited) => IsCitedAs(Name, cited);

    internal static bool IsCitedAs(string name, string cited) =>
        cited.StartsWith(name, StringComparison.Ordinal) && (cited.Length == name.Length || cited.AsSpan(name.Length).StartsWith(" ("));
}
