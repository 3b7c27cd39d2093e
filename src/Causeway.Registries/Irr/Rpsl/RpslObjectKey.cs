using System.Text;
using Causeway.Primitives;

namespace Causeway.Registries.Irr.Rpsl;

/// <summary>What names an object within its source: by it an object is replaced or deleted.</summary>
internal abstract record RpslObjectKey
{
    private RpslObjectKey() { }

    public sealed record Route(IpPrefix Prefix, Asn Origin) : RpslObjectKey;

    public sealed record AutNum(Asn Asn) : RpslObjectKey;

    public sealed record Network(AddressRange Range) : RpslObjectKey;

    /// <summary>Sets and maintainers; the name in upper case.</summary>
    public sealed record Named(RpslClass Class, string Name) : RpslObjectKey;

    /// <summary>The key of the object that a parser stands on; null when it has none that is valid, or is of another class.</summary>
    public static RpslObjectKey? Of(RpslParser parser, ReadOnlySpan<byte> text)
    {
        if (parser.Class == RpslClass.Other)
            return null;
        RpslAttribute first = parser.AttributeSpan[0];
        ReadOnlySpan<byte> key = RpslTokens.First(text.Slice(first.Start, first.Length));
        if (parser.Class is RpslClass.Route or RpslClass.Route6)
        {
            foreach (RpslAttribute attribute in parser.AttributeSpan)
                if (attribute.Key == RpslKey.Origin)
                    return OfRoute(parser.Class, key, RpslTokens.First(text.Slice(attribute.Start, attribute.Length)));
            return null;
        }
        return OfText(parser.Class, RpslNetwork.Is(parser.Class) ? text.Slice(first.Start, first.Length) : key);
    }

    /// <summary>From the primary key as registries write it: <c>192.0.2.0/24AS64496</c>, <c>AS64496</c>, <c>AS-EXAMPLE</c>.</summary>
    public static RpslObjectKey? OfText(RpslClass kind, ReadOnlySpan<byte> key)
    {
        switch (kind)
        {
            case RpslClass.Route or RpslClass.Route6:
                int split = key.LastIndexOfAny((byte)'A', (byte)'a');
                // The 'a' of an IPv6 digit is not followed by 's'.
                return split <= 0 ? null : OfRoute(kind, key[..split].TrimEnd(" -"u8), key[split..]);
            case RpslClass.InetNum or RpslClass.Inet6Num:
                return RpslNetwork.TryRange(kind, key, out AddressRange range) ? new Network(range) : null;
            case RpslClass.AutNum:
                return RpslValue.TryAsn(key, out uint asn) ? new AutNum(new Asn(asn)) : null;
            case RpslClass.AsSet or RpslClass.RouteSet or RpslClass.Mntner:
                Span<byte> upper = stackalloc byte[RpslValue.MaxName];
                return RpslValue.TryUpperName(key, upper) ? new Named(kind, Encoding.ASCII.GetString(upper[..key.Length])) : null;
            default:
                return null;
        }
    }

    private static Route? OfRoute(RpslClass kind, ReadOnlySpan<byte> prefixText, ReadOnlySpan<byte> originText) =>
        RpslValue.TryPrefix(prefixText, out IpPrefix prefix, out bool hostBits)
        && !hostBits
        && prefix.IsV4 == (kind == RpslClass.Route)
        && RpslValue.TryAsn(originText, out uint origin)
            ? new Route(prefix, new Asn(origin))
            : null;
}
