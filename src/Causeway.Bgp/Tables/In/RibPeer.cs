using System.Runtime.CompilerServices;
using Causeway.Bgp.Messages;
using Causeway.Bgp.Policy;
using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

/// <summary>One peer's side of a <see cref="Rib"/>: its Adj-RIB-In counters and what is needed to compare its routes with others'.</summary>
public sealed class RibPeer
{
    internal RibPeer(PeerFacts facts, ushort index, CompiledPolicy? import)
    {
        Facts = facts;
        Codec = facts.Codec;
        Index = index;
        Import = import;
        AddressBits = IpPrefix.BitsOf(facts.PeerAddress);
    }

    /// <summary>Replaced when the session comes back after a graceful restart.</summary>
    public PeerFacts Facts
    {
        get;
        internal set
        {
            field = value;
            Codec = value.Codec;
        }
    }

    /// <summary>How this peer's UPDATEs are read.</summary>
    internal UpdateCodec Codec { get; private set; }

    public string Name => Facts.Name;

    public PrefixCounters V4 { get; } = new();

    public PrefixCounters V6 { get; } = new();

    /// <summary>Null accepts nothing (RFC 8212).</summary>
    public CompiledPolicy? Import { get; internal set; }

    internal ushort Index { get; }

    internal UInt128 AddressBits { get; }

    internal bool IsLocal => Index == 0;

    /// <summary>Heads of the lists of this peer's routes, IPv4 and IPv6; -1 when empty.</summary>
    internal readonly int[] FirstRoute = [-1, -1];

    /// <summary>The next route of each list that is to be judged again, while that is going on; -1 otherwise.</summary>
    internal readonly int[] NextToJudge = [-1, -1];

    public PrefixCounters Counters(IpFamily family) => family == IpFamily.V4 ? V4 : V6;

    internal ref int First(IpFamily family) => ref FirstRoute[family == IpFamily.V4 ? 0 : 1];

    internal ref int ToJudge(IpFamily family) => ref NextToJudge[family == IpFamily.V4 ? 0 : 1];
}

/// <summary>Counts of one peer and family. Read without a lock: each number is right, though two of them may be a moment apart.</summary>
public sealed class PrefixCounters
{
    private readonly int[] _refused = new int[64];

    /// <summary>Routes held before policy: what MAX-PREFIX counts.</summary>
    public int Received { get; internal set; }

    /// <summary>Routes that policy let through.</summary>
    public int Accepted { get; internal set; }

    /// <summary>Routes refused, for whatever reason. <see cref="Received"/> is this plus <see cref="Accepted"/>.</summary>
    public int Refused { get; private set; }

    /// <summary>Refused routes whose attributes are kept.</summary>
    public int RefusedKept { get; internal set; }

    /// <summary>Routes that wait to be announced again after a restart or refresh.</summary>
    public int Stale { get; internal set; }

    /// <summary>Counts of routes received and accepted beyond which a run of UPDATEs ends, so that its session can look at them.</summary>
    internal (int Received, int Accepted) Mark { get; set; } = (int.MaxValue, int.MaxValue);

    internal bool BeyondMark => Received > Mark.Received || Accepted > Mark.Accepted;

    /// <summary>Routes now refused for a reason. Exact, also for those whose attributes were let go.</summary>
    public int RefusedFor(RefuseReason reason) => (uint)reason < (uint)_refused.Length ? _refused[(int)reason] : 0;

    /// <summary>The reasons that occur, with their counts.</summary>
    public IReadOnlyList<KeyValuePair<RefuseReason, int>> RefusedByReason()
    {
        var found = new List<KeyValuePair<RefuseReason, int>>();
        for (int i = 0; i < _refused.Length; i++)
            if (_refused[i] > 0)
                found.Add(new((RefuseReason)i, _refused[i]));
        return found;
    }

    [MethodImpl(Jit.Hot)]
    internal void Count(RefuseReason reason, int by)
    {
        Received += by;
        if (reason == RefuseReason.None)
            Accepted += by;
        else
        {
            Refused += by;
            _refused[(int)reason & 63] += by;
        }
    }
}
