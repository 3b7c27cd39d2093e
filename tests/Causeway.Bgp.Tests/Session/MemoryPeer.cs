using System.Collections.Concurrent;
using Causeway.Bgp.Messages;
using Causeway.Testing;

namespace Causeway.Bgp.Tests.Session;

/// <summary>A test's end of a connection in memory: hears everything, says what the test says.</summary>
internal sealed class MemoryPeer
{
    private readonly MemoryConnection _connection;
    private readonly ConcurrentQueue<(MessageType Type, byte[] Body)> _heard = [];
    private int _taken;

    public MemoryPeer(MemoryConnection connection)
    {
        _connection = connection;
        _ = Task.Run(ReadAsync);
    }

    public bool Closed { get; private set; }

    public IReadOnlyList<Notification> Notifications =>
        [.. _heard.Where(m => m.Type == MessageType.Notification).Select(m => Notification.Parse(m.Body))];

    public int Count(MessageType type) => _heard.Count(m => m.Type == type);

    public async Task Send(byte[] message) => await _connection.SendAsync(message, CancellationToken.None);

    public ValueTask Close() => _connection.DisposeAsync();

    /// <summary>Waits for the next message of a type, passing over others.</summary>
    public async Task<byte[]> Expect(MessageType type)
    {
        (int Index, byte[]? Body) found = await Eventually.Get(
            () =>
            {
                (MessageType Type, byte[] Body)[] all = [.. _heard];
                int index = Array.FindIndex(all, _taken, m => m.Type == type);
                return (index, index < 0 ? null : all[index].Body);
            },
            m => m.Item2 is not null,
            $"a {type} arrives"
        );
        _taken = found.Index + 1;
        return found.Body!;
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[128 * 1024];
        int held = 0;
        while (await _connection.ReceiveAsync(buffer.AsMemory(held), CancellationToken.None) is > 0 and int count)
        {
            held += count;
            int at = 0;
            while (held - at >= MessageHeader.Size)
            {
                if (MessageHeader.Check(buffer.AsSpan(at), true, out MessageType type, out int length) is not null || held - at < length)
                    break;
                _heard.Enqueue((type, buffer[(at + MessageHeader.Size)..(at + length)]));
                at += length;
            }
            buffer.AsSpan(at, held - at).CopyTo(buffer);
            held -= at;
        }
        Closed = true;
    }
}
