using System.Text;
using System.Text.Json;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Irr.Segments;

/// <summary>One source, mapped from its snapshot file. Immutable; safe for concurrent use. Spans live as long as the segment is reachable.</summary>
internal sealed class IrrSegment
{
    private readonly SnapshotFile _file;

    // Made by whoever asks first.
    private ulong[]? _milestones4;
    private ulong[]? _milestones6;

    private IrrSegment(SnapshotFile file, SegmentMeta meta)
    {
        _file = file;
        Meta = meta;
    }

    public SegmentMeta Meta { get; }

    public string Path => _file.Path;

    /// <summary>Bytes of the file.</summary>
    public long FileLength => _file.Length;

    /// <exception cref="SnapshotFormatException">Not a segment of this version, or damaged.</exception>
    public static IrrSegment Open(string path)
    {
        SnapshotFile file = SnapshotFile.Open(path, SegmentFormat.Kind);
        try
        {
            SegmentMeta meta =
                JsonSerializer.Deserialize(file.Section<byte>(SegmentFormat.Meta), SegmentJson.Default.SegmentMeta)
                ?? throw new SnapshotFormatException($"{path} does not say what it holds.");
            return new IrrSegment(file, meta);
        }
        catch (JsonException e)
        {
            file.Dispose();
            throw new SnapshotFormatException($"{path} does not say what it holds: {e.Message}");
        }
    }

    public RouteTable<RouteRecord4> Routes4 =>
        new(
            _file.Section<RouteRecord4>(SegmentFormat.Routes4),
            _file.Section<OriginRecord>(SegmentFormat.Origins4),
            _file.Section<uint>(SegmentFormat.ByOrigin4),
            _milestones4 ??= RouteTable.Milestones(_file.Section<RouteRecord4>(SegmentFormat.Routes4))
        );

    public RouteTable<RouteRecord6> Routes6 =>
        new(
            _file.Section<RouteRecord6>(SegmentFormat.Routes6),
            _file.Section<OriginRecord>(SegmentFormat.Origins6),
            _file.Section<uint>(SegmentFormat.ByOrigin6),
            _milestones6 ??= RouteTable.Milestones(_file.Section<RouteRecord6>(SegmentFormat.Routes6))
        );

    /// <summary>Of a segment over another: the places, ascending, of the other's IPv4 routes that do not count any more.</summary>
    public ReadOnlySpan<uint> Hidden4 => _file.Section<uint>(SegmentFormat.Hidden4);

    /// <inheritdoc cref="Hidden4"/>
    public ReadOnlySpan<uint> Hidden6 => _file.Section<uint>(SegmentFormat.Hidden6);

    /// <summary>The same of its sets.</summary>
    public ReadOnlySpan<uint> HiddenSets => _file.Section<uint>(SegmentFormat.HiddenSets);

    public ReadOnlySpan<byte> Names => _file.Section<byte>(SegmentFormat.Names);

    public ReadOnlySpan<SetRecord> Sets => _file.Section<SetRecord>(SegmentFormat.Sets);

    public ReadOnlySpan<KeyedRecord> AutNums => _file.Section<KeyedRecord>(SegmentFormat.AutNums);

    public ReadOnlySpan<KeyedRecord> Mntners => _file.Section<KeyedRecord>(SegmentFormat.Mntners);

    public ReadOnlySpan<NetworkRecord> Networks => _file.Section<NetworkRecord>(SegmentFormat.Networks);

    public ReadOnlySpan<ClaimRecord> Claims => _file.Section<ClaimRecord>(SegmentFormat.Claims);

    public ReadOnlySpan<MemberRecord> MembersOf(in SetRecord set) =>
        _file.Section<MemberRecord>(SegmentFormat.Members).Slice((int)set.FirstMember, (int)set.MemberCount);

    public ReadOnlySpan<byte> Name(uint name) => NamePool.At(Names, name);

    public string NameText(uint name) => Encoding.ASCII.GetString(Name(name));

    /// <summary>A joined list of names, taken apart.</summary>
    public string[] NameList(uint name) => name == 0 ? [] : NameText(name).Split(',');

    /// <summary>The index of a set by its name in upper case and, if given, its class; -1 when there is none.</summary>
    /// <param name="hidden">Indexes, ascending, of those that do not count.</param>
    public int FindSet(ReadOnlySpan<byte> upperName, RpslClass? kind, ReadOnlySpan<uint> hidden = default)
    {
        ReadOnlySpan<uint> buckets = _file.Section<uint>(SegmentFormat.SetBuckets);
        if (buckets.IsEmpty)
            return -1;
        ReadOnlySpan<SetRecord> sets = Sets;
        ReadOnlySpan<byte> names = Names;
        uint mask = (uint)buckets.Length - 1;
        uint slot = NamePool.Hash(upperName) & mask;
        for (int probes = 0; probes < buckets.Length && buckets[(int)slot] != 0; probes++, slot = (slot + 1) & mask)
        {
            int index = (int)buckets[(int)slot] - 1;
            ref readonly SetRecord set = ref sets[index];
            if (
                (kind is null || set.Class == kind)
                && NamePool.At(names, set.Name).SequenceEqual(upperName)
                && (hidden.IsEmpty || hidden.BinarySearch((uint)index) < 0)
            )
                return index;
        }
        return -1;
    }

    public bool TryAutNum(uint asn, out KeyedRecord record) => TryKey(AutNums, asn, out record);

    /// <summary>A maintainer by name in upper case.</summary>
    public bool TryMntner(ReadOnlySpan<byte> upperName, out KeyedRecord record)
    {
        // Keys are pool offsets, not names in order; maintainers are looked up so rarely that a walk will do.
        ReadOnlySpan<byte> names = Names;
        foreach (ref readonly KeyedRecord mntner in Mntners)
            if (NamePool.At(names, mntner.Key).SequenceEqual(upperName))
            {
                record = mntner;
                return true;
            }
        record = default;
        return false;
    }

    private static bool TryKey(ReadOnlySpan<KeyedRecord> records, uint key, out KeyedRecord record)
    {
        int low = 0,
            high = records.Length;
        while (low < high)
        {
            int middle = (int)((uint)(low + high) >> 1);
            if (records[middle].Key < key)
                low = middle + 1;
            else
                high = middle;
        }
        record = low < records.Length ? records[low] : default;
        return low < records.Length && record.Key == key;
    }

    /// <summary>A reader of object texts, for one thread.</summary>
    public TextBlockReader OpenText() => new(_file, Meta.TextLength);

    /// <summary>The text of one object as it stood in the registry.</summary>
    public string Text(TextRef reference) => Encoding.UTF8.GetString(OpenText().Read(reference));

    /// <summary>Checks every byte against its checksum; the message says what is damaged, null when nothing is.</summary>
    public string? Verify()
    {
        IReadOnlyList<uint> damaged = _file.Verify();
        return damaged.Count == 0 ? null : $"{Path}: sections {string.Join(", ", damaged)} do not match their checksums.";
    }
}
