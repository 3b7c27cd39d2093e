namespace Causeway.Registries.Irr.Loading;

/// <summary>A read-only stream that counts what passes and can take back the first bytes. Disposes what it reads from.</summary>
internal sealed class CountingStream(Stream inner) : Stream
{
    private byte[] _pushedBack = [];

    private readonly byte[] _tail = new byte[8];

    /// <summary>Bytes delivered so far.</summary>
    public long Count { get; private set; }

    /// <summary>The last bytes delivered, up to eight.</summary>
    public ReadOnlySpan<byte> Tail => _tail.AsSpan(8 - (int)Math.Min(8, Count));

    public void PushBack(ReadOnlySpan<byte> bytes)
    {
        _pushedBack = bytes.ToArray();
        Count -= bytes.Length;
    }

    public override int Read(Span<byte> buffer)
    {
        int n;
        if (_pushedBack.Length > 0)
        {
            n = Math.Min(buffer.Length, _pushedBack.Length);
            _pushedBack.AsSpan(0, n).CopyTo(buffer);
            _pushedBack = _pushedBack[n..];
        }
        else
            n = inner.Read(buffer);
        Count += n;
        if (n < 8)
            _tail.AsSpan(n).CopyTo(_tail);
        buffer.Slice(Math.Max(0, n - 8), Math.Min(n, 8)).CopyTo(_tail.AsSpan(Math.Max(0, 8 - n)));
        return n;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => Count;
        set => throw new NotSupportedException();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
