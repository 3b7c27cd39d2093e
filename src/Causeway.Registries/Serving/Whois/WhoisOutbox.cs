using System.Buffers;
using System.Net.Sockets;

namespace Causeway.Registries.Serving.Whois;

/// <summary>
/// What one connection has yet to send. Small answers gather until the client has no more queries waiting, since bgpq4 sends thousands ahead and each answer
/// by itself would cost a system call and a packet. What is sent goes in pieces, each of which must be taken within the write timeout: a client that reads a
/// byte now and then does not hold an answer in memory. And the whole must be taken at a least rate: that of a piece in each timeout would be hours for a long one.
/// </summary>
internal sealed class WhoisOutbox(Socket socket, WhoisOptions options, Action<int> sent, TimeProvider time, CancellationToken stop)
    : IDisposable
{
    private const int Piece = 64 * 1024;

    private readonly byte[] _gathered = ArrayPool<byte>.Shared.Rent(Piece);
    private int _used;
    private long _began;
    private long _sent;

    /// <summary>An answer begins: from here its rate counts.</summary>
    public void Begin()
    {
        _began = time.GetTimestamp();
        _sent = 0;
    }

    public async ValueTask AddAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > _gathered.Length - _used)
            await FlushAsync();
        if (bytes.Length > _gathered.Length)
        {
            await SendAsync(bytes);
            return;
        }
        bytes.CopyTo(_gathered.AsMemory(_used));
        _used += bytes.Length;
    }

    public async ValueTask FlushAsync()
    {
        if (_used == 0)
            return;
        int length = _used;
        _used = 0;
        await SendAsync(_gathered.AsMemory(0, length));
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            TimeSpan left = options.WriteTimeout + TimeSpan.FromSeconds((double)_sent / options.MinReadRate) - time.GetElapsedTime(_began);
            if (left <= TimeSpan.Zero)
                throw new IOException($"the answer is taken at less than {options.MinReadRate} bytes a second");
            using var deadline = new CancellationTokenSource(left < options.WriteTimeout ? left : options.WriteTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
            int length = Math.Min(bytes.Length, Piece);
            for (int gone = 0; gone < length; )
                gone += await socket.SendAsync(bytes[gone..length], either.Token);
            bytes = bytes[length..];
            _sent += length;
            sent(length);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_gathered);
}
