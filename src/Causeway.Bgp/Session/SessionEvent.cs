using Causeway.Bgp.Messages;

namespace Causeway.Bgp.Session;

/// <summary>
/// What can happen to a session, with the event numbers of RFC 4271 §8.1. The "with damping" and "with passive establishment" variants of the start
/// events (4–7) are told apart by <see cref="SessionSettings.Passive"/> and by where they come from.
/// </summary>
public abstract record SessionEvent
{
    private SessionEvent() { }

    public abstract int Number { get; }

    /// <summary>Event 1, or 4 for a passive session: an operator starts it.</summary>
    public sealed record ManualStart : SessionEvent
    {
        public override int Number => 1;
    }

    /// <summary>
    /// Event 2: an operator stops it. The reason goes to the peer (RFC 9003); null closes the connection without a word, so that a peer which knows graceful
    /// restart keeps our routes (RFC 4724 §4.2).
    /// </summary>
    public sealed record ManualStop(Notification? Farewell) : SessionEvent
    {
        public override int Number => 2;
    }

    /// <summary>Event 3 (or 5, 6, 7): the system starts it.</summary>
    public sealed record AutomaticStart : SessionEvent
    {
        public override int Number => 3;
    }

    /// <summary>Event 8: the system stops it, such as for too many prefixes; null waits for an operator.</summary>
    public sealed record AutomaticStop(Notification Farewell, TimeSpan? RestartAfter) : SessionEvent
    {
        public override int Number => 8;
    }

    /// <summary>Events 9–13.</summary>
    public sealed record TimerExpired(SessionTimer Timer) : SessionEvent
    {
        public override int Number => (int)Timer;
    }

    /// <summary>Event 14: a connection attempt of the peer has come in and is of this neighbor.</summary>
    public sealed record TcpConnectionValid : SessionEvent
    {
        public override int Number => 14;
    }

    /// <summary>Event 15: one that is not acceptable.</summary>
    public sealed record TcpConnectionInvalid : SessionEvent
    {
        public override int Number => 15;
    }

    /// <summary>Event 16: our connection is up.</summary>
    public sealed record TcpConnectionAcknowledged : SessionEvent
    {
        public override int Number => 16;
    }

    /// <summary>Event 17: the peer's connection is up.</summary>
    public sealed record TcpConnectionConfirmed : SessionEvent
    {
        public override int Number => 17;
    }

    /// <summary>Event 18: the connection failed, or was closed by the peer.</summary>
    public sealed record TcpConnectionFails(string Why) : SessionEvent
    {
        public override int Number => 18;
    }

    /// <summary>Event 19, or 20 while DelayOpenTimer runs: a well-formed OPEN.</summary>
    public sealed record OpenReceived(OpenMessage Open) : SessionEvent
    {
        public override int Number => 19;
    }

    /// <summary>Event 21: a header that cannot be read.</summary>
    public sealed record HeaderError(Notification Answer) : SessionEvent
    {
        public override int Number => 21;
    }

    /// <summary>Event 22: an OPEN that cannot be read.</summary>
    public sealed record OpenError(Notification Answer) : SessionEvent
    {
        public override int Number => 22;
    }

    /// <summary>Event 23: this connection lost the collision (RFC 4271 §6.8).</summary>
    public sealed record OpenCollisionDump : SessionEvent
    {
        public override int Number => 23;
    }

    /// <summary>Event 24 (unsupported version) or 25.</summary>
    public sealed record NotificationReceived(Notification Notification) : SessionEvent
    {
        public override int Number => Notification is { Code: NotificationCode.OpenMessageError, Subcode: 1 } ? 24 : 25;
    }

    /// <summary>Event 26.</summary>
    public sealed record KeepaliveReceived : SessionEvent
    {
        public override int Number => 26;
    }

    /// <summary>Event 27. In Established the routes go to the tables at once; the machine sees it only elsewhere.</summary>
    public sealed record UpdateReceived : SessionEvent
    {
        public override int Number => 27;
    }

    /// <summary>Event 28: an UPDATE (or ROUTE-REFRESH, RFC 7313) that ends the session.</summary>
    public sealed record UpdateError(Notification Answer, string? Fault) : SessionEvent
    {
        public override int Number => 28;
    }
}

/// <summary>The timers; values are the numbers of their expiry events.</summary>
public enum SessionTimer : byte
{
    ConnectRetry = 9,
    Hold = 10,
    Keepalive = 11,
    DelayOpen = 12,
    IdleHold = 13,
}
