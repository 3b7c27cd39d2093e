using System.Buffers;
using Causeway.Primitives;
using Causeway.Registries.Rpki.Rtr;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Registries.Tests.Rpki;

public sealed class RtrCodecTests
{
    private static readonly Gen<uint> AnyUInt = ArbMap.Default.GeneratorFor<uint>();
    private static readonly Gen<ushort> AnyUShort = ArbMap.Default.GeneratorFor<ushort>();

    private static readonly Gen<Vrp> AnyVrp =
        from v4 in Gen.Elements(true, false)
        from high in ArbMap.Default.GeneratorFor<ulong>()
        from low in ArbMap.Default.GeneratorFor<ulong>()
        from length in Gen.Choose(0, v4 ? 32 : 128)
        from maxLength in Gen.Choose(length, v4 ? 32 : 128)
        from asn in AnyUInt
        select new Vrp(
            IpPrefix.FromBits(
                v4 ? IpFamily.V4 : IpFamily.V6,
                v4 ? new UInt128(high & 0xFFFFFFFF00000000, 0) : new UInt128(high, low),
                length
            ),
            (byte)maxLength,
            new Asn(asn)
        );

    private static readonly Gen<RtrPdu> AnyPdu =
        from version in Gen.Elements((byte)0, (byte)1, (byte)2)
        from session in AnyUShort
        from serial in AnyUInt
        from vrp in AnyVrp
        from announce in Gen.Elements(true, false)
        from refresh in AnyUInt
        from quoted in ArbMap.Default.GeneratorFor<byte[]>()
        from text in ArbMap.Default.GeneratorFor<NonNull<string>>()
        from providers in ArbMap.Default.GeneratorFor<uint[]>()
        from afi in Gen.Elements<byte?>(null, 0, 1)
        from pdu in Gen.Elements<RtrPdu>(
            new RtrPdu.Aspa(
                2,
                announce,
                new Asn(serial),
                announce ? [.. providers.Append(refresh).Distinct().Order().Select(p => new Asn(p))] : [],
                afi
            ),
            new RtrPdu.SerialNotify(version, session, serial),
            new RtrPdu.SerialQuery(version, session, serial),
            new RtrPdu.ResetQuery(version),
            new RtrPdu.CacheResponse(version, session),
            new RtrPdu.Prefix(version, announce, vrp),
            new RtrPdu.EndOfData(
                version,
                session,
                serial,
                version == 0 ? RtrIntervals.Default : new RtrIntervals(refresh, serial, refresh)
            ),
            new RtrPdu.CacheReset(version),
            new RtrPdu.ErrorReport(version, (RtrError)(session % 9), quoted, string.Concat(text.Get.Where(char.IsAscii).Take(200)))
        )
        select pdu;

    private static byte[] Bytes(RtrPdu pdu)
    {
        var output = new ArrayBufferWriter<byte>();
        RtrCodec.Write(output, pdu);
        return output.WrittenSpan.ToArray();
    }

    [Fact]
    public void Every_pdu_round_trips_and_every_beginning_of_it_is_incomplete() =>
        Prop.ForAll(
                AnyPdu.ToArbitrary(),
                pdu =>
                {
                    byte[] bytes = Bytes(pdu);
                    return RtrCodec.Read(bytes) is RtrRead.Pdu read
                        && read.Value == pdu
                        && read.Length == bytes.Length
                        && Enumerable.Range(0, bytes.Length).All(n => RtrCodec.Read(bytes.AsSpan(0, n)) is RtrRead.Incomplete);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void Octets_are_those_of_the_RFC()
    {
        Assert.Equal(
            Convert.FromHexString("01040000" + "00000014" + "01181800" + "C0000200" + "0000FBF0"),
            Bytes(new RtrPdu.Prefix(1, true, new Vrp(IpPrefix.Parse("192.0.2.0/24"), 24, new Asn(64496))))
        );
        Assert.Equal(
            Convert.FromHexString("00060000" + "00000020" + "00203000" + "20010DB8000000000000000000000000" + "0000FBF1"),
            Bytes(new RtrPdu.Prefix(0, false, new Vrp(IpPrefix.Parse("2001:db8::/32"), 48, new Asn(64497))))
        );
        // As draft-ietf-sidrops-8210bis has it since its eleventh version, and before.
        Assert.Equal(
            Convert.FromHexString("020B0100" + "00000014" + "0000FBF0" + "0000FBF1" + "0000FBF2"),
            Bytes(new RtrPdu.Aspa(2, true, new Asn(64496), [new Asn(64497), new Asn(64498)]))
        );
        Assert.Equal(Convert.FromHexString("020B0000" + "0000000C" + "0000FBF0"), Bytes(new RtrPdu.Aspa(2, false, new Asn(64496), [])));
        Assert.Equal(
            Convert.FromHexString("020B0000" + "00000014" + "01010001" + "0000FBF0" + "0000FBF1"),
            Bytes(new RtrPdu.Aspa(2, true, new Asn(64496), [new Asn(64497)], Afi: 1))
        );
        Assert.Equal(
            Convert.FromHexString("01071234" + "00000018" + "00000007" + "00000E10" + "00000258" + "00001C20"),
            Bytes(new RtrPdu.EndOfData(1, 0x1234, 7, RtrIntervals.Default))
        );
    }

    [Theory]
    [InlineData("0004000000000013", RtrError.CorruptData)] // a length that the type cannot have
    [InlineData("0004000000000007", RtrError.CorruptData)] // shorter than its own header
    [InlineData("01040000FFFFFFFF", RtrError.CorruptData)] // longer than anything that is read
    [InlineData("0302000000000008", RtrError.UnsupportedVersion)]
    [InlineData("010B000000000008", RtrError.UnsupportedPduType)] // ASPAs came with version 2
    [InlineData("020B000000000008", RtrError.CorruptData)] // an ASPA without a customer
    [InlineData("020B01000000000E0000FBF00000", RtrError.CorruptData)] // half a provider
    [InlineData("020B00000000001401000002" + "0000FBF0" + "0000FBF1", RtrError.CorruptData)] // counts two providers and has one
    [InlineData("010C000000000008", RtrError.UnsupportedPduType)]
    [InlineData("0009000000000008", RtrError.UnsupportedPduType)] // router keys came with version 1
    [InlineData("010400000000001401191800C0000200000000000", RtrError.CorruptData)] // /25 with maximum length 24
    [InlineData("010A00000000001000000009000000000", RtrError.CorruptData)] // an Error Report that quotes more than it has
    public void What_is_no_pdu_is_refused_with_its_code(string hex, RtrError code) =>
        Assert.Equal(code, Assert.IsType<RtrRead.Malformed>(RtrCodec.Read(Convert.FromHexString(hex[..(hex.Length & ~1)]))).Code);

    [Fact]
    public void Noise_is_read_or_refused_and_never_throws() =>
        Prop.ForAll(
                (
                    from pdu in AnyPdu
                    from at in Gen.Choose(0, 31)
                    from value in ArbMap.Default.GeneratorFor<byte>()
                    from tail in ArbMap.Default.GeneratorFor<byte[]>()
                    select (byte[])[.. Bytes(pdu).Select((b, i) => i == at ? value : b), .. tail]
                ).ToArbitrary(),
                bytes => RtrCodec.Read(bytes) is not RtrRead.Pdu read || read.Length <= bytes.Length
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
}
