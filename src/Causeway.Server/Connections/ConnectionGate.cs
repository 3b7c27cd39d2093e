using System.Net;
using System.Net.Sockets;
using Causeway.Arm;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Causeway.Server.Connections;

/// <summary>
/// Who may hold connections, and how many. Theory of operation: a process that has used up its file descriptors cannot open its database or speak BGP, so the
/// number of connections is bounded below that, and a connection is only taken from the system's queue when there is room for it
/// (<see cref="BoundedTransport"/>). When there is none, whoever waits longest without a request makes room: first those who never showed a token that was
/// accepted, then the others; what is being answered is left alone. One network address has a share of its own, within which the same rule holds. A
/// connection on which nothing was asked within some seconds, the TLS handshake included, ends.
/// </summary>
internal sealed partial class ConnectionGate(ConnectionLimits limits, TimeProvider clock, ILogger<ConnectionGate> log)
{
    private static readonly TimeSpan SayAtMostEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly HashSet<Held> _held = [];
    private readonly Dictionary<IPAddress, int> _perAddress = [];
    private TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _saidAt;

    /// <summary>Connections that are open now.</summary>
    public int Open
    {
        get
        {
            lock (_gate)
                return _held.Count;
        }
    }

    /// <summary>Waits until one more connection can be held, making room where that is possible.</summary>
    public async ValueTask RoomAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task left;
            Held? idle;
            lock (_gate)
            {
                if (_held.Count < limits.Most)
                    return;
                left = _left.Task;
                idle = LongestIdle(_held);
            }
            Say(limits.Most);
            idle?.End();
            // Or one that was being answered becomes idle meanwhile, without leaving.
            await Task.WhenAny(left, Task.Delay(LookAgain, clock, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Takes a connection into the count, until it is disposed. One too many of its address is ended, or makes an idle one of that address end.</summary>
    public ConnectionContext Enter(ConnectionContext connection)
    {
        var held = new Held(connection, NetworkOf(connection.RemoteEndPoint), clock);
        Held? ended = null;
        lock (_gate)
        {
            int others = _perAddress.GetValueOrDefault(held.Network);
            if (others >= limits.MostPerAddress)
                ended = LongestIdle(_held.Where(h => h.Network.Equals(held.Network))) ?? held;
            _held.Add(held);
            _perAddress[held.Network] = others + 1;
        }
        ended?.End();
        connection.Features.Set(held);
        held.ExpectRequestWithin(limits.FirstRequestWithin);
        return new Counted(connection, () => Leave(held));
    }

    /// <summary>Marks the connection of a request while it is answered.</summary>
    public static async Task WatchAsync(HttpContext http, RequestDelegate next)
    {
        Held? held = http.Features.Get<Held>();
        held?.Begin();
        try
        {
            await next(http);
        }
        finally
        {
            bool known =
                http.Response.StatusCode is not (StatusCodes.Status401Unauthorized or StatusCodes.Status400BadRequest)
                && http.GetEndpoint()?.Metadata.GetMetadata<ArmEndpoint>() is not null;
            held?.Finish(known);
        }
    }

    private static Held? LongestIdle(IEnumerable<Held> among) => among.Where(h => h.IsIdle).MinBy(h => (h.IsKnown, h.Since));

    private void Leave(Held held)
    {
        TaskCompletionSource left;
        lock (_gate)
        {
            if (!_held.Remove(held))
                return;
            int others = _perAddress[held.Network] - 1;
            if (others == 0)
                _perAddress.Remove(held.Network);
            else
                _perAddress[held.Network] = others;
            left = _left;
            _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        held.Dispose();
        left.TrySetResult();
    }

    private void Say(int most)
    {
        lock (_gate)
        {
            if (_saidAt is { } at && clock.GetElapsedTime(at) < SayAtMostEvery)
                return;
            _saidAt = clock.GetTimestamp();
        }
        LogFull(log, most);
    }

    /// <summary>IPv6 hosts choose among 2^64 addresses of their own: the /64 counts.</summary>
    private static IPAddress NetworkOf(EndPoint? remote)
    {
        IPAddress address = (remote as IPEndPoint)?.Address ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    [LoggerMessage(
        EventId = 6002,
        Level = LogLevel.Warning,
        Message = "All {Most} connections are in use: idle ones end to make room. The setting connections.most says how many there may be."
    )]
    private static partial void LogFull(ILogger log, int most);

    /// <summary>One connection.</summary>
    private sealed class Held(ConnectionContext connection, IPAddress network, TimeProvider clock) : IDisposable
    {
        private ITimer? _deadline;
        private int _requests;
        private int _ended;

        public IPAddress Network => network;

        /// <summary>Since when it waits for a request.</summary>
        public long Since { get; private set; } = clock.GetTimestamp();

        /// <summary>A token was accepted on it.</summary>
        public bool IsKnown { get; private set; }

        public bool IsIdle => Volatile.Read(ref _requests) == 0 && Volatile.Read(ref _ended) == 0;

        public void ExpectRequestWithin(TimeSpan time) =>
            _deadline = clock.CreateTimer(_ => EndUnlessAsked(), null, time, Timeout.InfiniteTimeSpan);

        public void Begin()
        {
            Interlocked.Increment(ref _requests);
            Interlocked.Exchange(ref _deadline, null)?.Dispose();
        }

        public void Finish(bool known)
        {
            IsKnown |= known;
            Since = clock.GetTimestamp();
            Interlocked.Decrement(ref _requests);
        }

        public void End()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                connection.Abort(new ConnectionAbortedException("It makes room for others."));
        }

        public void Dispose() => Interlocked.Exchange(ref _deadline, null)?.Dispose();

        private void EndUnlessAsked()
        {
            if (Volatile.Read(ref _deadline) is not null)
                End();
        }
    }

    /// <summary>A connection that says when it has given its descriptor back.</summary>
    private sealed class Counted(ConnectionContext inner, Action disposed) : ConnectionContext
    {
        public override string ConnectionId
        {
            get => inner.ConnectionId;
            set => inner.ConnectionId = value;
        }

        public override IFeatureCollection Features => inner.Features;

        public override IDictionary<object, object?> Items
        {
            get => inner.Items;
            set => inner.Items = value;
        }

        public override System.IO.Pipelines.IDuplexPipe Transport
        {
            get => inner.Transport;
            set => inner.Transport = value;
        }

        public override CancellationToken ConnectionClosed
        {
            get => inner.ConnectionClosed;
            set => inner.ConnectionClosed = value;
        }

        public override EndPoint? LocalEndPoint
        {
            get => inner.LocalEndPoint;
            set => inner.LocalEndPoint = value;
        }

        public override EndPoint? RemoteEndPoint
        {
            get => inner.RemoteEndPoint;
            set => inner.RemoteEndPoint = value;
        }

        public override void Abort(ConnectionAbortedException abortReason) => inner.Abort(abortReason);

        public override async ValueTask DisposeAsync()
        {
            try
            {
                await inner.DisposeAsync();
                await base.DisposeAsync();
            }
            finally
            {
                disposed();
            }
        }
    }
}

/// <summary>How many connections there may be.</summary>
/// <param name="Most">In all.</param>
/// <param name="MostPerAddress">From one IPv4 address or IPv6 /64.</param>
/// <param name="FirstRequestWithin">How long a new connection may be without a request.</param>
internal sealed record ConnectionLimits(int Most, int MostPerAddress, TimeSpan FirstRequestWithin)
{
    /// <summary>More than these cost more memory than they are worth, however many descriptors there are.</summary>
    private const int Enough = 20_000;

    private const int Least = 16;
    private const int UsualPerAddress = 2_000;

    /// <summary>
    /// The runtime holds two descriptors for each assembly that it has loaded, and loads many only when a request needs them: about sixty after this is asked.
    /// </summary>
    private const int StillToLoad = 128;

    /// <summary>
    /// As set, else from what the process may open: a quarter is left for files, the database and BGP, beside what is open already and what will be.
    /// </summary>
    /// <param name="descriptors">What the process may open, and what it has open now.</param>
    public static ConnectionLimits Of(int? most, int? perAddress, (int Limit, int InUse) descriptors)
    {
        int room = descriptors.Limit - descriptors.InUse - StillToLoad - Math.Max(48, descriptors.Limit / 4);
        int all = Math.Clamp(most ?? Enough, 1, Math.Max(Least, Math.Min(Enough, room)));
        return new(all, Math.Clamp(perAddress ?? UsualPerAddress, 1, all), TimeSpan.FromSeconds(10));
    }

    /// <summary>The process's limit of descriptors and how many it has open; without /proc a common limit.</summary>
    public static (int Limit, int InUse) Descriptors()
    {
        const int common = 4096;
        try
        {
            string? line = File.ReadLines("/proc/self/limits")
                .FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
            string? soft = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            int limit =
                soft == "unlimited" ? int.MaxValue
                : int.TryParse(soft, out int number) ? number
                : common;
            return (limit, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (common, 200);
        }
    }
}
