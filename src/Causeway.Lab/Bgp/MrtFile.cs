using System.ComponentModel;
using System.Diagnostics;
using System.IO.Compression;
using Causeway.Registries.Irr.Loading;

namespace Causeway.Lab.Bgp;

/// <summary>
/// An MRT file as collectors publish it: plain, gzip (RIPE RIS) or bzip2 (Route Views), told apart by their first bytes. Half a file looks like a whole one of a
/// smaller table, so after reading <see cref="WhatIsMissing"/> is to be asked.
/// </summary>
internal sealed class MrtFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly CountingStream _compressed;
    private readonly CountingStream _records;
    private readonly Process? _bzip2;
    private readonly Task<string>? _complaint;
    private readonly bool _gzip;

    /// <exception cref="IOException">It cannot be opened, or there is no bzip2 to read it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public MrtFile(string path)
    {
        _path = path;
        _file = File.OpenRead(path);
        var magic = new byte[3];
        _ = _file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        _file.Position = 0;
        _compressed = new CountingStream(_file);
        _gzip = magic is [0x1F, 0x8B, _];
        if (magic.AsSpan().SequenceEqual("BZh"u8))
        {
            _bzip2 = StartBzip2(path);
            _complaint = _bzip2.StandardError.ReadToEndAsync();
            _records = new CountingStream(_bzip2.StandardOutput.BaseStream);
        }
        else
            _records = new CountingStream(
                _gzip ? new GZipStream(_compressed, CompressionMode.Decompress) : new BufferedStream(_file, 1 << 16)
            );
    }

    /// <summary>The records, not compressed.</summary>
    public Stream Stream => _records;

    private static Process StartBzip2(string path)
    {
        try
        {
            return Process.Start(
                new ProcessStartInfo("bzip2", ["-dc", "--", path]) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{path} is compressed with bzip2, which is not installed here: install it, or decompress the file.", e);
        }
    }

    /// <summary>Reads what is left of the file, and looks whether its compression came to its proper end.</summary>
    /// <returns>Null when it did; else what is wrong, with the file's name.</returns>
    /// <exception cref="IOException">The file itself failed.</exception>
    public async Task<string?> WhatIsMissing(CancellationToken cancel)
    {
        try
        {
            await _records.CopyToAsync(Stream.Null, cancel);
        }
        catch (InvalidDataException e)
        {
            return Damaged(e);
        }
        if (_gzip && !GzipTail.IsWhole(_compressed.Tail, _records.Count, () => File.OpenRead(_path)))
            return $"{_path} is incomplete: the gzip file ends before its content does. Fetch it again.";
        if (_bzip2 is null)
            return null;
        await _bzip2.WaitForExitAsync(cancel);
        string said = (await _complaint!).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            is [var first, ..]
            ? first
            : $"bzip2 ended with {_bzip2.ExitCode}";
        return _bzip2.ExitCode == 0 ? null : $"{_path} is incomplete or damaged: {Terminal.Plain(said)} Fetch it again.";
    }

    /// <summary>What the decompressor says of content that is not what its check sum says.</summary>
    public string Damaged(InvalidDataException e) => $"{_path} is damaged: {e.Message} Fetch it again.";

    public async ValueTask DisposeAsync()
    {
        await _records.DisposeAsync();
        await _file.DisposeAsync();
        _bzip2?.Dispose();
    }
}
