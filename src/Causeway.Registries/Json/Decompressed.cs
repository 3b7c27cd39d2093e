using System.IO.Compression;

namespace Causeway.Registries.Json;

/// <summary>Opens a stream as it is, or through gzip when it begins with gzip's magic number. That it is whole is seen by its JSON being so, and by gzip's checksum.</summary>
internal static class Decompressed
{
    /// <exception cref="IOException">It is compressed otherwise, or cannot be read.</exception>
    public static async Task<Stream> OpenAsync(Stream stream, CancellationToken cancellation)
    {
        byte[] head = new byte[Compression.HeadLength];
        int read = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation);
        if (Compression.Foreign(head.AsSpan(0, read)) is { } foreign)
            throw new IOException($"it is compressed with {foreign}; plain and gzip files are read");
        var whole = new HeadedStream(head.AsMemory(0, read), stream);
        return Compression.IsGzip(head.AsSpan(0, read)) ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }

    /// <summary>Some bytes that were already read, then the rest: so that pipes and sockets need not seek.</summary>
    private sealed class HeadedStream(ReadOnlyMemory<byte> head, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> _head = head;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (_head.IsEmpty)
                return rest.Read(buffer);
            int n = Math.Min(buffer.Length, _head.Length);
            _head.Span[..n].CopyTo(buffer);
            _head = _head[n..];
            return n;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _head.IsEmpty ? rest.ReadAsync(buffer, cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
