using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Irr.Segments;

/// <summary>
/// Builds the segment of one source: from nothing, or from an earlier segment with changes. Objects arrive in any order, from several threads if need be
/// (<see cref="Add"/> locks); <see cref="Commit"/> sorts, indexes and puts the file in place.
/// </summary>
internal sealed class SegmentBuilder : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SnapshotWriter _writer;
    private readonly TextBlockWriter _text;
    private readonly NamePool _names;
    private readonly RouteListBuilder<RouteRecord4> _routes4 = new();
    private readonly RouteListBuilder<RouteRecord6> _routes6 = new();
    private readonly Dictionary<uint, KeyedRecord> _autNums = [];
    private readonly Dictionary<uint, KeyedRecord> _mntners = [];
    private readonly Dictionary<AddressRange, NetworkRecord> _networks = [];
    private readonly SetListBuilder _sets;
    private readonly byte[] _scratch = new byte[4096];

    /// <param name="path">The final name of the segment file.</param>
    /// <param name="source">The source's name in upper case.</param>
    public SegmentBuilder(string path, string source)
    {
        Path = path;
        Source = source;
        _names = new NamePool();
        _sets = new SetListBuilder(_names);
        _writer = new SnapshotWriter(path, SegmentFormat.Kind);
        _text = new TextBlockWriter(_writer);
    }

    /// <summary>Starts from an earlier segment, leaving out the objects named. What is added afterwards replaces what has the same key.</summary>
    public SegmentBuilder(string path, IrrSegment earlier, IReadOnlyCollection<RpslObjectKey> removed)
    {
        Path = path;
        Source = earlier.Meta.Source;
        _writer = new SnapshotWriter(path, SegmentFormat.Kind);
        _text = new TextBlockWriter(_writer);
        _names = new NamePool(earlier.Names);
        _sets = new SetListBuilder(_names);
        var gone = new HashSet<RpslObjectKey>(removed);
        RpslObjectKey.Route[] routes = [.. gone.OfType<RpslObjectKey.Route>()];
        _routes4.CopyFrom(earlier.Routes4, routes.Where(r => r.Prefix.IsV4));
        _routes6.CopyFrom(earlier.Routes6, routes.Where(r => !r.Prefix.IsV4));
        _sets.CopyFrom(earlier, gone);
        foreach (KeyedRecord autNum in earlier.AutNums)
            if (!gone.Contains(new RpslObjectKey.AutNum(new Asn(autNum.Key))))
                _autNums[autNum.Key] = autNum;
        foreach (KeyedRecord mntner in earlier.Mntners)
            if (!gone.Contains(new RpslObjectKey.Named(RpslClass.Mntner, NameText(mntner.Key))))
                _mntners[mntner.Key] = mntner;
        foreach (NetworkRecord network in earlier.Networks)
            if (!gone.Contains(new RpslObjectKey.Network(network.Range)))
                _networks[network.Range] = network;
        CopyText(earlier);
    }

    public string Path { get; }

    public string Source { get; }

    public RpslProblems Problems { get; } = new();

    /// <summary>Places, ascending, of the routes and the sets below that this segment hides, when it is one over another.</summary>
    public (uint[] V4, uint[] V6, uint[] Sets) Hidden { get; init; } = ([], [], []);

    public int RouteCount => _routes4.Count + _routes6.Count;

    private string NameText(uint name) => Encoding.ASCII.GetString(NamePool.At(_names.Blob, name));

    /// <summary>Adds the object that a parser stands on. What cannot be used is counted in <paramref name="problems"/>.</summary>
    public void Add(RpslParser parser, ReadOnlySpan<byte> text, RpslProblems problems)
    {
        lock (_lock)
        {
            ReadOnlySpan<RpslAttribute> attributes = parser.AttributeSpan;
            ReadOnlySpan<byte> key = RpslTokens.First(Value(text, attributes[0]));
            switch (parser.Class)
            {
                case RpslClass.Route or RpslClass.Route6:
                    AddRoute(parser.Class, key, text, attributes, problems);
                    break;
                case RpslClass.AsSet or RpslClass.RouteSet:
                    AddSet(parser.Class, key, text, attributes, problems);
                    break;
                case RpslClass.InetNum or RpslClass.Inet6Num:
                    AddNetwork(parser.Class, Value(text, attributes[0]), text, problems);
                    break;
                case RpslClass.AutNum:
                    if (!RpslValue.TryAsn(key, out uint asn))
                    {
                        problems.Count(RpslProblem.BadAsn, text);
                        break;
                    }
                    uint maintainers = Joined(text, attributes, RpslKey.MntBy);
                    TextRef stored = Store(text, problems);
                    AddClaims(text, attributes, MemberKind.Asn, asn, maintainers, stored);
                    Put(_autNums, asn, maintainers, stored, text, problems);
                    break;
                case RpslClass.Mntner:
                    if (!RpslValue.TryUpperName(key, _scratch))
                    {
                        problems.Count(RpslProblem.BadName, text);
                        break;
                    }
                    uint name = _names.Add(_scratch.AsSpan(0, key.Length));
                    byte[] shown = RpslSecrets.Hide(text, attributes);
                    Put(_mntners, name, Joined(text, attributes, RpslKey.MntBy), Store(shown, problems), text, problems);
                    break;
            }
        }
    }

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> text, RpslAttribute attribute) =>
        text.Slice(attribute.Start, attribute.Length);

    private static void Put(
        Dictionary<uint, KeyedRecord> table,
        uint key,
        uint maintainers,
        TextRef text,
        ReadOnlySpan<byte> original,
        RpslProblems problems
    )
    {
        var record = new KeyedRecord
        {
            Key = key,
            Maintainers = maintainers,
            TextPacked = text.Packed,
        };
        if (!table.TryAdd(key, record))
        {
            problems.Count(RpslProblem.Duplicate, original);
            table[key] = record;
        }
    }

    private void AddRoute(
        RpslClass kind,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> text,
        ReadOnlySpan<RpslAttribute> attributes,
        RpslProblems problems
    )
    {
        if (!RpslValue.TryPrefix(key, out IpPrefix prefix, out bool hostBits) || prefix.IsV4 != (kind == RpslClass.Route))
        {
            problems.Count(RpslProblem.BadPrefix, text);
            return;
        }
        if (hostBits)
        {
            problems.Count(RpslProblem.HostBits, text);
            return;
        }
        ReadOnlySpan<byte> originText = default;
        foreach (RpslAttribute attribute in attributes)
            if (attribute.Key == RpslKey.Origin)
            {
                originText = RpslTokens.First(Value(text, attribute));
                break;
            }
        if (originText.IsEmpty)
        {
            problems.Count(RpslProblem.MissingOrigin, text);
            return;
        }
        if (!RpslValue.TryAsn(originText, out uint origin))
        {
            problems.Count(RpslProblem.BadAsn, text);
            return;
        }
        uint maintainers = Joined(text, attributes, RpslKey.MntBy);
        TextRef stored = Store(text, problems);
        uint digest = Checksum.Of(text) & 0xFF_FFFF;
        AddClaims(text, attributes, MemberKind.Prefix, 0, maintainers, stored, prefix);
        if (prefix.IsV4)
            _routes4.Add(
                new RouteRecord4
                {
                    Address = prefix.V4Bits,
                    Length = prefix.Length,
                    Origin = origin,
                    Maintainers = maintainers,
                    TextPacked = stored.Packed,
                    TextDigest = digest,
                }
            );
        else
            _routes6.Add(
                new RouteRecord6
                {
                    AddressHigh = (ulong)(prefix.Bits >> 64),
                    AddressLow = (ulong)prefix.Bits,
                    Length = prefix.Length,
                    Origin = origin,
                    Maintainers = maintainers,
                    TextPacked = stored.Packed,
                    TextDigest = digest,
                }
            );
    }

    private void AddNetwork(RpslClass kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> text, RpslProblems problems)
    {
        if (RpslNetwork.IsPassedOver(kind, text))
            return;
        if (!RpslNetwork.TryRange(kind, key, out AddressRange range))
        {
            problems.Count(RpslProblem.BadPrefix, text);
            return;
        }
        if (_networks.ContainsKey(range))
            problems.Count(RpslProblem.Duplicate, text);
        _networks[range] = new NetworkRecord
        {
            FirstHigh = (ulong)(range.First >> 64),
            FirstLow = (ulong)range.First,
            LastHigh = (ulong)(range.Last >> 64),
            LastLow = (ulong)range.Last,
            Version = range.Family == IpFamily.V4 ? 4u : 6u,
            TextPacked = Store(text, problems).Packed,
            TextDigest = Checksum.Of(text),
        };
    }

    private void AddSet(
        RpslClass kind,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> text,
        ReadOnlySpan<RpslAttribute> attributes,
        RpslProblems problems
    )
    {
        if (!RpslValue.TryUpperName(key, _scratch) || RpslValue.TryAsn(key, out _))
        {
            problems.Count(RpslProblem.BadName, text);
            return;
        }
        uint name = _names.Add(_scratch.AsSpan(0, key.Length));
        var members = new List<MemberRecord>();
        foreach (RpslAttribute attribute in attributes)
        {
            if (attribute.Key is not (RpslKey.Members or RpslKey.MpMembers))
                continue;
            var tokens = new RpslTokens(Value(text, attribute));
            while (tokens.Next(out ReadOnlySpan<byte> token))
                if (SetMember.TryRead(token, kind, _names, _scratch, out MemberRecord member))
                    members.Add(member);
                else
                    problems.Count(
                        RpslProblem.BadMember,
                        $"{Encoding.ASCII.GetString(key)}: {Encoding.Latin1.GetString(token[..Math.Min(token.Length, 80)])}"
                    );
        }
        var record = new SetRecord
        {
            Name = name,
            Class = kind,
            Maintainers = Joined(text, attributes, RpslKey.MntBy),
            MembersByRef = Joined(text, attributes, RpslKey.MbrsByRef),
            TextPacked = Store(text, problems).Packed,
        };
        if (!_sets.Put(record, members))
            problems.Count(RpslProblem.Duplicate, text);
    }

    private void AddClaims(
        ReadOnlySpan<byte> text,
        ReadOnlySpan<RpslAttribute> attributes,
        MemberKind kind,
        uint value,
        uint maintainers,
        TextRef stored,
        IpPrefix prefix = default
    )
    {
        foreach (RpslAttribute attribute in attributes)
        {
            if (attribute.Key != RpslKey.MemberOf)
                continue;
            var tokens = new RpslTokens(Value(text, attribute));
            while (tokens.Next(out ReadOnlySpan<byte> token))
            {
                if (!RpslValue.TryUpperName(token, _scratch))
                    continue;
                uint set = _names.Add(_scratch.AsSpan(0, token.Length));
                if (kind == MemberKind.Prefix)
                    value = _names.Add(_scratch.AsSpan(0, RpslValue.Format(prefix, _scratch)));
                _sets.Claim(
                    new ClaimRecord
                    {
                        Set = set,
                        Kind = kind,
                        Value = value,
                        Maintainers = maintainers,
                        TextPacked = stored.Packed,
                    }
                );
            }
        }
    }

    /// <summary>The words of all attributes of one kind, in upper case, joined by commas; what exceeds 4 KiB is left out.</summary>
    private uint Joined(ReadOnlySpan<byte> text, ReadOnlySpan<RpslAttribute> attributes, RpslKey key)
    {
        int n = 0;
        foreach (RpslAttribute attribute in attributes)
        {
            if (attribute.Key != key)
                continue;
            var tokens = new RpslTokens(Value(text, attribute));
            while (tokens.Next(out ReadOnlySpan<byte> token))
            {
                if (n + token.Length + 1 > _scratch.Length)
                    break;
                int start = n > 0 ? n + 1 : 0;
                if (!RpslValue.TryUpperName(token, _scratch.AsSpan(start)))
                    continue;
                if (n > 0)
                    _scratch[n] = (byte)',';
                n = start + token.Length;
            }
        }
        return _names.Add(_scratch.AsSpan(0, n));
    }

    /// <summary>Keeps the text of an object as UTF-8: what is not, was Latin-1 in all registries that have such texts.</summary>
    private TextRef Store(ReadOnlySpan<byte> text, RpslProblems problems)
    {
        if (Utf8.IsValid(text))
            return _text.Append(text);
        problems.Count(RpslProblem.NotUtf8, text);
        byte[] utf8 = Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(text));
        return _text.Append(utf8.AsSpan(0, Math.Min(utf8.Length, RpslReader.MaxObject)));
    }

    /// <summary>Finishes the segment and puts it in place.</summary>
    public SegmentMeta Commit(SegmentMeta meta)
    {
        var live = new LiveText();
        foreach (TextRef text in Texts())
            live.Add(text);
        _sets.DropStaleClaims(_autNums.Values.Select(a => new TextRef(a.TextPacked)).Concat(RouteTexts()));
        long[] blocks = _text.Finish(out long textLength);
        _writer.Add<long>(SegmentFormat.TextBlocks, blocks);
        int routes4 = _routes4.Count;
        int repeated4 = _routes4.Write(_writer, SegmentFormat.Routes4, SegmentFormat.Origins4, SegmentFormat.ByOrigin4);
        int routes6 = _routes6.Count;
        int repeated6 = _routes6.Write(_writer, SegmentFormat.Routes6, SegmentFormat.Origins6, SegmentFormat.ByOrigin6);
        for (int i = 0; i < repeated4 + repeated6; i++)
            Problems.Count(RpslProblem.Duplicate);
        _writer.Add<uint>(SegmentFormat.Hidden4, Hidden.V4);
        _writer.Add<uint>(SegmentFormat.Hidden6, Hidden.V6);
        _writer.Add<uint>(SegmentFormat.HiddenSets, Hidden.Sets);
        _sets.Write(_writer);
        _writer.Add<KeyedRecord>(SegmentFormat.AutNums, [.. _autNums.Values.OrderBy(a => a.Key)]);
        _writer.Add<KeyedRecord>(SegmentFormat.Mntners, [.. _mntners.Values.OrderBy(m => m.Key)]);
        _writer.Add<NetworkRecord>(
            SegmentFormat.Networks,
            [.. _networks.Values.OrderBy(n => n.Version).ThenBy(n => n.Range.First).ThenBy(n => n.Range.Last)]
        );
        _writer.Add(SegmentFormat.Names, _names.Blob);
        meta = meta with
        {
            TextLength = textLength,
            LiveText = live.Bytes,
            Routes4 = routes4 - repeated4,
            Routes6 = routes6 - repeated6,
            AsSets = _sets.Count(RpslClass.AsSet),
            RouteSets = _sets.Count(RpslClass.RouteSet),
            AutNums = _autNums.Count,
            Mntners = _mntners.Count,
            Networks = _networks.Count,
            Problems = [.. Problems.Report().Select(r => new ProblemCount(r.Problem, r.Count, r.Examples))],
        };
        _writer.Add<byte>(SegmentFormat.Meta, JsonSerializer.SerializeToUtf8Bytes(meta, SegmentJson.Default.SegmentMeta));
        _writer.Commit();
        return meta;
    }

    private IEnumerable<TextRef> RouteTexts() => _routes4.Texts().Concat(_routes6.Texts());

    private IEnumerable<TextRef> Texts() =>
        _sets
            .Texts()
            .Concat(_networks.Values.Select(n => new TextRef(n.TextPacked)))
            .Concat(_autNums.Values.Concat(_mntners.Values).Select(k => new TextRef(k.TextPacked)))
            .Concat(RouteTexts());

    /// <summary>
    /// Takes over the earlier segment's text: block for block as long as most of it is alive, else object by object, so that deleted text does not pile up.
    /// </summary>
    private void CopyText(IrrSegment earlier)
    {
        TextBlockReader reader = earlier.OpenText();
        if (earlier.Meta.LiveText * 2 >= earlier.Meta.TextLength || earlier.Meta.TextLength < 1 << 20)
        {
            _text.CopyFrom(reader);
            return;
        }
        ulong[] old = [.. Texts().Select(t => t.Packed).Order()];
        var moved = new Dictionary<ulong, TextRef>(old.Length);
        foreach (ulong packed in old)
            if (!moved.ContainsKey(packed))
                moved[packed] = _text.Append(reader.Read(new TextRef(packed)));
        _routes4.Relocate(t => moved[t.Packed]);
        _routes6.Relocate(t => moved[t.Packed]);
        _sets.Relocate(moved);
        foreach ((AddressRange range, NetworkRecord network) in _networks.ToArray())
            _networks[range] = network with { TextPacked = moved[network.TextPacked].Packed };
        foreach (Dictionary<uint, KeyedRecord> table in new[] { _autNums, _mntners })
        foreach ((uint key, KeyedRecord record) in table.ToArray())
            table[key] = record with { TextPacked = moved[record.TextPacked].Packed };
    }

    public void Dispose() => _writer.Dispose();

    private struct LiveText
    {
        public long Bytes { get; private set; }

        public void Add(TextRef text) => Bytes += text.Length;
    }
}
