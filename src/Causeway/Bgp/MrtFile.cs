using System.ComponentModel;
using System.Diagnostics;
using System.IO.Compression;

namespace Causeway.BgpVerbs;

/// <summary>An MRT file as collectors publish it: plain, gzip (RIPE RIS) or bzip2 (Route Views), told apart by their first bytes.</summary>
internal sealed class MrtFile : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly Process? _bzip2;

    /// <exception cref="IOException">It cannot be opened, or there is no bzip2 to read it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public MrtFile(string path)
    {
        _file = File.OpenRead(path);
        var magic = new byte[3];
        _ = _file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        _file.Position = 0;
        if (magic.AsSpan().SequenceEqual("BZh"u8))
        {
            _bzip2 = StartBzip2(path);
            Stream = _bzip2.StandardOutput.BaseStream;
        }
        else if (magic is [0x1F, 0x8B, _])
            Stream = new GZipStream(_file, CompressionMode.Decompress);
        else
            Stream = new BufferedStream(_file, 1 << 16);
    }

    /// <summary>The records, not compressed.</summary>
    public Stream Stream { get; }

    private static Process StartBzip2(string path)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("bzip2", ["-dc", "--", path]) { RedirectStandardOutput = true })!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{path} is compressed with bzip2, which is not installed here: install it, or decompress the file.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        await _file.DisposeAsync();
        _bzip2?.Dispose();
    }
}
