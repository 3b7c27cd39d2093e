using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Irr.Loading;
using Causeway.Registries.Irr.Nrtm;
using Causeway.Testing;

namespace Causeway.Registries.Tests.Irr;

public sealed class IrrMirrorsTests
{
    [Fact]
    public async Task Sources_are_kept_fresh_by_both_protocols_until_cancelled()
    {
        using var fixture = new IrrFixture();
        string path = Path.Combine(fixture.Folder, "three.db");
        File.WriteAllText(path, "route: 10.0.0.0/16\norigin: AS1\nsource: THREE\n");
        File.WriteAllText(Path.Combine(fixture.Folder, "THREE.CURRENTSERIAL"), "7");
        fixture.Load(IrrDump.File(path));
        int runs = 0;
        await using var three = new FakeNrtm3Server
        {
            Answer = query =>
                query == "-g THREE:3:8-LAST"
                    ? "%START Version: 3 THREE 8-8\n\nADD 8\n\nroute: 192.0.2.0/24\norigin: AS1\nsource: THREE\n\n%END THREE\n"
                    : "% Warning (1): there are no newer updates available\n",
        };
        using var four = new Nrtm4Repository { Source = "FOUR" };
        four.Snapshot("route: 198.51.100.0/24\norigin: AS4\nsource: FOUR");
        var mirrors = new IrrMirrors(
            fixture.Store,
            fixture.Time,
            [
                new IrrMirror
                {
                    Source = "THREE",
                    Nrtm3 = new Nrtm3Options { Host = "127.0.0.1", Port = three.Port },
                },
                new IrrMirror
                {
                    Source = "FOUR",
                    Nrtm4 = new Nrtm4Options { NotificationUrl = four.NotificationPath, InitialKey = four.PublicKey },
                },
            ],
            http: null
        );
        mirrors.Ran += (_, _) => Interlocked.Increment(ref runs);
        await using Supervisor supervisor = Supervised.Run(mirrors.Loops, fixture.Time);
        await Eventually.True(() => Volatile.Read(ref runs) >= 2, "both mirrors ran once");
        Assert.Single(fixture.Database.Exact(IpPrefix.Parse("192.0.2.0/24")));
        Assert.Single(fixture.Database.Exact(IpPrefix.Parse("198.51.100.0/24")));
        Assert.IsType<NrtmOutcome.Applied>(mirrors.LastOutcome("three"));

        await Eventually.True(
            () =>
            {
                fixture.Time.Advance(TimeSpan.FromMinutes(1));
                return mirrors.LastOutcome("THREE") is NrtmOutcome.UpToDate && mirrors.LastOutcome("FOUR") is NrtmOutcome.UpToDate;
            },
            "both ran again and found nothing new"
        );
    }
}
