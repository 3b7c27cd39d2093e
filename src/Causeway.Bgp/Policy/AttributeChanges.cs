using System.Buffers.Binary;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Policy;

/// <summary>What an accepting term does to a route. Prepending is done by the export encoder, which knows the ASN that the peer sees.</summary>
internal sealed record AttributeChanges(
    uint? LocalPreference,
    uint? Med,
    EquatableArray<uint> AddCommunities,
    EquatableArray<LargeCommunity> AddLarge,
    int Prepend
)
{
    public static readonly AttributeChanges None = new(null, null, [], [], 0);

    public static AttributeChanges Of(PolicyTerm term) =>
        term.Accept
            ? new(term.SetLocalPreference, term.SetMed, term.AddCommunities, term.AddLargeCommunities, Math.Clamp(term.Prepend, 0, 255))
            : None;

    /// <summary>These changes and others besides; where both set a number, this one does.</summary>
    public AttributeChanges With(AttributeChanges others) =>
        others == None
            ? this
            : new(
                LocalPreference ?? others.LocalPreference,
                Med ?? others.Med,
                [.. AddCommunities, .. others.AddCommunities],
                [.. AddLarge, .. others.AddLarge],
                Math.Min(Prepend + others.Prepend, 255)
            );

    /// <summary>Bytes by which <see cref="Apply"/> may lengthen a block.</summary>
    public int Growth => 7 + 7 + 4 + 4 * AddCommunities.Length + 4 + 12 * AddLarge.Length;

    /// <summary>Writes a canonical block with local preference, MED and communities changed, other attributes untouched and in order.</summary>
    /// <returns>Bytes written.</returns>
    public int Apply(ReadOnlySpan<byte> block, Span<byte> to)
    {
        int written = 0;
        bool communitiesDone = AddCommunities.IsEmpty,
            largeDone = AddLarge.IsEmpty;
        var reader = new AttributeReader(block);
        while (reader.Next())
        {
            if (
                (LocalPreference is not null && reader.Type == AttributeType.LocalPref)
                || (Med is not null && reader.Type == AttributeType.MultiExitDisc)
            )
                continue;
            if (!communitiesDone && reader.Type == AttributeType.Communities)
            {
                written += WriteCommunities(to[written..], reader.Flags, reader.Value, AddCommunities.AsSpan());
                communitiesDone = true;
                continue;
            }
            if (!largeDone && reader.Type == AttributeType.LargeCommunities)
            {
                written += WriteLarge(to[written..], reader.Flags, reader.Value, AddLarge.AsSpan());
                largeDone = true;
                continue;
            }
            block[reader.Start..reader.End].CopyTo(to[written..]);
            written += reader.End - reader.Start;
        }
        if (LocalPreference is { } preference)
            written += Write(to[written..], 0x40, AttributeType.LocalPref, preference);
        if (Med is { } med)
            written += Write(to[written..], 0x80, AttributeType.MultiExitDisc, med);
        if (!communitiesDone)
            written += WriteCommunities(to[written..], AttributeFlags.None, [], AddCommunities.AsSpan());
        if (!largeDone)
            written += WriteLarge(to[written..], AttributeFlags.None, [], AddLarge.AsSpan());
        return written;
    }

    private static int Write(Span<byte> to, byte flags, AttributeType type, uint value)
    {
        to[0] = flags;
        to[1] = (byte)type;
        to[2] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(to[3..], value);
        return 7;
    }

    /// <summary>Writes COMMUNITIES: those present, and those added that are not yet there.</summary>
    /// <param name="received">The flags that those present came with.</param>
    public static int WriteCommunities(Span<byte> to, AttributeFlags received, ReadOnlySpan<byte> present, ReadOnlySpan<uint> added)
    {
        present.CopyTo(to[4..]);
        int length = present.Length;
        foreach (uint community in added)
        {
            bool there = false;
            for (int at = 0; at + 4 <= length && !there; at += 4)
                there = BinaryPrimitives.ReadUInt32BigEndian(to[(4 + at)..]) == community;
            if (there)
                continue;
            BinaryPrimitives.WriteUInt32BigEndian(to[(4 + length)..], community);
            length += 4;
        }
        return AttributeBytes.Finish(to, AttributeBytes.OptionalTransitive(received), AttributeType.Communities, length);
    }

    /// <summary>Writes LARGE_COMMUNITY as <see cref="WriteCommunities"/> does the shorter ones.</summary>
    /// <inheritdoc cref="WriteCommunities"/>
    public static int WriteLarge(Span<byte> to, AttributeFlags received, ReadOnlySpan<byte> present, ReadOnlySpan<LargeCommunity> added)
    {
        present.CopyTo(to[4..]);
        int length = present.Length;
        Span<byte> one = stackalloc byte[12];
        foreach (LargeCommunity community in added)
        {
            BinaryPrimitives.WriteUInt32BigEndian(one, community.GlobalAdministrator);
            BinaryPrimitives.WriteUInt32BigEndian(one[4..], community.LocalData1);
            BinaryPrimitives.WriteUInt32BigEndian(one[8..], community.LocalData2);
            bool there = false;
            for (int at = 0; at + 12 <= length && !there; at += 12)
                there = to.Slice(4 + at, 12).SequenceEqual(one);
            if (there)
                continue;
            one.CopyTo(to[(4 + length)..]);
            length += 12;
        }
        return AttributeBytes.Finish(to, AttributeBytes.OptionalTransitive(received), AttributeType.LargeCommunities, length);
    }
}
