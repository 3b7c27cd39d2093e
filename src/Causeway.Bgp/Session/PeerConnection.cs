using System.Buffers;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Transport;

namespace Causeway.Bgp.Session;

/// <summary>What a connection needs from the session that owns it.</summary>
internal interface IConnectionOwner
{
    /// <summary>Takes whole messages from the front of <paramref name="bytes"/>.</summary>
    /// <returns>Octets taken.</returns>
    int Received(PeerConnection connection, ReadOnlySpan<byte> bytes);

    /// <summary>Writes route messages that are due into <paramref name="buffer"/>.</summary>
    /// <returns>Octets written; 0 when there is nothing to say.</returns>
    int FillRoutes(PeerConnection connection, Span<byte> buffer);

    void Broke(PeerConnection connection, string why);
}

/// <summary>
/// The two loops of one connection. Reading stops while the tables take what was read, so a fast peer is slowed by TCP and not stored in memory. Writing
/// pulls: control messages first, then routes as the socket takes them, so that a slow peer costs one buffer however large the table is.
/// </summary>
internal sealed class PeerConnection : IDisposable
{
    private const int FirstBuffer = 1024;
    private const int LargestBuffer = 256 * 1024;
    private const int WriteBuffer = 128 * 1024;

    /// <summary>Small reads in a row after which a session counts as quiet.</summary>
    private const int Quiet = 8;

    /// <summary>How long a closing connection may take to deliver its last octets.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(3);

    private readonly IConnection _connection;
    private readonly IConnectionOwner _owner;
    private readonly TimeProvider _clock;
    private readonly long _since;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ArrayBufferWriter<byte> _control = new(64);
    private readonly CancellationTokenSource _end = new();
    private ITimer? _linger;
    private int _awake;
    private int _disposed;
    private volatile bool _closing;
    private volatile bool _readingEnded;
    private long _sendingSince;

    public PeerConnection(IConnection connection, IConnectionOwner owner, TimeProvider clock, bool outgoing)
    {
        _connection = connection;
        _owner = owner;
        _clock = clock;
        _since = clock.GetTimestamp();
        Outgoing = outgoing;
    }

    /// <summary>True when we opened it; decides collisions (RFC 4271 §6.8).</summary>
    public bool Outgoing { get; }

    public IConnection Wire => _connection;

    /// <summary>Since it came up.</summary>
    public TimeSpan Age => _clock.GetElapsedTime(_since);

    /// <summary>How long the present send has been waiting for the peer; zero when none is.</summary>
    public TimeSpan Stuck
    {
        get
        {
            long since = Volatile.Read(ref _sendingSince);
            return since == 0 ? TimeSpan.Zero : _clock.GetElapsedTime(since);
        }
    }

    public void Start()
    {
        _ = Task.Run(ReadLoopAsync);
        _ = Task.Run(WriteLoopAsync);
    }

    public void Send(ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            if (_closing)
                return;
            _control.Write(message);
        }
        Wake();
    }

    /// <summary>There may be routes to send.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _awake, 1) == 0)
            _wake.Release();
    }

    /// <summary>Sends what was queued, then closes. Returns at once.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_closing)
                return;
            _closing = true;
        }
        _linger = _clock.CreateTimer(_ => Dispose(), null, Linger, Timeout.InfiniteTimeSpan);
        Wake();
    }

    /// <summary>Closes at once, whatever is still to be sent.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _linger?.Dispose();
        _end.Cancel();
        _end.Dispose();
        _ = _connection.DisposeAsync().AsTask();
    }

    private async Task ReadLoopAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        int held = 0,
            small = 0;
        string why = "connection closed by the peer";
        try
        {
            while (true)
            {
                int count = await _connection.ReceiveAsync(buffer.AsMemory(held), _end.Token);
                if (count == 0)
                    break;
                held += count;
                bool full = held == buffer.Length;
                int taken = _closing ? held : _owner.Received(this, buffer.AsSpan(0, held));
                held -= taken;
                if (held > 0 && taken > 0)
                    buffer.AsSpan(taken, held).CopyTo(buffer);
                small = count <= FirstBuffer ? small + 1 : 0;
                if (full && buffer.Length < LargestBuffer)
                    buffer = Exchange(buffer, held, buffer.Length * 4);
                else if (held == 0 && small >= Quiet && buffer.Length > 2 * FirstBuffer)
                    // A session that has gone quiet keeps no more than it needs.
                    buffer = Exchange(buffer, held, FirstBuffer);
            }
        }
        catch (IOException e)
        {
            why = $"connection lost: {e.Message}";
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            why = "connection closed";
        }
        catch (Exception e)
        {
            why = Fault(e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        _readingEnded = true;
        if (_closing)
            Dispose();
        else
            _owner.Broke(this, why);
    }

    private static byte[] Exchange(byte[] buffer, int held, int size)
    {
        byte[] other = ArrayPool<byte>.Shared.Rent(Math.Min(size, LargestBuffer));
        buffer.AsSpan(0, held).CopyTo(other);
        ArrayPool<byte>.Shared.Return(buffer);
        return other;
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            while (true)
            {
                await _wake.WaitAsync(_end.Token);
                Volatile.Write(ref _awake, 0);
                byte[] buffer = ArrayPool<byte>.Shared.Rent(WriteBuffer);
                try
                {
                    for (int count = Gather(buffer); count > 0; count = Gather(buffer))
                    {
                        Volatile.Write(ref _sendingSince, Math.Max(1, _clock.GetTimestamp()));
                        await _connection.SendAsync(buffer.AsMemory(0, count), _end.Token);
                        Volatile.Write(ref _sendingSince, 0);
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
                if (_closing)
                {
                    _connection.FinishSending();
                    if (_readingEnded)
                        Dispose();
                    return;
                }
            }
        }
        catch (IOException)
        {
            // The reading side sees the same and reports it.
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Closed from our side.
        }
        catch (Exception e)
        {
            _owner.Broke(this, Fault(e));
        }
    }

    /// <summary>The edge of a background loop: a fault of ours ends the session in words, and leaves none that nobody reads or writes.</summary>
    private static string Fault(Exception e) => $"internal error: {e.GetType().Name}: {e.Message}";

    private int Gather(byte[] buffer)
    {
        int count;
        lock (_gate)
        {
            count = _control.WrittenCount;
            if (count > 0)
            {
                // Control messages are few and small: OPEN, KEEPALIVE, NOTIFICATION, ROUTE-REFRESH.
                count = Math.Min(count, buffer.Length);
                _control.WrittenSpan[..count].CopyTo(buffer);
                _control.ResetWrittenCount();
            }
            if (_closing)
                return count;
        }
        return count + (buffer.Length - count >= MessageHeader.ExtendedMaximum ? _owner.FillRoutes(this, buffer.AsSpan(count)) : 0);
    }
}
