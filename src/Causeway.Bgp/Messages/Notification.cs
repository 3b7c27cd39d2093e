using System.Collections.Immutable;
using System.Text;

namespace Causeway.Bgp.Messages;

/// <summary>Error codes of NOTIFICATION (RFC 4271 §4.5, RFC 7313 §5, RFC 9687 §3).</summary>
public enum NotificationCode : byte
{
    MessageHeaderError = 1,
    OpenMessageError = 2,
    UpdateMessageError = 3,
    HoldTimerExpired = 4,
    FiniteStateMachineError = 5,
    Cease = 6,
    RouteRefreshMessageError = 7,

    /// <summary>RFC 9687.</summary>
    SendHoldTimerExpired = 8,
}

/// <summary>Subcodes of CEASE (RFC 4486, RFC 8538, RFC 9384).</summary>
public enum CeaseReason : byte
{
    MaximumPrefixesReached = 1,
    AdministrativeShutdown = 2,
    PeerDeconfigured = 3,
    AdministrativeReset = 4,
    ConnectionRejected = 5,
    OtherConfigurationChange = 6,
    ConnectionCollision = 7,
    OutOfResources = 8,
    HardReset = 9,
    BfdDown = 10,
}

/// <summary>
/// A NOTIFICATION (RFC 4271 §4.5): sent or received, it ends the session. <see cref="ToString"/> gives it in words.
/// </summary>
public sealed record Notification(NotificationCode Code, byte Subcode, ImmutableArray<byte> Data)
{
    /// <summary>Longest shutdown communication in octets of UTF-8 (RFC 9003 §2).</summary>
    public const int LongestShutdownReason = 255;

    /// <summary>Octets of data in the longest NOTIFICATION that every peer takes.</summary>
    public const int MostData = MessageHeader.StandardMaximum - MessageHeader.Size - 2;

    /// <summary>The roles of both sides do not fit (RFC 9234 §4.2).</summary>
    public bool IsRoleMismatch => Code == NotificationCode.OpenMessageError && Subcode == RoleMismatch;

    /// <summary>The peer speaks as another AS than it should (RFC 4271 §6.2).</summary>
    public bool IsBadPeerAs => Code == NotificationCode.OpenMessageError && Subcode == BadPeerAs;

    /// <summary>More prefixes than were agreed on (RFC 4486 §4).</summary>
    public bool IsMaximumPrefixes => Code == NotificationCode.Cease && Subcode == (byte)CeaseReason.MaximumPrefixesReached;

    /// <summary>The peer has another connection with us, and keeps that (RFC 4271 §6.8, RFC 4486).</summary>
    public bool IsCollision => Code == NotificationCode.Cease && Subcode == (byte)CeaseReason.ConnectionCollision;

    /// <summary>Subcode of <see cref="NotificationCode.OpenMessageError"/>.</summary>
    internal const byte RoleMismatch = 11;

    private const byte BadPeerAs = 2;

    public static Notification HoldTimerExpired { get; } = new(NotificationCode.HoldTimerExpired, 0, []);

    /// <summary>A CEASE; a reason in words is carried with administrative shutdown and reset (RFC 9003), cut at 255 octets of UTF-8.</summary>
    public static Notification Cease(CeaseReason reason, string? words = null)
    {
        if (string.IsNullOrEmpty(words) || reason is not (CeaseReason.AdministrativeShutdown or CeaseReason.AdministrativeReset))
            return new(NotificationCode.Cease, (byte)reason, []);
        byte[] data = new byte[1 + LongestShutdownReason];
        // Convert stops before a character that does not fit, so the text is never cut inside one.
        Encoding.UTF8.GetEncoder().Convert(words, data.AsSpan(1), true, out _, out int written, out _);
        data[0] = (byte)written;
        return new(NotificationCode.Cease, (byte)reason, ImmutableArray.Create(data, 0, written + 1));
    }

    /// <summary>The operator's words of an administrative shutdown or reset (RFC 9003), or null. Never throws on bad UTF-8.</summary>
    public string? ShutdownReason
    {
        get
        {
            if (
                Code != NotificationCode.Cease
                || (CeaseReason)Subcode is not (CeaseReason.AdministrativeShutdown or CeaseReason.AdministrativeReset)
                || Data.Length < 2
            )
                return null;
            int length = Math.Min(Data[0], Data.Length - 1);
            string text = Encoding.UTF8.GetString(Data.AsSpan(1, length));
            // Control characters from the wire do not belong in logs and terminals.
            return string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        }
    }

    /// <summary>Parses the body. A NOTIFICATION that is itself malformed is not answered (RFC 4271 §6.4), so any two octets will do.</summary>
    public static Notification Parse(ReadOnlySpan<byte> body) =>
        body.Length < 2 ? new(default, 0, []) : new((NotificationCode)body[0], body[1], [.. body[2..]]);

    internal bool Write(ref WireWriter writer)
    {
        int start = writer.Position;
        MessageHeader.Begin(ref writer, MessageType.Notification);
        writer.U8((byte)Code);
        writer.U8(Subcode);
        writer.Bytes(Data.AsSpan());
        MessageHeader.Finish(ref writer, start);
        return !writer.Overflowed;
    }

    public bool Equals(Notification? other) =>
        other is not null && Code == other.Code && Subcode == other.Subcode && Data.AsSpan().SequenceEqual(other.Data.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Code, Subcode, Data.Length);

    public override string ToString()
    {
        string text = NotificationText.Of(Code, Subcode);
        string? reason = ShutdownReason;
        return $"{text} ({(byte)Code}/{Subcode})" + (reason is null ? "" : $": \"{reason}\"");
    }
}
