using System.Net.Sockets;

namespace Causeway.Registries.Rpki.Rtr;

/// <summary>
/// A router-side RTR session to one cache (RFC 8210 §8, and RFC 6810 when the cache speaks nothing newer), kept up for as long as <see cref="RunAsync"/> runs.
/// </summary>
/// <remarks>
/// Theory of operation. The outer loop connects, talks until something ends the session, and waits the retry interval. Talking is: ask (Serial Query when a
/// session and serial are known, else Reset Query), take the answer, then wait for a Serial Notify or the refresh interval and ask again. What has been
/// received stays through lost sessions; that it has expired is for the reader of <see cref="Current"/> to judge, and is signalled by <see cref="Changed"/>
/// at that instant. Version 1 is tried first; the first answer in version 0, or an Unsupported Version error in it, settles on version 0.
/// </remarks>
public sealed class RtrClient(Func<CancellationToken, ValueTask<Stream>> connect, TimeProvider clock)
{
    /// <summary>An answer must make progress this often, or the session is given up.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    private RtrCacheState _current = RtrCacheState.Initial;
    private byte _version = RtrCodec.HighestVersion;

    /// <summary>The last complete state.</summary>
    public RtrCacheState Current => Volatile.Read(ref _current);

    /// <summary>Raised after <see cref="Current"/> was replaced or has expired. Handlers are quick and do not throw.</summary>
    public event Action? Changed;

    /// <summary>A client that connects by plain TCP, with keep-alive.</summary>
    public static RtrClient Tcp(string host, int port, TimeProvider clock) =>
        new(
            async cancellation =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                    await socket.ConnectAsync(host, port, cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
            clock
        );

    /// <summary>Keeps the session until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Task expiry = WatchExpiryAsync(cancellation);
        while (!cancellation.IsCancellationRequested)
        {
            var end = await TalkAsync(cancellation);
            Set(Current with { Connected = false, Problem = end.Why });
            if (!end.AgainAtOnce)
                await Pause(TimeSpan.FromSeconds(Current.Intervals.Retry), cancellation);
        }
        await expiry;
    }

    /// <summary>How a session ended.</summary>
    private readonly record struct End(string Why, bool AgainAtOnce = false);

    /// <summary>Ends the session with an Error Report when <see cref="Code"/> is set.</summary>
    private sealed class RtrException(string why, RtrError? code = null, byte[]? erroneous = null, bool againAtOnce = false)
        : Exception(why)
    {
        public RtrError? Code => code;
        public byte[] Erroneous => erroneous ?? [];
        public bool AgainAtOnce => againAtOnce;
    }

    private async Task<End> TalkAsync(CancellationToken cancellation)
    {
        RtrConnection? connection = null;
        try
        {
            using (var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
            {
                using ITimer timer = clock.CreateTimer(_ => deadline.Cancel(), null, TimeSpan.FromSeconds(30), Timeout.InfiniteTimeSpan);
                connection = new RtrConnection(await connect(deadline.Token));
            }
            await TalkAsync(connection, cancellation);
            return new End("cancelled");
        }
        catch (RtrException e)
        {
            if (e.Code is { } code)
                await ReportAsync(connection!, code, e, cancellation);
            return new End(e.Message, e.AgainAtOnce);
        }
        catch (OperationCanceledException)
        {
            return new End(cancellation.IsCancellationRequested ? "stopped" : "no connection within 30 s");
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return new End(e.Message);
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }
    }

    private async Task ReportAsync(RtrConnection connection, RtrError code, RtrException e, CancellationToken cancellation)
    {
        try
        {
            await connection.SendAsync(new RtrPdu.ErrorReport(_version, code, e.Erroneous, e.Message), cancellation);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The session ends either way.
        }
    }

    private async Task TalkAsync(RtrConnection connection, CancellationToken cancellation)
    {
        // One read is outstanding at a time and survives the waits around it.
        Task<bool>? fill = null;
        bool settled = false;
        while (!cancellation.IsCancellationRequested)
        {
            RtrCacheState known = Current;
            bool whole = known.Session is null || known.Serial is null || known.Table is null;
            RtrPdu query = whole
                ? new RtrPdu.ResetQuery(_version)
                : new RtrPdu.SerialQuery(_version, known.Session!.Value, known.Serial!.Value);
            await connection.SendAsync(query, cancellation);
            RtrUpdate? update = null;
            ushort session = 0;
            bool answered = false;
            while (!answered)
            {
                RtrPdu? pdu = await NextAsync(AnswerTimeout);
                switch (pdu)
                {
                    case null:
                        throw new RtrException($"no answer for {AnswerTimeout.TotalSeconds:0} s");
                    case RtrPdu.SerialNotify:
                        break; // We are asking already.
                    case RtrPdu.CacheResponse p when update is null:
                        if (!whole && p.Session != known.Session)
                            ForgetSession($"the cache's session changed from {known.Session} to {p.Session}", RtrError.CorruptData);
                        session = p.Session;
                        update = whole ? new RtrUpdate.Whole() : new RtrUpdate.Difference(known.Table!);
                        break;
                    case RtrPdu.Prefix p when update is not null:
                        if (update.Take(p) is { } error)
                            ForgetSession($"{error} for {p.Vrp}", error);
                        break;
                    case RtrPdu.RouterKey when update is not null:
                        break;
                    case RtrPdu.EndOfData p when update is not null:
                        if (p.Session != session)
                            ForgetSession($"End of Data of session {p.Session} in an answer of session {session}", RtrError.CorruptData);
                        (Primitives.VrpTable? table, RtrError? wrong) = update.Finish();
                        if (table is null)
                            ForgetSession($"{wrong} in the whole answer", wrong!.Value);
                        Set(new RtrCacheState(true, _version, session, p.Serial, table, clock.GetUtcNow(), p.Intervals.Bounded(), null));
                        answered = true;
                        break;
                    case RtrPdu.CacheReset when !whole && update is null:
                        Set(known with { Session = null, Serial = null });
                        answered = true; // Ask again, for everything.
                        break;
                    case RtrPdu.ErrorReport p:
                        throw Reported(p);
                    default:
                        throw new RtrException($"a {pdu.GetType().Name} PDU where none belongs", RtrError.CorruptData);
                }
            }
            if (Current.Session is not null)
                await WaitForNewsAsync();
        }

        async Task WaitForNewsAsync()
        {
            DateTimeOffset ask = clock.GetUtcNow() + TimeSpan.FromSeconds(Current.Intervals.Refresh);
            while (clock.GetUtcNow() < ask)
            {
                switch (await NextAsync(ask - clock.GetUtcNow()))
                {
                    case null:
                        return;
                    case RtrPdu.SerialNotify p when p.Session != Current.Session:
                        Set(Current with { Session = null, Serial = null });
                        return;
                    case RtrPdu.SerialNotify p when p.Serial != Current.Serial:
                        return;
                    case RtrPdu.SerialNotify:
                        break;
                    case RtrPdu.ErrorReport p:
                        throw Reported(p);
                    case var other:
                        throw new RtrException($"a {other.GetType().Name} PDU that nobody asked for", RtrError.CorruptData);
                }
            }
        }

        // The next PDU; null when the time is over without one.
        async Task<RtrPdu?> NextAsync(TimeSpan within)
        {
            while (true)
            {
                switch (connection.Take())
                {
                    case RtrRead.Malformed bad:
                        throw new RtrException(bad.Text, bad.Code, connection.Last());
                    case RtrRead.Pdu read:
                        if (read.Value.Version != _version && read.Value is not RtrPdu.ErrorReport)
                        {
                            if (settled || read.Value.Version > _version)
                                throw new RtrException(
                                    $"version {read.Value.Version} in a session of version {_version}",
                                    RtrError.UnexpectedVersion
                                );
                            _version = read.Value.Version;
                        }
                        settled = true;
                        return read.Value;
                }
                fill ??= connection.FillAsync(cancellation);
                if (!fill.IsCompleted)
                {
                    using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    Task timer = Task.Delay(within, clock, over.Token);
                    Task first = await Task.WhenAny(fill, timer);
                    await over.CancelAsync();
                    if (first != fill)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        return null;
                    }
                }
                bool more = await fill;
                fill = null;
                if (!more)
                    throw Closed();
            }
        }

        // Some version 0 caches only hang up on a version 1 query. So the other version is tried next when a session ends before its first PDU.
        RtrException Closed()
        {
            if (!settled)
                _version = _version == 0 ? RtrCodec.HighestVersion : (byte)0;
            return new RtrException("the cache closed the session");
        }

        RtrException Reported(RtrPdu.ErrorReport report)
        {
            if (report.Code == RtrError.UnsupportedVersion && _version > 0)
            {
                _version = 0;
                return new RtrException("the cache speaks version 0 only", againAtOnce: true);
            }
            string text = report.Text.Length == 0 ? "" : $": {report.Text}";
            return new RtrException($"the cache reports {report.Code} ({(ushort)report.Code}){text}");
        }
    }

    /// <summary>Ends the session; the next one starts from nothing known of the cache, while the data received stays in use.</summary>
    private void ForgetSession(string why, RtrError code)
    {
        Set(Current with { Session = null, Serial = null });
        throw new RtrException(why, code);
    }

    private async Task WatchExpiryAsync(CancellationToken cancellation)
    {
        DateTimeOffset? announced = null;
        while (!cancellation.IsCancellationRequested)
        {
            DateTimeOffset now = clock.GetUtcNow();
            DateTimeOffset? at = Current.ExpiresAt;
            if (at <= now && at != announced)
            {
                announced = at;
                Changed?.Invoke();
            }
            await Pause(at > now ? at.Value - now : TimeSpan.FromSeconds(60), cancellation);
        }
    }

    private async Task Pause(TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(time, clock, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The loops look for themselves.
        }
    }

    private void Set(RtrCacheState state)
    {
        Volatile.Write(ref _current, state);
        Changed?.Invoke();
    }
}
