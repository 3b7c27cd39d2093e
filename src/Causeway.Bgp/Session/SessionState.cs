using Causeway.Bgp.Messages;

namespace Causeway.Bgp.Session;

/// <summary>The name of a session's state (RFC 4271 §8.2.2), for people and status.</summary>
public enum SessionStateName : byte
{
    Idle = 1,
    Connect = 2,
    Active = 3,
    OpenSent = 4,
    OpenConfirm = 5,
    Established = 6,
}

/// <summary>
/// The state of one session; each case carries only what is true in it. <paramref name="Failures"/> is RFC 4271's ConnectRetryCounter: attempts since the last
/// Established, from which the back-off is taken.
/// </summary>
public abstract record SessionState(int Failures)
{
    public abstract SessionStateName Name { get; }

    /// <summary>No connection, none accepted. <paramref name="RestartsItself"/>: IdleHoldTimer runs.</summary>
    public sealed record Idle(int Failures, bool RestartsItself) : SessionState(Failures)
    {
        /// <summary>Put here by the system for a reason that time must heal, such as too many prefixes: calls of the peer are turned away.</summary>
        public bool Halted { get; init; }

        public override SessionStateName Name => SessionStateName.Idle;
    }

    /// <summary>Our connection is being opened; with <paramref name="DelayingOpen"/> it is up and DelayOpenTimer runs.</summary>
    public sealed record Connect(int Failures, bool DelayingOpen) : SessionState(Failures)
    {
        public override SessionStateName Name => SessionStateName.Connect;
    }

    /// <summary>Waiting for the peer, or for ConnectRetryTimer; with <paramref name="DelayingOpen"/> the peer's connection is up.</summary>
    public sealed record Active(int Failures, bool DelayingOpen) : SessionState(Failures)
    {
        public override SessionStateName Name => SessionStateName.Active;
    }

    /// <summary>Connected, our OPEN is sent.</summary>
    public sealed record OpenSent(int Failures) : SessionState(Failures)
    {
        public override SessionStateName Name => SessionStateName.OpenSent;
    }

    /// <summary>OPENs were exchanged and agreed on; waiting for the first KEEPALIVE.</summary>
    public sealed record OpenConfirm(int Failures, Negotiated Negotiated) : SessionState(Failures)
    {
        public override SessionStateName Name => SessionStateName.OpenConfirm;
    }

    /// <summary>Routes are exchanged.</summary>
    public sealed record Established(Negotiated Negotiated) : SessionState(0)
    {
        public override SessionStateName Name => SessionStateName.Established;
    }
}
