using Causeway.Bgp.Mrt;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Domain.Routers;
using Causeway.Primitives;

namespace Causeway.Routers.Views;

/// <summary>
/// The table of a route collector, one path a prefix (the first that the collector lists). Made once, then only asked: prefixes stand in order, so that what lies inside one
/// follows it, and paths, of which there are far fewer, stand once.
/// </summary>
internal sealed class InternetView
{
    /// <summary>What is told of one prefix at the most: a block of the Internet may hold thousands.</summary>
    private const int MostInside = 16;

    /// <summary>A route to everything says nothing about anybody's prefix.</summary>
    private const int ShortestCovering = 8;

    private readonly string _name;
    private readonly DateTimeOffset _at;
    private readonly IpPrefix[] _prefixes;
    private readonly int[] _pathOf;
    private readonly List<(string Text, Asn? Origin)> _paths;

    private InternetView(string name, DateTimeOffset at, IpPrefix[] prefixes, int[] pathOf, List<(string, Asn?)> paths, int malformed) =>
        (_name, _at, _prefixes, _pathOf, _paths, Malformed) = (name, at, prefixes, pathOf, paths, malformed);

    public int Count => _prefixes.Length;

    /// <summary>When the collector wrote it.</summary>
    public DateTimeOffset At => _at;

    /// <summary>Records that could not be read.</summary>
    public int Malformed { get; }

    /// <summary>Reads TABLE_DUMP_V2 (RFC 6396 §4.3).</summary>
    /// <param name="stream">Not compressed.</param>
    /// <exception cref="InvalidDataException">It holds no table.</exception>
    /// <exception cref="IOException">The stream itself failed.</exception>
    public static InternetView Read(string name, Stream stream, CancellationToken cancellation)
    {
        var prefixes = new List<IpPrefix>();
        var pathOf = new List<int>();
        var paths = new List<(string, Asn?)>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        DateTimeOffset at = DateTimeOffset.UnixEpoch;
        int malformed = 0;
        foreach (MrtRecord record in MrtReader.Read(stream))
        {
            cancellation.ThrowIfCancellationRequested();
            switch (record)
            {
                case MrtRecord.Rib { Entries: [var first, ..] } rib:
                    RouteAttributes attributes = RouteAttributes.Read(first.Attributes.AsSpan());
                    if (!known.TryGetValue(attributes.AsPath, out int path))
                    {
                        known.Add(attributes.AsPath, path = paths.Count);
                        paths.Add((attributes.AsPath, attributes.OriginAsn));
                    }
                    prefixes.Add(rib.Prefix);
                    pathOf.Add(path);
                    at = rib.At > at ? rib.At : at;
                    break;
                case MrtRecord.Malformed:
                    malformed++;
                    break;
            }
        }
        if (prefixes.Count == 0)
            throw new InvalidDataException(
                malformed > 0 ? "it holds no table that can be read" : "it holds no table: a dump of type TABLE_DUMP_V2 is needed"
            );
        IpPrefix[] sorted = [.. prefixes];
        int[] found = [.. pathOf];
        Array.Sort(sorted, found);
        return new InternetView(name, at, sorted, found, paths, malformed);
    }

    /// <inheritdoc cref="IInternetPaths.ToAsync"/>
    public IEnumerable<InternetPath> To(IpPrefix prefix)
    {
        for (int length = ShortestCovering; length < prefix.Length; length++)
            if (TryFind(IpPrefix.Of(prefix.Address, length), out int covering))
                yield return Route(covering);
        int told = 0;
        for (int i = FirstFrom(prefix); i < _prefixes.Length && prefix.Contains(_prefixes[i]) && told < MostInside; i++, told++)
            yield return Route(i);
    }

    private InternetPath Route(int index) => new(_prefixes[index], _paths[_pathOf[index]].Text, _paths[_pathOf[index]].Origin, _name, _at);

    private bool TryFind(IpPrefix prefix, out int index)
    {
        index = Array.BinarySearch(_prefixes, prefix);
        return index >= 0;
    }

    private int FirstFrom(IpPrefix prefix)
    {
        int index = Array.BinarySearch(_prefixes, prefix);
        if (index < 0)
            return ~index;
        // A damaged dump may tell a prefix twice.
        while (index > 0 && _prefixes[index - 1] == prefix)
            index--;
        return index;
    }
}
