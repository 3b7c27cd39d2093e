using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Rpki;

/// <summary>Keeps the last good state of all RPKI sources in one file: 24 bytes per VRP, read back in a fraction of a second.</summary>
public static class RpkiSnapshot
{
    private const uint Kind = 0x3150_5256; // "VRP1"
    private const uint MetaSection = 1;
    private const uint VrpSection = 2;

    [StructLayout(LayoutKind.Sequential, Size = 24)]
    private struct Row
    {
        public ulong High;
        public ulong Low;
        public uint Asn;
        public byte Family;
        public byte Length;
        public byte MaxLength;

        /// <summary>Index of the trust anchor, or 255.</summary>
        public byte Anchor;
    }

    internal sealed record Meta(
        bool IsStale,
        IReadOnlyList<SourceMeta> Sources,
        IReadOnlyList<FilterMeta> Filters,
        IReadOnlyList<AssertionMeta> Assertions
    );

    internal sealed record SourceMeta(
        string Name,
        string Kind,
        int Vrps,
        DateTimeOffset AsOf,
        long? Serial,
        ushort? Session,
        IReadOnlyList<string> Anchors,
        IReadOnlyList<AspaMeta> Aspas,
        IReadOnlyDictionary<string, long> Rejected,
        FileStamp? File
    );

    internal sealed record AspaMeta(uint Customer, IReadOnlyList<uint> Providers);

    internal sealed record FilterMeta(string? Prefix, uint? Asn, string? Comment);

    internal sealed record AssertionMeta(string Prefix, byte MaxLength, uint Asn, string? Comment);

    /// <exception cref="IOException">The file cannot be written; the former one stays.</exception>
    public static void Save(string path, RpkiView view)
    {
        using var writer = new SnapshotWriter(path, Kind);
        var metas = new List<SourceMeta>();
        writer.Open(VrpSection, Marshal.SizeOf<Row>());
        Span<Row> rows = new Row[1024];
        foreach (RpkiSource source in view.Sources)
        {
            var anchors = new List<string>();
            int filled = 0;
            foreach (Vrp vrp in source.Table.All)
            {
                byte anchor = byte.MaxValue;
                if (source.AnchorOf(vrp) is { } name)
                {
                    int index = anchors.IndexOf(name);
                    if (index < 0)
                        anchors.Add(name);
                    anchor = (byte)(index < 0 ? anchors.Count - 1 : index);
                }
                rows[filled++] = new Row
                {
                    High = (ulong)(vrp.Prefix.Bits >> 64),
                    Low = (ulong)vrp.Prefix.Bits,
                    Asn = vrp.Asn.Value,
                    Family = (byte)vrp.Prefix.Family,
                    Length = vrp.Prefix.Length,
                    MaxLength = vrp.MaxLength,
                    Anchor = anchor,
                };
                if (filled == rows.Length)
                {
                    writer.Append(MemoryMarshal.AsBytes(rows));
                    filled = 0;
                }
            }
            writer.Append(MemoryMarshal.AsBytes(rows[..filled]));
            metas.Add(
                new SourceMeta(
                    source.Name,
                    source.Kind,
                    source.Table.Count,
                    source.AsOf,
                    source.Serial,
                    source.Session,
                    anchors,
                    [.. source.Aspas.Select(a => new AspaMeta(a.Customer.Value, [.. a.Providers.Select(p => p.Value)]))],
                    source.Rejected,
                    source.File
                )
            );
        }
        writer.Close();
        var meta = new Meta(
            view.IsStale,
            metas,
            [.. view.Slurm.Filters.Select(f => new FilterMeta(f.Prefix?.ToString(), f.Asn?.Value, f.Comment))],
            [.. view.Slurm.Assertions.Select(a => new AssertionMeta(a.Vrp.Prefix.ToString(), a.Vrp.MaxLength, a.Vrp.Asn.Value, a.Comment))]
        );
        writer.Add<byte>(MetaSection, JsonSerializer.SerializeToUtf8Bytes(meta, RpkiSnapshotJson.Default.Meta));
        writer.Commit();
    }

    /// <summary>What was kept; null when there is no file, or none that can be read: then the sources are read anew.</summary>
    public static RpkiView? TryLoad(string path) => TryLoad(path, out _);

    /// <param name="problem">What is wrong with the file that is there, for people.</param>
    public static RpkiView? TryLoad(string path, out string? problem)
    {
        problem = null;
        try
        {
            return File.Exists(path) ? Load(path) : null;
        }
        catch (Exception e) when (e is IOException or JsonException or FormatException or ArgumentException)
        {
            problem = e is IOException ? e.Message : $"{path} is damaged: {e.Message}";
            return null;
        }
    }

    private static RpkiView Load(string path)
    {
        using var file = SnapshotFile.Open(path, Kind);
        if (file.Verify().Count > 0)
            throw new SnapshotFormatException($"{path} is damaged: its content does not match its checksum.");
        Meta meta = JsonSerializer.Deserialize(file.Section<byte>(MetaSection), RpkiSnapshotJson.Default.Meta)!;
        Row[] rows = file.Section<Row>(VrpSection).ToArray();
        var sources = new List<RpkiSource>();
        int at = 0;
        foreach (SourceMeta m in meta.Sources)
        {
            var own = new ArraySegment<Row>(rows, at, m.Vrps);
            at += m.Vrps;
            var source = new RpkiSource(m.Name, m.Kind, VrpTable.Build(own.Select(Read)), m.AsOf)
            {
                Serial = m.Serial,
                Session = m.Session,
                Aspas = [.. m.Aspas.Select(a => new Aspa(new Asn(a.Customer), [.. a.Providers.Select(p => new Asn(p))]))],
                Rejected = m.Rejected,
                File = m.File,
            };
            sources.Add(source.WithAnchors(own.Select(r => (Read(r), r.Anchor < m.Anchors.Count ? m.Anchors[r.Anchor] : ""))));
        }
        var slurm = new Slurm(
            [
                .. meta.Filters.Select(f => new SlurmFilter(
                    f.Prefix is null ? null : IpPrefix.Parse(f.Prefix),
                    f.Asn is { } a ? new Asn(a) : null,
                    f.Comment
                )),
            ],
            [.. meta.Assertions.Select(a => new SlurmAssertion(new Vrp(IpPrefix.Parse(a.Prefix), a.MaxLength, new Asn(a.Asn)), a.Comment))]
        );
        return RpkiView.Build(sources, slurm, meta.IsStale);
    }

    private static Vrp Read(Row row) =>
        new(IpPrefix.FromBits((IpFamily)row.Family, new UInt128(row.High, row.Low), row.Length), row.MaxLength, new Asn(row.Asn));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RpkiSnapshot.Meta))]
internal sealed partial class RpkiSnapshotJson : JsonSerializerContext;
