using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables;

/// <summary>What became of one UPDATE.</summary>
/// <param name="NotificationCode">0 when the session goes on; else the code of the NOTIFICATION to send: 3 (UPDATE Message Error).</param>
/// <param name="NotificationSubcode">RFC 4271 §4.5: 1 Malformed Attribute List, 2 Unrecognized Well-known Attribute, 9 Optional Attribute Error, 10 Invalid Network Field.</param>
/// <param name="EndOfRib">The family whose initial transfer this UPDATE ended (RFC 4724 §2), if it did.</param>
/// <param name="TreatedAsWithdraw">The attributes were malformed; the routes are held as refused with <see cref="Policy.RefuseReason.MalformedAttributes"/> (RFC 7606).</param>
public readonly record struct IngestResult(byte NotificationCode, byte NotificationSubcode, IpFamily? EndOfRib, bool TreatedAsWithdraw)
{
    /// <summary>What the NOTIFICATION carries: with subcode 2 the attribute at fault, else nothing.</summary>
    public ImmutableArray<byte> NotificationData
    {
        get => field.IsDefault ? [] : field;
        init;
    }

    public bool MustReset => NotificationCode != 0;

    internal static IngestResult Reset(byte subcode) => new(3, subcode, null, false);
}
