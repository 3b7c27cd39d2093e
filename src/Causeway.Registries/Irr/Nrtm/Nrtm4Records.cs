using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Irr.Nrtm;

/// <summary>Reads JSON text sequences (RFC 7464), plain or gzip: each record begins with RS (0x1E) and is one JSON object.</summary>
internal sealed class Nrtm4Records : IDisposable
{
    private const byte RecordSeparator = 0x1e;
    private const int MaxRecord = 3 * RpslReader.MaxObject;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;
    private bool _ended;

    public Nrtm4Records(byte[] file)
    {
        bool gzip = Compression.IsGzip(file);
        var memory = new MemoryStream(file, writable: false);
        _stream = gzip ? new GZipStream(memory, CompressionMode.Decompress) : memory;
    }

    /// <summary>The next record's JSON; null at the end.</summary>
    /// <exception cref="Nrtm4Exception">The file does not follow the format.</exception>
    public JsonDocument? Next()
    {
        while (true)
        {
            Span<byte> rest = _buffer.AsSpan(_start, _end - _start);
            if (rest.Length > 0 && rest[0] != RecordSeparator)
            {
                // White space between records is the newline that ends each.
                int blank = rest.IndexOfAnyExcept(" \t\r\n"u8);
                if (blank != 0)
                {
                    _start = blank < 0 ? _end : _start + blank;
                    continue;
                }
                throw new Nrtm4Exception("a record does not begin with the record separator (0x1E)");
            }
            int next = rest.Length > 0 ? rest[1..].IndexOf(RecordSeparator) : -1;
            if (next >= 0 || (_ended && rest.Length > 0))
            {
                int length = next >= 0 ? next : rest.Length - 1;
                ReadOnlyMemory<byte> json = _buffer.AsMemory(_start + 1, length);
                _start += 1 + length;
                try
                {
                    return JsonDocument.Parse(json.ToArray());
                }
                catch (JsonException e)
                {
                    throw new Nrtm4Exception($"a record is not JSON: {e.Message}");
                }
            }
            if (_ended)
                return null;
            Fill();
        }
    }

    private void Fill()
    {
        int kept = _end - _start;
        if (kept > MaxRecord)
            throw new Nrtm4Exception($"a record exceeds {MaxRecord} bytes");
        if (kept > _buffer.Length / 2)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        _start = 0;
        _end = kept;
        try
        {
            int n = _stream.Read(_buffer, _end, _buffer.Length - _end);
            _ended = n == 0;
            _end += n;
        }
        catch (InvalidDataException)
        {
            throw new Nrtm4Exception(Compression.Damaged);
        }
    }

    /// <summary>The text of a member named "object", as UTF-8.</summary>
    public static byte[] ObjectText(JsonElement record) => Encoding.UTF8.GetBytes(Nrtm4Json.Text(record, "object"));

    public void Dispose() => _stream.Dispose();
}

/// <summary>The objects of a snapshot file, as one stream of RPSL text for the loader.</summary>
internal sealed class Nrtm4SnapshotStream(Nrtm4Records records) : Stream
{
    private byte[] _text = [];
    private int _at;

    public override int Read(Span<byte> buffer)
    {
        while (_at == _text.Length)
        {
            using JsonDocument? record = records.Next();
            if (record is null)
                return 0;
            _text = [.. Nrtm4Records.ObjectText(record.RootElement).AsSpan().TrimEnd("\r\n"u8), (byte)'\n', (byte)'\n'];
            _at = 0;
        }
        int n = Math.Min(buffer.Length, _text.Length - _at);
        _text.AsSpan(_at, n).CopyTo(buffer);
        _at += n;
        return n;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
