using System.Runtime.CompilerServices;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Policy;

/// <summary>A compiled set of prefixes with ranges of lengths, of both families.</summary>
internal sealed class PrefixSet
{
    private readonly PrefixRanges<V4Key> _v4;
    private readonly PrefixRanges<V6Key> _v6;

    public PrefixSet(IReadOnlyCollection<PrefixMatch> matches)
    {
        _v4 = new PrefixRanges<V4Key>(matches);
        _v6 = new PrefixRanges<V6Key>(matches);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PrefixAnswer Ask<TKey>(TKey key, Asn origin)
        where TKey : unmanaged, IPrefixKey<TKey> =>
        // Decided when the method is compiled for the struct; only one side remains.
        typeof(TKey) == typeof(V4Key)
            ? _v4.Ask(Unsafe.BitCast<TKey, V4Key>(key), origin)
            : _v6.Ask(Unsafe.BitCast<TKey, V6Key>(key), origin);
}

/// <summary>What a <see cref="PrefixSet"/> says of a route.</summary>
internal enum PrefixAnswer : byte
{
    /// <summary>No entry matches the prefix.</summary>
    Unknown = 0,

    /// <summary>Entries do, but all are of other origins.</summary>
    OtherOrigin = 1,

    Match = 2,
}

/// <summary>
/// The ranges of one family: a hash of the prefixes, tried at each length that occurs, shortest first. A registry-made list of a hundred thousand entries
/// costs as many look-ups as it has distinct lengths.
/// </summary>
internal sealed class PrefixRanges<TKey>
    where TKey : unmanaged, IPrefixKey<TKey>
{
    private readonly record struct LengthRange(byte Minimum, byte Maximum, int Next, EquatableArray<Asn> Origins);

    private readonly Dictionary<TKey, int> _first = [];
    private readonly List<LengthRange> _ranges = [];
    private readonly byte[] _lengths;

    public PrefixRanges(IEnumerable<PrefixMatch> matches)
    {
        var lengths = new SortedSet<byte>();
        foreach (PrefixMatch match in matches)
        {
            if (match.Prefix.Family != TKey.Family)
                continue;
            TKey key = TKey.From(match.Prefix);
            int next = _first.TryGetValue(key, out int head) ? head : -1;
            _first[key] = _ranges.Count;
            _ranges.Add(new LengthRange(match.MinLength, match.MaxLength, next, match.Origins));
            lengths.Add(match.Prefix.Length);
        }
        _lengths = [.. lengths];
    }

    public PrefixAnswer Ask(in TKey key, Asn origin)
    {
        var answer = PrefixAnswer.Unknown;
        foreach (byte length in _lengths)
        {
            if (length > key.Length)
                return answer;
            if (!_first.TryGetValue(key.Truncate(length), out int at))
                continue;
            for (; at >= 0; at = _ranges[at].Next)
            {
                LengthRange range = _ranges[at];
                if (key.Length < range.Minimum || key.Length > range.Maximum)
                    continue;
                if (range.Origins.IsEmpty || range.Origins.AsSpan().Contains(origin))
                    return PrefixAnswer.Match;
                answer = PrefixAnswer.OtherOrigin;
            }
        }
        return answer;
    }
}
