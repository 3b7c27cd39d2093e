using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Irr;

/// <summary>A route or route6 object: its source says that this origin may announce this prefix (RFC 2622 §4, RFC 4012 §3).</summary>
public sealed class IrrRoute
{
    private readonly IrrSegment _segment;
    private readonly TextRef _text;
    private readonly uint _maintainers;

    internal IrrRoute(IrrSource source, IrrSegment segment, IpPrefix prefix, Asn origin, uint maintainers, TextRef text)
    {
        Source = source;
        _segment = segment;
        Prefix = prefix;
        Origin = origin;
        _maintainers = maintainers;
        _text = text;
    }

    public IpPrefix Prefix { get; }

    public Asn Origin { get; }

    /// <summary>The source with its serial and times, as they were when this was looked up.</summary>
    public IrrSource Source { get; }

    /// <summary>Names in <c>mnt-by</c>, in upper case.</summary>
    public IReadOnlyList<string> Maintainers => _segment.NameList(_maintainers);

    /// <summary>The object as it stands in the registry; read from the snapshot on each use.</summary>
    public string Text => _segment.Text(_text);

    internal IrrSegment Segment => _segment;

    internal TextRef TextRef => _text;

    public override string ToString() => $"{Prefix} AS{Origin} ({Source.Name})";
}

/// <summary>An inetnum or inet6num object that carries a certificate: its source says who holds these addresses.</summary>
public sealed class IrrNetwork
{
    private readonly IrrSegment _segment;
    private readonly TextRef _text;

    internal IrrNetwork(IrrSource source, IrrSegment segment, AddressRange range, TextRef text)
    {
        Source = source;
        Range = range;
        _segment = segment;
        _text = text;
    }

    public IrrSource Source { get; }

    /// <summary>The addresses as the object names them.</summary>
    public string Key => Range.ToString();

    internal AddressRange Range { get; }

    /// <summary>The object as it stands in the registry; read from the snapshot on each use.</summary>
    public string Text => _segment.Text(_text);
}

/// <summary>An as-set or route-set object of one source (RFC 2622 §5).</summary>
public sealed class IrrSet
{
    private readonly IrrSegment _segment;
    private readonly SetRecord _record;

    internal IrrSet(IrrSource source, IrrSegment segment, SetRecord record)
    {
        Source = source;
        _segment = segment;
        _record = record;
    }

    /// <summary>The name in upper case.</summary>
    public string Name => _segment.NameText(_record.Name);

    /// <summary><see cref="RpslClass.AsSet"/> or <see cref="RpslClass.RouteSet"/>.</summary>
    public RpslClass Class => _record.Class;

    public IrrSource Source { get; }

    /// <summary>Direct members: <c>AS64496</c>, set names, prefixes with their range operator; those that joined by <c>member-of</c> last.</summary>
    public IReadOnlyList<string> Members
    {
        get
        {
            var members = new List<string>((int)_record.MemberCount);
            foreach (MemberRecord member in _segment.MembersOf(_record))
                members.Add(
                    (member.Kind & ~MemberKind.ByReference) == MemberKind.Asn ? $"AS{member.Value}" : _segment.NameText(member.Value)
                );
            GC.KeepAlive(_segment);
            return members;
        }
    }

    /// <summary>Maintainers whose objects may join by <c>member-of</c>; "ANY" for all.</summary>
    public IReadOnlyList<string> MembersByRef => _segment.NameList(_record.MembersByRef);

    public IReadOnlyList<string> Maintainers => _segment.NameList(_record.Maintainers);

    /// <summary>The object as it stands in the registry.</summary>
    public string Text => _segment.Text(new TextRef(_record.TextPacked));

    public override string ToString() => $"{Source.Name}::{Name}";
}

/// <summary>An object of another kept class (aut-num, mntner) by its text.</summary>
public sealed class IrrObject
{
    private readonly IrrSegment _segment;
    private readonly TextRef _text;

    internal IrrObject(IrrSource source, IrrSegment segment, RpslClass kind, string key, TextRef text)
    {
        Source = source;
        _segment = segment;
        Class = kind;
        Key = key;
        _text = text;
    }

    public RpslClass Class { get; }

    public string Key { get; }

    public IrrSource Source { get; }

    public string Text => _segment.Text(_text);
}
