using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Causeway.Bgp.Configuration;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.Memory;
using Causeway.Bgp.Tables.Prefixes;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

/// <summary>What both families of a <see cref="Rib"/> share, under its lock.</summary>
internal sealed class RibState
{
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly DateTimeOffset _startedAt;

    public RibState(TimeProvider clock, int refusedKept, long mostAttributeBytes)
    {
        _clock = clock;
        _start = clock.GetTimestamp();
        _startedAt = clock.GetUtcNow();
        RefusedKept = refusedKept;
        MostAttributeBytes = mostAttributeBytes;
        Attributes = new AttributeTable(Memory);
        Context = new IngestContext(Attributes);
    }

    private readonly Lock _gate = new();

    /// <summary>Where everything lies that is large.</summary>
    public TableMemory Memory { get; } = new();

    public AttributeTable Attributes { get; }

    /// <summary>Takes the one lock of the instance. All that lies in <see cref="Memory"/> is looked at inside it alone.</summary>
    public Held Enter()
    {
        _gate.Enter();
        return new Held(this);
    }

    /// <summary>The lock, held. As long as it is, the memory of the tables stays, though nobody else may know the instance any more.</summary>
    public readonly ref struct Held(RibState state)
    {
        public void Dispose()
        {
            state._gate.Exit();
            GC.KeepAlive(state.Memory);
        }
    }

    /// <summary>Bytes of attributes that one peer may be the first to bring.</summary>
    public long MostAttributeBytes { get; }

    /// <summary>Seconds since these tables were made: how routes remember when they came.</summary>
    private uint Now => (uint)((_clock.GetTimestamp() - _start) / _clock.TimestampFrequency);

    public DateTimeOffset TimeOf(uint seconds) => _startedAt.AddSeconds(seconds);

    /// <summary>Peers by number; 0 is this router itself.</summary>
    public RibPeer?[] Peers { get; set; } = new RibPeer?[4];

    public OriginIndex Origins { get; set; } = OriginIndex.Of(VrpTable.Empty);

    public VrpTable Vrps => Origins.Vrps;

    /// <summary>What paths are verified by, where a policy asks.</summary>
    public AspaTable Aspas
    {
        get;
        set
        {
            field = value;
            _aspasNumber++;
        }
    } = AspaTable.Empty;

    /// <summary>Another one for each set of ASPAs: what an attribute set remembers of its path is of the set with this number, or of the past.</summary>
    private uint _aspasNumber = 1;

    /// <summary>Has an attribute set know what ASPAs say of its path, as far as a policy asks; each distinct set is verified once.</summary>
    [MethodImpl(Jit.Hot)]
    public void VerifyPath(int number, CompiledPolicy policy)
    {
        ref AttributeSet set = ref Attributes[number];
        if (set.VerifiedWith != _aspasNumber)
        {
            set.VerifiedWith = _aspasNumber;
            set.UpstreamPath = set.DownstreamPath = PathOutcome.NotVerified;
        }
        if (policy.UsesUpstreamPaths && set.UpstreamPath == PathOutcome.NotVerified)
            set.UpstreamPath = AttributeSet.VerifyPath(Attributes.Block(number), Aspas, PathDirection.Upstream);
        if (policy.UsesDownstreamPaths && set.DownstreamPath == PathOutcome.NotVerified)
            set.DownstreamPath = AttributeSet.VerifyPath(Attributes.Block(number), Aspas, PathDirection.Downstream);
    }

    /// <summary>There is a route server's client, which has a best route of its own: changes behind the best one count too. Never unset.</summary>
    public bool ClientsChoose { get; set; }

    /// <summary>Refused routes per peer and family whose attributes are kept.</summary>
    public int RefusedKept { get; }

    public IngestContext Context { get; }

    /// <summary>Readies <see cref="Context"/> for routes of a peer with these attributes; 0 means that they are treated as withdrawn.</summary>
    /// <param name="withdrawn">Why, where they are.</param>
    [MethodImpl(Jit.Hot)]
    public void Begin(RibPeer peer, int number, RefuseReason withdrawn = RefuseReason.MalformedAttributes)
    {
        if (number == 0)
        {
            Context.Begin(peer, 0, withdrawn, 0, Origins, Now);
            return;
        }
        ref AttributeSet set = ref Attributes[number];
        RefuseReason refusal =
            peer.IsLocal || peer.Facts.Monitored ? RefuseReason.None : Refusal(peer.Facts, set, Attributes.Block(number));
        if (refusal == RefuseReason.None && peer.Import is { UsesPaths: true } policy)
            VerifyPath(number, policy);
        bool stamp =
            peer.Facts.Role is BgpRole.Customer or BgpRole.Peer or BgpRole.RouteServerClient && !set.Has(AttributeMarks.OnlyToCustomer);
        Context.Begin(peer, number, refusal, stamp ? peer.Facts.PeerAsn.Value : 0, Origins, Now);
    }

    /// <summary>Refusals that are not a matter of policy: RFC 4271 §9.1.2 (loop), §5.1.3 (next hop), RFC 4456 §8 (reflected), RFC 9234 §5 (leak).</summary>
    [MethodImpl(Jit.Hot)]
    private static RefuseReason Refusal(PeerFacts peer, in AttributeSet set, ReadOnlySpan<byte> block)
    {
        if (AttributeSet.PathHolds(block, [peer.LocalAsn.Value]))
            return RefuseReason.OwnAsnInPath;
        if (peer.IsInternal && peer.LocalRouterId != 0 && AttributeSet.Originator(block) == peer.LocalRouterId)
            return RefuseReason.OwnOriginator;
        if (set.Has(AttributeMarks.OnlyToCustomer))
        {
            bool leak = peer.Role switch
            {
                BgpRole.Provider or BgpRole.RouteServer => true,
                BgpRole.Peer => set.OnlyToCustomer != peer.PeerAsn.Value,
                _ => false,
            };
            if (leak)
                return RefuseReason.OnlyToCustomer;
        }
        return IsUsableNextHop(set, peer) ? RefuseReason.None : RefuseReason.NextHopUnusable;
    }

    [MethodImpl(Jit.Hot)]
    private static bool IsUsableNextHop(in AttributeSet set, PeerFacts peer)
    {
        UInt128 bits = set.NextHop;
        bool multicast = set.NextHopFamily switch
        {
            // 224.0.0.0 and above: multicast, reserved, broadcast.
            IpFamily.V4 => bits >> 124 >= 0xE,
            IpFamily.V6 => bits >> 120 == 0xFF,
            _ => true,
        };
        return !multicast
            && bits != UInt128.Zero
            && !IsOurs(set, peer.LocalAddress)
            && !IsOurs(set, peer.NextHopV4)
            && !IsOurs(set, peer.NextHopV6);
    }

    private static bool IsOurs(in AttributeSet set, IPAddress? ours) =>
        ours is not null
        && set.NextHopFamily == (ours.AddressFamily == AddressFamily.InterNetwork ? IpFamily.V4 : IpFamily.V6)
        && IpPrefix.BitsOf(ours) == set.NextHop;
}
