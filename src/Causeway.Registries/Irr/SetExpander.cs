using System.Runtime.InteropServices;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Irr;

/// <summary>
/// Follows sets breadth first. A set is identified by where it was found, so loops and repeated members cost nothing; a member that cannot be found is
/// noted and passed over; nothing recurses, so depth costs no stack.
/// </summary>
internal static class SetExpander
{
    public static AsSetExpansion AsSet(IrrDatabase database, string name, ExpansionOptions options)
    {
        name = name.Trim().ToUpperInvariant();
        if (Asn.TryParse(name, out Asn single) && name.StartsWith("AS", StringComparison.Ordinal))
            return new AsSetExpansion
            {
                Name = name,
                Found = true,
                Asns = [single],
            };
        var walk = new Walk(database, options, RpslClass.AsSet);
        if (!walk.Start(name, RpslClass.AsSet))
            return new AsSetExpansion { Name = name };
        var asns = new List<uint>();
        while (walk.Next(out SetId id, out _))
        {
            options.Cancellation.ThrowIfCancellationRequested();
            IrrSegment segment = id.Segment;
            foreach (ref readonly MemberRecord member in segment.MembersOf(id.Record))
                switch (member.Kind & ~MemberKind.ByReference)
                {
                    case MemberKind.Asn:
                        asns.Add(member.Value);
                        break;
                    case MemberKind.Set:
                        walk.Visit(segment.Name(member.Value), PrefixRange.Exact);
                        break;
                }
        }
        GC.KeepAlive(database);
        return new AsSetExpansion
        {
            Name = name,
            Found = true,
            Asns = Distinct(asns),
            Sets = walk.Opened(),
            Missing = walk.Missing,
            HasLoop = walk.HasLoop(),
            Depth = walk.Depth,
            LimitReached = walk.LimitReached,
        };
    }

    public static RouteSetExpansion RouteSet(IrrDatabase database, string name, ExpansionOptions options)
    {
        name = name.Trim().ToUpperInvariant();
        // A route-set may name as-sets and AS numbers too (RFC 2622 §5.2).
        var walk = new Walk(database, options, null);
        if (!walk.Start(name, RpslClass.RouteSet))
            return new RouteSetExpansion { Name = name };
        var prefixes = new HashSet<PrefixSpan>();
        var origins = new Dictionary<PrefixRange, List<uint>>();
        while (walk.Next(out SetId id, out PrefixRange outer))
        {
            options.Cancellation.ThrowIfCancellationRequested();
            IrrSegment segment = id.Segment;
            foreach (ref readonly MemberRecord member in segment.MembersOf(id.Record))
            {
                if ((member.Kind & ~MemberKind.ByReference) == MemberKind.Asn)
                {
                    AddOrigin(origins, outer, member.Value);
                    continue;
                }
                ReadOnlySpan<byte> text = segment.Name(member.Value);
                int caret = text.IndexOf((byte)'^');
                PrefixRange inner = PrefixRange.Exact;
                if (caret >= 0)
                {
                    // Was checked when the set was read; what a damaged file may hold counts as no operator.
                    if (!PrefixRange.TryParse(text[caret..], out inner))
                        inner = PrefixRange.Exact;
                    text = text[..caret];
                }
                if ((member.Kind & ~MemberKind.ByReference) == MemberKind.Prefix)
                {
                    if (RpslValue.TryPrefix(text, out IpPrefix prefix, out _) && Lengths(prefix, inner, outer, out PrefixSpan span))
                        prefixes.Add(span);
                }
                else
                {
                    PrefixRange both = outer.IsExact ? inner : outer;
                    if (RpslValue.TryAsn(text, out uint asn))
                        AddOrigin(origins, both, asn);
                    else
                        walk.Visit(text, both);
                }
            }
        }
        foreach ((PrefixRange range, List<uint> asns) in origins)
        foreach (IpFamily family in new[] { IpFamily.V4, IpFamily.V6 })
        {
            options.Cancellation.ThrowIfCancellationRequested();
            foreach (IpPrefix prefix in database.PrefixesOf([.. asns], family))
                if (Lengths(prefix, PrefixRange.Exact, range, out PrefixSpan span))
                    prefixes.Add(span);
        }
        GC.KeepAlive(database);
        return new RouteSetExpansion
        {
            Name = name,
            Found = true,
            Prefixes = [.. prefixes.OrderBy(p => p.Prefix).ThenBy(p => p.Low).ThenBy(p => p.High)],
            Sets = walk.Opened(),
            Missing = walk.Missing,
            LimitReached = walk.LimitReached,
        };
    }

    private static void AddOrigin(Dictionary<PrefixRange, List<uint>> origins, PrefixRange range, uint asn)
    {
        if (!origins.TryGetValue(range, out List<uint>? list))
            origins[range] = list = [];
        list.Add(asn);
    }

    /// <summary>The operator on a set applies to each prefix in it, after the prefix's own (RFC 2622 §5.2).</summary>
    private static bool Lengths(in IpPrefix prefix, PrefixRange inner, PrefixRange outer, out PrefixSpan span)
    {
        span = default;
        if (!inner.Of(prefix, out int low, out int high))
            return false;
        if (!outer.IsExact)
        {
            low = outer.Low switch
            {
                -1 => low,
                -2 => low + 1,
                _ => Math.Max(low, outer.Low),
            };
            high = outer.High < 0 ? prefix.MaxLength : Math.Min(outer.High, prefix.MaxLength);
            if (low > high)
                return false;
        }
        span = new PrefixSpan(prefix, (byte)low, (byte)high);
        return true;
    }

    private static Asn[] Distinct(List<uint> asns)
    {
        Span<uint> sorted = CollectionsMarshal.AsSpan(asns);
        sorted.Sort();
        var distinct = new List<Asn>(sorted.Length);
        foreach (uint asn in sorted)
            if (distinct.Count == 0 || distinct[^1].Value != asn)
                distinct.Add(new Asn(asn));
        return [.. distinct];
    }

    /// <summary>The sets seen, the queue of those to open, and what could not be opened.</summary>
    private sealed class Walk(IrrDatabase database, ExpansionOptions options, RpslClass? kind)
    {
        private readonly HashSet<string> _excluded = [.. options.Excluded.Select(e => e.ToUpperInvariant())];
        private readonly Dictionary<(SetId, PrefixRange), int> _seen = [];
        private readonly List<(SetId Id, PrefixRange Range, int Depth)> _queue = [];
        private readonly List<(int From, int To)> _edges = [];
        private readonly HashSet<string> _missing = [];
        private int _next;

        public int Depth { get; private set; }

        public bool LimitReached { get; private set; }

        public IReadOnlyList<string> Missing => [.. _missing.Order(StringComparer.Ordinal)];

        public bool Start(string name, RpslClass rootKind)
        {
            if (
                name.Length > RpslValue.MaxName
                || !Ascii.IsValid(name)
                || !database.FindSet(Encoding.ASCII.GetBytes(name), rootKind, out SetId id)
            )
                return false;
            _seen[(id, PrefixRange.Exact)] = 0;
            _queue.Add((id, PrefixRange.Exact, 1));
            return true;
        }

        public bool Next(out SetId id, out PrefixRange range)
        {
            if (_next == _queue.Count)
            {
                id = default;
                range = default;
                return false;
            }
            (id, range, Depth) = _queue[_next++];
            return true;
        }

        /// <summary>Meets a set as a member of the one that was last taken from the queue.</summary>
        public void Visit(ReadOnlySpan<byte> upperName, PrefixRange range)
        {
            if (_excluded.Count > 0 && _excluded.Contains(Encoding.ASCII.GetString(upperName)))
                return;
            if (!database.FindSet(upperName, kind, out SetId id))
            {
                if (_missing.Count < options.MaxSets)
                    _missing.Add(Encoding.ASCII.GetString(upperName));
                return;
            }
            if (_seen.TryGetValue((id, range), out int known))
            {
                _edges.Add((_next - 1, known));
                return;
            }
            if ((options.MaxDepth > 0 && Depth >= options.MaxDepth) || _queue.Count >= options.MaxSets)
            {
                LimitReached = true;
                return;
            }
            _edges.Add((_next - 1, _queue.Count));
            _seen[(id, range)] = _queue.Count;
            _queue.Add((id, range, Depth + 1));
        }

        public IReadOnlyList<string> Opened() =>
            [.. _queue.Take(_next).Select(q => $"{database.Sources[q.Id.Source].Name}::{q.Id.Segment.NameText(q.Id.Record.Name)}")];

        /// <summary>Whether the sets that were opened contain a cycle: taking away, again and again, what has no remaining members must leave nothing.</summary>
        public bool HasLoop()
        {
            var members = new int[_queue.Count];
            ILookup<int, int> containers = _edges.ToLookup(e => e.To, e => e.From);
            foreach ((int from, _) in _edges)
                members[from]++;
            var leaves = new Stack<int>(Enumerable.Range(0, members.Length).Where(i => members[i] == 0));
            int taken = 0;
            while (leaves.TryPop(out int leaf))
            {
                taken++;
                foreach (int container in containers[leaf])
                    if (--members[container] == 0)
                        leaves.Push(container);
            }
            return taken < members.Length;
        }
    }
}
