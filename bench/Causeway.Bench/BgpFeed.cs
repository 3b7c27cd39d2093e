using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Causeway.Bench;

/// <summary>
/// The other end of a measured speaker: opens a session as plainly as can be, then sends a prepared stream, or counts what it is sent. It shares no code with the product's
/// speaker, so that it costs every daemon the same.
/// </summary>
internal sealed class BgpFeed : IDisposable
{
    private const byte Open = 1;
    private const byte Update = 2;
    private const byte Notification = 3;
    private const byte Keepalive = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[256 * 1024];
    private int _held;
    private int _at;

    private BgpFeed(Socket socket) => _socket = socket;

    /// <summary>IPv4 and IPv6 NLRI announced by the daemon so far, less withdrawals of none.</summary>
    public int RoutesSeen { get; private set; }

    /// <summary>Connects from an address, exchanges OPEN and KEEPALIVE; returns when the daemon has sent its KEEPALIVE. Retries while the daemon is still starting.</summary>
    public static async Task<BgpFeed> EstablishAsync(
        IPAddress from,
        IPEndPoint daemon,
        uint asn,
        Func<bool> lives,
        CancellationToken cancel
    )
    {
        long deadline = TimeProvider.System.GetTimestamp() + (long)(Patience.TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (true)
        {
            try
            {
                return await TryEstablishAsync(from, daemon, asn, cancel);
            }
            catch (Exception e) when (e is SocketException or IOException && lives() && TimeProvider.System.GetTimestamp() < deadline)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
            }
        }
    }

    private static async Task<BgpFeed> TryEstablishAsync(IPAddress from, IPEndPoint daemon, uint asn, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(from, 0));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(TimeSpan.FromSeconds(10));
            await socket.ConnectAsync(daemon, patience.Token);
            var feed = new BgpFeed(socket);
            await socket.SendAsync(OpenMessage(from, asn), patience.Token);
            await feed.ExpectAsync(Open, patience.Token);
            await socket.SendAsync(Message(Keepalive, []), patience.Token);
            await feed.ExpectAsync(Keepalive, patience.Token);
            return feed;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            socket.Dispose();
            throw new IOException("no answer");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task ExpectAsync(byte type, CancellationToken cancel)
    {
        while (true)
        {
            while (TryTake(out byte seen, out _))
            {
                if (seen == Notification)
                    throw new IOException("the daemon sent a NOTIFICATION");
                if (seen == type)
                    return;
            }
            await ReceiveAsync(cancel);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        _buffer.AsSpan(_at, _held - _at).CopyTo(_buffer);
        (_held, _at) = (_held - _at, 0);
        int count = await _socket.ReceiveAsync(_buffer.AsMemory(_held), cancel);
        if (count == 0)
            throw new IOException("the daemon closed the connection");
        _held += count;
    }

    private bool TryTake(out byte type, out ReadOnlySpan<byte> body)
    {
        type = 0;
        body = [];
        ReadOnlySpan<byte> left = _buffer.AsSpan(_at, _held - _at);
        if (left.Length < 19)
            return false;
        int length = BinaryPrimitives.ReadUInt16BigEndian(left[16..]);
        if (left.Length < length)
            return false;
        type = left[18];
        body = left[19..length];
        _at += length;
        return true;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes[..Math.Min(bytes.Length, 256 * 1024)], cancel)..];
    }

    /// <summary>Keeps the session alive and empties its socket until cancelled.</summary>
    public async Task IdleAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(20));
        Task reading = DrainAsync(cancel);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
                await _socket.SendAsync(Message(Keepalive, []), cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The measurement is over, or the daemon is gone; either is seen elsewhere.
        }
        await reading;
    }

    private async Task DrainAsync(CancellationToken cancel)
    {
        try
        {
            await CountAsync(int.MaxValue, cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or ObjectDisposedException)
        {
            // As above.
        }
    }

    /// <summary>Reads until this many routes were announced.</summary>
    public async Task CountAsync(int routes, CancellationToken cancel)
    {
        while (RoutesSeen < routes)
        {
            while (TryTake(out byte type, out ReadOnlySpan<byte> body))
                if (type == Update)
                    RoutesSeen += CountAnnounced(body);
                else if (type == Notification)
                    throw new IOException($"the daemon sent NOTIFICATION {body[0]}/{body[1]}");
            if (RoutesSeen < routes)
                await ReceiveAsync(cancel);
        }
    }

    private static int CountAnnounced(ReadOnlySpan<byte> body)
    {
        int withdrawn = BinaryPrimitives.ReadUInt16BigEndian(body);
        int block = BinaryPrimitives.ReadUInt16BigEndian(body[(2 + withdrawn)..]);
        ReadOnlySpan<byte> attributes = body.Slice(4 + withdrawn, block);
        int count = CountNlri(body[(4 + withdrawn + block)..]);
        while (attributes.Length >= 3)
        {
            int header = (attributes[0] & 0x10) != 0 ? 4 : 3;
            int length = header == 4 ? BinaryPrimitives.ReadUInt16BigEndian(attributes[2..]) : attributes[2];
            if (attributes[1] == 14)
            {
                ReadOnlySpan<byte> value = attributes.Slice(header, length);
                count += CountNlri(value[(5 + value[3])..]);
            }
            attributes = attributes[(header + length)..];
        }
        return count;
    }

    private static int CountNlri(ReadOnlySpan<byte> nlri)
    {
        int count = 0;
        for (; !nlri.IsEmpty; nlri = nlri[(1 + (nlri[0] + 7) / 8)..])
            count++;
        return count;
    }

    /// <summary>Hold time 240 s; IPv4 and IPv6 unicast; 4-octet ASN.</summary>
    private static byte[] OpenMessage(IPAddress id, uint asn) =>
        Message(
            Open,
            [
                4,
                .. Short(asn > ushort.MaxValue ? (ushort)23456 : (ushort)asn),
                .. Short(240),
                .. id.GetAddressBytes(),
                20,
                2,
                18,
                .. (byte[])[1, 4, 0, 1, 0, 1],
                .. (byte[])[1, 4, 0, 2, 0, 1],
                65,
                4,
                .. Short((ushort)(asn >> 16)),
                .. Short((ushort)asn),
            ]
        );

    private static byte[] Short(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Message(byte type, byte[] body) =>
        [.. Enumerable.Repeat((byte)0xFF, 16), .. Short((ushort)(19 + body.Length)), type, .. body];

    public void Dispose() => _socket.Dispose();
}
