using System.Runtime.CompilerServices;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.Out;

/// <summary>
/// Decides whether a best route is announced to a peer, and with which changes. What depends on the attributes alone is remembered from one destination to the
/// next, since neighbours in the table mostly share them.
/// </summary>
internal ref struct ExportJudge(RibState state, RibPeer peer, CompiledPolicy? export, IpFamily family)
{
    private int _attributes;
    private int _from = -1;
    private bool _possible;
    private bool _decided;
    private ulong _candidates;
    private PolicyVerdict _verdict;
    private ValidityQuestion _question;
    private int _prepend;

    /// <param name="changes">What the policy changes, by its number.</param>
    /// <param name="prepend">How often the member whose route it is wants to be prepended to this one.</param>
    [MethodImpl(Jit.Hot)]
    public bool Announce<TKey>(in Route route, in TKey key, out byte changes, out int prepend)
        where TKey : unmanaged, IPrefixKey<TKey>
    {
        changes = 0;
        prepend = 0;
        // Nothing goes back to the one it came from.
        if (!route.Usable || route.Peer == peer.Index || export is null)
            return false;
        if (route.Effective != _attributes || route.Peer != _from)
            Look(route);
        if (!_possible)
            return false;
        RouteValidity validity = route.Validity;
        PolicyVerdict verdict = _decided
            ? _verdict
            : export.Evaluate(
                _candidates,
                state.Attributes[_attributes],
                state.Attributes.Block(_attributes),
                key,
                ref validity,
                _question
            );
        changes = verdict.Changes;
        prepend = _prepend;
        return verdict.Accepted;
    }

    [MethodImpl(Jit.Hot)]
    private void Look(in Route route)
    {
        _attributes = route.Effective;
        _from = route.Peer;
        ref AttributeSet set = ref state.Attributes[_attributes];
        RibPeer source = state.Peers[route.Peer]!;
        _possible = MayBeTold(set, source, peer.Facts) && HasNextHop(set, peer.Facts);
        if (!_possible)
            return;
        ReadOnlySpan<byte> block = state.Attributes.Block(_attributes);
        if (peer.Facts.RouteServerClient)
        {
            (_possible, _prepend) = RouteServerCommunities.ActionOf(block, peer.Facts.LocalAsn, peer.Facts.PeerAsn);
            if (!_possible)
                return;
        }
        if (export!.UsesPaths)
            state.VerifyPath(_attributes, export);
        _candidates = export.Candidates(set, block);
        _question = new ValidityQuestion(state.Origins, set.Has(AttributeMarks.EmptyPath) ? peer.Facts.LocalAsn : new Asn(set.OriginAsn));
        _decided = export.IsUniform(_candidates);
        RouteValidity none = default;
        if (_decided)
            _verdict = export.Evaluate(_candidates, set, block, default(V4Key), ref none, _question);
    }

    /// <summary>False when neither the route nor we have an address of the family that the peer could send packets to.</summary>
    private readonly bool HasNextHop(in AttributeSet set, PeerFacts to) =>
        (to.PassesOnNextHops && set.NextHopFamily == family) || (!to.RouteServerClient && to.OwnNextHop(family) is not null);

    /// <summary>RFC 4271 §9.2 (internal to internal), RFC 1997 (NO_EXPORT, NO_ADVERTISE), RFC 9234 §5 (OTC), RFC 4271 §6.3 (no use in telling a peer its own path).</summary>
    private static bool MayBeTold(in AttributeSet set, RibPeer source, PeerFacts to)
    {
        // RFC 9774 §3: no set is sent, whoever let it in.
        if (set.Has(AttributeMarks.PathHoldsSet) && !to.AllowAsSets)
            return false;
        // A route server is no hop on the way: what its members say of exporting is said to each other.
        if (!to.RouteServerClient && (set.Has(AttributeMarks.NoAdvertise) || (set.Has(AttributeMarks.NoExport) && !to.IsInternal)))
            return false;
        if (!source.IsLocal && source.Facts.IsInternal && to.IsInternal)
            return false;
        return !set.Has(AttributeMarks.OnlyToCustomer) || to.Role is not (BgpRole.Customer or BgpRole.Peer or BgpRole.RouteServerClient);
    }
}

/// <summary>The routes of one destination that a peer may be told.</summary>
internal ref struct Tellable<TKey>(ExportJudge judge, TKey key) : ICandidates
    where TKey : unmanaged, IPrefixKey<TKey>
{
    private ExportJudge _judge = judge;

    public bool Hold(in Route route) => _judge.Announce(route, key, out _, out _);
}
