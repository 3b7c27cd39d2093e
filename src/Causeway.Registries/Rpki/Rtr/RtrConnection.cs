using System.Buffers;
using System.Buffers.Binary;

namespace Causeway.Registries.Rpki.Rtr;

/// <summary>PDUs over a byte stream, for both ends. One reader and one writer at a time.</summary>
internal sealed class RtrConnection(Stream stream) : IAsyncDisposable
{
    /// <summary>No PDU but an Error Report is as long as this.</summary>
    private const int MaxQuoted = 1024;

    private readonly ArrayBufferWriter<byte> _out = new(256);
    private byte[] _buffer = new byte[16 * 1024];
    private int _start,
        _end,
        _last;

    public Stream Stream => stream;

    /// <summary>The next PDU that has already arrived, or what is wrong with it; null when there is none yet.</summary>
    public RtrRead? Take()
    {
        _last = _start;
        RtrRead read = RtrCodec.Read(_buffer.AsSpan(_start, _end - _start));
        if (read is RtrRead.Incomplete)
            return null;
        if (read is RtrRead.Pdu pdu)
            _start += pdu.Length;
        return read;
    }

    /// <summary>
    /// The PDU that <see cref="Take"/> looked at last, as an Error Report quotes it (RFC 8210 §5.11): that PDU alone, as far as it has arrived. Of one that claims a
    /// length no PDU has, the header.
    /// </summary>
    public byte[] Last()
    {
        ReadOnlySpan<byte> arrived = _buffer.AsSpan(_last, _end - _last);
        if (arrived.Length < RtrCodec.HeaderLength)
            return arrived.ToArray();
        uint claimed = BinaryPrimitives.ReadUInt32BigEndian(arrived[4..]);
        int length = claimed is < RtrCodec.HeaderLength or > MaxQuoted ? RtrCodec.HeaderLength : (int)claimed;
        return arrived[..Math.Min(length, arrived.Length)].ToArray();
    }

    /// <summary>Waits for more octets; false when the other side has closed.</summary>
    public async Task<bool> FillAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        // A PDU is at most MaxLength long, so the buffer never has to hold more than that.
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 4, RtrCodec.MaxLength));
        int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return read > 0;
    }

    public async Task SendAsync(RtrPdu pdu, CancellationToken cancellation)
    {
        _out.ResetWrittenCount();
        RtrCodec.Write(_out, pdu);
        await stream.WriteAsync(_out.WrittenMemory, cancellation);
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
