using System.Diagnostics;
using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;
using Causeway.Registries.Irr.Segments;

namespace Causeway.Registries.Tests.Irr;

/// <summary>Noise against the parsers: never an exception, never more time than the input's length warrants, and good objects between the noise are found.</summary>
public sealed class RpslFuzzTests
{
    private static readonly string[] Pieces =
    [
        "route: ",
        "route6:",
        "as-set:",
        "route-set: ",
        "aut-num: ",
        "mntner:",
        "origin:",
        "members:",
        "mp-members: ",
        "member-of:",
        "mbrs-by-ref:",
        "mnt-by: ",
        "source:",
        "auth: ",
        "192.0.2.0/24",
        "2001:db8::/32",
        "10.0.0.1/8",
        "::/0",
        "AS64496",
        "AS-EX",
        "RS-EX",
        "TEST::AS-EX",
        "AS1:AS-X",
        "192.0.2.0/24^+",
        "^24-32",
        "TEST",
        "AS4294967296",
        "AS1.65536",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "\n \n",
        "\n+ ",
        "\n\t",
        "#",
        "%",
        ",",
        " ",
        ":",
        "\0",
        "\u00e5",
        "\ud83d\ude00",
        "/",
        "-",
        "999.999.999.999/99",
        ":::::",
        "CRYPT-PW x",
    ];

    [Fact]
    public void Pieces_of_rpsl_in_any_order_do_no_harm()
    {
        var random = new Random(FuzzSeed.Of(11));
        var watch = Stopwatch.StartNew();
        for (int round = 0; round < 150; round++)
        {
            var text = new StringBuilder();
            for (int i = random.Next(2000); i > 0; i--)
                text.Append(Pieces[random.Next(Pieces.Length)]);
            text.Append("\n\nroute: 203.0.113.0/24\norigin: AS64499\nsource: GOOD\n\n");
            for (int i = random.Next(500); i > 0; i--)
                text.Append(Pieces[random.Next(Pieces.Length)]);
            using var fixture = new IrrFixture();
            fixture.Load(text.ToString());
            IrrDatabase db = fixture.Database;
            Assert.Single(db.Exact(IpPrefix.Parse("203.0.113.0/24")), r => r.Source.Name == "GOOD");
            foreach (IrrSource source in db.Sources)
                db.ExpandAsSet($"{source.Name}::AS-EX");
            db.ExpandAsSet("AS-EX");
            db.ExpandRouteSet("RS-EX");
            foreach (LayeredSegment segment in db.Segments)
                Assert.Null(segment.Verify());
        }
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Random_bytes_and_flipped_bits_do_no_harm()
    {
        var random = new Random(FuzzSeed.Of(12));
        byte[] good = Encoding.UTF8.GetBytes(new RandomRegistry(3, routes: 50).Rpsl);
        for (int round = 0; round < 150; round++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int i = random.Next(300); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            using var fixture = new IrrFixture();
            fixture.Load(random.Next(4) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            var noise = new byte[random.Next(5000)];
            random.NextBytes(noise);
            fixture.Load(noise);
        }
    }

    [Fact]
    public void Objects_are_the_same_however_the_input_is_cut_into_reads()
    {
        byte[] rpsl = Encoding.UTF8.GetBytes(new RandomRegistry(9, routes: 100).Rpsl.Replace("\n", "\r\n"));
        string[] whole = Read(rpsl, rpsl.Length);
        Assert.True(whole.Length > 100);
        foreach (int size in new[] { 1, 2, 3, 7, 64, 1000 })
            Assert.Equal(whole, Read(rpsl, size));
    }

    private static string[] Read(byte[] rpsl, int size)
    {
        using var reader = new RpslReader(new Dribble(rpsl, size), new RpslProblems());
        var texts = new List<string>();
        while (reader.Read())
            texts.Add(Encoding.UTF8.GetString(reader.Text));
        return [.. texts];
    }

    private sealed class Dribble(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, size)]);
    }

    [Fact]
    public void Prefixes_and_numbers_are_read_as_the_rest_of_the_product_reads_them()
    {
        var random = new Random(FuzzSeed.Of(13));
        const string Alphabet = "0123456789abcdef:./ASas^-%[] ";
        var written = new byte[64];
        for (int i = 0; i < 200_000; i++)
        {
            string text = (i % 3) switch
            {
                0 => string.Concat(Enumerable.Range(0, random.Next(24)).Select(_ => Alphabet[random.Next(Alphabet.Length)])),
                1 => $"{random.Next(300)}.{random.Next(300)}.{random.Next(300)}.{random.Next(300)}/{random.Next(40)}",
                _ => $"{random.Next(65536):x}:{random.Next(65536):x}::{random.Next(2):x}/{random.Next(140)}",
            };
            byte[] ascii = Encoding.ASCII.GetBytes(text);
            bool ours = RpslValue.TryPrefix(ascii, out IpPrefix prefix, out bool hostBits);
            bool theirs = IpPrefix.TryParseLoose(text, out IpPrefix expected, out bool expectedHostBits);
            Assert.True(
                ours == theirs && (!ours || (prefix == expected && hostBits == expectedHostBits)),
                $"'{text}': {ours} {prefix}, elsewhere {theirs} {expected}"
            );
            if (ours)
            {
                Assert.Equal(prefix.ToString(), Encoding.ASCII.GetString(written, 0, RpslValue.Format(prefix, written)));
            }
            if (RpslValue.TryAsn(ascii, out uint asn))
                Assert.Equal(Asn.Parse(text).Value, asn);
        }
    }
}
