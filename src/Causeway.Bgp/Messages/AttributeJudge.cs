using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Causeway.Bgp.Messages;

/// <summary>What RFC 7606 makes of a block of attributes as a whole.</summary>
/// <param name="Handling">Of several faults the strongest decides (§3 (h)).</param>
/// <param name="AsReceived">The octets are canonical: nothing in them is at fault or out of place, and AS numbers have four octets.</param>
/// <param name="Fault">The first of the faults that decided.</param>
internal readonly record struct AttributeVerdict(UpdateHandling Handling, bool AsReceived, AttributeFault Fault)
{
    public AttributeVerdict And(UpdateHandling handling, AttributeFault fault) =>
        handling > Handling ? new(handling, false, fault)
        : Fault.Kind == AttributeFaultKind.None ? this with { Fault = fault, AsReceived = false }
        : this with { AsReceived = false };
}

/// <summary>What the attributes of an UPDATE go with, which decides what must be among them.</summary>
internal enum RoutesAnnounced : byte
{
    /// <summary>No route: then a fault cannot be contained (RFC 7606 §5.2).</summary>
    None,

    /// <summary>Routes in MP_REACH_NLRI, with their next hop.</summary>
    MultiProtocol,

    /// <summary>IPv4 routes in the UPDATE's own field, which need NEXT_HOP.</summary>
    Classic,
}

/// <summary>Judges a block of attributes by RFC 7606 without allocation. A full table brings tens of thousands of blocks within a second.</summary>
internal static class AttributeJudge
{
    private const int MostData = 1024;

    [MethodImpl(Jit.Hot)]
    public static AttributeVerdict Judge(ReadOnlySpan<byte> block, UpdateCodec codec, RoutesAnnounced routes)
    {
        var verdict = new AttributeVerdict(UpdateHandling.Accept, codec.FourOctetAsn, default);
        var walk = new AttributeWalk(block, codec);
        while (walk.Next())
            // Without routes of its own kind NEXT_HOP is ignored (RFC 4760 §3).
            if (walk.Type == AttributeType.NextHop && routes == RoutesAnnounced.MultiProtocol)
                continue;
            else if (walk.Fault != AttributeFaultKind.None)
                verdict = verdict.And(walk.Handling, new AttributeFault(walk.Fault, walk.Type));
            else if (walk.Rewritten)
                verdict = verdict with { AsReceived = false };
        if (walk.CutOff)
            verdict = verdict.And(UpdateHandling.TreatAsWithdraw, new AttributeFault(AttributeFaultKind.CutOff, default));
        if (routes != RoutesAnnounced.None)
        {
            verdict = Demand(verdict, walk, AttributeType.Origin);
            verdict = Demand(verdict, walk, AttributeType.AsPath);
            return routes == RoutesAnnounced.Classic ? Demand(verdict, walk, AttributeType.NextHop) : verdict;
        }
        return verdict.Handling == UpdateHandling.TreatAsWithdraw ? verdict with { Handling = UpdateHandling.SessionReset } : verdict;
    }

    private static AttributeVerdict Demand(in AttributeVerdict verdict, in AttributeWalk walk, AttributeType type) =>
        walk.Saw(type) ? verdict : verdict.And(UpdateHandling.TreatAsWithdraw, new AttributeFault(AttributeFaultKind.Missing, type));

    /// <summary>
    /// The NOTIFICATION for a block that ends the session: 3/2 with the attribute at fault when it is a well-known one that is not recognized (RFC 4271 §6.3), cut at
    /// 1,024 octets since a NOTIFICATION has to fit 4,096; else 3/1.
    /// </summary>
    public static Notification Answer(in AttributeVerdict verdict, ReadOnlySpan<byte> block, UpdateCodec codec)
    {
        if (verdict.Fault.Kind == AttributeFaultKind.NotRecognized)
        {
            var walk = new AttributeWalk(block, codec);
            while (walk.Next())
                if (walk.Fault == AttributeFaultKind.NotRecognized)
                    return new(NotificationCode.UpdateMessageError, 2, Start(walk.Whole));
        }
        return new(NotificationCode.UpdateMessageError, 1, []);
    }

    /// <summary>An attribute as the data of a NOTIFICATION.</summary>
    public static ImmutableArray<byte> Start(ReadOnlySpan<byte> attribute) => [.. attribute[..Math.Min(attribute.Length, MostData)]];
}
