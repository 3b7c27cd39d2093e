using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Causeway.Hosting;
using Causeway.Primitives;
using Polly;
using Polly.Timeout;

namespace Causeway.Registries.Rpki.Rtr;

/// <summary>
/// A router-side RTR session to one cache (draft-ietf-sidrops-8210bis, RFC 8210 §8, RFC 6810: the newest that the cache speaks), kept up for as long as its <see cref="Loop"/> is turned.
/// </summary>
/// <remarks>
/// <para>Theory of operation. A turn of the loop connects and talks until something ends the session; the rest after it is the protocol's own. Talking is: ask, take the answer, then wait for a
/// Serial Notify or the refresh interval and ask again.</para>
/// <para>What changes can be asked against is the <see cref="Epoch"/>: protocol version, session and serial, which mean something only together (RFC 8210
/// §5.1). It lives no longer than its connection. So every way a session ends, by the cache, by us or by the network, is followed by a Reset Query: a question
/// that was refused, or not answered, is never repeated, and a cache that restarted with a session id it had before cannot be mistaken for its former self.
/// It costs a table on each connection, and spares the five cases in which the epoch would have to be given up.</para>
/// <para>What was received is not part of that: it stays until a whole answer replaces it. Whether it has expired is for the reader of <see cref="Current"/> to judge
/// (docs/adr/0005 says where this departs from RFC 8210).</para>
/// <para>Versions. The highest is tried first. A cache leads down by answering in version 0 or by an Unsupported Version error (RFC 8210 §7), and up again by
/// such an error in a higher version. A cache that twice in a row took a question and closed without a word does not know the version of it: the next lower one is tried,
/// and after the lowest the highest again.</para>
/// </remarks>
public sealed class RtrClient
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>An answer must make progress this often, or the session is given up.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    /// <summary>An answer that makes progress must come to its end in this time.</summary>
    private static readonly TimeSpan WholeAnswerTimeout = TimeSpan.FromMinutes(15);

    /// <summary>A cache that takes not even a query is given up.</summary>
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The first wait after a connection that failed or was lost without a question being open; it doubles up to the retry interval.</summary>
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(5);

    private readonly Func<CancellationToken, ValueTask<Stream>> _connect;
    private readonly TimeProvider _clock;
    private readonly ResiliencePipeline _sending;
    private RtrCacheState _current = RtrCacheState.Initial;
    private byte _version = RtrCodec.HighestVersion;
    private Next _next = Next.AfterRetry;
    private int _lostInARow;

    /// <summary>The cache took the first question of this session and closed without a word.</summary>
    private bool _hungUp;

    /// <summary>Such sessions in a row.</summary>
    private int _unheard;

    /// <param name="connect">Opens a connection to the cache.</param>
    /// <param name="clock">Time.</param>
    /// <param name="name">The name of its loop.</param>
    public RtrClient(Func<CancellationToken, ValueTask<Stream>> connect, TimeProvider clock, string name = "rtr")
    {
        _connect = connect;
        _clock = clock;
        _sending = OutsideCalls.Within(SendTimeout, clock);
        Loop = new RegistryLoop(name, Timeout.InfiniteTimeSpan, SessionAsync);
    }

    /// <summary>The last complete state.</summary>
    public RtrCacheState Current => Volatile.Read(ref _current);

    /// <summary>Keeps the session while it is turned.</summary>
    public Loop Loop { get; }

    /// <summary>Raised after <see cref="Current"/> was replaced. Handlers are quick and do not throw.</summary>
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
            clock,
            $"rtr:{host}:{port}"
        );

    /// <summary>What changes can be asked against; whole or not at all.</summary>
    private sealed record Epoch(byte Version, ushort Session, uint Serial);

    /// <summary>When to connect again.</summary>
    private enum Next
    {
        /// <summary>A question failed: not before the cache's retry interval (RFC 8210 §6).</summary>
        AfterRetry,

        /// <summary>No question was open.</summary>
        Soon,

        /// <summary>The cache has said what it will answer instead, in another version or to a Reset Query.</summary>
        AtOnce,
    }

    private readonly record struct End(string Why, Next Next);

    /// <summary>Ends the session; with an Error Report when <see cref="Code"/> is set.</summary>
    private sealed class RtrException(string why, Next next, RtrError? code = null, byte[]? erroneous = null) : Exception(why)
    {
        public Next Next => next;
        public RtrError? Code => code;
        public byte[] Erroneous => erroneous ?? [];
    }

    /// <summary>One session, from the connection to its end.</summary>
    private async Task<TurnResult> SessionAsync(CancellationToken cancellation)
    {
        byte before = _version;
        _hungUp = false;
        End end = await TalkAsync(cancellation);
        // A cache that leads from one thing to the other and back is not followed in circles; down it is.
        _next = end.Next == Next.AtOnce && _next == Next.AtOnce && _version >= before ? Next.AfterRetry : end.Next;
        _unheard = _hungUp ? _unheard + 1 : 0;
        if (_hungUp)
            _next = Next.Soon;
        if (_unheard == 2)
            (_version, _unheard) = (_version > 0 ? (byte)(_version - 1) : RtrCodec.HighestVersion, 0);
        _lostInARow = _next == Next.Soon ? _lostInARow + 1 : 0;
        Set(Current with { Connected = false, Problem = end.Why });
        return new TurnResult("a session ended; the next one is due", Pause());
    }

    private TimeSpan Pause()
    {
        var retry = TimeSpan.FromSeconds(Current.Intervals.Retry);
        TimeSpan soon = ReconnectAfter * Math.Pow(2, Math.Min(_lostInARow - 1, 16));
        return _next switch
        {
            Next.AtOnce => TimeSpan.Zero,
            Next.Soon when soon < retry => soon,
            _ => retry,
        };
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever a cache brings about ends its session and nothing else.")]
    private async Task<End> TalkAsync(CancellationToken cancellation)
    {
        RtrConnection? connection = null;
        bool asked = false;
        try
        {
            connection = await ConnectAsync(cancellation);
            await TalkAsync(connection, open => asked = open, cancellation);
            return new End("stopped", Next.Soon);
        }
        catch (RtrException e)
        {
            if (e.Code is { } code)
                await ReportAsync(connection!, code, e, cancellation);
            return new End(e.Message, e.Next);
        }
        catch (Exception e)
        {
            string why =
                cancellation.IsCancellationRequested ? "stopped"
                : e is not TimeoutRejectedException ? e.Message
                : connection is null ? $"no connection within {ConnectTimeout.TotalSeconds:0} s"
                : $"a query was not taken within {SendTimeout.TotalSeconds:0} s";
            return new End(why, asked ? Next.AfterRetry : Next.Soon);
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "The session ends either way.")]
    private async Task ReportAsync(RtrConnection connection, RtrError code, RtrException e, CancellationToken cancellation)
    {
        try
        {
            await SendAsync(connection, new RtrPdu.ErrorReport(_version, code, e.Erroneous, e.Message), cancellation);
        }
        catch (Exception)
        {
            // The cache has gone, or does not listen.
        }
    }

    private async Task<RtrConnection> ConnectAsync(CancellationToken cancellation) =>
        new(await OutsideCalls.Within(ConnectTimeout, _clock).ExecuteAsync(_connect, cancellation));

    private async Task SendAsync(RtrConnection connection, RtrPdu pdu, CancellationToken cancellation) =>
        await _sending.ExecuteAsync(async c => await connection.SendAsync(pdu, c), cancellation);

    /// <param name="connection">The connection.</param>
    /// <param name="asking">Told whether a question is open.</param>
    /// <param name="cancellation">Ends it.</param>
    private async Task TalkAsync(RtrConnection connection, Action<bool> asking, CancellationToken cancellation)
    {
        // One read is outstanding at a time and survives the waits around it.
        Task<bool>? fill = null;
        bool settled = false,
            heard = false;
        bool open = false;
        Epoch? epoch = null;
        while (!cancellation.IsCancellationRequested)
        {
            Open(true);
            RtrPdu query = epoch is null
                ? new RtrPdu.ResetQuery(_version)
                : new RtrPdu.SerialQuery(epoch.Version, epoch.Session, epoch.Serial);
            await SendAsync(connection, query, cancellation);
            epoch = await TakeAnswerAsync();
            Open(false);
            if (epoch is not null && !await HearOfNewsAsync(epoch))
                epoch = null;
        }

        void Open(bool now) => asking(open = now);

        // What the answer leads to; null when the cache cannot say what changed and must be asked for everything.
        async Task<Epoch?> TakeAnswerAsync()
        {
            long started = _clock.GetTimestamp();
            RtrUpdate? update = null;
            ushort session = 0;
            while (true)
            {
                TimeSpan left = WholeAnswerTimeout - _clock.GetElapsedTime(started);
                switch (await NextAsync(left < AnswerTimeout ? left : AnswerTimeout))
                {
                    case null:
                        throw new RtrException(
                            left < AnswerTimeout
                                ? $"no whole answer within {WholeAnswerTimeout.TotalMinutes:0} min"
                                : $"no answer for {AnswerTimeout.TotalSeconds:0} s",
                            Next.AfterRetry
                        );
                    case RtrPdu.SerialNotify:
                        break; // We are asking already.
                    case RtrPdu.CacheResponse p when update is null:
                        if (epoch is not null && p.Session != epoch.Session)
                            throw Wrong($"the cache's session changed from {epoch.Session} to {p.Session}", RtrError.CorruptData);
                        session = p.Session;
                        update = epoch is null ? new RtrUpdate.Whole() : new RtrUpdate.Difference(Current.Table!, Current.Aspas);
                        break;
                    case RtrPdu.Prefix p when update is not null:
                        if (update.Take(p) is { } error)
                            throw Wrong($"{error} for {p.Vrp}", error);
                        break;
                    case RtrPdu.Aspa p when update is not null:
                        if (update.Take(p) is { } fault)
                            throw Wrong($"{fault} for the ASPA of AS{p.Customer}", fault);
                        break;
                    case RtrPdu.RouterKey when update is not null:
                        break;
                    case RtrPdu.EndOfData p when update is not null:
                        if (p.Session != session)
                            throw Wrong($"End of Data of session {p.Session} in an answer of session {session}", RtrError.CorruptData);
                        if (epoch is not null && unchecked((int)(p.Serial - epoch.Serial)) < 0)
                            throw Wrong($"the serial went back from {epoch.Serial} to {p.Serial} within a session", RtrError.CorruptData);
                        Set(
                            new RtrCacheState(
                                true,
                                _version,
                                session,
                                p.Serial,
                                update.Finish(),
                                _clock.GetUtcNow(),
                                p.Intervals.Bounded(),
                                null
                            )
                            {
                                Aspas = update.FinishAspas(),
                                Repeated = update.Repeated,
                            }
                        );
                        _lostInARow = 0;
                        _next = Next.AfterRetry;
                        return new Epoch(_version, session, p.Serial);
                    case RtrPdu.CacheReset when epoch is not null && update is null:
                        return null;
                    case RtrPdu.ErrorReport p:
                        throw Reported(p);
                    case { } other:
                        throw Wrong($"a {other.GetType().Name} PDU where none belongs", RtrError.CorruptData);
                }
            }
        }

        // Waits until it is time to ask again. False when the cache's session is another one by now.
        async Task<bool> HearOfNewsAsync(Epoch known)
        {
            long since = _clock.GetTimestamp();
            var refresh = TimeSpan.FromSeconds(Current.Intervals.Refresh);
            while (true)
            {
                switch (await NextAsync(refresh - _clock.GetElapsedTime(since)))
                {
                    case null:
                        return true;
                    case RtrPdu.SerialNotify p when p.Session != known.Session:
                        return false;
                    case RtrPdu.SerialNotify p when p.Serial != known.Serial:
                        return true;
                    case RtrPdu.SerialNotify:
                        break;
                    case RtrPdu.ErrorReport p:
                        throw Reported(p);
                    case { } other:
                        throw Wrong($"a {other.GetType().Name} PDU that nobody asked for", RtrError.CorruptData);
                }
            }
        }

        // The next PDU; null when the time is over without one.
        async Task<RtrPdu?> NextAsync(TimeSpan within)
        {
            long since = _clock.GetTimestamp();
            while (true)
            {
                switch (connection.Take())
                {
                    case RtrRead.Malformed bad:
                        // An Error Report is never answered by one, whatever is wrong with it (RFC 8210 §5.11).
                        throw bad.InErrorReport ? new RtrException(bad.Text, Retrying()) : Wrong(bad.Text, bad.Code);
                    // Before the versions are settled a notify says nothing, in whatever version it is (RFC 8210 §7).
                    case RtrRead.Pdu { Value: RtrPdu.SerialNotify } when !settled:
                        continue;
                    case RtrRead.Pdu { Value: RtrPdu.ErrorReport report }:
                        return report;
                    case RtrRead.Pdu read:
                        Settle(read.Value);
                        return read.Value;
                }
                fill ??= connection.FillAsync(cancellation);
                if (!fill.IsCompleted)
                {
                    // The octets of half a PDU do not buy more time.
                    TimeSpan left = within - _clock.GetElapsedTime(since);
                    if (left <= TimeSpan.Zero)
                        return null;
                    using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                    Task timer = Task.Delay(left, _clock, over.Token);
                    Task first = await Task.WhenAny(fill, timer);
                    await over.CancelAsync();
                    if (first != fill)
                    {
                        cancellation.ThrowIfCancellationRequested();
                        return null;
                    }
                }
                bool more;
                try
                {
                    more = await fill;
                }
                catch (IOException)
                {
                    _hungUp = !heard;
                    throw;
                }
                fill = null;
                heard |= more;
                _hungUp = !heard;
                if (!more)
                    throw new RtrException("the cache closed the session", Retrying());
            }
        }

        // The first answer settles the version, which may be lower than ours.
        void Settle(RtrPdu pdu)
        {
            if (pdu.Version != _version && (settled || pdu.Version > _version))
                throw Wrong($"version {pdu.Version} in a session of version {_version}", RtrError.UnexpectedVersion);
            _version = pdu.Version;
            settled = true;
        }

        // A question about changes that fails is followed by another one at once; the same one has to wait.
        Next Retrying() =>
            !open ? Next.Soon
            : epoch is not null ? Next.AtOnce
            : Next.AfterRetry;

        RtrException Wrong(string why, RtrError code) => new(why, Retrying(), code, connection.Last());

        RtrException Reported(RtrPdu.ErrorReport report)
        {
            if (report.Code == RtrError.UnsupportedVersion && OtherVersion(report.Version) is { } other)
            {
                string why = $"the cache does not speak version {_version}, but {other}";
                _version = other;
                return new RtrException(why, Next.AtOnce);
            }
            string text = report.Text.Length == 0 ? "" : $": {report.Text}";
            return new RtrException($"the cache reports {report.Code} ({(ushort)report.Code}){text}", Retrying());
        }
    }

    /// <summary>The version to try when a cache does not speak ours: the one its report is in, or the next lower one where the report only repeats ours.</summary>
    private byte? OtherVersion(byte reported) =>
        reported != _version && reported <= RtrCodec.HighestVersion ? reported
        : _version > 0 ? (byte)(_version - 1)
        : null;

    private void Set(RtrCacheState state)
    {
        Volatile.Write(ref _current, state);
        Changed?.Invoke();
    }
}
