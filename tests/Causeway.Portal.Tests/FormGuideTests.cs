using System.Text.Json.Nodes;
using Causeway.Api.Tests;
using Microsoft.Playwright;

namespace Causeway.Portal.Tests;

/// <summary>Forms in a real browser: what they say while one types, what they keep and for whom, and that they live on when one comes back to them.</summary>
public sealed class FormGuideTests(PortalServer api, Chromium chromium) : IClassFixture<PortalServer>, IClassFixture<Chromium>
{
    private string Circuit => $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";

    private static string Do(string act, string on) => $"/portal/do/{act}?on={Uri.EscapeDataString(on)}";

    /// <summary>A page that the browser kept is shown as it was left, its button pressed.</summary>
    [Fact]
    public async Task A_form_that_was_sent_can_be_sent_again_when_one_comes_back_to_it()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync("/portal/do/group");
        await page.Locator("[name=name]").FillAsync("again");
        // As a browser does it: the form is sent, its page is kept, and shown again.
        await page.EvaluateAsync(
            "() => { window.kept = true; document.querySelector('form[data-act]').addEventListener('submit', (e) => e.preventDefault()); }"
        );
        await page.Locator("form[data-act] button.main").ClickAsync();
        await Assertions.Expect(page.Locator("form[data-act] button.main")).ToBeDisabledAsync();
        await page.EvaluateAsync("() => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
        await Assertions.Expect(page.Locator("form[data-act] button.main")).ToBeEnabledAsync();
        await page.WaitForFunctionAsync("() => !window.kept");
        await Assertions.Expect(page.Locator("[name=name]")).ToHaveValueAsync("again");
        // One that was not sent stays as it is.
        await page.EvaluateAsync("() => { window.kept = true; dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); }");
        Assert.True(await page.EvaluateAsync<bool>("() => new Promise((done) => setTimeout(() => done(window.kept === true), 50))"));
        await page.Context.CloseAsync();
    }

    private static readonly (string Space, string Subnet)[] s_networks =
    [
        ("10.1.0.0/16", "10.1.255.0/27"),
        ("hello", "10.1.255.0/27"),
        ("999.1.1.1/99", "10.1.255.0/27"),
        ("10.1.0.0/16", "10.2.255.0/27"),
        ("10.1.0.0/16", "10.1.0.0/15"),
        ("10.1.0.0/16", "nonsense"),
        ("10.1.0.0/16", "10.1.255.0/30"),
        ("10.1.0.0/16", "10.1.255.0/29"),
        ("0.0.0.0/0", "10.1.255.0/27"),
        ("127.1.0.0/16", "127.1.255.0/27"),
        ("10.1.0.0/30", "10.1.0.0/30"),
        ("10.1.0.0/16 10.1.2.0/24", "10.1.255.0/27"),
        ("10.1.0.0/16 10.2.0.0/16", "10.2.255.0/27"),
        ("fd00::/48", "fd00::/64"),
        ("fd00::/48", "fd00::/65"),
        ("fe80::/48", "fe80::/64"),
    ];

    [Fact]
    public async Task A_form_of_a_network_and_the_API_judge_alike()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer", "nl");
        await page.GotoAsync("/portal/do/network");
        var other = new List<string>();
        for (int i = 0; i < s_networks.Length; i++)
        {
            (string space, string subnet) = s_networks[i];
            await page.Locator("[name=space]").FillAsync(space);
            await page.Locator("[name=subnet]").FillAsync(subnet);
            string why = await page.EvaluateAsync<string>(
                "() => ['space', 'subnet'].map((name) => document.querySelector(`[name=${name}]`).validationMessage).join('')"
            );
            int code = (
                await api.Customer.Put(
                    $"{api.Network($"judged-{i}")}?api-version=2024-01-01",
                    $$$"""
                    {"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":[{{{string.Join(
                        ',',
                        space.Split(' ').Select(s => $"\"{s}\"")
                    )}}}]},
                     "subnets":[{"name":"GatewaySubnet","properties":{"addressPrefix":"{{{subnet}}}"}}]}}
                    """
                )
            ).Code;
            if ((why.Length == 0) != (code == 201))
                other.Add($"{space}, {subnet}: {code}, '{why}'");
            Assert.DoesNotContain("{", why, StringComparison.Ordinal);
        }
        Assert.Empty(other);
        // What is taken, and not advised, is said all the same.
        await page.Locator("[name=space]").FillAsync("10.1.0.0/16");
        await page.Locator("[name=subnet]").FillAsync("10.1.255.0/29");
        await Assertions.Expect(page.Locator("[data-wrong=subnet].warned")).ToContainTextAsync("/27");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_is_not_public_is_said_and_so_is_what_one_of_two_needs()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync(Do("configure-public", Circuit));
        var other = new List<string>();
        foreach (
            string prefix in (string[])
                [
                    "193.10.0.0/20",
                    "10.0.0.0/8",
                    "192.168.4.0/24",
                    "100.64.0.0/16",
                    "127.0.0.0/8",
                    "240.0.0.0/8",
                    "0.0.0.0/0",
                    "fe80::/10",
                    "fc00::/7",
                ]
        )
        {
            await page.Locator("[name=prefixes]").FillAsync(prefix);
            string why = await page.Locator("[data-wrong=prefixes]").TextContentAsync() ?? "";
            int code = (
                await api.Customer.Put(
                    $"{Circuit}/peerings/MicrosoftPeering?api-version=2024-01-01",
                    $$$$"""
                    {"properties":{"peeringType":"MicrosoftPeering","peerASN":65010,"vlanId":101,"primaryPeerAddressPrefix":"192.0.2.0/30","secondaryPeerAddressPrefix":"192.0.2.4/30",
                     "microsoftPeeringConfig":{"advertisedPublicPrefixes":["{{{{prefix}}}}"],"routingRegistryName":"RIPENCC"}}}
                    """
                )
            ).Code;
            if ((why.Length == 0) != (code == 200))
                other.Add($"{prefix}: {code}, '{why}'");
        }
        Assert.Empty(other);

        await page.GotoAsync("/portal/do/request");
        await Assertions.Expect(page.Locator("[data-missing]")).ToContainTextAsync("Your IPv4 address there");
        await page.Locator("[name=v6]").FillAsync("2001:db8::1");
        await Assertions.Expect(page.Locator("[data-missing]")).Not.ToContainTextAsync("Your IPv4 address there");
        await page.GotoAsync("/portal/do/asn");
        await page.Locator("[name=asn]").FillAsync("64512");
        await Assertions.Expect(page.Locator("[data-wrong=asn].warned")).ToContainTextAsync("AS 64512 is private");
        await page.Locator("[name=asn]").FillAsync("65551");
        await Assertions.Expect(page.Locator("[data-wrong=asn]")).ToBeEmptyAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>One family is enough: with neither, and with a half of one, it is said what is missing.</summary>
    [Fact]
    public async Task IPv6_alone_is_enough_for_a_new_domain()
    {
        await api.SomethingAsync();
        await api.OrderAsync("six-by-hand");
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync(Do("configure", $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/six-by-hand"));
        ILocator missing = page.Locator("[data-missing]");
        await page.Locator("[name=asn]").FillAsync("65010");
        await Assertions.Expect(missing).ToContainTextAsync("Primary subnet");
        await page.Locator("[name=primary6]").FillAsync("fd00:19::/126");
        await page.Locator("[name=secondary6]").FillAsync("fd00:19::4/126");
        await Assertions.Expect(missing).ToBeEmptyAsync();
        Assert.True(await page.EvaluateAsync<bool>("() => document.querySelector('form[data-act]').checkValidity()"));
        // Azure's line makes it of IPv6 alone; beside IPv4 it is added.
        ILocator alone = page.GetByText("peering create --circuit-name six-by-hand").And(page.GetByText("--ip-version ipv6"));
        ILocator added = page.GetByText("peering update --circuit-name six-by-hand").And(page.GetByText("--ip-version ipv6"));
        await Assertions.Expect(alone).ToContainTextAsync("--primary-peer-subnet fd00:19::/126");
        await Assertions.Expect(alone).ToBeVisibleAsync();
        await Assertions.Expect(added).ToBeHiddenAsync();
        await page.Locator("[name=primary]").FillAsync("192.168.65.16/30");
        await Assertions.Expect(alone).ToBeHiddenAsync();
        await Assertions.Expect(added).ToBeVisibleAsync();
        await Assertions.Expect(missing).Not.ToBeEmptyAsync();
        await page.Locator("[name=secondary]").FillAsync("192.168.65.20/30");
        await Assertions.Expect(missing).ToBeEmptyAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>A subnet without a link is taken, as Azure takes it, and its session stays down: that is said before, with what has a link.</summary>
    [Fact]
    public async Task A_subnet_without_a_link_is_warned_of()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync(Do("configure", Circuit));
        await page.Locator("[name=primary]").FillAsync("192.168.99.0/30");
        ILocator wrong = page.Locator("[data-wrong=primary]");
        await Assertions.Expect(wrong).ToContainTextAsync("There is no link to 192.168.99.0/30");
        await Assertions.Expect(wrong).ToContainTextAsync("127.0.0.0/8");
        string free = (await page.Locator("#suggested-primary option").First.GetAttributeAsync("value"))!;
        await Assertions.Expect(wrong).ToContainTextAsync(free);
        Assert.Equal("", await page.EvaluateAsync<string>("() => document.querySelector('[name=primary]').validationMessage"));
        await page.Locator("[name=primary]").FillAsync(free);
        await Assertions.Expect(wrong).ToBeEmptyAsync();
        await page.Locator("[name=primary]").FillAsync("127.0.0.0/30");
        await Assertions.Expect(wrong).ToContainTextAsync("There is no link");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_filter_allows_something_and_its_rule_goes_when_nothing_is_ticked()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer");
        await page.GotoAsync("/portal/do/filter");
        await page.Locator("[name=name]").FillAsync("emptied");
        await Assertions.Expect(page.Locator("[data-missing]")).ToContainTextAsync("Communities");
        ILocator service = page.Locator("[name=communities][value='12076:5010']");
        await service.CheckAsync();
        await Assertions.Expect(page.Locator("[data-missing]")).ToBeEmptyAsync();
        await service.UncheckAsync();
        await Assertions.Expect(page.Locator("[data-wrong=communities]")).ToHaveTextAsync("Choose at least one.");
        await service.CheckAsync();
        await page.Locator("form[data-act] button.main").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/do/", StringComparison.Ordinal), new() { WaitUntil = WaitUntilState.Commit });

        string filter = $"{api.Group}/providers/Microsoft.Network/routeFilters/emptied";
        await page.GotoAsync(Do("rule", filter));
        await Assertions.Expect(page.Locator("#help-communities")).ToContainTextAsync("the rule is deleted");
        ILocator lines = page.Locator(".script .line:visible");
        await Assertions.Expect(lines.First).ToContainTextAsync("PUT ");
        await page.Locator("[name=communities][value='12076:5010']").UncheckAsync();
        await Assertions.Expect(lines.First).ToContainTextAsync("DELETE ");
        await Assertions.Expect(lines).ToHaveCountAsync(2);
        await Assertions.Expect(lines.Last).ToContainTextAsync("az network route-filter rule delete --filter-name emptied");
        await page.Locator("form[data-act] button.main").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("/do/", StringComparison.Ordinal), new() { WaitUntil = WaitUntilState.Commit });
        JsonNode left = (await api.Customer.Get($"{filter}?api-version=2024-01-01")).Is(200).Body!;
        Assert.Empty(left["properties"]!["rules"]!.AsArray());
        // Where there is none, nothing is deleted.
        await page.GotoAsync(Do("rule", filter));
        await Assertions.Expect(page.Locator("[data-missing]")).Not.ToBeEmptyAsync();
        await page.Context.CloseAsync();
    }

    /// <summary>Who signs out in one window loses nothing that is typed in another; and leaves nothing in this one.</summary>
    [Fact]
    public async Task What_is_typed_outlives_a_sign_out_in_another_window_and_is_nobody_elses()
    {
        await api.SomethingAsync();
        IPage typing = await chromium.WindowAsync(api, "customer");
        await typing.GotoAsync("/portal/do/group");
        await typing.Locator("[name=name]").FillAsync("typed-here");
        IPage leaving = await typing.Context.NewPageAsync();
        await leaving.GotoAsync("/portal/do/network");
        await leaving.Locator("[name=name]").FillAsync("left-here");
        await leaving.Locator("form[data-signout] button").ClickAsync();
        await leaving.WaitForURLAsync(url => url.Contains("signin", StringComparison.Ordinal));
        Assert.DoesNotContain("left-here", await TypedAsync(leaving), StringComparison.Ordinal);
        await SignInAsync(leaving, "customer");
        await typing.ReloadAsync();
        await Assertions.Expect(typing.Locator("[name=name]")).ToHaveValueAsync("typed-here");
        // Another who signs in finds nothing of it, on whichever page.
        await SignInAsync(leaving, "otherCustomer");
        await typing.GotoAsync("/portal/customer/circuits");
        Assert.DoesNotContain("typed-here", await TypedAsync(typing), StringComparison.Ordinal);
        await typing.Context.CloseAsync();

        static Task<string> TypedAsync(IPage page) => page.EvaluateAsync<string>("() => JSON.stringify({ ...sessionStorage })");
    }

    [Fact]
    public async Task Lines_are_copied_and_countries_have_names()
    {
        await api.SomethingAsync();
        IPage page = await chromium.WindowAsync(api, "customer", "sv");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GotoAsync("/portal/do/group");
        await page.Locator("[name=name]").FillAsync("copied");
        ILocator line = page.Locator(".script .line", new() { HasTextString = "az group create" });
        await line.Locator("[data-copy]").ClickAsync();
        await Assertions.Expect(line.Locator("[data-copy]")).ToHaveTextAsync("Kopierat");
        string copied = await page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.StartsWith("az group create --name copied --location ", copied, StringComparison.Ordinal);
        Assert.DoesNotContain("Kopiera", copied, StringComparison.Ordinal);
        await page.GotoAsync("/portal/do/ticket");
        await Assertions.Expect(page.Locator("[name=country] option[value=SWE]")).ToHaveTextAsync("Sverige (SWE)");
        await Assertions.Expect(page.Locator("[name=country]")).ToHaveValueAsync("ZZZ");
        await page.Locator("[name=email]").FillAsync("ann");
        await Assertions.Expect(page.Locator("[data-wrong=email]")).ToContainTextAsync("user@example.net");
        // Another thing, other problems: a circuit as a whole declares nothing.
        await page.Locator("[name=about]").SelectOptionAsync(Circuit);
        await Assertions.Expect(page.Locator("[name=problem] option[value$=advertisedPrefixes]:enabled")).ToHaveCountAsync(0);
        await page.Locator("[name=about]").SelectOptionAsync($"{Circuit}/peerings/MicrosoftPeering");
        await Assertions.Expect(page.Locator("[name=problem] option[value$=advertisedPrefixes]:enabled")).ToHaveCountAsync(1);
        await page.Context.CloseAsync();
    }

    private async Task SignInAsync(IPage page, string principal)
    {
        await page.GotoAsync(await Browser.LinkAsync(api, principal));
        await page.Locator("button.main").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("signin", StringComparison.Ordinal), new() { WaitUntil = WaitUntilState.Commit });
    }
}
