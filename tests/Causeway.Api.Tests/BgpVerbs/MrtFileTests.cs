using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Causeway.BgpVerbs;

namespace Causeway.Api.Tests.BgpVerbs;

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
        }
    }
}
