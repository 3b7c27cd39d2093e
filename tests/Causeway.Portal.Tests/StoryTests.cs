using System.Net;
using Causeway.Api.Tests;
using Causeway.Primitives;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>What four people do with each other, each in a window of their own, with nothing but the pages.</summary>
public sealed class StoryTests(SessionServer api, Chromium chromium) : IClassFixture<SessionServer>, IClassFixture<Chromium>
{
    private static readonly LocatorAssertionsToContainTextOptions Soon = new() { Timeout = 10_000 };

    [Fact]
    public async Task From_an_order_to_a_session_and_from_a_request_to_an_approval()
    {
        await SessionServer.GroupAsync(api.Customer, api.Group);
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
        await Assertions.Expect(provider.Locator("section[data-fragment=facts]")).ToContainTextAsync(key);
        await Assertions.Expect(customer.Locator("section[data-fragment=path]")).ToContainTextAsync("Provisioned", Soon);

        // The customer configures routing; both of our routers have a session, and say its state.
        // It is offered on the open page once it can be done.
        await customer.Locator(".acts a[href*='/do/configure?']").ClickAsync(new() { Timeout = 10_000 });
        await customer.Locator("[name=asn]").FillAsync("65020");
        await customer.Locator("[name=vlan]").FillAsync("120");
        await customer.Locator("[name=primary]").FillAsync("127.66.0.0/30");
        await customer.Locator("[name=secondary]").FillAsync("127.66.0.4/30");
        await customer.Locator("button.main").ClickAsync();
        ILocator sessions = customer.Locator("section[data-fragment=sessions] tbody tr");
        await Assertions.Expect(sessions).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await Assertions.Expect(customer.Locator("section[data-fragment=sessions]")).ToContainTextAsync("127.66.0.1", Soon);

        // The customer's router comes up; the open page says that its sessions are, and what they bring, and later that they are gone.
        await LiveAsync(customer);
        await using (
            await api.RouterAsync(new Asn(65020), SessionServer.Links(66), IpPrefix.Parse("172.24.0.0/16"), IpPrefix.Parse("172.25.0.0/16"))
        )
        {
            await Assertions
                .Expect(sessions.Filter(new() { HasTextString = "Established" }))
                .ToHaveCountAsync(2, new() { Timeout = 20_000 });
            await Assertions.Expect(customer.Locator("section[data-fragment=path]")).ToContainTextAsync("2 of 2", Soon);
        }
        await Assertions.Expect(sessions.Filter(new() { HasTextString = "Established" })).ToHaveCountAsync(0, new() { Timeout = 20_000 });
        await Assertions.Expect(customer.Locator("section[data-fragment=path]")).ToContainTextAsync("0 of 2", Soon);

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
        await AtTheExchangeAsync(peer, @operator);
        foreach (IPage page in new[] { customer, provider, peer, @operator })
            await page.Context.CloseAsync();
    }

    /// <summary>The peer asks for a peering at an exchange, the operator approves it, the peer says that it is ready, and its router has sessions with both of ours.</summary>
    private async Task AtTheExchangeAsync(IPage peer, IPage @operator)
    {
        await @operator.GotoAsync("/portal/operator/requests");
        await LiveAsync(@operator);
        await peer.GotoAsync("/portal/do/group");
        await peer.Locator("[name=name]").FillAsync("story-net");
        await peer.Locator("[name=region]").SelectOptionAsync("westeurope");
        await peer.Locator("button.main").ClickAsync();
        await peer.WaitForURLAsync(url => url.Contains("/portal/do/order", StringComparison.Ordinal));
        await peer.GotoAsync("/portal/do/request");
        await peer.Locator("[name=name]").FillAsync("story-at-ams-ix");
        await peer.Locator("[name=location]").SelectOptionAsync("Amsterdam");
        await peer.Locator("[name=exchange]").SelectOptionAsync("26");
        await peer.Locator("[name=v4]").FillAsync("127.80.0.77");
        await peer.Locator("button.main").ClickAsync();
        await Assertions.Expect(peer.Locator("h1")).ToHaveTextAsync("story-at-ams-ix");
        ILocator connections = peer.Locator("section[data-fragment=connections]");
        await Assertions.Expect(connections).ToContainTextAsync("PendingApproval");
        await LiveAsync(peer);
        await @operator.Locator("a", new() { HasTextString = "story-at-ams-ix" }).ClickAsync(new() { Timeout = 10_000 });
        await @operator.Locator(".acts a").First.ClickAsync();
        await @operator.Locator("button.main").ClickAsync();
        await Assertions.Expect(connections).ToContainTextAsync("Approved", Soon);

        // What can be said next comes to the open page with the state.
        await peer.Locator(".acts a[href*='/do/ready']").ClickAsync(new() { Timeout = 10_000 });
        await peer.Locator("button.main").ClickAsync();
        await Assertions.Expect(peer.Locator("h1")).ToHaveTextAsync("story-at-ams-ix");
        await LiveAsync(peer);
        IPAddress own = IPAddress.Parse("127.80.0.77");
        await api.RouterAsync(
            new Asn(64777),
            new Dictionary<string, (IPAddress, IPAddress)>
            {
                ["ams-x1"] = (own, IPAddress.Parse("127.80.0.1")),
                ["ams-x2"] = (own, IPAddress.Parse("127.80.0.2")),
            },
            IpPrefix.Parse("193.10.0.0/20")
        );
        ILocator sessions = peer.Locator("section[data-fragment=sessions] tbody tr");
        await Assertions.Expect(sessions.Filter(new() { HasTextString = "Established" })).ToHaveCountAsync(2, new() { Timeout = 20_000 });
    }

    private static Task LiveAsync(IPage page) =>
        Assertions.Expect(page.Locator("[data-live]")).Not.ToBeEmptyAsync(new() { Timeout = 10_000 });
}
