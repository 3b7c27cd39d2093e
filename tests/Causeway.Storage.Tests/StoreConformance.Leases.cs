using System.Text;
using Causeway.Testing;
using Causeway.Workflows.Storage;

namespace Causeway.Storage.Tests;

public abstract partial class StoreConformance
{
    protected const string Pair = "routers/ams-1";

    /// <summary>A lease of no time has run out as soon as it is given: so time passes here without a clock.</summary>
    protected Task<Lease?> TakeLease(string holder, TimeSpan? leaseFor = null, IStore? store = null, string name = Pair) =>
        (store ?? Store).TryLeaseAsync(name, holder, leaseFor ?? Minute, CancellationToken.None);

    private async Task<IReadOnlyList<Lease>> Leases(string prefix, IStore? store = null) =>
        await (store ?? Store).LeasesAsync(prefix, CancellationToken.None);

    [Fact]
    public async Task A_lease_has_one_holder_and_renewing_it_keeps_its_epoch()
    {
        IStore other = await OtherNodeAsync();
        Lease?[] race = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => TakeLease($"node-{i}", store: i % 2 == 0 ? Store : other)));
        Lease held = Assert.Single(race, won => won is not null)!;
        Assert.True(held.Epoch >= 1);
        Assert.Equal(held, await TakeLease(held.Holder, store: other));
        Assert.Null(await TakeLease("late"));
        Assert.Equal([held], await Leases(Pair, other));
        Assert.Equal([held], await Leases("routers/"));
        Assert.Empty(await Leases("routers/ams-2"));
    }

    [Fact]
    public async Task The_epoch_rises_with_every_change_of_holder()
    {
        Lease first = (await TakeLease("a"))!;
        Assert.False(await Store.ReleaseLeaseAsync(first with { Holder = "b" }, CancellationToken.None));
        Assert.False(await Store.ReleaseLeaseAsync(first with { Epoch = first.Epoch - 1 }, CancellationToken.None));
        Assert.True(await Store.ReleaseLeaseAsync(first, CancellationToken.None));
        Assert.Empty(await Leases(""));
        Lease second = (await TakeLease("b"))!;
        Assert.True(second.Epoch > first.Epoch);
        Assert.False(await Store.ReleaseLeaseAsync(first, CancellationToken.None)); // not the holder's any more
        Assert.True(await Store.ReleaseLeaseAsync(second, CancellationToken.None));
        Lease third = (await TakeLease("b"))!;
        Assert.True(third.Epoch > second.Epoch); // between them it was nobody's
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_anothers_to_take_and_its_holders_as_long_as_nobody_does()
    {
        Lease first = (await TakeLease("a", TimeSpan.Zero))!;
        Assert.Empty(await Leases(""));
        Assert.Equal(first, await TakeLease("a", TimeSpan.Zero));
        Lease second = (
            await Eventually.Get<Lease?>(
                async () => await TakeLease("b", TimeSpan.Zero),
                taken => taken is not null,
                "what ran out can be taken by another"
            )
        )!;
        Assert.Equal("b", second.Holder);
        Assert.True(second.Epoch > first.Epoch);
        Assert.Equal([second], await Eventually.Get(LeaseAgain, leases => leases.Count == 1, "renewed by its new holder"));

        async Task<IReadOnlyList<Lease>> LeaseAgain()
        {
            await TakeLease("b");
            return await Leases("");
        }
    }

    [Fact]
    public async Task After_a_start_epochs_are_greater_than_before()
    {
        Lease before = (await TakeLease("a"))!;
        await Store.PutObservationsAsync([Seen("router/r", 1, before.Epoch + 5_000_000_000_000_000_000)], CancellationToken.None);
        await Store.PutObservationsAsync([Seen("router/s", 1, before.Epoch)], CancellationToken.None);
        await Store.DisposeAsync();
        IStore again = await OpenNodeAsync();
        Lease after = (
            await Eventually.Get<Lease?>(
                async () => await TakeLease("b", store: again),
                taken => taken is not null,
                "the lease of the process before is free"
            )
        )!;
        Assert.True(after.Epoch > before.Epoch);
    }

    [Fact]
    public async Task Runners_are_woken_when_a_lease_is_taken_and_when_it_is_free()
    {
        int woken = 0;
        Store.EffectsEnqueued += () => Interlocked.Increment(ref woken);
        int before = woken;
        Lease lease = (await TakeLease("a"))!;
        await Eventually.True(() => woken > before, "woken because a lease was taken");
        before = woken;
        await Store.ReleaseLeaseAsync(lease, CancellationToken.None);
        await Eventually.True(() => woken > before, "woken because a lease became free");
    }

    private static Observation Seen(string key, int second, long epoch, string body = "{}", string revision = "r") =>
        new(key, Start.AddSeconds(second), epoch, revision, Encoding.UTF8.GetBytes(body));

    private async Task<string?> Body(string key) =>
        await Store.GetObservationAsync(key, CancellationToken.None) is { } o ? Encoding.UTF8.GetString(o.Body.Span) : null;

    [Fact]
    public async Task What_was_seen_last_under_the_newest_epoch_is_kept()
    {
        Task Put(params Observation[] seen) => Store.PutObservationsAsync(seen, CancellationToken.None);
        Assert.Null(await Body("router/r"));
        await Put(Seen("router/r", 10, 5, "first", "abc"));
        Observation kept = (await Store.GetObservationAsync("router/r", CancellationToken.None))!;
        Assert.Equal(("router/r", Start.AddSeconds(10), 5L, "abc"), (kept.Key, kept.At, kept.Epoch, kept.Revision));

        await Put(Seen("router/r", 9, 5, "an older look"));
        Assert.Equal("first", await Body("router/r"));
        await Put(Seen("router/r", 20, 4, "of an owner before"));
        Assert.Equal("first", await Body("router/r"));
        await Put(Seen("router/r", 10, 5, "the same instant"));
        Assert.Equal("the same instant", await Body("router/r"));
        await Put(Seen("router/r", 1, 6, "of the next owner, whose clock is behind"));
        Assert.Equal("of the next owner, whose clock is behind", await Body("router/r"));
        await Put(Seen("router/r", 2, 6, "1"), Seen("router/q", 2, 6, "2"), Seen("router/r", 3, 6, "3"));
        Assert.Equal(("3", "2"), (await Body("router/r"), await Body("router/q")));
        await Put();
    }

    [Fact]
    public async Task Observations_list_by_prefix_in_pages_and_can_be_forgotten()
    {
        string[] keys = ["router/a", "router/a/i1", "router/a/i2", "router/a/i3", "router/b", "routes"];
        await Store.PutObservationsAsync([.. keys.Reverse().Select(k => Seen(k, 1, 1))], CancellationToken.None);
        var listed = new List<string>();
        string? after = null;
        do
        {
            Page<Observation> page = await Store.ObservationsAsync("router/a", after, 2, CancellationToken.None);
            Assert.InRange(page.Items.Count, 1, 2);
            listed.AddRange(page.Items.Select(o => o.Key));
            after = page.After;
        } while (after is not null);
        Assert.Equal(keys[..4], listed);
        Assert.Equal(3, await Store.DeleteObservationsAsync("router/a/", CancellationToken.None));
        Assert.Equal(0, await Store.DeleteObservationsAsync("router/a/", CancellationToken.None));
        Page<Observation> left = await Store.ObservationsAsync("", null, 1000, CancellationToken.None);
        Assert.Equal(["router/a", "router/b", "routes"], left.Items.Select(o => o.Key));
        Assert.Null(left.After);
    }
}
