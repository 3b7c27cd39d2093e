using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Domain.InternetPeering;

/// <summary>
/// What is proven for a peer, as it stands in its peering: all that an Active connection accepts. The routes are kept packed, for a peer may have twenty thousand:
/// a sorted table, each entry told by its difference from the one before, in base64.
/// </summary>
/// <param name="AsSet">What it was made of.</param>
/// <param name="V4">Packed by <see cref="FilterText"/>.</param>
/// <param name="Since">When it came to be as it is.</param>
public sealed record ProvenFilter(string AsSet, string V4, string V6, int Count4, int Count6, int Asns, DateTimeOffset Since)
{
    /// <summary>Members of the as-set that no registry has.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];

    /// <summary>Registered prefixes that ROAs forbid.</summary>
    public int Invalid { get; init; }

    /// <summary>Tells two filters apart by what they let through: 16 hexadecimal digits.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{V4}|{V6}")).AsSpan(0, 8));

    public static ProvenFilter Of(PeerFilter filter, DateTimeOffset at) =>
        new(filter.AsSet, FilterText.Pack(filter.V4), FilterText.Pack(filter.V6), filter.V4.Length, filter.V6.Length, filter.Asns, at)
        {
            Missing = [.. filter.Missing.Take(20)],
            Invalid = filter.Invalid,
        };

    /// <summary>The same is proven, from the same.</summary>
    public bool SaysTheSameAs(ProvenFilter other) =>
        (AsSet, V4, V6, Asns, Invalid) == (other.AsSet, other.V4, other.V6, other.Asns, other.Invalid)
        && Missing.SequenceEqual(other.Missing);

    /// <summary>The routes of a family that are let through, ascending.</summary>
    public ImmutableArray<PrefixMatch> Of(IpFamily family) => FilterText.Unpack(family, family == IpFamily.V4 ? V4 : V6);

    public int Count(IpFamily family) => family == IpFamily.V4 ? Count4 : Count6;
}

/// <summary>
/// Packs prefixes with their origins. The origins come first, ascending, each as the difference from the one before; then each prefix: its length; a head of how much
/// longer routes inside it may be, how many octets of the difference are zero (4 bits) and how many origins it has beside the first (2 bits, 3 for a number of its
/// own); its difference from the one before without those octets; and the places of its origins. All numbers are LEB128.
/// </summary>
public static class FilterText
{
    public static string Pack(IReadOnlyCollection<PrefixMatch> matches)
    {
        if (matches.Count == 0)
            return "";
        Asn[] origins = [.. matches.SelectMany(m => m.Origins).Distinct().Order()];
        Dictionary<Asn, int> places = origins.Select((o, i) => (o, i)).ToDictionary(o => o.o, o => o.i);
        var bytes = new List<byte>(matches.Count * 7);
        Number(bytes, (uint)origins.Length);
        uint before = 0;
        foreach (Asn origin in origins)
        {
            Number(bytes, origin.Value - before);
            before = origin.Value;
        }
        UInt128 last = 0;
        foreach (PrefixMatch match in matches.OrderBy(m => m.Prefix).ThenBy(m => m.MaxLength))
        {
            UInt128 difference = match.Prefix.Bits - last;
            int zeros = difference == 0 ? 0 : (int)UInt128.TrailingZeroCount(difference) / 8;
            Number(bytes, match.Prefix.Length);
            int besides = match.Origins.Length - 1;
            Number(
                bytes,
                (uint)(((((match.MaxLength - match.Prefix.Length) << 4) | zeros) << 2) | (besides is >= 0 and < 3 ? besides : 3))
            );
            Number(bytes, difference >> (8 * zeros));
            if (besides is < 0 or >= 3)
                Number(bytes, (uint)match.Origins.Length);
            foreach (Asn origin in match.Origins)
                Number(bytes, (uint)places[origin]);
            last = match.Prefix.Bits;
        }
        return Convert.ToBase64String([.. bytes]);
    }

    /// <exception cref="FormatException">The text was not made by <see cref="Pack"/>.</exception>
    public static ImmutableArray<PrefixMatch> Unpack(IpFamily family, string text)
    {
        if (text.Length == 0)
            return [];
        byte[] bytes = Convert.FromBase64String(text);
        int at = 0;
        var origins = new Asn[(int)Number(bytes, ref at)];
        uint before = 0;
        for (int i = 0; i < origins.Length; i++)
            origins[i] = new Asn(before += (uint)Number(bytes, ref at));
        var matches = ImmutableArray.CreateBuilder<PrefixMatch>();
        UInt128 last = 0;
        while (at < bytes.Length)
        {
            byte length = (byte)Number(bytes, ref at);
            int head = (int)Number(bytes, ref at);
            last += Number(bytes, ref at) << (8 * ((head >> 2) & 15));
            var who = new Asn[(head & 3) < 3 ? (head & 3) + 1 : (int)Number(bytes, ref at)];
            for (int i = 0; i < who.Length; i++)
                who[i] = origins[(int)Number(bytes, ref at)];
            matches.Add(new PrefixMatch(IpPrefix.FromBits(family, last, length), length, (byte)(length + (head >> 6))) { Origins = who });
        }
        return matches.ToImmutable();
    }

    private static void Number(List<byte> bytes, UInt128 number)
    {
        for (; number >= 0x80; number >>= 7)
            bytes.Add((byte)((byte)(number & 0x7f) | 0x80));
        bytes.Add((byte)number);
    }

    private static UInt128 Number(byte[] bytes, ref int at)
    {
        UInt128 number = 0;
        for (int shift = 0; ; shift += 7)
        {
            if (at >= bytes.Length || shift > 126)
                throw new FormatException("A packed filter ends in the middle of a number.");
            byte next = bytes[at++];
            number |= (UInt128)(uint)(next & 0x7f) << shift;
            if (next < 0x80)
                return number;
        }
    }
}
