using System.Buffers.Binary;
using Causeway.Primitives;

namespace Causeway.Bgp.Policy;

/// <summary>Ranges of AS numbers made ready: in order, none touching another, so that one look finds the only one that can hold a number.</summary>
internal sealed class AsnSet
{
    private readonly uint[] _first;
    private readonly uint[] _last;

    public AsnSet(EquatableArray<AsnRange> ranges)
    {
        var first = new List<uint>();
        var last = new List<uint>();
        foreach (AsnRange range in ranges.Where(r => r.First <= r.Last).OrderBy(r => r.First))
            if (last.Count > 0 && (last[^1] == uint.MaxValue || range.First.Value <= last[^1] + 1))
                last[^1] = Math.Max(last[^1], range.Last.Value);
            else
            {
                first.Add(range.First.Value);
                last.Add(range.Last.Value);
            }
        (_first, _last) = ([.. first], [.. last]);
    }

    public bool Contains(uint asn)
    {
        int at = Array.BinarySearch(_first, asn);
        at = at >= 0 ? at : ~at - 1;
        return at >= 0 && asn <= _last[at];
    }

    /// <summary>True when a path holds one of the numbers, in any segment.</summary>
    /// <param name="path">Value of AS_PATH with 4-octet AS numbers.</param>
    public bool MeetsPath(ReadOnlySpan<byte> path)
    {
        while (path.Length >= 2 && path.Length >= 2 + 4 * path[1])
        {
            int end = 2 + 4 * path[1];
            for (int at = 2; at < end; at += 4)
                if (Contains(BinaryPrimitives.ReadUInt32BigEndian(path[at..])))
                    return true;
            path = path[end..];
        }
        return false;
    }
}
