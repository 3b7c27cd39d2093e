using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using Causeway.Primitives;

namespace Causeway.Bgp.Messages;

/// <summary>
/// An OPEN (RFC 4271 §4.2). <paramref name="MyAs"/> is the 2-octet field as sent; <see cref="Asn"/> is the real one (RFC 6793).
/// </summary>
/// <param name="HoldTime">Proposed hold time in seconds: 0, or 3–65535.</param>
/// <param name="Identifier">The BGP identifier as a number; non-zero (RFC 6286).</param>
public sealed record OpenMessage(ushort MyAs, ushort HoldTime, uint Identifier, ImmutableArray<Capability> Capabilities)
{
    public const byte Version = 4;

    /// <summary>The peer's ASN: of the 4-octet capability when present, else of the header field.</summary>
    public Asn Asn => Find<Capability.FourOctetAsn>()?.Asn ?? new Asn(MyAs);

    public IPAddress RouterId
    {
        get
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, Identifier);
            return new IPAddress(bytes);
        }
    }

    /// <summary>An OPEN of ours: the 4-octet capability is always offered, AS_TRANS stands in when the ASN does not fit.</summary>
    public static OpenMessage Create(Asn asn, ushort holdTime, uint identifier, IEnumerable<Capability> capabilities) =>
        new(
            asn.Value > ushort.MaxValue ? (ushort)Asn.Trans.Value : (ushort)asn.Value,
            holdTime,
            identifier,
            [.. capabilities, new Capability.FourOctetAsn(asn)]
        );

    public T? Find<T>()
        where T : Capability => Capabilities.OfType<T>().FirstOrDefault();

    internal bool Write(ref WireWriter writer)
    {
        int start = writer.Position;
        MessageHeader.Begin(ref writer, MessageType.Open);
        writer.U8(Version);
        writer.U16(MyAs);
        writer.U16(HoldTime);
        writer.U32(Identifier);
        Span<byte> scratch = stackalloc byte[MessageHeader.StandardMaximum];
        var capabilities = new WireWriter(scratch);
        foreach (Capability capability in Capabilities)
            CapabilityCodec.Write(ref capabilities, capability);
        if (capabilities.Overflowed)
            return false;
        WriteParameters(ref writer, capabilities.Written);
        MessageHeader.Finish(ref writer, start);
        return !writer.Overflowed;
    }

    private static void WriteParameters(ref WireWriter writer, scoped ReadOnlySpan<byte> capabilities)
    {
        if (capabilities.IsEmpty)
        {
            writer.U8(0);
        }
        else if (capabilities.Length + 2 <= 255)
        {
            writer.U8((byte)(capabilities.Length + 2));
            writer.U8(2);
            writer.U8((byte)capabilities.Length);
            writer.Bytes(capabilities);
        }
        else
        {
            // RFC 9072: 255, 255, then 2-octet lengths.
            writer.U8(255);
            writer.U8(255);
            writer.U16(capabilities.Length + 3);
            writer.U8(2);
            writer.U16(capabilities.Length);
            writer.Bytes(capabilities);
        }
    }

    /// <summary>Parses a body and checks what can be checked without configuration (RFC 4271 §6.2).</summary>
    /// <returns>Null and the message, or the NOTIFICATION to send.</returns>
    public static Notification? TryParse(ReadOnlySpan<byte> body, out OpenMessage? message)
    {
        message = null;
        var reader = new WireReader(body);
        byte version = reader.U8();
        if (version != Version)
            return new Notification(NotificationCode.OpenMessageError, 1, [0, Version]);
        ushort asn = reader.U16();
        ushort holdTime = reader.U16();
        uint identifier = reader.U32();
        int parametersLength = reader.U8();
        // RFC 9072 §2: the type tells, whatever the length before it; only 0 means that there are none.
        bool extended = parametersLength != 0 && reader.Remaining >= 3 && reader.Rest[0] == 255;
        if (extended)
        {
            reader.U8();
            parametersLength = reader.U16();
        }
        if (reader.Failed || parametersLength != reader.Remaining)
            return new Notification(NotificationCode.OpenMessageError, 0, []);

        var capabilities = ImmutableArray.CreateBuilder<Capability>();
        while (!reader.AtEnd)
        {
            byte type = reader.U8();
            int length = extended ? reader.U16() : reader.U8();
            ReadOnlySpan<byte> value = reader.Take(length);
            if (reader.Failed)
                return new Notification(NotificationCode.OpenMessageError, 0, []);
            if (type != 2)
                return new Notification(NotificationCode.OpenMessageError, 4, []);
            var inner = new WireReader(value);
            while (!inner.AtEnd)
            {
                byte code = inner.U8();
                ReadOnlySpan<byte> capability = inner.Take(inner.U8());
                if (inner.Failed)
                    return new Notification(NotificationCode.OpenMessageError, 0, []);
                capabilities.Add(CapabilityCodec.Read(code, capability));
            }
        }
        if (holdTime is 1 or 2)
            return new Notification(NotificationCode.OpenMessageError, 6, []);
        if (identifier == 0)
            return new Notification(NotificationCode.OpenMessageError, 3, []);
        message = new OpenMessage(asn, holdTime, identifier, capabilities.ToImmutable());
        return null;
    }

    public bool Equals(OpenMessage? other) =>
        other is not null
        && (MyAs, HoldTime, Identifier) == (other.MyAs, other.HoldTime, other.Identifier)
        && Capabilities.SequenceEqual(other.Capabilities);

    public override int GetHashCode() => HashCode.Combine(MyAs, HoldTime, Identifier);
}
