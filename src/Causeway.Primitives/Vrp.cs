namespace Causeway.Primitives;

/// <summary>A validated ROA payload (RFC 6811 §2): this ASN may originate this prefix, down to <paramref name="MaxLength"/> bits.</summary>
public readonly record struct Vrp(IpPrefix Prefix, byte MaxLength, Asn Asn);

/// <summary>The outcome of route origin validation (RFC 6811 §2). Values are those of the RFC 8097 extended community.</summary>
public enum OriginValidity : byte
{
    Valid = 0,
    NotFound = 1,
    Invalid = 2,
}
