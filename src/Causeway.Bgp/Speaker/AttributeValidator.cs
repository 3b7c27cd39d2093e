using Causeway.Bgp.Messages;
using Causeway.Bgp.Tables;

namespace Causeway.Bgp.Speaker;

/// <summary>Judges attribute blocks for the tables by RFC 7606, and writes those anew that cannot stay as they came.</summary>
public sealed class AttributeValidator : IAttributeValidator
{
    public AttributeVerdict Validate(ReadOnlySpan<byte> block, PeerFacts peer, bool nextHopRequired, Span<byte> canonical, out int length)
    {
        length = 0;
        var codec = new UpdateCodec { FourOctetAsn = peer.FourOctetAsn, Internal = peer.IsInternal };
        DecodedAttributes decoded = AttributeDecoder.Decode(block, codec, nextHopRequired);
        switch (decoded.Handling)
        {
            case UpdateHandling.SessionReset:
                // Of routes that are announced, every other fault can be laid to their prefixes.
                return AttributeVerdict.UnrecognizedWellKnown;
            case UpdateHandling.TreatAsWithdraw:
                return AttributeVerdict.TreatAsWithdraw;
        }
        if (!decoded.Changed)
            return AttributeVerdict.AsReceived;
        var writer = new WireWriter(canonical);
        AttributeEncoder.Write(ref writer, decoded.Attributes!, codec with { FourOctetAsn = true }, nextHopRequired);
        length = writer.Position;
        return writer.Overflowed ? AttributeVerdict.TreatAsWithdraw : AttributeVerdict.Rewritten;
    }
}
