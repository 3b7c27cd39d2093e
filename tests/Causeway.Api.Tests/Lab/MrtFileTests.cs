using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Causeway.Lab.Bgp;

namespace Causeway.Api.Tests.Lab;

public sealed class MrtFileTests : IDisposable
{
    private static readonly byte[] Records = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("records ", 5_000)));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-mrt-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Plain_gzip_and_bzip2_are_told_apart_by_their_content()
    {
        string plain = Path.Combine(_folder.FullName, "plain.gz");
        await File.WriteAllBytesAsync(plain, Records, TestContext.Current.CancellationToken);
        string gzip = Path.Combine(_folder.FullName, "gzip.mrt");
        await using (var zip = new GZipStream(File.Create(gzip), CompressionLevel.Fastest))
            await zip.WriteAsync(Records, TestContext.Current.CancellationToken);
        string bzip2 = Path.Combine(_folder.FullName, "bzip2.mrt");
        File.Copy(plain, bzip2);
        using (Process pack = Process.Start("bzip2", ["--", bzip2]))
            await pack.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.Move(bzip2 + ".bz2", bzip2);

        foreach (string path in new[] { plain, gzip, bzip2 })
        {
            await using var file = new MrtFile(path);
            using var read = new MemoryStream();
            await file.Stream.CopyToAsync(read, TestContext.Current.CancellationToken);
            Assert.True(Records.AsSpan().SequenceEqual(read.ToArray()), path);
            Assert.Null(await file.WhatIsMissing(TestContext.Current.CancellationToken));
        }
    }

    /// <summary>A peer table, then 20,000 routes that no compression makes small.</summary>
    private static byte[] Dump()
    {
        var bytes = new MemoryStream();
        bytes.Write(
            Convert.FromHexString("69573A65" + "000D" + "0001" + "00000014" + "C0000209" + "000176" + "0001" + "00C0000201C6336401FBF0")
        );
#pragma warning disable CA5394 // The same dump each time.
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] community = new byte[4];
            random.NextBytes(community);
#pragma warning restore CA5394
            byte[] attributes = [.. Convert.FromHexString("40010100" + "40020602010000FBF0" + "400304C0000201" + "C00804"), .. community];
            byte[] body = [0, 0, 0, 0, 24, 11, (byte)(i >> 8), (byte)i, 0, 1, 0, 0, 0, 0, 0, 0, 0, (byte)attributes.Length, .. attributes];
            bytes.Write([0x69, 0x57, 0x3A, 0x65, 0, 13, 0, 2, 0, 0, 0, (byte)body.Length, .. body]);
        }
        return bytes.ToArray();
    }

    private async Task<string> Packed(string tool, string name)
    {
        string path = Path.Combine(_folder.FullName, name);
        await File.WriteAllBytesAsync(path, Dump(), TestContext.Current.CancellationToken);
        using (Process pack = Process.Start(tool, ["--", path]))
            await pack.WaitForExitAsync(TestContext.Current.CancellationToken);
        return path + (tool == "gzip" ? ".gz" : ".bz2");
    }

    [Theory]
    [InlineData("gzip", "cut")]
    [InlineData("gzip", "at a record")]
    [InlineData("gzip", "crc")]
    [InlineData("bzip2", "cut")]
    [InlineData("bzip2", "crc")]
    [InlineData("none", "cut")]
    public async Task A_file_that_is_not_whole_is_said_by_name_and_ends_the_speaker(string tool, string damage)
    {
        string path = tool == "none" ? Path.Combine(_folder.FullName, "plain") : await Packed(tool, "rib");
        byte[] whole = tool == "none" ? Dump() : await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        switch (damage)
        {
            case "crc" when tool == "gzip":
                whole[^8] ^= 1;
                break;
            case "crc":
                whole[^20] ^= 0x10;
                break;
            case "at a record":
                // Not a byte too few comes out: only the end of the compression is missing.
                whole = whole[..^8];
                break;
            default:
                whole = whole[..^200];
                break;
        }
        await File.WriteAllBytesAsync(path, whole, TestContext.Current.CancellationToken);
        string address = "127.46.3.1";
        (int code, string output, string error) = await BgpProcess.Run(
            "run",
            "--asn",
            "64500",
            "--router-id",
            address,
            "--listen",
            $"{address}:{BgpProcess.FreePort(address)}",
            "--peer",
            "127.46.3.2=64501,passive",
            "--announce",
            path,
            "--socket",
            Path.Combine(_folder.FullName, "socket")
        );
        Assert.True(code == 2, $"{code}\n{output}\n{error}");
        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Matches("incomplete|damaged", error);
        Assert.DoesNotContain("ready", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    public async Task Wherever_a_file_is_cut_it_is_seen(string tool)
    {
        string path = await Packed(tool, "rib");
        byte[] whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        for (int left = 1; left <= 40; left++)
        {
            int length = left <= 20 ? whole.Length - left : (int)((long)whole.Length * (41 - left) / 41);
            string cut = Path.Combine(_folder.FullName, "cut");
            await File.WriteAllBytesAsync(cut, whole[..length], TestContext.Current.CancellationToken);
            await using var file = new MrtFile(cut);
            Assert.NotNull(await file.WhatIsMissing(TestContext.Current.CancellationToken));
        }
    }
}
