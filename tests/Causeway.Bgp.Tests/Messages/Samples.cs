using System.Collections.Immutable;
using System.Net;
using Causeway.Bgp.Messages;
using Causeway.Primitives;

namespace Causeway.Bgp.Tests.Messages;

/// <summary>Valid messages made from a seed: the same seed gives the same message, so a failure can be run again.</summary>
internal static class Samples
{
    public static Asn Asn(Random random) =>
        new(random.Next(2) == 0 ? (uint)random.Next(1, 65535) : (uint)random.NextInt64(1, uint.MaxValue));

    public static IPAddress Address(Random random, IpFamily family)
    {
        byte[] bytes = new byte[family == IpFamily.V4 ? 4 : 16];
        random.NextBytes(bytes);
        bytes[0] = family == IpFamily.V4 ? (byte)random.Next(1, 224) : (byte)0x20;
        return new IPAddress(bytes);
    }

    public static IpPrefix Prefix(Random random, IpFamily family)
    {
        UInt128 bits = new((ulong)random.NextInt64(), (ulong)random.NextInt64());
        return IpPrefix.FromBits(family, bits, random.Next(family == IpFamily.V4 ? 33 : 129));
    }

    public static AsPath Path(Random random)
    {
        var segments = ImmutableArray.CreateBuilder<AsSegment>();
        int count = random.Next(4);
        for (int i = 0; i < count; i++)
        {
            AsSegmentType type = random.Next(4) == 0 ? AsSegmentType.Set : AsSegmentType.Sequence;
            // Two sequences in a row would come back as one from a 2-octet peer: the same path, written differently.
            if (segments.Count > 0 && segments[^1].Type == AsSegmentType.Sequence)
                type = AsSegmentType.Set;
            segments.Add(new AsSegment(type, [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => Asn(random))]));
        }
        return new AsPath(segments.ToImmutable());
    }

    public static PathAttributes Attributes(Random random, IpFamily family, bool isInternal = false)
    {
        return new PathAttributes
        {
            Origin = (RouteOrigin)random.Next(3),
            AsPath = Path(random),
            NextHop = Address(random, family),
            LinkLocalNextHop = family == IpFamily.V6 && Maybe() ? IPAddress.Parse("fe80::1") : null,
            Med = Maybe() ? Number() : null,
            LocalPreference = isInternal && Maybe() ? Number() : null,
            AtomicAggregate = Maybe(),
            Aggregator = Maybe() ? new Aggregator(Asn(random), Address(random, IpFamily.V4)) : null,
            Communities = [.. Many(_ => Number())],
            ExtendedCommunities = [.. Many(_ => new ExtendedCommunity((ulong)random.NextInt64()))],
            LargeCommunities = [.. Many(_ => new LargeCommunity(Number(), Number(), Number())).Distinct()],
            OriginatorId = isInternal && Maybe() ? Number() : null,
            ClusterList = isInternal ? [.. Many(_ => Number())] : [],
            OnlyToCustomer = Maybe() ? Asn(random) : null,
            Unknown = Maybe()
                ?
                [
                    new UnknownAttribute(
                        AttributeFlags.Optional | AttributeFlags.Transitive | AttributeFlags.Partial,
                        200,
                        [.. Many(_ => (byte)random.Next(256))]
                    ),
                ]
                : [],
        };

        bool Maybe() => random.Next(2) == 0;
        uint Number() => (uint)random.NextInt64(uint.MaxValue);
        IEnumerable<T> Many<T>(Func<int, T> make) => Maybe() ? [] : Enumerable.Range(0, random.Next(1, 90)).Select(make).ToList();
    }

    public static OpenMessage Open(Random random)
    {
        var capabilities = ImmutableArray.CreateBuilder<Capability>();
        int count = random.Next(12);
        for (int i = 0; i < count; i++)
            capabilities.Add(
                random.Next(9) switch
                {
                    0 => new Capability.MultiProtocol((ushort)random.Next(5), (byte)random.Next(5)),
                    1 => new Capability.RouteRefresh(),
                    2 => new Capability.ExtendedMessage(),
                    3 => new Capability.Role((byte)random.Next(256)),
                    4 => new Capability.GracefulRestart(
                        random.Next(2) == 0,
                        random.Next(2) == 0,
                        (ushort)random.Next(4096),
                        [
                            .. Enumerable
                                .Range(0, random.Next(3))
                                .Select(n => new Capability.GracefulRestart.FamilyState((ushort)n, 1, n == 1)),
                        ]
                    ),
                    5 => new Capability.FourOctetAsn(Asn(random)),
                    6 => new Capability.AddPath([
                        .. Enumerable.Range(0, random.Next(3)).Select(n => new Capability.AddPath.FamilyMode((ushort)n, 1, 3)),
                    ]),
                    7 => new Capability.EnhancedRouteRefresh(),
                    _ => new Capability.Unknown(130, [.. Enumerable.Range(0, random.Next(60)).Select(n => (byte)n)]),
                }
            );
        ushort hold = (ushort)(random.Next(3) == 0 ? 0 : random.Next(3, 65536));
        return new OpenMessage((ushort)random.Next(1, 65536), hold, (uint)random.NextInt64(1, uint.MaxValue), capabilities.ToImmutable());
    }
}
