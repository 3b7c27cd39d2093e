using Causeway.Bgp.Messages;
using Causeway.Bgp.Session;
using Causeway.Primitives;

namespace Causeway.Bgp.Speaker;

/// <summary>Something that an operator may want to know. Observers are called in order per neighbor and must return at once.</summary>
public abstract record BgpEvent(DateTimeOffset At, string Instance, string Neighbor)
{
    /// <param name="Reason">Why it left Established or an attempt ended; null on the way up.</param>
    public sealed record StateChanged(
        DateTimeOffset At,
        string Instance,
        string Neighbor,
        SessionStateName From,
        SessionStateName To,
        string? Reason
    ) : BgpEvent(At, Instance, Neighbor);

    /// <summary>The warning threshold of max-prefix was crossed.</summary>
    public sealed record PrefixLimitNear(DateTimeOffset At, string Instance, string Neighbor, IpFamily Family, int Count, int Limit)
        : BgpEvent(At, Instance, Neighbor);

    /// <summary>An UPDATE was malformed and its routes were treated as withdrawn (RFC 7606).</summary>
    public sealed record UpdateTreatedAsWithdraw(DateTimeOffset At, string Instance, string Neighbor, AttributeFault Fault)
        : BgpEvent(At, Instance, Neighbor);

    /// <summary>A listening address could not be used; the speaker goes on trying.</summary>
    public sealed record ListenFailed(DateTimeOffset At, string Text) : BgpEvent(At, "", "");
}
