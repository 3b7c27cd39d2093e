using System.Reflection;
using System.Text.Json.Nodes;
using Causeway.Api.Operations;
using Causeway.Api.Tests;
using Causeway.Testing;
using Causeway.Workflows;
using Causeway.Workflows.Storage;

namespace Causeway.Portal.Tests;

/// <summary>What is told of changes, at the edges: when nobody has asked before, and when it cannot be told.</summary>
public sealed class FeedTests(PortalServer api) : IClassFixture<PortalServer>
{
    /// <summary>An order that is gone is told to its provider too, although there is nothing left to ask whose it was.</summary>
    [Fact]
    public async Task The_provider_is_told_of_an_order_that_was_deleted()
    {
        await api.OrderAsync("withdrawn");
        string key = (await api.Customer.Get(api.Circuit("withdrawn"))).Is(200).Body!["properties"]!["serviceKey"]!.ToString();
        string position = (await api.Provider.Get($"/providers/Causeway.Operations/changes?api-version=2026-11-01&wait=0")).Is(200).Body![
            "position"
        ]!.ToString();
        Assert.True((await api.Customer.Delete(api.Circuit("withdrawn"))).Code is 200 or 202);
        JsonNode told = (await api.Provider.Get($"/providers/Causeway.Operations/changes?api-version=2026-11-01&wait=20&after={position}"))
            .Is(200)
            .Body!;
        Assert.Contains(
            told["changed"]!.AsArray(),
            c => c!.ToString().EndsWith($"/expressRouteCrossConnections/{key}", StringComparison.OrdinalIgnoreCase)
        );
    }

    /// <summary>A feed that cannot read its journal says so at once, instead of letting everybody wait or fetch everything again and again.</summary>
    [Fact]
    public async Task A_feed_that_is_down_says_so()
    {
        var clock = new ManualTimeProvider();
        IStore store = DispatchProxy.Create<IStore, Away>();
        var feed = new ChangeFeed(store, [], new ChangeNotes(store, NodeIdentity.New("here"), clock), clock);
        ValueTask<Changed> first = feed.AfterAsync(null, TimeSpan.Zero, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await feed.TurnAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ChangesUnavailableException>(async () => await first);
        await Assert.ThrowsAsync<ChangesUnavailableException>(async () =>
            await feed.AfterAsync("x", TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)
        );
    }

    /// <summary>A store that is away.</summary>
    public class Away : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            throw new StoreUnavailableException(StoreProblem.Unreachable, "away");
    }
}

/// <summary>The first who listens to a server: each test has one of its own, whose feed has not begun.</summary>
public sealed class FirstListenerTests(PortalServer api) : IClassFixture<PortalServer>
{
    /// <summary>What was there when somebody began to listen is not told as new; and a position does not say how much others do.</summary>
    [Fact]
    public async Task Nothing_old_is_told_and_a_position_counts_for_nobody()
    {
        await api.OrderAsync("old");
        await Eventually.Get(
            async () => (await api.Customer.Get(api.Circuit("old"))).Is(200).Body!["properties"]!["provisioningState"]!.ToString(),
            state => state == "Succeeded",
            "the order is as it stays"
        );
        JsonNode now = (await api.Customer.Get(Changes(null, 0))).Is(200).Body!;
        string position = now["position"]!.ToString();
        JsonNode next = (await api.Customer.Get(Changes(position, 1))).Is(200).Body!;
        Assert.Empty(next["changed"]!.AsArray());
        Assert.False(next["missed"]!.GetValue<bool>());
        // Nothing changed; whether something did for somebody else, one that is the same would say.
        string still = next["position"]!.ToString();
        Assert.NotEqual(position, still);
        JsonNode again = (await api.Customer.Get(Changes(still, 0))).Is(200).Body!;
        Assert.False(again["missed"]!.GetValue<bool>());
        Assert.NotEqual(still, again["position"]!.ToString());
        (await api.Customer.Patch(api.Circuit("old"), """{"tags":{"a":"1"}}""")).Is(200);
        string after = (await api.Customer.Get(Changes(position, 20))).Is(200).Body!["position"]!.ToString();
        Assert.NotEqual(position[..8], after[..8]);

        static string Changes(string? after, int wait) =>
            $"/providers/Causeway.Operations/changes?api-version=2026-11-01&wait={wait}{(after is null ? "" : $"&after={after}")}";
    }
}
