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

    /// <summary>There is something to do about it besides the routes.</summary>
    internal bool IsNews => Reset is not null || EndOfRib is not null || TreatedAsWithdraw;
}

/// <summary>What became of a run of UPDATEs.</summary>
/// <param name="Octets">Taken from the front of what was received; 0 when that does not begin with a whole UPDATE.</param>
/// <param name="Updates">How many UPDATEs they were.</param>
/// <param name="Last">Of the last of them. Those before it need nothing done.</param>
public readonly record struct IngestRun(int Octets, int Updates, IngestResult Last);
