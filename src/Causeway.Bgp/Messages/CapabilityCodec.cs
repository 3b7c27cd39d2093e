using System.Collections.Immutable;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>Capabilities to and from their TLV form (RFC 5492 §4).</summary>
internal static class CapabilityCodec
{
    public static void Write(ref WireWriter writer, Capability capability)
    {
        writer.U8(CodeOf(capability));
        int lengthAt = writer.Position;
        writer.U8(0);
        switch (capability)
        {
            case Capability.MultiProtocol mp:
                writer.U16(mp.Afi);
                writer.U8(0);
                writer.U8(mp.Safi);
                break;
            case Capability.Role role:
                writer.U8(role.Value);
                break;
            case Capability.GracefulRestart restart:
                writer.U16((restart.Restarted ? 0x8000 : 0) | (restart.Notification ? 0x4000 : 0) | (restart.Time & 0x0FFF));
                foreach (Capability.GracefulRestart.FamilyState family in restart.Families)
                {
                    writer.U16(family.Afi);
                    writer.U8(family.Safi);
                    writer.U8(family.Forwarding ? (byte)0x80 : (byte)0);
                }
                break;
            case Capability.FourOctetAsn four:
                writer.U32(four.Asn.Value);
                break;
            case Capability.AddPath addPath:
                foreach (Capability.AddPath.FamilyMode family in addPath.Families)
                {
                    writer.U16(family.Afi);
                    writer.U8(family.Safi);
                    writer.U8(family.Mode);
                }
                break;
            case Capability.Unknown unknown:
                writer.Bytes(unknown.Data.AsSpan());
                break;
        }
        int length = writer.Position - lengthAt - 1;
        writer.PatchU8(lengthAt, length);
    }

    /// <summary>Reads one capability's value. A value of the wrong length becomes <see cref="Capability.Unknown"/>.</summary>
    public static Capability Read(byte code, ReadOnlySpan<byte> value) =>
        code switch
        {
            1 when value.Length == 4 => new Capability.MultiProtocol((ushort)((value[0] << 8) | value[1]), value[3]),
            2 when value.IsEmpty => new Capability.RouteRefresh(),
            6 when value.IsEmpty => new Capability.ExtendedMessage(),
            9 when value.Length == 1 => new Capability.Role(value[0]),
            64 when value.Length >= 2 && value.Length % 4 == 2 => ReadGracefulRestart(value),
            65 when value.Length == 4 => new Capability.FourOctetAsn(new Asn(new WireReader(value).U32())),
            69 when value.Length % 4 == 0 => ReadAddPath(value),
            70 when value.IsEmpty => new Capability.EnhancedRouteRefresh(),
            _ => new Capability.Unknown(code, value.ToArray().ToImmutableArray()),
        };

    private static byte CodeOf(Capability capability) =>
        capability switch
        {
            Capability.MultiProtocol => 1,
            Capability.RouteRefresh => 2,
            Capability.ExtendedMessage => 6,
            Capability.Role => 9,
            Capability.GracefulRestart => 64,
            Capability.FourOctetAsn => 65,
            Capability.AddPath => 69,
            Capability.EnhancedRouteRefresh => 70,
            Capability.Unknown unknown => unknown.Code,
            _ => throw new InvalidOperationException($"No code for {capability.GetType().Name}."),
        };

    private static Capability.GracefulRestart ReadGracefulRestart(ReadOnlySpan<byte> value)
    {
        var reader = new WireReader(value);
        ushort first = reader.U16();
        var families = ImmutableArray.CreateBuilder<Capability.GracefulRestart.FamilyState>();
        while (!reader.AtEnd)
            families.Add(new(reader.U16(), reader.U8(), (reader.U8() & 0x80) != 0));
        return new((first & 0x8000) != 0, (first & 0x4000) != 0, (ushort)(first & 0x0FFF), families.ToImmutable());
    }

    private static Capability.AddPath ReadAddPath(ReadOnlySpan<byte> value)
    {
        var reader = new WireReader(value);
        var families = ImmutableArray.CreateBuilder<Capability.AddPath.FamilyMode>();
        while (!reader.AtEnd)
            families.Add(new(reader.U16(), reader.U8(), reader.U8()));
        return new(families.ToImmutable());
    }
}
