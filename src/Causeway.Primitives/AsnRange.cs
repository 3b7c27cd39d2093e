namespace Causeway.Primitives;

/// <summary>AS numbers from one to another, both included. One number is a range of itself.</summary>
public readonly record struct AsnRange(Asn First, Asn Last)
{
    /// <summary>For private use: no network's number on the Internet (RFC 6996).</summary>
    public static readonly EquatableArray<AsnRange> Private =
    [
        new(new Asn(64512), new Asn(65534)),
        new(new Asn(4_200_000_000), new Asn(4_294_967_294)),
    ];

    /// <summary>Those that never identify a network: 0, AS_TRANS, and the last of two and of four octets (RFC 7607, 6793, 7300).</summary>
    public static readonly EquatableArray<AsnRange> Reserved = [new Asn(0), Asn.Trans, new Asn(ushort.MaxValue), new Asn(uint.MaxValue)];

    public bool Contains(Asn asn) => First <= asn && asn <= Last;

    public static implicit operator AsnRange(Asn asn) => new(asn, asn);

    /// <summary>Accepts <c>64496</c> and <c>64512-65534</c>.</summary>
    public static bool TryParse(string text, out AsnRange range)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        bool right =
            Asn.TryParse(dash < 0 ? text : text[..dash], out Asn first) & Asn.TryParse(text[(dash + 1)..], out Asn last) && first <= last;
        range = right ? new(first, last) : default;
        return right;
    }

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
