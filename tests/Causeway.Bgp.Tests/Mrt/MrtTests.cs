using System.Collections.Immutable;
using System.Net;
using Causeway.Bgp.Mrt;
using Causeway.Bgp.Policy;
using Causeway.Bgp.Speaker;
using Causeway.Bgp.Tables.Attributes;
using Causeway.Bgp.Tables.In;
using Causeway.Bgp.Tests.Tables;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Mrt;

public sealed class MrtTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var random = new Random(7);
        MrtRecord[] records = [.. Enumerable.Range(0, 2000).Select(_ => RandomRecord(random))];
        using var file = new MemoryStream();
        var writer = new MrtWriter(file);
        foreach (MrtRecord record in records)
            writer.Write(record);
        file.Position = 0;
        MrtRecord[] read = [.. MrtReader.Read(file)];
        Assert.Equal(records.Length, read.Length);
        Assert.Equal(records.Select(r => (r.GetType(), r.At)), read.Select(r => (r.GetType(), r.At)));
        // Whatever was lost or altered in reading would show in writing it again.
        using var again = new MemoryStream();
        var second = new MrtWriter(again);
        foreach (MrtRecord record in read)
            second.Write(record);
        Assert.Equal(file.ToArray(), again.ToArray());
    }

    /// <summary>RFC 6396 §4.3.1, §4.3.2, byte by byte.</summary>
    [Fact]
    public void A_dump_of_another_collector_is_read()
    {
        byte[] file = Convert.FromHexString(
            // Header of 20 bytes' content; collector 192.0.2.9, view "v", one IPv4 peer with a 2-octet ASN.
            "69573A65" + "000D" + "0001" + "00000014" + "C0000209" + "000176" + "0001" + "00C0000201C6336401FBF0"
        );
        MrtRecord record = MrtReader.Read(new MemoryStream(file)).Single();
        var table = Assert.IsType<MrtRecord.PeerIndexTable>(record);
        Assert.Equal("v", table.ViewName);
        Assert.Equal(new MrtPeer(IPAddress.Parse("192.0.2.1"), IPAddress.Parse("198.51.100.1"), new Asn(64496)), table.Peers.Single());
    }

    [Fact]
    public void The_next_hop_of_IPv6_routes_is_short_in_the_file_and_whole_here()
    {
        byte[] hop = IPAddress.Parse("2001:db8::1").GetAddressBytes();
        ImmutableArray<byte> whole = [0x40, 1, 1, 0, 0x80, 14, 21, 0, 2, 1, 16, .. hop, 0];
        using var file = new MemoryStream();
        var record = new MrtRecord.Rib(At, 1, IpPrefix.Parse("2001:db8::/32"), [new MrtRibEntry(0, At, 0, whole)]);
        new MrtWriter(file).Write(record);
        Assert.Contains("800E1110" + Convert.ToHexString(hop), Convert.ToHexString(file.ToArray()), StringComparison.Ordinal);
        file.Position = 0;
        MrtRibEntry read = ((MrtRecord.Rib)MrtReader.Read(file).Single()).Entries.Single();
        Assert.Equal(whole, read.Attributes);
    }

    [Fact]
    public void Tables_are_dumped_whole()
    {
        var rib = new Causeway.Bgp.Tables.Rib();
        CompiledPolicy? all = CompiledPolicy.Compile(RoutePolicy.AcceptAll);
        RibPeer one = rib.Add(TestRoute.Peer("one", 64496, "192.0.2.1", 1), all),
            two = rib.Add(TestRoute.Peer("two", 64497, "192.0.2.2", 2), all);
        IpPrefix[] v4 = [.. Enumerable.Range(0, 300).Select(i => IpPrefix.V4((uint)(11 << 24 | i << 8), 24))];
        IpPrefix[] v6 = [.. Enumerable.Range(0, 20).Select(i => IpPrefix.V6((UInt128)(0x2001_0DB8_0000ul + (ulong)i) << 80, 48))];
        rib.Ingest(one, new TestRoute { Path = [64496, 1] }.Announce(v4));
        rib.Ingest(one, new TestRoute { Path = [64496, 2] }.Announce(v6));
        rib.Ingest(two, new TestRoute { Path = [64497, 3] }.Announce(v4[..100]));
        using var file = new MemoryStream();
        Assert.Equal(320, new MrtWriter(file).WriteTables(rib, IPAddress.Parse("192.0.2.9"), At));
        file.Position = 0;
        MrtRecord[] read = [.. MrtReader.Read(file)];
        Assert.Equal(2, ((MrtRecord.PeerIndexTable)read[0]).Peers.Length);
        MrtRecord.Rib[] ribs = [.. read.OfType<MrtRecord.Rib>()];
        Assert.Equal([.. v4, .. v6], ribs.Select(r => r.Prefix).Order());
        Assert.Equal(420, ribs.Sum(r => r.Entries.Length));
        Assert.Equal("64496 2", RouteAttributes.Read(ribs.First(r => !r.Prefix.IsV4).Entries[0].Attributes.AsSpan()).AsPath);
    }

    [Fact]
    public void Noise_and_damage_never_throw_and_never_hang()
    {
        var random = new Random(11);
        using var file = new MemoryStream();
        var writer = new MrtWriter(file);
        for (int i = 0; i < 50; i++)
            writer.Write(RandomRecord(random));
        byte[] good = file.ToArray();
        int malformed = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] bytes = round % 3 == 0 ? new byte[random.Next(400)] : [.. good[..random.Next(1, good.Length)]];
            if (round % 3 == 0)
                random.NextBytes(bytes);
            for (int flips = random.Next(8); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            malformed += MrtReader.Read(new MemoryStream(bytes)).Count(r => r is MrtRecord.Malformed);
        }
        Assert.True(malformed > 1000, $"{malformed} records were malformed");
    }

    private static MrtRecord RandomRecord(Random random)
    {
        DateTimeOffset at = At.AddSeconds(random.Next(100_000));
        DateTimeOffset fine = random.Next(2) == 0 ? at : at.AddMicroseconds(random.Next(1, 1_000_000));
        IPAddress V4() => new((uint)random.NextInt64(1L << 32));
        IPAddress V6() => new([0x20, 1, 0xd, 0xb8, .. Enumerable.Range(0, 12).Select(_ => (byte)random.Next(256))]);
        var session =
            random.Next(2) == 0
                ? new MrtSession(new Asn((uint)random.Next(1, 1 << 17)), new Asn(64500), 3, V4(), V4())
                : new MrtSession(new Asn((uint)random.Next(1, 1 << 17)), new Asn(4200000001), 0, V6(), V6());
        switch (random.Next(5))
        {
            case 0:
                return new MrtRecord.PeerIndexTable(
                    at,
                    V4(),
                    "view",
                    [
                        .. Enumerable
                            .Range(0, random.Next(5))
                            .Select(_ => new MrtPeer(V4(), random.Next(2) == 0 ? V4() : V6(), new Asn((uint)random.Next()))),
                    ]
                );
            case 1:
                bool isV4 = random.Next(2) == 0;
                bool addPath = random.Next(3) == 0;
                IpPrefix prefix = isV4
                    ? IpPrefix.V4((uint)random.NextInt64(1L << 32), random.Next(0, 33))
                    : IpPrefix.V6((UInt128)random.NextInt64() << 65, random.Next(0, 129));
                var route = new TestRoute { Path = [.. Enumerable.Range(1, random.Next(1, 6)).Select(i => (uint)i)], Communities = [1, 2] };
                return new MrtRecord.Rib(
                    at,
                    (uint)random.Next(),
                    prefix,
                    [
                        .. Enumerable
                            .Range(0, random.Next(4))
                            .Select(i => new MrtRibEntry((ushort)i, at, addPath ? (uint)random.Next(1, 9) : 0, [.. route.Block(isV4)])),
                    ]
                );
            case 2:
                return new MrtRecord.Message(
                    fine,
                    session,
                    true,
                    [.. new TestRoute { Path = [1] }.Announce([IpPrefix.Parse("192.0.2.0/24")])]
                );
            case 3:
                return new MrtRecord.StateChange(fine, session, (ushort)random.Next(1, 7), (ushort)random.Next(1, 7));
            default:
                return new MrtRecord.Other(at, 48, (ushort)random.Next(9), [1, 2, 3]);
        }
    }
}
