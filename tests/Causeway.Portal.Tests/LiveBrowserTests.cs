using Causeway.Api.Tests;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>A page says that it is live while it is, and only then.</summary>
public sealed class LiveBrowserTests(PortalServer api, Chromium chromium) : IClassFixture<PortalServer>, IClassFixture<Chromium>
{
    /// <summary>A server that hangs keeps the connection open and says nothing.</summary>
    [Fact]
    public async Task Who_hears_nothing_says_so_and_tries_again()
    {
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.AddInitScriptAsync(
            """
            window.streams = [];
            window.EventSource = class extends EventTarget {
              static CLOSED = 2;
              constructor(url) {
                super();
                streams.push(this);
                setTimeout(() => this.dispatchEvent(new Event("open")), 100);
              }
              close() { this.readyState = 2; }
            };
            """
        );
        await page.Clock.InstallAsync();
        await page.GotoAsync("/portal/customer/circuits");
        await page.Clock.RunForAsync(1000);
        ILocator live = page.Locator("[data-live]");
        await Assertions.Expect(live).ToHaveTextAsync("Live");
        // As long as something is heard it stays so.
        for (int i = 0; i < 6; i++)
        {
            await page.EvaluateAsync("streams.at(-1).dispatchEvent(new MessageEvent('here', { data: '' }))");
            await page.Clock.RunForAsync(5000);
        }
        await Assertions.Expect(live).ToHaveTextAsync("Live");
        Assert.Equal(1, await page.EvaluateAsync<int>("streams.length"));
        await page.Clock.RunForAsync(10_200);
        await Assertions.Expect(live).ToContainTextAsync("The connection is lost");
        Assert.Equal(2, await page.EvaluateAsync<int>("streams[0].readyState"));
        await page.Clock.RunForAsync(700);
        Assert.Equal(2, await page.EvaluateAsync<int>("streams.length"));
        await Assertions.Expect(live).ToHaveTextAsync("Live");
        await page.Context.CloseAsync();
    }

    /// <summary>What the server says of itself reaches a script: a comment, or an event that browsers take for none, would not.</summary>
    [Fact]
    public async Task A_script_hears_that_the_server_is_here()
    {
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync("/portal/customer/circuits");
        Assert.Equal(
            "here",
            await page.EvaluateAsync<string>(
                "() => new Promise((heard) => new EventSource('/portal/events?watch=*/nothing/').addEventListener('here', (e) => heard(e.type)))"
            )
        );
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Whose_role_is_removed_sees_nothing_more_without_reloading()
    {
        await api.SomethingAsync();
        string role =
            $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01";
        using HttpClient other = await api.SignedInAsync("otherCustomer");
        string who = (await other.Get("/providers/Causeway.Operations/me?api-version=2026-11-01")).Is(200).Body!["objectId"]!.ToString();
        string reader =
            $$$"""{"properties":{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7","principalId":"{{{who}}}"}}""";
        (await api.Operator.Put(role, reader)).Is(201);
        IPage page = await chromium.WindowAsync(api, "otherCustomer");
        await page.GotoAsync($"/portal/r{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}");
        await Assertions.Expect(page.Locator("[data-live]")).ToHaveTextAsync("Live");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Equinix");
        (await api.Operator.Delete(role)).Is(200);
        await Assertions.Expect(page.Locator("main")).Not.ToContainTextAsync("Equinix");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("AuthorizationFailed");
        // And who gets it back sees it again.
        (await api.Operator.Put(role, reader)).Is(201);
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Equinix");
        await page.Context.CloseAsync();
    }
}
