using Causeway.Api.Tests;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>What four people do with each other, each in a window of their own, with nothing but the pages.</summary>
public sealed class StoryTests(PortalServer api, Chromium chromium) : IClassFixture<PortalServer>, IClassFixture<Chromium>
{
    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = 10_000 };

    [Fact]
    public async Task From_an_order_to_a_session_and_from_a_request_to_an_approval()
    {
        await api.SomethingAsync();
        IPage customer = await chromium.WindowAsync(api, "customer");
        IPage provider = await chromium.WindowAsync(api, "provider", "sv");
        IPage peer = await chromium.WindowAsync(api, "otherCustomer", "nl", width: 390);
        IPage @operator = await chromium.WindowAsync(api, "operator");
        await provider.GotoAsync("/portal/provider/orders");
        await @operator.GotoAsync("/portal/operator/requests");
        await LiveAsync(provider);
        await LiveAsync(@operator);

        // The customer orders; the provider's open list has it.
        await customer.GotoAsync("/portal/do/order");
        await customer.Locator("[name=name]").FillAsync("story");
        await customer.Locator("[name=provider]").SelectOptionAsync("Equinix");
        await customer.Locator("[name=location]").SelectOptionAsync("Amsterdam");
        await customer.Locator("button.main").ClickAsync();
        await Assertions.Expect(customer.Locator("h1")).ToHaveTextAsync("story");
        await LiveAsync(customer);
        string key = await customer.Locator("section[data-fragment=facts] code").First.InnerTextAsync();
        await provider.Locator("a", new() { HasTextString = key }).ClickAsync(new() { Timeout = 10_000 });

        // The provider provisions; the customer's open page says so.
        await provider.Locator(".acts a").First.ClickAsync();
        await provider.Locator("[name=state]").SelectOptionAsync("Provisioned");
        await provider.Locator("button.main").ClickAsync();
        await Assertions.Expect(provider.Locator("h1")).ToHaveTextAsync(key);
        await Assertions.Expect(customer.Locator("section[data-fragment=path]")).ToContainTextAsync("Provisioned", Soon);

        // The customer configures routing; both of our routers have a session, and say its state.
        await customer.Locator(".acts a").First.ClickAsync();
        await customer.Locator("[name=asn]").FillAsync("65020");
        await customer.Locator("[name=vlan]").FillAsync("120");
        await customer.Locator("[name=primary]").FillAsync("192.168.20.0/30");
        await customer.Locator("[name=secondary]").FillAsync("192.168.20.4/30");
        await customer.Locator("button.main").ClickAsync();
        ILocator sessions = customer.Locator("section[data-fragment=sessions] tbody tr");
        await Assertions.Expect(sessions).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await Assertions.Expect(customer.Locator("section[data-fragment=sessions]")).ToContainTextAsync("192.168.20.1", Soon);

        // A peer registers its ASN on a telephone; the operator's open desk has it, approves it, and the peer's open page says so.
        await peer.GotoAsync("/portal/do/asn");
        await peer.Locator("[name=name]").FillAsync("storynet");
        await peer.Locator("[name=asn]").FillAsync("64777");
        await peer.Locator("[name=network]").FillAsync("Story Net");
        await peer.Locator("[name=noc]").FillAsync("noc@story.example");
        await peer.Locator("button.main").ClickAsync();
        await Assertions.Expect(peer.Locator("section[data-fragment=facts]")).ToContainTextAsync("Pending");
        await LiveAsync(peer);
        await @operator.Locator("a", new() { HasTextString = "storynet" }).ClickAsync(new() { Timeout = 10_000 });
        await @operator.Locator(".acts a").First.ClickAsync();
        await @operator.Locator("button.main").ClickAsync();
        await Assertions.Expect(peer.Locator("section[data-fragment=facts]")).ToContainTextAsync("Approved", Soon);
        foreach (IPage page in new[] { customer, provider, peer, @operator })
            await page.Context.CloseAsync();
    }

    private static Task LiveAsync(IPage page) =>
        Assertions.Expect(page.Locator("[data-live]")).Not.ToBeEmptyAsync(new() { Timeout = 10_000 });
}
