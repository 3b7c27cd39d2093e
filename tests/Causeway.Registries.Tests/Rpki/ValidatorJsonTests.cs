using System.IO.Compression;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Rpki;
using FsCheck;
using FsCheck.Fluent;

namespace Causeway.Registries.Tests.Rpki;

public sealed class ValidatorJsonTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static ValidatorOutput Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    private static ValidatorOutput Read(byte[] json) =>
        ValidatorJson.ReadAsync(new MemoryStream(json), Now, CancellationToken.None).GetAwaiter().GetResult();

    private static Vrp Vrp(string prefix, byte maxLength, uint asn) => new(IpPrefix.Parse(prefix), maxLength, new Asn(asn));

    [Fact]
    public void Reads_routinator_json()
    {
        ValidatorOutput output = Read(
            """
            { "metadata": { "generated": 1626853335, "generatedTime": "2021-07-21T07:42:15Z" },
              "roas": [
                { "asn": "AS64496", "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "ripe" },
                { "asn": "AS64497", "prefix": "2001:db8::/32", "maxLength": 48, "ta": "arin" } ],
              "routerKeys": [ { "asn": "AS64496", "SKI": "00", "routerPublicKey": "00", "ta": "ripe" } ],
              "aspas": [ { "customer": "AS64496", "afi": "ipv6", "providers": ["AS64511", "AS64498"], "ta": "ripe" } ] }
            """
        );
        Assert.Null(output.Problem);
        Assert.Equal([(Vrp("192.0.2.0/24", 24, 64496), "ripe"), (Vrp("2001:db8::/32", 48, 64497), "arin")], output.Vrps);
        Assert.Equal("ASPA AS64496 => AS64498 AS64511", Assert.Single(output.Aspas).ToString());
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1626853335), output.Generated);
        Assert.Empty(output.Rejected);
    }

    [Fact]
    public void Reads_routinator_jsonext()
    {
        ValidatorOutput output = Read(
            """
            { "roas": [ { "asn": "AS64496", "prefix": "192.0.2.0/24", "maxLength": 24,
                "source": [ { "type": "roa", "uri": "rsync://x/y.roa", "tal": "apnic", "validity": { "notBefore": "2021-01-01T00:00:00Z" } } ] } ] }
            """
        );
        Assert.Equal([(Vrp("192.0.2.0/24", 24, 64496), "apnic")], output.Vrps);
    }

    [Fact]
    public void Reads_rpki_client_json_and_leaves_out_what_has_expired()
    {
        ValidatorOutput output = Read(
            """
            { "metadata": { "buildmachine": "x", "buildtime": "2025-12-31T23:00:00Z", "elapsedtime": 221, "vrps": 2 },
              "roas": [
                { "asn": 64496, "prefix": "192.0.2.0/24", "maxLength": 24, "ta": "ripe", "expires": 1767225601 },
                { "asn": 64496, "prefix": "198.51.100.0/24", "maxLength": 24, "ta": "ripe", "expires": 1767225599 } ],
              "bgpsec_keys": [],
              "provider_authorizations": { "ipv4": [], "ipv6": [ { "customer_asid": 64500, "expires": 1767225601, "providers": [64501, 64501] } ] },
              "aspas": [ { "customer_asid": 64502, "expires": 1767225601, "providers": [0] } ] }
            """
        );
        Assert.Equal([(Vrp("192.0.2.0/24", 24, 64496), "ripe")], output.Vrps);
        Assert.Equal(1, output.Rejected["expired"]);
        Assert.Equal(["ASPA AS64500 => AS64501", "ASPA AS64502 => AS0"], output.Aspas.Select(a => a.ToString()));
        Assert.Equal(new DateTimeOffset(2025, 12, 31, 23, 0, 0, TimeSpan.Zero), output.Generated);
    }

    [Fact]
    public void Counts_each_record_that_cannot_be_right_under_its_reason()
    {
        ValidatorOutput output = Read(
            """
            { "roas": [
                { "asn": "AS1", "prefix": "192.0.2.1/24", "maxLength": 24 },
                { "asn": "AS1", "prefix": "192.0.2/24", "maxLength": 24 },
                { "asn": "AS1", "maxLength": 24 },
                { "asn": "ASX", "prefix": "192.0.2.0/24" },
                { "asn": -1, "prefix": "192.0.2.0/24" },
                { "asn": 1, "prefix": "192.0.2.0/24", "maxLength": 23 },
                { "asn": 1, "prefix": "192.0.2.0/24", "maxLength": 33 },
                { "asn": 1, "prefix": "192.0.2.0/24", "maxLength": "24" },
                { "asn": 1, "prefix": ["192.0.2.0/24"] },
                { "asn": 1, "prefix": "192.0.2.0/24" } ] }
            """
        );
        Assert.Equal([Vrp("192.0.2.0/24", 24, 1)], output.Vrps.Select(v => v.Vrp));
        Assert.Equal(3, output.Rejected["no prefix, or one that is none"]);
        Assert.Equal(1, output.Rejected["prefix with host bits"]);
        Assert.Equal(2, output.Rejected["no ASN, or one that is none"]);
        Assert.Equal(3, output.Rejected["maximum length outside the prefix's own and its family's"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{ "roas": [] }""")]
    [InlineData("""{ "roas": [ { "asn": 1, "prefix": "192.0.2.0/24", "maxLength": 24 }, { "asn": 1, "pre""")]
    [InlineData("<html>")]
    public void A_document_without_vrps_or_cut_short_has_a_problem(string json) => Assert.NotNull(Read(json).Problem);

    [Fact]
    public void Reads_gzip_and_says_when_it_is_cut_short()
    {
        string json = Many(20_000);
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(json));
        Assert.Equal(20_000, Read(packed.ToArray()).Vrps.Count);
        Assert.NotNull(Read(packed.ToArray()[..(int)(packed.Length / 2)]).Problem);
    }

    [Fact]
    public void An_endless_element_ends_the_reading_instead_of_the_memory() =>
        Assert.Contains("longer than", Read("""{ "roas": [ { "asn": " """ + new string('x', 5_000_000)).Problem);

    [Fact]
    public async Task Where_the_stream_is_cut_into_reads_makes_no_difference()
    {
        byte[] json = Encoding.UTF8.GetBytes(Many(50));
        foreach (int size in new[] { 1, 2, 3, 7, 61 })
        {
            ValidatorOutput output = await ValidatorJson.ReadAsync(new DribbleStream(json, size), Now, CancellationToken.None);
            Assert.Null(output.Problem);
            Assert.Equal(50, output.Vrps.Count);
        }
    }

    [Fact]
    public void Noise_never_throws()
    {
        byte[] good = Encoding.UTF8.GetBytes(Many(20));
        Gen<byte[]> damaged =
            from edits in (
                from at in Gen.Choose(0, good.Length - 1)
                from value in Gen.Frequency((1, Gen.Choose(0, 255)), (2, Gen.Elements("{}[]\",:\\0u-e"u8.ToArray().Select(b => (int)b))))
                select (at, value)
            ).ArrayOf()
            from length in Gen.Frequency((3, Gen.Constant(good.Length)), (1, Gen.Choose(0, good.Length)))
            select Damage(good, edits, length);
        Prop.ForAll(damaged.ToArbitrary(), json => Read(json) is { } output && output.Vrps.Count <= 20 + output.Rejected.Values.Sum())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    private static byte[] Damage(byte[] good, (int At, int Value)[] edits, int length)
    {
        byte[] copy = [.. good];
        foreach ((int at, int value) in edits)
            copy[at] = (byte)value;
        return copy[..length];
    }

    private static string Many(int count) =>
        """{ "metadata": { "generated": 1626853335 }, "roas": [ """
        + string.Join(
            ",\n",
            Enumerable
                .Range(0, count)
                .Select(i => $$"""{ "asn": "AS{{i}}", "prefix": "10.{{i / 256}}.{{i % 256}}.0/24", "maxLength": 24, "ta": "\u0072ipe" }""")
        )
        + " ] }";

    /// <summary>Gives a few bytes per read.</summary>
    private sealed class DribbleStream(byte[] content, int size) : MemoryStream(content)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(size, buffer.Length)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
