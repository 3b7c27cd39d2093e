using Causeway.Api.Tests;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>Forms say what is wrong while one types, by the API's own rules, and lose nothing that was typed.</summary>
public sealed class FormTests(PortalServer api, Chromium chromium) : IClassFixture<PortalServer>, IClassFixture<Chromium>
{
    private string Circuit => $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";

    private string Configure => $"/portal/do/configure?on={Uri.EscapeDataString(Circuit)}";

    private static readonly (string Field, string Member, string[] Values)[] s_typed =
    [
        (
            "asn",
            "peerASN",
            ["1", "0", "64512", "23456", "65535", "65515", "65520", "65521", "4294967294", "4294967295", "4294967296", "-1"]
        ),
        // 101 is that of the other routing domain.
        ("vlan", "vlanId", ["1", "4094", "0", "4095", "101", "102"]),
        (
            "primary",
            "primaryPeerAddressPrefix",
            [
                "192.168.15.16/30",
                "192.168.15.17/30",
                "192.168.15.16/29",
                "192.168.15.16",
                "192.168.15.16/30/1",
                "192.168.015.16/30",
                "192.168.15.256/30",
                "192.168.15.20/30",
                "192.0.2.0/30",
                "192.0.2.8/30",
                "0.0.0.4/30",
                "224.0.0.0/30",
                "255.255.255.252/30",
                "2001:db8::/30",
                "10.1/30",
            ]
        ),
        ("key", "sharedKey", ["abc123", "a b", "abcdefghijklmnopqrstuvwxy", "abcdefghijklmnopqrstuvwxyz", "å"]),
    ];

    /// <summary>What a form calls wrong the API refuses, and what the API refuses a form calls wrong.</summary>
    [Fact]
    public async Task A_form_and_the_API_judge_alike()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer", "sv");
        await page.GotoAsync(Configure);
        var other = new List<string>();
        foreach ((string field, string member, string[] values) in s_typed)
        {
            string before = await page.Locator($"[name={field}]").InputValueAsync();
            foreach (string value in values)
            {
                await page.Locator($"[name={field}]").FillAsync(value);
                // What is warned of is taken all the same.
                string why = string.Concat(await page.Locator($"[data-wrong={field}]:not(.warned)").AllTextContentsAsync());
                string body = $$$"""
                    {"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"192.168.15.16/30","secondaryPeerAddressPrefix":"192.168.15.20/30"}}
                    """;
                System.Text.Json.Nodes.JsonNode sent = System.Text.Json.Nodes.JsonNode.Parse(body)!;
                sent["properties"]![member] = member is "peerASN" or "vlanId"
                    ? System.Text.Json.Nodes.JsonNode.Parse(value)
                    : System.Text.Json.Nodes.JsonValue.Create(value);
                int code = (
                    await api.Customer.Put($"{Circuit}/peerings/AzurePrivatePeering?api-version=2024-01-01", sent.ToJsonString())
                ).Code;
                if ((why.Length == 0) != (code is 200 or 201))
                    other.Add($"{field} {value}: {code}, '{why}'");
                Assert.DoesNotContain("{", why, StringComparison.Ordinal);
            }
            await page.Locator($"[name={field}]").FillAsync(before);
        }
        Assert.Empty(other);
        await page.Context.CloseAsync();
    }

    /// <summary>IPv6 is judged alike too; it is asked for whole or not at all, and what is shown by script says so.</summary>
    [Fact]
    public async Task A_form_and_the_API_judge_IPv6_alike()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync(Configure);
        ILocator body = page.Locator("[data-body]");
        await Assertions.Expect(body).Not.ToContainTextAsync("ipv6PeeringConfig");
        await page.Locator("[name=secondary6]").FillAsync("fd00:15::4/126");
        await Assertions.Expect(body).ToContainTextAsync("ipv6PeeringConfig");
        await Assertions.Expect(body).Not.ToContainTextAsync("\"?\"");
        await Assertions.Expect(page.Locator("[data-missing]")).ToContainTextAsync("Primary subnet (IPv6)");
        var other = new List<string>();
        foreach (
            string subnet in (string[])["fd00:15::/126", "fd00:16::/125", "fd00:15::1/126", "fd00:15::", "192.0.2.8/30", "fd00:15::4/126"]
        )
        {
            await page.Locator("[name=primary6]").FillAsync(subnet);
            string why = await page.Locator("[data-wrong=primary6]").TextContentAsync() ?? "";
            int code = (
                await api.Customer.Put(
                    $"{Circuit}/peerings/AzurePrivatePeering?api-version=2024-01-01",
                    $$$$"""
                    {"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"192.168.15.16/30","secondaryPeerAddressPrefix":"192.168.15.20/30",
                     "ipv6PeeringConfig":{"primaryPeerAddressPrefix":"{{{{subnet}}}}","secondaryPeerAddressPrefix":"fd00:15::4/126"}}}
                    """
                )
            ).Code;
            if ((why.Length == 0) != (code is 200 or 201))
                other.Add($"{subnet}: {code}, '{why}'");
        }
        Assert.Empty(other);
        (
            await api.Customer.Put(
                $"{Circuit}/peerings/AzurePrivatePeering?api-version=2024-01-01",
                """{"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"192.168.15.16/30","secondaryPeerAddressPrefix":"192.168.15.20/30"}}"""
            )
        ).Is(200);
        await page.Context.CloseAsync();
    }

    /// <summary>In the page's language, whatever the browser's; and what is missing is named before anything is sent.</summary>
    [Fact]
    public async Task What_is_missing_and_why_is_said_in_the_pages_language()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync("/portal/do/request");
        await page.Locator("[name=language]").SelectOptionAsync("sv");
        await page.Locator("form.look button").ClickAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "sv");
        await Assertions.Expect(page.Locator("[data-missing]")).ToContainTextAsync("Saknas eller är fel: ");
        await Assertions.Expect(page.Locator("[data-missing]")).ToContainTextAsync("Namn");
        await page.Locator("[name=v4]").FillAsync("192.0.2.256");
        await Assertions.Expect(page.Locator("[data-wrong=v4]")).ToHaveTextAsync("192.0.2.256 är ingen IPv4-adress.");
        await page.Locator("[name=v6]").FillAsync("2001:db8::1");
        await Assertions.Expect(page.Locator("[data-wrong=v6]")).ToBeEmptyAsync();
        await page.Locator("[name=name]").FillAsync("a b");
        await Assertions.Expect(page.Locator("[data-wrong=name]")).ToContainTextAsync("Bokstäver");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_was_typed_outlives_another_language_and_the_session()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync(Configure);
        await page.Locator("[name=vlan]").FillAsync("777");
        await page.Locator("[name=key]").FillAsync("verysecret1");
        await page.Locator("[name=language]").SelectOptionAsync("nl");
        await page.Locator("form.look button").ClickAsync();
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "nl");
        await Assertions.Expect(page.Locator("[name=vlan]")).ToHaveValueAsync("777");
        await Assertions.Expect(page.Locator("[data-kept]")).ToBeVisibleAsync();
        // A secret is kept nowhere.
        await Assertions.Expect(page.Locator("[name=key]")).ToHaveValueAsync("");
        string stored = await page.EvaluateAsync<string>("JSON.stringify({ ...sessionStorage, ...localStorage })");
        Assert.Contains("777", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("verysecret1", stored, StringComparison.Ordinal);

        // The session ends while it is typed; sending it finds the sign-in.
        await page.Context.ClearCookiesAsync(new() { Name = "__Host-causeway-portal" });
        await page.Locator("[name=vlan]").FillAsync("778");
        await page.Locator("form[data-act] button.main").ClickAsync();
        await Assertions.Expect(page.Locator("form[data-act]")).ToHaveCountAsync(0);
        await SignInAsync(page, "customer");
        await page.GotoAsync(Configure);
        await Assertions.Expect(page.Locator("[name=vlan]")).ToHaveValueAsync("778");

        // It is theirs, and nobody's who signs in after them in this window.
        await page.Context.ClearCookiesAsync(new() { Name = "__Host-causeway-portal" });
        await SignInAsync(page, "operator");
        await page.GotoAsync(Configure);
        await Assertions.Expect(page.Locator("[name=vlan]")).ToHaveValueAsync("100");
        await SignInAsync(page, "customer");
        await page.GotoAsync(Configure);
        await Assertions.Expect(page.Locator("[name=vlan]")).ToHaveValueAsync("100");

        // Thrown away, or sent, it is gone.
        await page.Locator("[name=vlan]").FillAsync("779");
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("[name=vlan]")).ToHaveValueAsync("779");
        await page.Locator("[data-kept] button").ClickAsync();
        await Assertions.Expect(page.Locator("[name=vlan]")).ToHaveValueAsync("100");
        await page.Locator("[name=asn]").FillAsync("65011");
        await page.Locator("form[data-act] button.main").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/do/", StringComparison.Ordinal));
        await page.GotoAsync(Configure);
        await Assertions.Expect(page.Locator("[data-kept]")).ToBeHiddenAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>What is given back does not overwrite what somebody else has written since it was typed.</summary>
    [Fact]
    public async Task What_is_given_back_overwrites_nothing_that_has_changed()
    {
        await api.SomethingAsync();
        await api.OrderAsync("given-back");
        await api.ProviderMovesAsync("given-back", "Provisioned");
        string peering =
            $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/given-back/peerings/AzurePrivatePeering?api-version=2024-01-01";
        string Body(int vlan) =>
            $$$"""{"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":{{{vlan}}},"primaryPeerAddressPrefix":"192.168.16.16/30","secondaryPeerAddressPrefix":"192.168.16.20/30"}}""";
        (await api.Customer.Put(peering, Body(100))).Is(201);
        string form =
            $"/portal/do/configure?on={Uri.EscapeDataString($"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/given-back")}";
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync(form);
        await page.Locator("[name=asn]").FillAsync("65099");
        string over = await page.Locator("[name=if-match]").InputValueAsync();
        (await api.Customer.Put(peering, Body(200))).Is(200);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("[name=asn]")).ToHaveValueAsync("65099");
        await Assertions.Expect(page.Locator("[name=if-match]")).ToHaveValueAsync(over);
        await page.Locator("form[data-act] button.main").ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("PreconditionFailed");
        await page.Context.CloseAsync();
    }

    private async Task SignInAsync(IPage page, string principal)
    {
        await page.GotoAsync(await Browser.LinkAsync(api, principal));
        await page.Locator("button.main").ClickAsync();
        // Its load may have been told already; that it is another page is enough.
        await page.WaitForURLAsync(url => !url.Contains("signin", StringComparison.Ordinal), new() { WaitUntil = WaitUntilState.Commit });
    }
}
