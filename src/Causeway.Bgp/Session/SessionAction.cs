using Causeway.Bgp.Messages;

namespace Causeway.Bgp.Session;

/// <summary>What the machine wants done. The shell does it in order.</summary>
public abstract record SessionAction
{
    private SessionAction() { }

    /// <summary>Start opening a connection; its outcome comes as event 16 or 18.</summary>
    public sealed record OpenConnection : SessionAction;

    /// <summary>Close the connection, or give the attempt up, after what was sent is out.</summary>
    public sealed record CloseConnection : SessionAction;

    public sealed record SendOpen : SessionAction;

    public sealed record SendKeepalive : SessionAction;

    public sealed record SendNotification(Notification Notification) : SessionAction;

    /// <param name="Jitter">Shorten by up to a quarter, at random (RFC 4271 §10).</param>
    public sealed record StartTimer(SessionTimer Timer, TimeSpan After, bool Jitter = false) : SessionAction;

    public sealed record StopTimer(SessionTimer Timer) : SessionAction;

    /// <summary>The session is up: tables may exchange routes.</summary>
    public sealed record Up(Negotiated Negotiated) : SessionAction;

    /// <summary>The session was up and is not any more: its routes are to go.</summary>
    public sealed record Down : SessionAction;

    /// <summary>Remember why, for status and journal.</summary>
    public sealed record Remember(SessionEnd End) : SessionAction;
}

/// <summary>Why a session or an attempt ended.</summary>
/// <param name="Text">In operators' words, with who did it.</param>
public sealed record SessionEnd(string Text, Notification? Sent, Notification? Received)
{
    public static SessionEnd BySending(Notification sent, string? detail = null) =>
        new($"sent: {sent}" + (detail is null ? "" : $": {detail}"), sent, null);

    public static SessionEnd ByStopping(Notification? farewell) =>
        farewell is null ? ByFailure("closed for a restart of ours") : BySending(farewell);

    public static SessionEnd ByReceiving(Notification received) => new($"received: {received}", null, received);

    public static SessionEnd ByFailure(string text) => new(text, null, null);
}
