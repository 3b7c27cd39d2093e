using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Rpki.Rtr;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Rpki;

/// <summary>Caches that say anything at all: bounded rounds from fixed seeds, so that a failure can be repeated.</summary>
public sealed class RtrFuzzTests
{
    private const int Rounds = 60;

    [Fact]
    public async Task Whatever_a_cache_says_the_client_goes_on_and_holds_only_whole_answers()
    {
        var clock = new ManualTimeProvider();
        var cache = new ScriptedCache();
        var client = new RtrClient(cache.ConnectAsync, clock);
        await using Supervisor supervisor = Supervised.Run([client.Loop], clock);
        int held = 0;
        for (int seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            int connections = seed + 1;
            await Eventually.True(
                () =>
                {
                    // Less than an answer may take, so that a step that comes just after it connected does no harm.
                    if (cache.Connections < connections)
                        clock.Advance(TimeSpan.FromSeconds(50));
                    return cache.Connections >= connections;
                },
                $"connected again in round {seed}"
            );
            await cache.AcceptAsync();
            try
            {
                byte version = (await cache.ExpectAsync<RtrPdu>()).Version;
                // Every other cache begins well; otherwise nothing would ever be reached behind the first answer.
                if (random.Next(2) == 0)
                    await cache.SendAsync(
                        new RtrPdu.CacheResponse(version, 0),
                        new RtrPdu.Prefix(version, true, SomeVrp(random)),
                        new RtrPdu.EndOfData(version, 0, 0, RtrIntervals.Default)
                    );
                for (int i = random.Next(30); i >= 0; i--)
                    await cache.SendAsync(Any(random, version));
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // The client has had enough, as it should.
            }
            await cache.CloseAsync();
            await Eventually.True(() => !client.Current.Connected && client.Current.Problem is not null, $"round {seed} over");
            Assert.Equal(
                (LoopState.Running, 0),
                supervisor.Status.Select(s => (s.State is LoopState.Ended ? s.State : LoopState.Running, s.Failures)).Single()
            );
            RtrCacheState now = client.Current;
            Assert.Equal(now.Table is null, now.AsOf is null);
            held += now.Table is null ? 0 : 1;
        }
        // Most of the answers that began well were whole, or this would prove nothing about what is held.
        Assert.True(held > Rounds / 2, $"something was held after {held} of {Rounds} rounds");
    }

    private static RtrPdu Any(Random random, byte spoken)
    {
        byte version = random.Next(12) == 0 ? (byte)random.Next(3) : spoken;
        ushort session = (ushort)random.Next(2);
        uint serial = (uint)random.Next(4);
        return random.Next(18) switch
        {
            0 => new RtrPdu.SerialNotify(version, session, serial),
            1 => new RtrPdu.ResetQuery(version),
            2 or 3 or 4 => new RtrPdu.CacheResponse(version, session),
            5 or 6 or 7 or 8 => new RtrPdu.Prefix(version, random.Next(4) > 0, SomeVrp(random)),
            9 or 10 or 11 => new RtrPdu.EndOfData(version, session, serial, new RtrIntervals(serial, serial * 1000, uint.MaxValue)),
            12 => new RtrPdu.CacheReset(version),
            >= 14 => new RtrPdu.Aspa(
                version,
                random.Next(4) > 0,
                new Asn((uint)random.Next(3)),
                [.. Enumerable.Range(0, random.Next(3)).Select(p => new Asn((uint)p))],
                random.Next(3) == 0 ? null : (byte)random.Next(3)
            ),
            _ => new RtrPdu.ErrorReport(version, (RtrError)random.Next(9), ReadOnlyMemory<byte>.Empty, "any"),
        };
    }

    private static Vrp SomeVrp(Random random) => new(IpPrefix.V4((uint)random.Next(4) << 24, 8), 8, new Asn((uint)random.Next(2)));
}
