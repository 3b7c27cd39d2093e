using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Tests.Snapshot;

public sealed class SnapshotFileTests : IDisposable
{
    private const uint Kind = 0x54455354;
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-snapshot-").FullName;

    private string Name => Path.Combine(_folder, "a.snapshot");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write()
    {
        using var writer = new SnapshotWriter(Name, Kind);
        writer.Open(1, 1);
        for (int i = 0; i < 3000; i++)
            writer.Append(new byte[1000]);
        writer.Close();
        writer.Add<long>(2, [1, 2, 3]);
        writer.Add<byte>(3, []);
        writer.Commit();
    }

    [Fact]
    public void Sections_come_back_as_written()
    {
        Write();
        using SnapshotFile file = SnapshotFile.Open(Name, Kind);
        Assert.Equal(3_000_000, file.SectionLength(1));
        Assert.Equal([1, 2, 3], file.Section<long>(2).ToArray());
        Assert.Equal(0, file.Section<byte>(3).Length);
        Assert.Equal(0, file.Section<int>(99).Length);
        Assert.Empty(file.Verify());
        Assert.Throws<SnapshotFormatException>(() => file.Section<int>(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Slice(1, 2_999_999, 2).Length);
        GC.KeepAlive(file);
    }

    [Fact]
    public void Nothing_is_visible_before_commit_and_nothing_is_left_without_it()
    {
        using (var writer = new SnapshotWriter(Name, Kind))
        {
            writer.Add<long>(1, [1]);
            Assert.False(File.Exists(Name));
        }
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Every_cut_and_another_kind_are_refused()
    {
        Write();
        byte[] whole = File.ReadAllBytes(Name);
        foreach (int length in new[] { 0, 1, 63, 64, 1000, whole.Length - 1, whole.Length + 1 })
        {
            byte[] cut = new byte[length];
            whole.AsSpan(0, Math.Min(length, whole.Length)).CopyTo(cut);
            File.WriteAllBytes(Name, cut);
            Assert.Throws<SnapshotFormatException>(() => SnapshotFile.Open(Name, Kind));
        }
        File.WriteAllBytes(Name, whole);
        Assert.Contains("kind", Assert.Throws<SnapshotFormatException>(() => SnapshotFile.Open(Name, Kind + 1)).Message);
    }

    [Fact]
    public void Changed_bytes_are_found()
    {
        Write();
        byte[] whole = File.ReadAllBytes(Name);
        whole[1_000_000] ^= 1;
        File.WriteAllBytes(Name, whole);
        using (SnapshotFile file = SnapshotFile.Open(Name, Kind))
            Assert.Equal([1u], file.Verify());
        // The table is checked on opening.
        whole[1_000_000] ^= 1;
        whole[^20] ^= 1;
        File.WriteAllBytes(Name, whole);
        Assert.Throws<SnapshotFormatException>(() => SnapshotFile.Open(Name, Kind));
    }
}
