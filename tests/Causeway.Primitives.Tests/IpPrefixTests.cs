using System.Net;
using Causeway.Primitives;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Primitives.Tests;

public sealed class IpPrefixTests
{
    private static readonly Gen<IpPrefix> AnyPrefix =
        from v4 in Gen.Elements(true, false)
        from high in ArbMap.Default.GeneratorFor<ulong>()
        from low in ArbMap.Default.GeneratorFor<ulong>()
        from length in Gen.Choose(0, v4 ? 32 : 128)
        select IpPrefix.FromBits(
            v4 ? IpFamily.V4 : IpFamily.V6,
            v4 ? new UInt128(high & 0xFFFFFFFF00000000, 0) : new UInt128(high, low),
            length
        );

    [Fact]
    public void Text_form_round_trips() =>
        Prop.ForAll(AnyPrefix.ToArbitrary(), p => IpPrefix.Parse(p.ToString()) == p).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_text_parses_or_is_refused_without_throwing() =>
        Prop.ForAll<string?>(s => IpPrefix.TryParse(s, out IpPrefix p) ? IpPrefix.Parse(p.ToString()) == p : p == default)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Containment_agrees_with_comparing_leading_bits() =>
        Prop.ForAll(
                AnyPrefix.ToArbitrary(),
                AnyPrefix.ToArbitrary(),
                (a, b) =>
                    a.Contains(b) == (a.Family == b.Family && a.Length <= b.Length && IpPrefix.FromBits(b.Family, b.Bits, a.Length) == a)
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("10.0.0.5/24")]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0/24")]
    [InlineData("010.0.0.0/24")]
    [InlineData("10.0.0.0/33")]
    [InlineData("2001:db8::/129")]
    [InlineData("fe80::%1/64")]
    [InlineData("/24")]
    [InlineData("")]
    public void Not_a_prefix(string text) => Assert.False(IpPrefix.TryParse(text, out _));

    [Fact]
    public void Host_bits_are_answered_with_the_right_form() =>
        Assert.Contains("use 10.0.0.0/24", Assert.Throws<FormatException>(() => IpPrefix.Parse("10.0.0.5/24")).Message);

    [Fact]
    public void First_usable_address_is_the_customers_second_is_ours()
    {
        IpPrefix p = IpPrefix.Parse("192.168.100.128/30");
        Assert.Equal(IPAddress.Parse("192.168.100.129"), p.AddressAt(1));
        Assert.Equal(IPAddress.Parse("192.168.100.130"), p.AddressAt(2));
    }
}
