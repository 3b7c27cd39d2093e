using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Causeway.Bgp.Transport;

namespace Causeway.Bgp.Tests.Session;

/// <summary>Connections in memory, for speakers that meet in one test.</summary>
internal sealed class MemoryNetwork : ITransport
{
    private readonly ConcurrentDictionary<IPEndPoint, MemoryListener> _listeners = [];

    /// <summary>Attempts to connect so far, with the time of each on the test's clock.</summary>
    public ConcurrentQueue<IPEndPoint> Attempts { get; } = [];

    public IListener Listen(IPEndPoint local)
    {
        var listener = new MemoryListener(local, () => _listeners.TryRemove(local, out _));
        return _listeners.TryAdd(local, listener) ? listener : throw new IOException($"Cannot listen on {local}: the address is in use.");
    }

    public ValueTask<ConnectOutcome> ConnectAsync(ConnectionRequest request, CancellationToken cancel)
    {
        Attempts.Enqueue(request.Remote);
        if (!_listeners.TryGetValue(request.Remote, out MemoryListener? listener))
            return ValueTask.FromResult(ConnectOutcome.Failed($"cannot connect to {request.Remote}: connection refused"));
        (MemoryConnection ours, MemoryConnection theirs) = MemoryConnection.Pair(new IPEndPoint(request.Local, 40000), request.Remote);
        listener.Offer(theirs);
        return ValueTask.FromResult(ConnectOutcome.Connected(ours));
    }

    /// <summary>The remote end of a connection, to be played by a test.</summary>
    public MemoryConnection Dial(IPAddress local, IPEndPoint remote)
    {
        (MemoryConnection ours, MemoryConnection theirs) = MemoryConnection.Pair(new IPEndPoint(local, 40001), remote);
        _listeners[remote].Offer(theirs);
        return ours;
    }
}

internal sealed class MemoryListener(IPEndPoint local, Action closed) : IListener
{
    private readonly Channel<IConnection> _waiting = Channel.CreateUnbounded<IConnection>();

    public IPEndPoint Local => local;

    public void Offer(IConnection connection) => _waiting.Writer.TryWrite(connection);

    public ValueTask<IConnection> AcceptAsync(CancellationToken cancel) => _waiting.Reader.ReadAsync(cancel);

    public void Protect(IPAddress peer, PeerSecurity security) { }

    public ValueTask DisposeAsync()
    {
        closed();
        return ValueTask.CompletedTask;
    }
}

internal sealed class MemoryConnection : IConnection
{
    private readonly Channel<byte[]> _in;
    private readonly Channel<byte[]> _out;
    private byte[] _rest = [];

    private MemoryConnection(IPEndPoint local, IPEndPoint remote, Channel<byte[]> incoming, Channel<byte[]> outgoing)
    {
        Local = local;
        Remote = remote;
        _in = incoming;
        _out = outgoing;
    }

    public IPEndPoint Local { get; }
    public IPEndPoint Remote { get; }

    public static (MemoryConnection Dialled, MemoryConnection Accepted) Pair(IPEndPoint local, IPEndPoint remote)
    {
        var there = Channel.CreateUnbounded<byte[]>();
        var back = Channel.CreateUnbounded<byte[]>();
        return (new(local, remote, back, there), new(remote, local, there, back));
    }

    public void Protect(PeerSecurity security) { }

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        while (_rest.Length == 0)
        {
            if (!await _in.Reader.WaitToReadAsync(cancel))
                return 0;
            if (_in.Reader.TryRead(out byte[]? next))
                _rest = next;
        }
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.AsSpan(0, count).CopyTo(buffer.Span);
        _rest = _rest[count..];
        return count;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        _out.Writer.TryWrite(bytes.ToArray()) ? ValueTask.CompletedTask : throw new IOException("connection reset");

    public void FinishSending() => _out.Writer.TryComplete();

    public ValueTask DisposeAsync()
    {
        _out.Writer.TryComplete();
        _in.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
