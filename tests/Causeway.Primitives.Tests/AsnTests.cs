using Causeway.Primitives;

namespace Causeway.Primitives.Tests;

public sealed class AsnTests
{
    [Theory]
    [InlineData("64496", 64496u)]
    [InlineData("as64496", 64496u)]
    [InlineData("1.10", 65546u)]
    [InlineData("4294967295", uint.MaxValue)]
    public void Reads_asplain_asdot_and_AS_prefix(string text, uint value) => Assert.Equal(new Asn(value), Asn.Parse(text));

    [Theory]
    [InlineData("4294967296")]
    [InlineData("-1")]
    [InlineData("AS")]
    [InlineData("1.2.3")]
    [InlineData("65536.1")]
    [InlineData("")]
    public void Refuses_what_is_no_number(string text) => Assert.False(Asn.TryParse(text, out _));
}
