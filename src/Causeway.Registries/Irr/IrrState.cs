using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Irr;

/// <summary>All of a data folder at one moment: the manifest, the mapped segments it names, and the view over them.</summary>
internal sealed record IrrState(IrrManifest Manifest, IReadOnlyDictionary<string, IrrSegment> Segments, IrrDatabase Database)
{
    public static IrrState Of(IrrManifest manifest, IReadOnlyDictionary<string, IrrSegment> segments)
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
            new IrrDatabase([.. ordered.Select(e => segments[e.Name])], [.. ordered.Select(e => IrrSource.Of(segments[e.Name], e))])
        );
    }

    public IrrManifest.Entry? Entry(string source) =>
        Manifest.Sources.FirstOrDefault(e => e.Name.Equals(source, StringComparison.OrdinalIgnoreCase));
}
