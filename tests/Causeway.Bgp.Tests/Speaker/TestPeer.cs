using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Causeway.Bgp.Messages;
using Causeway.Primitives;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Speaker;

/// <summary>
/// The other end of a session, in the hands of a test: it says exactly what the test says and nothing by itself, except KEEPALIVEs when asked to.
/// </summary>
internal sealed class TestPeer : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<(MessageType Type, byte[] Body)> _received = [];

    private TestPeer(Socket socket, bool reads)
    {
        _socket = socket;
        if (reads)
            _ = Task.Run(ReadAsync);
    }

    public IReadOnlyList<(MessageType Type, byte[] Body)> Received => [.. _received];

    public bool Closed { get; private set; }

    /// <summary>The hop limit of what it sends from now on, and of what is sent again: 1–255.</summary>
    public short Ttl
    {
        set => _socket.Ttl = value;
    }

    /// <param name="reads">False makes a peer that never takes anything from its socket.</param>
    public static async Task<TestPeer> Connect(IPAddress local, IPEndPoint speaker, bool reads = true, int? receiveBuffer = null)
    {
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is int size)
            socket.ReceiveBufferSize = size;
        socket.Bind(new IPEndPoint(local, 0));
        await socket.ConnectAsync(speaker);
        return new TestPeer(socket, reads);
    }

    /// <summary>Connects until the speaker lets us in, and brings the session up.</summary>
    public static Task<TestPeer> Establish(IPAddress local, IPEndPoint speaker, uint asn, params IpFamily[] families) =>
        Eventually.Get<TestPeer>(
            () => TryEstablish(local, speaker, asn, families),
            _ => true,
            "the speaker lets us in",
            TimeSpan.FromMinutes(1)
        );

    private static async Task<TestPeer> TryEstablish(IPAddress local, IPEndPoint speaker, uint asn, IpFamily[] families)
    {
        TestPeer peer = await Connect(local, speaker);
        try
        {
            await peer.Send(Wire.Open(asn, 90, local, families));
            await peer.Heard(MessageType.Open);
            await peer.Send(Wire.Keepalive());
            await peer.Heard(MessageType.Keepalive);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    public async Task Send(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>Waits for a message of a type; the first that matches.</summary>
    public async Task<byte[]> Heard(MessageType type, Func<byte[], bool>? matches = null)
    {
        (MessageType, byte[] Body) found = await Eventually.Get(
            () => _received.FirstOrDefault(m => m.Type == type && (matches is null || matches(m.Body))),
            m => m.Body is not null || Closed,
            $"a {type} arrives"
        );
        return found.Body
            ?? throw new TimeoutException(
                $"The connection was closed before a {type} came; heard: {string.Join(", ", _received.Select(r => r.Type))}"
            );
    }

    public async Task<Notification> HeardNotification() => Notification.Parse(await Heard(MessageType.Notification));

    public void Forget() => _received.Clear();

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[256 * 1024];
        int held = 0;
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(held), _end.Token) is > 0 and int count)
            {
                held += count;
                int taken = 0;
                while (held - taken >= MessageHeader.Size)
                {
                    if (MessageHeader.Check(buffer.AsSpan(taken), true, out MessageType type, out int length) is not null)
                        throw new InvalidDataException("The speaker sent a message with a bad header.");
                    if (held - taken < length)
                        break;
                    _received.Enqueue((type, buffer[(taken + MessageHeader.Size)..(taken + length)]));
                    taken += length;
                }
                buffer.AsSpan(taken, held - taken).CopyTo(buffer);
                held -= taken;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Seen by the test as Closed.
        }
        Closed = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _socket.Dispose();
        _end.Dispose();
    }
}
