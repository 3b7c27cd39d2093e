using System.Collections.Immutable;
using System.Net;
using Causeway.Bgp.Mrt;
using Causeway.Domain.Routers;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Routers.Views;

namespace Causeway.Routers.Tests;

/// <summary>Views of the Internet: what they answer, and what becomes of them when a file is bad or gone.</summary>
public sealed class InternetViewsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("causeway-views-");

    public void Dispose() => _folder.Delete(recursive: true);

    private string Dump => Path.Combine(_folder.FullName, "rib.mrt");

    [Fact]
    public async Task What_covers_a_prefix_and_what_lies_in_it_is_told_and_nothing_else()
    {
        Write("0.0.0.0/0", "10.0.0.0/7", "11.0.0.0/8", "11.2.0.0/16", "11.2.3.0/24", "11.2.3.128/25", "11.2.4.0/24", "12.0.0.0/8");
        InternetViews views = Views();
        await views.TurnAsync(TestContext.Current.CancellationToken);
        IReadOnlyList<InternetPath> paths = await views.ToAsync(IpPrefix.Parse("11.2.3.0/24"), TestContext.Current.CancellationToken);
        Assert.Equal(
            ["11.0.0.0/8", "11.2.0.0/16", "11.2.3.0/24", "11.2.3.128/25"],
            paths.Select(p => p.Prefix.ToString()).Order(StringComparer.Ordinal)
        );
        Assert.All(paths, p => Assert.Equal(("64500", new Asn(64500), "rib"), (p.AsPath, p.Origin, p.SeenAt)));
        Assert.Empty(await views.ToAsync(IpPrefix.Parse("13.0.0.0/8"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("no table at all")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_file_that_cannot_be_read_keeps_what_it_gave_and_says_what_is_wrong(string? content)
    {
        Write("11.2.3.0/24");
        InternetViews views = Views();
        await views.TurnAsync(TestContext.Current.CancellationToken);
        if (content is null)
            File.Delete(Dump);
        else
            await File.WriteAllTextAsync(Dump, content, TestContext.Current.CancellationToken);
        await views.TurnAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(Assert.Single(views.Status).Problem);
        Assert.Single(await views.ToAsync(IpPrefix.Parse("11.2.3.0/24"), TestContext.Current.CancellationToken));

        Write("11.2.3.0/24", "11.2.4.0/24");
        await views.TurnAsync(TestContext.Current.CancellationToken);
        Assert.Equal((2, null), (views.Status[0].Routes, views.Status[0].Problem));
    }

    [Fact]
    public async Task A_view_that_is_named_no_longer_is_gone()
    {
        Write("11.2.3.0/24");
        bool named = true;
        var views = new InternetViews(() => named ? [("rib", Dump)] : [], TimeProvider.System);
        await views.TurnAsync(TestContext.Current.CancellationToken);
        named = false;
        await views.TurnAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await views.ToAsync(IpPrefix.Parse("11.2.3.0/24"), TestContext.Current.CancellationToken));
    }

    private InternetViews Views() => new(() => [("rib", Dump)], TimeProvider.System);

    private void Write(params string[] prefixes)
    {
        using FileStream file = File.Create(Dump);
        var writer = new MrtWriter(file);
        DateTimeOffset at = DateTimeOffset.UnixEpoch.AddYears(50);
        ImmutableArray<byte> attributes = [0x40, 1, 1, 0, 0x40, 2, 6, 2, 1, 0, 0, 0xFB, 0xF4, 0x40, 3, 4, 192, 0, 2, 2];
        writer.Write(
            new MrtRecord.PeerIndexTable(at, IPAddress.Loopback, "", [new MrtPeer(IPAddress.Loopback, IPAddress.Loopback, new Asn(64500))])
        );
        for (int i = 0; i < prefixes.Length; i++)
            writer.Write(new MrtRecord.Rib(at, (uint)i, IpPrefix.Parse(prefixes[i]), [new MrtRibEntry(0, at, 0, attributes)]));
    }
}
