using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

/// <summary>
/// What is the same for all routes of one UPDATE: who sent it, its attributes, and how far policy can decide without the prefix. One object per table,
/// filled anew for each UPDATE under the table's lock.
/// </summary>
internal sealed class IngestContext(AttributeTable attributes)
{
    // By number of changes; as long as the largest policy had need of.
    private int[] _effective = new int[1];
    private int _changesUsed;
    private ulong _candidates;
    private bool _decided;
    private PolicyVerdict _verdict;
    private ValidityQuestion _question;

    public RibPeer Peer { get; private set; } = null!;

    public ushort PeerIndex { get; private set; }

    public int Attributes { get; private set; }

    public uint Now { get; private set; }

    /// <summary>Where validity will be looked up, when it will be: worth a prefetch.</summary>
    public OriginIndex? Ahead { get; private set; }

    /// <param name="refusal">A reason that holds whatever the policy says, or None.</param>
    /// <param name="now">When the routes came, in seconds since the tables were made.</param>
    /// <param name="onlyToCustomer">The ASN to add as OTC on receipt (RFC 9234 §5), or 0.</param>
    [MethodImpl(Jit.Hot)]
    public void Begin(RibPeer peer, int number, RefuseReason refusal, uint onlyToCustomer, OriginIndex origins, uint now)
    {
        Peer = peer;
        Now = now;
        PeerIndex = peer.Index;
        Policy = peer.Import;
        Attributes = number;
        if (number != 0)
            attributes.Use(number);
        if (Policy is { } policy && policy.Changes.Length > _effective.Length)
            Array.Resize(ref _effective, policy.Changes.Length);
        _effective[0] = onlyToCustomer == 0 ? Used(number) : WithOnlyToCustomer(number, onlyToCustomer);
        _changesUsed = 1;
        if (number != 0 && Policy?.Source.PrivateAsnsStandFor is not null)
            RemovePrivateAsns();
        if (refusal == RefuseReason.None && Policy is null)
            refusal = RefuseReason.NoPolicy;
        _decided = true;
        _verdict = PolicyVerdict.Refuse(refusal);
        Ahead = null;
        if (refusal != RefuseReason.None)
            return;
        ref AttributeSet set = ref attributes[number];
        ReadOnlySpan<byte> block = attributes.Block(number);
        _candidates = Policy!.Candidates(set, block);
        _question = new ValidityQuestion(origins, Policy.OriginOf(attributes[_effective[0]], peer.Facts.LocalAsn));
        _decided = Policy.IsUniform(_candidates);
        Ahead = _decided || !Policy.UsesValidity ? null : origins;
        if (!_decided)
            return;
        RouteValidity none = default;
        _verdict = Policy.Evaluate(_candidates, set, block, default(V4Key), ref none, _question);
    }

    /// <summary>Counts this context as a user, so that the set outlives the routes it is taken from.</summary>
    private int Used(int number)
    {
        if (number != 0)
            attributes.Use(number);
        return number;
    }

    private CompiledPolicy? Policy { get; set; }

    [MethodImpl(Jit.Hot)]
    public PolicyVerdict Decide<TKey>(in TKey key, ref RouteValidity validity)
        where TKey : unmanaged, IPrefixKey<TKey> =>
        _decided
            ? _verdict
            : Policy!.Evaluate(_candidates, attributes[Attributes], attributes.Block(Attributes), key, ref validity, _question);

    /// <summary>The attributes after a verdict's changes; made once per UPDATE.</summary>
    public int Effective(byte changes)
    {
        int known = _effective[changes];
        return known != 0 ? known : Change(changes);
    }

    private int Change(byte changes)
    {
        AttributeChanges wanted = Policy!.Changes[changes];
        ReadOnlySpan<byte> block = attributes.Block(_effective[0]);
        int number =
            block.Length + wanted.Growth > IngestScratch.Changed.Length
                ? _effective[0]
                : attributes.Intern(IngestScratch.Changed.AsSpan(0, wanted.Apply(block, IngestScratch.Changed)), PeerIndex);
        _effective[changes] = Used(number);
        _changesUsed = Math.Max(_changesUsed, changes + 1);
        return number;
    }

    private int WithOnlyToCustomer(int number, uint asn)
    {
        ReadOnlySpan<byte> block = attributes.Block(number);
        if (block.Length + 7 > IngestScratch.Changed.Length)
            return Used(number);
        block.CopyTo(IngestScratch.Changed);
        Span<byte> added = IngestScratch.Changed.AsSpan(block.Length, 7);
        added[0] = 0xC0;
        added[1] = (byte)AttributeType.OnlyToCustomer;
        added[2] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(added[3..], asn);
        return Used(attributes.Intern(IngestScratch.Changed.AsSpan(0, block.Length + 7), PeerIndex));
    }

    private void RemovePrivateAsns()
    {
        int number = _effective[0];
        ReadOnlySpan<byte> block = attributes.Block(number);
        if (block.Length >= IngestScratch.Changed.Length || !PrivateAsns.AreIn(AttributeSet.Find(block, AttributeType.AsPath)))
            return;
        int length = PrivateAsns.Remove(block, IngestScratch.Changed);
        _effective[0] = Used(attributes.Intern(IngestScratch.Changed.AsSpan(0, length), PeerIndex));
        attributes.Release(number);
    }

    /// <summary>Lets go of the sets; those that no route came to use vanish.</summary>
    [MethodImpl(Jit.Hot)]
    public void End()
    {
        for (int i = 0; i < _changesUsed; i++)
            attributes.Release(_effective[i]);
        _effective.AsSpan(0, _changesUsed).Clear();
        _changesUsed = 0;
        attributes.Release(Attributes);
        Attributes = 0;
    }
}
