using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

/// <summary>What became of one UPDATE.</summary>
/// <param name="Reset">The NOTIFICATION with which the session must end; null when it goes on.</param>
/// <param name="EndOfRib">The family whose initial transfer this UPDATE ended (RFC 4724 §2), if it did.</param>
/// <param name="TreatedAsWithdraw">The attributes were malformed; the routes are held as refused with <see cref="Policy.RefuseReason.MalformedAttributes"/> (RFC 7606).</param>
/// <param name="Fault">What was wrong with the attributes first, if they were found wrong.</param>
public readonly record struct IngestResult(Notification? Reset, IpFamily? EndOfRib, bool TreatedAsWithdraw, AttributeFault Fault)
{
    public bool MustReset => Reset is not null;
}
