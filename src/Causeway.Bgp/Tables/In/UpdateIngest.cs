using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.Memory;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

/// <summary>
/// From the bytes of an UPDATE to the tables. The order of work is that of RFC 7606 §5.1: what is withdrawn, what is unreachable, then what is announced. The
/// attributes of routes are looked up by their octets; only a block that was not seen before is judged.
/// </summary>
internal sealed class UpdateIngest(RibState state, FamilyTable<V4Key> v4, FamilyTable<V6Key> v6)
{
    /// <summary>Takes in the whole UPDATEs at the front of what was received, up to one that needs something done, or to a message of another type.</summary>
    /// <param name="extended">Messages may be as long as RFC 8654 lets them.</param>
    /// <param name="most">Octets after which it stops.</param>
    [MethodImpl(Jit.Hot)]
    public IngestRun Run(RibPeer peer, ReadOnlySpan<byte> messages, bool extended, int most)
    {
        int octets = 0,
            updates = 0;
        IngestResult last = default;
        while (octets < most && messages.Length - octets >= MessageHeader.Size)
        {
            ReadOnlySpan<byte> rest = messages[octets..];
            bool whole = MessageHeader.Check(rest, extended, out MessageType type, out int length) is null && length <= rest.Length;
            if (!whole || type != MessageType.Update)
                break;
            last = Update(peer, rest[MessageHeader.Size..length]);
            octets += length;
            updates++;
            if (last.IsNews || peer.V4.BeyondMark || peer.V6.BeyondMark)
                break;
        }
        return new IngestRun(octets, updates, last);
    }

    [MethodImpl(Jit.Hot)]
    public IngestResult Update(RibPeer peer, ReadOnlySpan<byte> body)
    {
        if (UpdateParser.Parse(body, peer.Codec, out UpdateView view) is { } error)
            return new IngestResult(error, null, false, default);
        if (view.Withdrawn.Count > 0)
            v4.Withdraw(peer, view.Withdrawn);
        if (view.MpWithdrawn.Count > 0)
            TableOf(view.MpWithdrawn.Family).Withdraw(peer, view.MpWithdrawn);

        AttributeVerdict verdict = default;
        bool classic = view.Announced.Count > 0,
            multiProtocol = view.MpAnnounced.Count > 0;
        bool faulty = view.MultiProtocolFault.Kind != AttributeFaultKind.None;
        // No route to lay a fault to, or two fields of them: then the attributes are judged for the UPDATE as a whole.
        if (faulty || (classic == multiProtocol && (classic || view.HasOthers)))
            verdict = view.Judge(peer.Codec);
        if (multiProtocol && verdict.Handling != UpdateHandling.SessionReset)
        {
            int length = CopyWithNextHop(view);
            Announce(
                TableOf(view.MpAnnounced.Family),
                peer,
                IngestScratch.Block.AsSpan(0, length),
                4 + view.MpReachHead.Length,
                view.MpAnnounced,
                ref verdict
            );
        }
        if (classic && verdict.Handling != UpdateHandling.SessionReset)
        {
            bool asItIs = !view.HasMpReach && !view.HasMpUnreach;
            ReadOnlySpan<byte> block = asItIs
                ? view.AttributeBlock
                : IngestScratch.Block.AsSpan(0, CopyWithoutMultiProtocol(view.AttributeBlock, true));
            Announce(v4, peer, block, 0, view.Announced, ref verdict);
        }
        if (state.Attributes.BytesOf(peer.Index) > state.MostAttributeBytes)
            return new IngestResult(Notification.Cease(CeaseReason.OutOfResources), null, false, default);
        return verdict.Handling == UpdateHandling.SessionReset
            ? new IngestResult(AttributeJudge.Answer(verdict, view.AttributeBlock, peer.Codec), null, false, verdict.Fault)
            : new IngestResult(null, view.EndOfRib, verdict.Handling == UpdateHandling.TreatAsWithdraw, verdict.Fault);
    }

    private FamilyTable TableOf(IpFamily family) => family == IpFamily.V4 ? v4 : v6;

    /// <param name="own">Bytes at the end of the block that we put there: the MP_REACH_NLRI that stands for the next hop. 0 for NLRI of the UPDATE itself.</param>
    [MethodImpl(Jit.Hot)]
    private void Announce(
        FamilyTable table,
        RibPeer peer,
        ReadOnlySpan<byte> block,
        int own,
        in NlriField nlri,
        ref AttributeVerdict verdict
    )
    {
        int number = verdict.Handling < UpdateHandling.TreatAsWithdraw ? Intern(peer, block, own, ref verdict) : 0;
        if (verdict.Handling == UpdateHandling.SessionReset)
            return;
        state.Begin(
            peer,
            number,
            verdict.Fault.Kind == AttributeFaultKind.HoldsSet ? RefuseReason.AsSetInPath : RefuseReason.MalformedAttributes
        );
        table.Announce(state.Context, nlri);
        state.Context.End();
    }

    /// <summary>Finds the number of a block, after judging it if it is new. A number of 0 means "treat as withdraw".</summary>
    [MethodImpl(Jit.Hot)]
    private int Intern(RibPeer peer, ReadOnlySpan<byte> block, int own, ref AttributeVerdict verdict)
    {
        UpdateCodec codec = peer.Codec;
        // What a 2-octet session sends is not canonical, so it is judged each time.
        AttributeMarks valid = codec.Internal ? AttributeMarks.ValidFromInternal : AttributeMarks.ValidFromExternal;
        if (codec.FourOctetAsn)
        {
            int known = state.Attributes.Find(block, AttributeTable.Hash(block));
            // A set that one peer may send is not one that all may.
            if (known != 0 && state.Attributes[known].Has(valid) && !state.Attributes[known].Has(AttributeMarks.PathHoldsSet))
                return known;
        }
        // Judged is what the peer wrote.
        ReadOnlySpan<byte> received = block[..^own];
        verdict = AttributeJudge.Judge(received, codec, own == 0 ? RoutesAnnounced.Classic : RoutesAnnounced.MultiProtocol);
        if (verdict.Handling >= UpdateHandling.TreatAsWithdraw)
            return 0;
        if (verdict.AsReceived)
        {
            int number = state.Attributes.Intern(block, peer.Index);
            state.Attributes[number].Flags |= valid;
            return number;
        }
        int length = AttributeDecoder.Rewrite(received, codec, own == 0, IngestScratch.Canonical);
        if (length == 0 || length + own > ByteArena.Largest)
        {
            // AS numbers of four octets made it longer than any message.
            verdict = verdict.And(UpdateHandling.TreatAsWithdraw, new AttributeFault(AttributeFaultKind.Malformed, AttributeType.AsPath));
            return 0;
        }
        block[^own..].CopyTo(IngestScratch.Canonical.AsSpan(length));
        return state.Attributes.Intern(IngestScratch.Canonical.AsSpan(0, length + own), peer.Index);
    }

    /// <summary>Copies a block into <see cref="IngestScratch.Block"/>; at its end stands an MP_REACH_NLRI with the next hop and no prefix, never longer than the one that was there.</summary>
    /// <returns>The length of all of it.</returns>
    [MethodImpl(Jit.Hot)]
    private static int CopyWithNextHop(in UpdateView view)
    {
        int length = CopyWithoutMultiProtocol(view.AttributeBlock, keepNextHop: false);
        ReadOnlySpan<byte> head = view.MpReachHead;
        Span<byte> own = IngestScratch.Block.AsSpan(length, 4 + head.Length);
        own[0] = (byte)AttributeFlags.Optional;
        own[1] = (byte)AttributeType.MpReach;
        own[2] = (byte)(1 + head.Length);
        head.CopyTo(own[3..]);
        own[^1] = 0;
        return length + own.Length;
    }

    /// <summary>Copies a block into <see cref="IngestScratch.Block"/> without the attributes that carry NLRI. A malformed rest is copied as it is, to be judged.</summary>
    [MethodImpl(Jit.Hot)]
    private static int CopyWithoutMultiProtocol(ReadOnlySpan<byte> block, bool keepNextHop)
    {
        int length = 0;
        var reader = new AttributeReader(block);
        while (reader.Next())
        {
            if (reader.Type is AttributeType.MpReach or AttributeType.MpUnreach || (reader.Type == AttributeType.NextHop && !keepNextHop))
                continue;
            reader.Whole.CopyTo(IngestScratch.Block.AsSpan(length));
            length += reader.Whole.Length;
        }
        ReadOnlySpan<byte> rest = block[reader.End..];
        rest.CopyTo(IngestScratch.Block.AsSpan(length));
        return length + rest.Length;
    }

    /// <summary>Own networks: ORIGIN IGP, an empty AS_PATH; the next hop is filled in when they are announced.</summary>
    public void SetNetworks(RibPeer local, EquatableArray<IpPrefix> networks)
    {
        v4.MarkStale(local);
        v6.MarkStale(local);
        ReadOnlySpan<byte> attributes = [0x40, 1, 1, 0, 0x40, 2, 0];
        state.Begin(local, state.Attributes.Intern(attributes, local.Index));
        Span<byte> nlri = stackalloc byte[17];
        foreach (IpPrefix network in networks)
        {
            int length = network.IsV4 ? V4Key.From(network).Write(nlri) : V6Key.From(network).Write(nlri);
            TableOf(network.Family).Announce(state.Context, new NlriField(nlri[..length], network.Family, false, 1));
        }
        state.Context.End();
        v4.SweepStale(local);
        v6.SweepStale(local);
    }
}
