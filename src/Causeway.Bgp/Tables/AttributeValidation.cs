namespace Causeway.Bgp.Tables;

/// <summary>What is to become of an attribute block that was received (RFC 7606 §2).</summary>
public enum AttributeVerdict
{
    /// <summary>Valid as it stands; the bytes are already canonical.</summary>
    AsReceived,

    /// <summary>Valid after attributes were discarded or AS numbers widened; the canonical block was written out.</summary>
    Rewritten,

    /// <summary>The routes of this UPDATE count as withdrawn.</summary>
    TreatAsWithdraw,

    /// <summary>The session must be reset with UPDATE Message Error, subcode 2: a well-known attribute is not recognized (RFC 4271 §6.3).</summary>
    UnrecognizedWellKnown,
}

/// <summary>
/// Judges attribute blocks that the tables have not seen before. Called once per distinct set on a good day, so it may take its time; it must
/// not throw on any bytes.
/// </summary>
public interface IAttributeValidator
{
    /// <param name="block">Attributes as received, without MP_REACH_NLRI and MP_UNREACH_NLRI.</param>
    /// <param name="peer">Who sent them: decides the width of AS numbers and what an external peer may send.</param>
    /// <param name="nextHopRequired">True when the routes are IPv4 NLRI of the UPDATE itself, so that NEXT_HOP is mandatory.</param>
    /// <param name="canonical">Room for the canonical block; at least twice the length of <paramref name="block"/>.</param>
    /// <param name="length">Bytes written, when the verdict is <see cref="AttributeVerdict.Rewritten"/>.</param>
    AttributeVerdict Validate(ReadOnlySpan<byte> block, PeerFacts peer, bool nextHopRequired, Span<byte> canonical, out int length);
}
