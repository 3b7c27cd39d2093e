using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>Puts together again what a speaker with 2-octet AS numbers passed on in two pieces (RFC 6793 §4.2.3).</summary>
internal static class As4Merge
{
    public static PathAttributes Merge(PathAttributes attributes, AsPath? as4Path, Aggregator? as4Aggregator)
    {
        if (attributes.Aggregator is { } aggregator && as4Aggregator is not null)
        {
            // The route was aggregated anew on its way by somebody who knows nothing of both.
            if (aggregator.Asn != Asn.Trans)
                return attributes;
            attributes = attributes with { Aggregator = as4Aggregator };
        }
        int lead = attributes.AsPath.Length - (as4Path?.Length ?? 0);
        return as4Path is null || lead < 0 ? attributes : attributes with { AsPath = Join(attributes.AsPath, lead, as4Path) };
    }

    /// <summary>
    /// As many ASNs of the front of a path as make up its whole length, then the path with wide numbers. Confederation segments at the front stay there and count
    /// nothing.
    /// </summary>
    private static AsPath Join(AsPath narrow, int lead, AsPath wide)
    {
        var segments = ImmutableArray.CreateBuilder<AsSegment>();
        foreach (AsSegment segment in narrow.Segments)
        {
            if (segment.Type is AsSegmentType.ConfederationSequence or AsSegmentType.ConfederationSet)
            {
                segments.Add(segment);
                continue;
            }
            if (lead <= 0)
                break;
            ImmutableArray<Asn> kept = segment.Type == AsSegmentType.Set ? segment.Asns : [.. segment.Asns.Take(lead)];
            segments.Add(segment with { Asns = kept });
            lead -= segment.Type == AsSegmentType.Set ? 1 : kept.Length;
        }
        foreach (AsSegment segment in wide.Segments)
        {
            bool joins =
                segments.Count > 0
                && segments[^1].Type == AsSegmentType.Sequence
                && segment.Type == AsSegmentType.Sequence
                && segments[^1].Asns.Length + segment.Asns.Length <= 255;
            if (joins)
                segments[^1] = segments[^1] with { Asns = [.. segments[^1].Asns, .. segment.Asns] };
            else
                segments.Add(segment);
        }
        return new AsPath(segments.ToImmutable());
    }
}
