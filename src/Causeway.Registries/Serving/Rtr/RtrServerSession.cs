using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Causeway.Primitives;
using Causeway.Registries.Rpki.Rtr;

namespace Causeway.Registries.Serving.Rtr;

/// <summary>One router's session with the server.</summary>
internal sealed class RtrServerSession(RtrServer server, RtrConnection connection)
{
    private const int ChunkSize = 64 * 1024;

    private readonly long _began = server.Clock.GetTimestamp();
    private byte? _version;

    /// <summary>Serves until the router leaves. False when it had to be dropped.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The edge of a session: nothing that a router causes may reach further.")]
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        try
        {
            await using (connection)
                return await ServeAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return cancellation.IsCancellationRequested; // else a write that did not get through in time
        }
        catch (Exception e)
        {
            return e is IOException or SocketException or ObjectDisposedException; // the router has left, in its own way
        }
    }

    /// <summary>Time since the session began.</summary>
    private TimeSpan Now => server.Clock.GetElapsedTime(_began);

    private async Task<bool> ServeAsync(CancellationToken cancellation)
    {
        Task<bool>? fill = null;
        Task news = server.NewEdition;
        TimeSpan mayNotify = TimeSpan.Zero;
        TimeSpan asksBy = server.Options.FirstQueryTimeout;
        uint? told = null;
        while (true)
        {
            while (connection.Take() is { } read)
            {
                switch (read)
                {
                    case RtrRead.Malformed { InErrorReport: true }:
                    case RtrRead.Pdu { Value: RtrPdu.ErrorReport }:
                        return true; // Never answered (RFC 8210 §5.11); the router is about to hang up.
                    case RtrRead.Malformed bad:
                        await RefuseAsync(bad.Code, bad.Text, cancellation);
                        return false;
                    case RtrRead.Pdu { Value: { Version: > RtrServer.HighestVersion } pdu } when _version is null:
                        await RefuseAsync(
                            RtrError.UnsupportedVersion,
                            $"Version {pdu.Version} is not supported; 0 and {RtrServer.HighestVersion} are.",
                            cancellation
                        );
                        return false;
                    case RtrRead.Pdu { Value: var pdu } when _version is { } agreed && pdu.Version != agreed:
                        await RefuseAsync(RtrError.UnexpectedVersion, $"This session speaks version {agreed}.", cancellation);
                        return false;
                    case RtrRead.Pdu { Value: RtrPdu.ResetQuery pdu }:
                        _version = pdu.Version;
                        told = await AnswerWholeAsync(cancellation);
                        break;
                    case RtrRead.Pdu { Value: RtrPdu.SerialQuery pdu }:
                        _version = pdu.Version;
                        told = await AnswerSinceAsync(pdu, cancellation) ?? told;
                        break;
                    case RtrRead.Pdu { Value: var pdu }:
                        await RefuseAsync(RtrError.InvalidRequest, $"A router does not send {pdu.GetType().Name}.", cancellation);
                        return false;
                }
                asksBy = Now + server.Options.IdleTimeout;
            }

            fill ??= connection.FillAsync(cancellation);
            bool behind = _version is not null && server.Current is { } edition && edition.Serial != told;
            if (behind && Now >= mayNotify)
            {
                told = server.Current!.Serial;
                mayNotify = Now + server.Options.NotifyInterval;
                byte version = _version!.Value;
                await SendAsync(new RtrPdu.SerialNotify(version, server.SessionOf(version), told.Value), cancellation);
                continue;
            }
            if (Now >= asksBy)
                return false; // Whoever says nothing takes a place that a router may need.
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task alarm = Delay((behind && mayNotify < asksBy ? mayNotify : asksBy) - Now, over.Token);
            Task first = behind ? await Task.WhenAny(fill, alarm) : await Task.WhenAny(fill, alarm, news);
            await over.CancelAsync();
            if (first == news)
                news = server.NewEdition;
            if (!fill.IsCompleted)
            {
                cancellation.ThrowIfCancellationRequested();
                continue;
            }
            if (!await fill)
                return true;
            fill = null;
        }
    }

    private Task Delay(TimeSpan time, CancellationToken cancellation) =>
        Task.Delay(time > TimeSpan.Zero ? time : TimeSpan.Zero, server.Clock, cancellation);

    /// <summary>Answers with everything; returns the serial it was.</summary>
    private async Task<uint?> AnswerWholeAsync(CancellationToken cancellation)
    {
        if (server.Current is not { } edition)
        {
            await NoDataAsync(cancellation);
            return null;
        }
        await AnswerAsync(edition, edition.Table.All.Select(v => (v, true)), cancellation);
        return edition.Serial;
    }

    private async Task<uint?> AnswerSinceAsync(RtrPdu.SerialQuery query, CancellationToken cancellation)
    {
        if (server.Current is not { } edition)
        {
            await NoDataAsync(cancellation);
            return null;
        }
        uint behind = unchecked(edition.Serial - query.Serial);
        if (query.Session != server.SessionOf(query.Version) || behind > edition.History.Count)
        {
            await SendAsync(new RtrPdu.CacheReset(query.Version), cancellation);
            return null;
        }
        var delta = VrpDelta.Combine(edition.History.TakeLast((int)behind));
        await AnswerAsync(edition, delta.Withdrawn.Select(v => (v, false)).Concat(delta.Announced.Select(v => (v, true))), cancellation);
        return edition.Serial;
    }

    private async Task AnswerAsync(RtrServer.Edition edition, IEnumerable<(Vrp Vrp, bool Announce)> records, CancellationToken cancellation)
    {
        byte version = _version!.Value;
        await SendAsync(new RtrPdu.CacheResponse(version, server.SessionOf(version)), cancellation);
        byte[] chunk = new byte[ChunkSize];
        int filled = 0;
        foreach ((Vrp vrp, bool announce) in records)
        {
            if (filled > ChunkSize - 32)
            {
                await WithinAsync(c => connection.Stream.WriteAsync(chunk.AsMemory(0, filled), c).AsTask(), cancellation);
                filled = 0;
            }
            filled += RtrCodec.WritePrefix(chunk.AsSpan(filled), version, announce, vrp);
        }
        if (filled > 0)
            await WithinAsync(c => connection.Stream.WriteAsync(chunk.AsMemory(0, filled), c).AsTask(), cancellation);
        await SendAsync(new RtrPdu.EndOfData(version, server.SessionOf(version), edition.Serial, server.Options.Intervals), cancellation);
    }

    private Task NoDataAsync(CancellationToken cancellation) =>
        SendAsync(
            new RtrPdu.ErrorReport(_version!.Value, RtrError.NoDataAvailable, ReadOnlyMemory<byte>.Empty, "No data has been loaded yet."),
            cancellation
        );

    private Task RefuseAsync(RtrError code, string text, CancellationToken cancellation) =>
        SendAsync(new RtrPdu.ErrorReport(_version ?? RtrServer.HighestVersion, code, connection.Last(), text), cancellation);

    private Task SendAsync(RtrPdu pdu, CancellationToken cancellation) => WithinAsync(c => connection.SendAsync(pdu, c), cancellation);

    private async Task WithinAsync(Func<CancellationToken, Task> write, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using ITimer timer = server.Clock.CreateTimer(
            _ => deadline.Cancel(),
            null,
            server.Options.WriteTimeout,
            Timeout.InfiniteTimeSpan
        );
        await write(deadline.Token);
    }
}
