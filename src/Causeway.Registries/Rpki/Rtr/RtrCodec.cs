using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Causeway.Primitives;

namespace Causeway.Registries.Rpki.Rtr;

/// <summary>What stands at the beginning of a buffer.</summary>
public abstract record RtrRead
{
    private RtrRead() { }

    /// <summary>More bytes are needed.</summary>
    public sealed record Incomplete : RtrRead
    {
        public static readonly Incomplete Instance = new();
    }

    /// <summary>A PDU, and the bytes it took.</summary>
    public sealed record Pdu(RtrPdu Value, int Length) : RtrRead;

    /// <summary>Something that is answered with an Error Report, after which the session ends.</summary>
    /// <param name="Code">The error to report.</param>
    /// <param name="Text">For people.</param>
    /// <param name="InErrorReport">It is an Error Report itself: the session ends, and nothing is reported (RFC 8210 §5.11).</param>
    public sealed record Malformed(RtrError Code, string Text, bool InErrorReport = false) : RtrRead;
}

/// <summary>
/// Bytes to PDUs and back (RFC 8210 §5, draft-ietf-sidrops-8210bis §5). Every PDU has an 8-octet header: version, type, session id or flags or error code, total length.
/// </summary>
/// <remarks>
/// The ASPA PDU has two forms, and caches of both are about. Up to the tenth draft flags, address family and number of providers follow the header, which has zeros where
/// later drafts have the flags; since then the customer follows at once. An announcement of the later form has a flag in its header, and a withdrawal is 12 octets long,
/// which none of the earlier form is.
/// </remarks>
public static class RtrCodec
{
    public const byte HighestVersion = 2;

    internal const int HeaderLength = 8;

    /// <summary>The longest PDU that is read: an Error Report that carries another PDU and a text.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The longest text that is sent, and the most that is kept of one received.</summary>
    private const int MaxText = 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    /// <summary>Reads one PDU. Never throws, whatever the bytes.</summary>
    public static RtrRead Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength)
            return RtrRead.Incomplete.Instance;
        byte version = bytes[0],
            type = bytes[1];
        ushort field = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        if (length is < HeaderLength or > MaxLength)
            return new RtrRead.Malformed(
                RtrError.CorruptData,
                $"A PDU of type {type} claims a length of {length} octets.",
                InErrorReport: type == 10
            );
        // Error Reports and Serial Notifies are understood in any version, so that version negotiation can be (RFC 8210 §7).
        if (version > HighestVersion && type is not (0 or 10))
            return new RtrRead.Malformed(RtrError.UnsupportedVersion, $"Version {version} is not supported; 0, 1 and 2 are.");
        if (Expected(version, type) is { } expected && length != expected)
            return new RtrRead.Malformed(RtrError.CorruptData, $"A PDU of type {type} has {expected} octets, not {length}.");
        if (bytes.Length < length)
            return RtrRead.Incomplete.Instance;
        ReadOnlySpan<byte> body = bytes[HeaderLength..(int)length];
        RtrPdu? pdu = type switch
        {
            0 => new RtrPdu.SerialNotify(version, field, BinaryPrimitives.ReadUInt32BigEndian(body)),
            1 => new RtrPdu.SerialQuery(version, field, BinaryPrimitives.ReadUInt32BigEndian(body)),
            2 => new RtrPdu.ResetQuery(version),
            3 => new RtrPdu.CacheResponse(version, field),
            4 or 6 => ReadPrefix(version, type, body),
            7 => ReadEndOfData(version, field, body),
            8 => new RtrPdu.CacheReset(version),
            9 when version >= 1 => new RtrPdu.RouterKey(version),
            10 => ReadErrorReport(version, field, body),
            11 when version >= 2 => ReadAspa(version, field, body),
            _ => null,
        };
        if (pdu is not null)
            return new RtrRead.Pdu(pdu, (int)length);
        return type is 4 or 6 or 10 || (type == 11 && version >= 2)
            ? new RtrRead.Malformed(RtrError.CorruptData, $"A PDU of type {type} contradicts itself.", InErrorReport: type == 10)
            : new RtrRead.Malformed(RtrError.UnsupportedPduType, $"PDU type {type} is not known in version {version}.");
    }

    /// <summary>The total length a type must have; null when it varies or the type is unknown.</summary>
    private static uint? Expected(byte version, byte type) =>
        type switch
        {
            0 or 1 => 12,
            2 or 3 or 8 => 8,
            4 => 20,
            6 => 32,
            7 => version == 0 ? 12u : 24u,
            _ => null,
        };

    private static RtrPdu.Prefix? ReadPrefix(byte version, byte type, ReadOnlySpan<byte> body)
    {
        IpFamily family = type == 4 ? IpFamily.V4 : IpFamily.V6;
        int widest = type == 4 ? 32 : 128;
        byte length = body[1],
            maxLength = body[2];
        if (length > maxLength || maxLength > widest)
            return null;
        UInt128 bits =
            type == 4 ? (UInt128)BinaryPrimitives.ReadUInt32BigEndian(body[4..]) << 96 : BinaryPrimitives.ReadUInt128BigEndian(body[4..]);
        uint asn = BinaryPrimitives.ReadUInt32BigEndian(body[^4..]);
        // Host bits are cleared, not refused: one sloppy record is no reason to lose a whole cache.
        var prefix = IpPrefix.FromBits(family, bits, length);
        return new RtrPdu.Prefix(version, (body[0] & 1) == 1, new Vrp(prefix, maxLength, new Asn(asn)));
    }

    private static RtrPdu.Aspa? ReadAspa(byte version, ushort field, ReadOnlySpan<byte> body)
    {
        bool announce = (field & 0x100) != 0;
        byte? afi = null;
        if (!announce && body.Length >= 8)
        {
            announce = (body[0] & 1) == 1;
            afi = body[1];
            if (afi > 1 || body.Length != 8 + (4 * BinaryPrimitives.ReadUInt16BigEndian(body[2..])))
                return null;
            body = body[4..];
        }
        if (body.Length < 4 || body.Length % 4 != 0)
            return null;
        var customer = new Asn(BinaryPrimitives.ReadUInt32BigEndian(body));
        var providers = new SortedSet<uint>();
        // A withdrawal of the later form names none.
        if (announce || afi is not null)
            for (int at = 4; at < body.Length; at += 4)
                providers.Add(BinaryPrimitives.ReadUInt32BigEndian(body[at..]));
        return new RtrPdu.Aspa(version, announce, customer, [.. providers.Select(p => new Asn(p))], afi);
    }

    private static RtrPdu.EndOfData ReadEndOfData(byte version, ushort session, ReadOnlySpan<byte> body)
    {
        uint serial = BinaryPrimitives.ReadUInt32BigEndian(body);
        RtrIntervals intervals =
            version == 0
                ? RtrIntervals.Default
                : new RtrIntervals(
                    BinaryPrimitives.ReadUInt32BigEndian(body[4..]),
                    BinaryPrimitives.ReadUInt32BigEndian(body[8..]),
                    BinaryPrimitives.ReadUInt32BigEndian(body[12..])
                );
        return new RtrPdu.EndOfData(version, session, serial, intervals);
    }

    private static RtrPdu.ErrorReport? ReadErrorReport(byte version, ushort code, ReadOnlySpan<byte> body)
    {
        if (body.Length < 8)
            return null;
        uint pduLength = BinaryPrimitives.ReadUInt32BigEndian(body);
        if (pduLength > body.Length - 8)
            return null;
        ReadOnlySpan<byte> rest = body[(4 + (int)pduLength)..];
        uint textLength = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (textLength > rest.Length - 4)
            return null;
        ReadOnlySpan<byte> text = rest.Slice(4, (int)Math.Min(textLength, MaxText));
        return new RtrPdu.ErrorReport(version, (RtrError)code, body.Slice(4, (int)pduLength).ToArray(), Utf8.GetString(text));
    }

    public static void Write(IBufferWriter<byte> output, RtrPdu pdu)
    {
        switch (pdu)
        {
            case RtrPdu.SerialNotify p:
                Header(output, p.Version, 0, p.Session, 12, p.Serial);
                break;
            case RtrPdu.SerialQuery p:
                Header(output, p.Version, 1, p.Session, 12, p.Serial);
                break;
            case RtrPdu.ResetQuery p:
                Header(output, p.Version, 2, 0, 8);
                break;
            case RtrPdu.CacheResponse p:
                Header(output, p.Version, 3, p.Session, 8);
                break;
            case RtrPdu.Prefix p:
                Span<byte> room = output.GetSpan(32);
                output.Advance(WritePrefix(room, p.Version, p.Announce, p.Vrp));
                break;
            case RtrPdu.EndOfData { Version: 0 } p:
                Header(output, 0, 7, p.Session, 12, p.Serial);
                break;
            case RtrPdu.EndOfData p:
                Header(output, p.Version, 7, p.Session, 24, p.Serial, p.Intervals.Refresh, p.Intervals.Retry, p.Intervals.Expire);
                break;
            case RtrPdu.CacheReset p:
                Header(output, p.Version, 8, 0, 8);
                break;
            case RtrPdu.ErrorReport p:
                WriteErrorReport(output, p);
                break;
            case RtrPdu.Aspa { Afi: { } afi } p:
                Header(
                    output,
                    p.Version,
                    11,
                    0,
                    16 + (4 * p.Providers.Length),
                    [
                        ((p.Announce ? 1u : 0) << 24) | ((uint)afi << 16) | (uint)p.Providers.Length,
                        p.Customer.Value,
                        .. p.Providers.Select(a => a.Value),
                    ]
                );
                break;
            case RtrPdu.Aspa p:
                Header(
                    output,
                    p.Version,
                    11,
                    (ushort)(p.Announce ? 0x100 : 0),
                    12 + (4 * p.Providers.Length),
                    [p.Customer.Value, .. p.Providers.Select(a => a.Value)]
                );
                break;
            case RtrPdu.RouterKey:
                throw new NotSupportedException("Router keys are read past, never sent.");
        }
    }

    /// <summary>The hot path of the server: one VRP into a span of at least 32 octets; returns its length, 20 or 32.</summary>
    public static int WritePrefix(Span<byte> output, byte version, bool announce, in Vrp vrp)
    {
        bool v4 = vrp.Prefix.IsV4;
        int length = v4 ? 20 : 32;
        output[0] = version;
        output[1] = v4 ? (byte)4 : (byte)6;
        output[2] = output[3] = 0;
        BinaryPrimitives.WriteInt32BigEndian(output[4..], length);
        output[8] = announce ? (byte)1 : (byte)0;
        output[9] = vrp.Prefix.Length;
        output[10] = vrp.MaxLength;
        output[11] = 0;
        if (v4)
            BinaryPrimitives.WriteUInt32BigEndian(output[12..], vrp.Prefix.V4Bits);
        else
            BinaryPrimitives.WriteUInt128BigEndian(output[12..], vrp.Prefix.Bits);
        BinaryPrimitives.WriteUInt32BigEndian(output[(length - 4)..], vrp.Asn.Value);
        return length;
    }

    private static void WriteErrorReport(IBufferWriter<byte> output, RtrPdu.ErrorReport report)
    {
        byte[] text = Utf8.GetBytes(report.Text.Length <= MaxText / 4 ? report.Text : report.Text[..(MaxText / 4)]);
        int length = HeaderLength + 4 + report.Erroneous.Length + 4 + text.Length;
        Header(output, report.Version, 10, (ushort)report.Code, length, (uint)report.Erroneous.Length);
        output.Write(report.Erroneous.Span);
        Span<byte> room = output.GetSpan(4);
        BinaryPrimitives.WriteInt32BigEndian(room, text.Length);
        output.Advance(4);
        output.Write(text);
    }

    private static void Header(
        IBufferWriter<byte> output,
        byte version,
        byte type,
        ushort field,
        int length,
        params ReadOnlySpan<uint> words
    )
    {
        Span<byte> room = output.GetSpan(HeaderLength + (4 * words.Length));
        room[0] = version;
        room[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(room[2..], field);
        BinaryPrimitives.WriteInt32BigEndian(room[4..], length);
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(room[(HeaderLength + (4 * i))..], words[i]);
        output.Advance(HeaderLength + (4 * words.Length));
    }
}
