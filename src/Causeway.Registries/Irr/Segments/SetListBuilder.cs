using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Snapshot;

namespace Causeway.Registries.Irr.Segments;

/// <summary>
/// Collects the sets of one source and the objects that claim membership by <c>member-of</c>; only when all are known is it seen which claims are granted
/// (RFC 2622 §5.1), and only then are members laid down.
/// </summary>
internal sealed class SetListBuilder(NamePool names)
{
    private readonly Dictionary<(uint Name, RpslClass Class), (SetRecord Record, List<MemberRecord> Members)> _sets = [];
    private readonly List<ClaimRecord> _claims = [];

    public int Count(RpslClass kind) => _sets.Keys.Count(k => k.Class == kind);

    /// <summary>Takes what an earlier segment has, except the objects named. Members that joined by claim come by their claims again.</summary>
    public void CopyFrom(IrrSegment earlier, HashSet<RpslObjectKey> except)
    {
        foreach (SetRecord set in earlier.Sets)
            if (!except.Contains(new RpslObjectKey.Named(set.Class, NameText(set.Name))))
                Put(set, [.. earlier.MembersOf(set).ToArray().Where(m => (m.Kind & MemberKind.ByReference) == 0)]);
        _claims.AddRange(earlier.Claims);
    }

    /// <param name="set">Without a place for its members, which is given when they are written.</param>
    /// <returns>False when it replaced one of the same name.</returns>
    public bool Put(in SetRecord set, List<MemberRecord> members)
    {
        bool isNew = !_sets.ContainsKey((set.Name, set.Class));
        _sets[(set.Name, set.Class)] = (set, members);
        return isNew;
    }

    public void Claim(in ClaimRecord claim) => _claims.Add(claim);

    public IEnumerable<TextRef> Texts() => _sets.Values.Select(s => new TextRef(s.Record.TextPacked));

    /// <summary>Moves text references, when the text was rewritten; claims whose text is gone go with it.</summary>
    public void Relocate(IReadOnlyDictionary<ulong, TextRef> moved)
    {
        foreach (((uint, RpslClass) key, (SetRecord record, List<MemberRecord> members)) in _sets.ToArray())
            _sets[key] = (record with { TextPacked = moved[record.TextPacked].Packed }, members);
        for (int i = _claims.Count - 1; i >= 0; i--)
            if (moved.TryGetValue(_claims[i].TextPacked, out TextRef now))
                _claims[i] = _claims[i] with { TextPacked = now.Packed };
            else
                _claims.RemoveAt(i);
    }

    /// <summary>Claims of objects that were removed or replaced since go: their text is no longer anybody's.</summary>
    /// <param name="claimants">The texts of all objects that may claim.</param>
    public void DropStaleClaims(IEnumerable<TextRef> claimants)
    {
        if (_claims.Count == 0)
            return;
        HashSet<ulong> claimed = [.. _claims.Select(c => c.TextPacked)];
        HashSet<ulong> current = [.. claimants.Select(t => t.Packed).Where(claimed.Contains)];
        _claims.RemoveAll(c => !current.Contains(c.TextPacked));
    }

    /// <summary>Writes sets in order of name, their members, the claims, and the table that finds a set by its name.</summary>
    public void Write(SnapshotWriter writer)
    {
        ILookup<uint, ClaimRecord> claims = _claims.ToLookup(c => c.Set);
        var records = new List<SetRecord>(_sets.Count);
        var members = new List<MemberRecord>();
        foreach ((SetRecord set, List<MemberRecord> own) in _sets.Values.OrderBy(s => NameText(s.Record.Name), StringComparer.Ordinal))
        {
            int first = members.Count;
            members.AddRange(own);
            if (set.MembersByRef != 0)
                foreach (ClaimRecord claim in claims[set.Name])
                    if (claim.Kind == MemberKind.Asn == (set.Class == RpslClass.AsSet) && IsGranted(set.MembersByRef, claim.Maintainers))
                        members.Add(new MemberRecord { Kind = claim.Kind | MemberKind.ByReference, Value = claim.Value });
            records.Add(set with { FirstMember = (uint)first, MemberCount = (uint)(members.Count - first) });
        }
        writer.Add<SetRecord>(SegmentFormat.Sets, CollectionsMarshal.AsSpan(records));
        writer.Add<MemberRecord>(SegmentFormat.Members, CollectionsMarshal.AsSpan(members));
        writer.Add<uint>(SegmentFormat.SetBuckets, Buckets(records));
        writer.Add<ClaimRecord>(SegmentFormat.Claims, CollectionsMarshal.AsSpan(_claims));
    }

    /// <summary>An open-addressed table from the hash of a name to its record, index plus one; 0 is free.</summary>
    private uint[] Buckets(List<SetRecord> records)
    {
        var buckets = new uint[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, records.Count * 2))];
        for (int i = 0; i < records.Count; i++)
        {
            uint slot = NamePool.Hash(NamePool.At(names.Blob, records[i].Name)) & (uint)(buckets.Length - 1);
            while (buckets[slot] != 0)
                slot = (slot + 1) & (uint)(buckets.Length - 1);
            buckets[slot] = (uint)i + 1;
        }
        return buckets;
    }

    private bool IsGranted(uint membersByRef, uint maintainers)
    {
        string[] allowed = NameText(membersByRef).Split(',');
        return allowed.Contains("ANY") || NameText(maintainers).Split(',').Any(allowed.Contains);
    }

    private string NameText(uint name) => Encoding.ASCII.GetString(NamePool.At(names.Blob, name));
}
