using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Irr.Store;

/// <summary>All of a data folder at one moment: the manifest, the mapped segments it names, and the view over them.</summary>
internal sealed record IrrState(IrrManifest Manifest, IReadOnlyDictionary<string, LayeredSegment> Segments, IrrDatabase Database)
{
    public static IrrState Of(IrrManifest manifest, IReadOnlyDictionary<string, LayeredSegment> segments)
    {
        string[] preference = [.. manifest.Preference];
        IrrManifest.Entry[] ordered =
        [
            .. manifest
                .Sources.OrderBy(e => Array.IndexOf(preference, e.Name) is >= 0 and int i ? i : int.MaxValue)
                .ThenBy(e => e.Name, StringComparer.Ordinal),
        ];
        return new IrrState(
            manifest,
            segments,
            new IrrDatabase([.. ordered.Select(e => segments[e.Name])], [.. ordered.Select(e => SourceOf(segments[e.Name], e))])
        );
    }

    public IrrManifest.Entry? Entry(string source) =>
        Manifest.Sources.FirstOrDefault(e => e.Name.Equals(source, StringComparison.OrdinalIgnoreCase));

    public static IrrSource SourceOf(LayeredSegment segment, IrrManifest.Entry entry) =>
        new()
        {
            Name = segment.Meta.Source,
            Serial = entry.Serial ?? segment.Meta.Serial,
            LoadedAt = segment.Meta.LoadedAt,
            DataTime = segment.Meta.DataTime,
            FreshAt = entry.Confirmed > segment.Meta.DataTime ? entry.Confirmed.Value : segment.Meta.DataTime,
            Origin = segment.Meta.Origin,
            Routes4 = segment.Meta.Routes4,
            Routes6 = segment.Meta.Routes6,
            AsSets = segment.Meta.AsSets,
            RouteSets = segment.Meta.RouteSets,
            AutNums = segment.Meta.AutNums,
            Mntners = segment.Meta.Mntners,
            Networks = segment.Meta.Networks,
            Problems = segment.Meta.Problems,
            FileBytes = segment.FileLength,
            Stale = entry.Stale,
            HoldsBack = entry.HeldBack is not null,
        };
}
