using System.Buffers.Binary;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Session;
using Causeway.Bgp.Tables.In;
using Causeway.Primitives;

namespace Causeway.Bgp.Speaker;

/// <summary>What arrives from connections: framing, collision detection, and the short way of an UPDATE to the tables.</summary>
internal sealed partial class Neighbor
{
    int IConnectionOwner.Received(PeerConnection connection, ReadOnlySpan<byte> bytes)
    {
        lock (Gate)
        {
            int taken = 0;
            while (bytes.Length - taken >= MessageHeader.Size)
            {
                if (DriverOf(connection) is not { } driver)
                    return bytes.Length;
                ReadOnlySpan<byte> rest = bytes[taken..];
                if (
                    driver.State is SessionState.Established established
                    && TakeUpdates(driver, established.Negotiated, rest) is > 0 and var run
                )
                {
                    taken += run;
                    continue;
                }
                bool extended = driver.State is SessionState.Established { Negotiated.MaximumMessage: MessageHeader.ExtendedMaximum };
                if (MessageHeader.Check(rest, extended, out MessageType type, out int length) is Notification error)
                {
                    driver.Handle(new SessionEvent.HeaderError(error));
                    return bytes.Length;
                }
                if (rest.Length < length)
                    break;
                _received++;
                Take(driver, type, rest[MessageHeader.Size..length]);
                taken += length;
            }
            return taken;
        }
    }

    int IConnectionOwner.FillRoutes(PeerConnection connection, Span<byte> buffer)
    {
        TableSession? session = _session;
        if (session is null || session.Connection != connection)
            return 0;
        int written = session.Fill(buffer);
        CountSent(buffer[..written]);
        return written;
    }

    /// <summary>Counts the messages of the tables, which do not pass the state machine. Not under <see cref="Gate"/>.</summary>
    private void CountSent(ReadOnlySpan<byte> messages)
    {
        int all = 0,
            updates = 0;
        for (int at = 0; at < messages.Length; at += BinaryPrimitives.ReadUInt16BigEndian(messages[(at + 16)..]))
        {
            all++;
            if (messages[at + 18] == (byte)MessageType.Update)
                updates++;
        }
        Interlocked.Add(ref _routesSent, all);
        Interlocked.Add(ref _updatesSent, updates);
    }

    void IConnectionOwner.Broke(PeerConnection connection, string why)
    {
        lock (Gate)
            DriverOf(connection)?.Handle(new SessionEvent.TcpConnectionFails(why));
    }

    private SessionDriver? DriverOf(PeerConnection connection) =>
        _main.Connection == connection ? _main
        : _rival?.Connection == connection ? _rival
        : null;

    private void Take(SessionDriver driver, MessageType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case MessageType.Update:
                driver.Handle(new SessionEvent.UpdateReceived());
                break;
            case MessageType.Keepalive:
                driver.Handle(new SessionEvent.KeepaliveReceived());
                break;
            case MessageType.Open:
                if (OpenMessage.TryParse(body, out OpenMessage? open) is Notification refused)
                    driver.Handle(new SessionEvent.OpenError(refused));
                else
                    TakeOpen(driver, open!);
                break;
            case MessageType.Notification:
                driver.Handle(new SessionEvent.NotificationReceived(Notification.Parse(body)));
                break;
            case MessageType.RouteRefresh:
                TakeRefresh(driver, body);
                break;
        }
    }

    /// <summary>Takes the UPDATEs that come first, all that the tables take at once.</summary>
    /// <returns>Octets taken; 0 when the next message is another one, or is not all there.</returns>
    private int TakeUpdates(SessionDriver driver, Negotiated negotiated, ReadOnlySpan<byte> messages)
    {
        (int octets, int updates, IngestResult result) = _session!.Ingest(messages, Configuration);
        if (octets == 0)
            return 0;
        _received += updates;
        _updatesReceived += updates;
        driver.Alive(negotiated);
        if (result.Reset is { } answer)
        {
            string? fault = result.Fault.Kind == AttributeFaultKind.None ? null : result.Fault.ToString();
            driver.Handle(new SessionEvent.UpdateError(answer, fault));
            return octets;
        }
        if (result.EndOfRib is IpFamily family)
        {
            _stale?.Confirm(family);
            Deferral?.Done(this, family);
        }
        if (result.TreatedAsWithdraw)
            _observe(new BgpEvent.UpdateTreatedAsWithdraw(_clock.GetUtcNow(), Instance, Configuration.Name, result.Fault));
        CheckLimits();
        return octets;
    }

    /// <summary>
    /// RFC 4271 §6.8: of two connections, the one opened by the speaker with the higher identifier stays, and an established one always, unless its peer has
    /// restarted. An OPEN that is refused anyway decides nothing.
    /// </summary>
    private void TakeOpen(SessionDriver driver, OpenMessage open)
    {
        SessionDriver? other = driver == _main ? _rival : _main;
        bool first = driver.State is not (SessionState.OpenConfirm or SessionState.Established);
        if (first && other is not null && IsContender(other) && Negotiated.Judge(open, Settings).Agreed is not null)
        {
            if (!Wins(driver, other, open))
            {
                Dump(driver);
                return;
            }
            if (other.State is SessionState.Established)
                // The routes of the old session become stale, and the rival takes its place.
                other.Handle(new SessionEvent.TcpConnectionFails("the peer has called anew: it has restarted"));
            else
                Dump(other);
        }
        driver.Handle(new SessionEvent.OpenReceived(open));
    }

    /// <summary>
    /// One in OpenSent too: the OPEN just read tells who is there. But one that has waited long for an answer may have been given up by its peer, and takes the place
    /// of none that is answered.
    /// </summary>
    private static bool IsContender(SessionDriver other) =>
        other.State is SessionState.OpenConfirm or SessionState.Established
        || other.State is SessionState.OpenSent && other.Connection!.Age < Settling;

    private bool Wins(SessionDriver driver, SessionDriver other, OpenMessage open)
    {
        if (other.State is SessionState.Established established)
            return HasRestarted(established, open);
        // RFC 6286 §2.3: equal identifiers are told apart by the ASN.
        bool oursWins =
            Settings.Identifier != open.Identifier ? Settings.Identifier > open.Identifier : Settings.LocalAsn.Value > open.Asn.Value;
        return driver.Connection!.Outgoing == oursWins;
    }

    private void Dump(SessionDriver loser)
    {
        if (loser == _main)
            Promote();
        else
            EndRival(new SessionEvent.OpenCollisionDump());
    }

    private void TakeRefresh(SessionDriver driver, ReadOnlySpan<byte> body)
    {
        if (driver.State is not SessionState.Established { Negotiated: var negotiated })
        {
            // Not in the RFC's list of events: as any message that is not expected in this state.
            driver.Handle(new SessionEvent.UpdateReceived());
            return;
        }
        driver.Alive(negotiated);
        _refreshesReceived++;
        if (RouteRefreshMessage.TryParse(body, negotiated.EnhancedRouteRefresh, out RouteRefreshMessage refresh) is Notification error)
        {
            driver.Handle(new SessionEvent.UpdateError(error, "ROUTE-REFRESH of wrong length"));
            return;
        }
        if (refresh.Safi == 1 && refresh.Afi is 1 or 2 && negotiated.Families.Contains((IpFamily)refresh.Afi))
            _session!.Refresh((IpFamily)refresh.Afi, refresh.Kind);
    }

    private void CheckLimits()
    {
        if (_session is not { } session)
            return;
        foreach (IpFamily family in session.Negotiated.Families)
        {
            (MaxPrefix? received, MaxPrefix? accepted) =
                family == IpFamily.V4
                    ? (Configuration.MaxPrefixV4, Configuration.MaxAcceptedV4)
                    : (Configuration.MaxPrefixV6, Configuration.MaxAcceptedV6);
            PrefixCounters counters = session.Peer.Counters(family);
            if (Exceeds(session, family, counters.Received, received, 0) || Exceeds(session, family, counters.Accepted, accepted, 1))
                return;
        }
    }

    private bool Exceeds(TableSession session, IpFamily family, int count, MaxPrefix? limit, int kind)
    {
        if (limit is null)
            return false;
        if (count > limit.Limit)
        {
            _main.Handle(new SessionEvent.AutomaticStop(TooMany(family, limit), limit.Restart));
            return true;
        }
        if (session.CrossesWarning(family, kind, count, limit))
            _observe(new BgpEvent.PrefixLimitNear(_clock.GetUtcNow(), Instance, Configuration.Name, family, count, limit.Limit));
        return false;
    }

    /// <summary>RFC 4486 §4: AFI, SAFI and the limit as data.</summary>
    private static Notification TooMany(IpFamily family, MaxPrefix limit) =>
        new(
            NotificationCode.Cease,
            (byte)CeaseReason.MaximumPrefixesReached,
            [0, (byte)family, 1, (byte)(limit.Limit >> 24), (byte)(limit.Limit >> 16), (byte)(limit.Limit >> 8), (byte)limit.Limit]
        );
}
