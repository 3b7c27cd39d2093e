using System.Net;
using System.Text.Json.Nodes;
using Causeway.Api.Tests;
using Causeway.Testing;

namespace Causeway.Portal.Tests;

/// <summary>The forms of a circuit's routing domains: what is there stands in them and stays, in both families.</summary>
public sealed class DomainFormTests(PortalServer api) : IClassFixture<PortalServer>
{
    private string Circuit(string name) => $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{name}";

    private static string Do(string act, string on) => $"/portal/do/{act}?on={Uri.EscapeDataString(on)}";

    /// <summary>A domain as it is once routers have followed: until then its ETag is another every moment.</summary>
    private Task<JsonNode> ReadAsync(string peering) =>
        Eventually.Get(
            async () => (await api.Customer.Get($"{peering}?api-version=2024-01-01")).Is(200).Body!["properties"]!,
            p => p["provisioningState"]!.ToString() == "Succeeded",
            "the routers have followed",
            TimeSpan.FromSeconds(30)
        );

    private async Task<string> ProvisionedAsync(string name)
    {
        await api.SomethingAsync();
        await api.OrderAsync(name);
        await api.ProviderMovesAsync(name, "Provisioned");
        return Circuit(name);
    }

    private static string ActsOf(string page) => WebUtility.HtmlDecode(page.Split("<ul class=\"acts\">")[1].Split("</ul>")[0]);

    [Fact]
    public async Task On_the_page_of_a_routing_domain_it_is_changed_with_what_is_there()
    {
        await api.SomethingAsync();
        string circuit = Circuit(PortalServer.Long);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string acts = ActsOf(await customer.PageAsync($"/portal/r{circuit}/peerings/AzurePrivatePeering"));
        Assert.Contains($"Change private peering of {PortalServer.Long}", acts, StringComparison.Ordinal);
        Assert.DoesNotContain("Configure", acts, StringComparison.Ordinal);
        Assert.Contains(Do("configure", circuit), acts, StringComparison.Ordinal);
        string form = await customer.PageAsync(Do("configure", circuit));
        IReadOnlyDictionary<string, string> standing = Browser.StandingIn(form);
        Assert.Equal(
            ("65010", "100", "192.168.15.16/30", "192.168.15.20/30"),
            (standing["asn"], standing["vlan"], standing["primary"], standing["secondary"])
        );
        Assert.Contains($"<h1>Change private peering of {PortalServer.Long}</h1>", form, StringComparison.Ordinal);
        Assert.DoesNotContain(">Configure</button>", form, StringComparison.Ordinal);
        acts = ActsOf(await customer.PageAsync($"/portal/r{circuit}/peerings/MicrosoftPeering"));
        Assert.Contains(Do("configure-public", circuit), acts, StringComparison.Ordinal);
        Assert.Contains(Do("prefixes", circuit), acts, StringComparison.Ordinal);
        await api.ReadsAsync("provider");
        using Browser reader = await Browser.SignedInAsync(api, "provider");
        Assert.DoesNotContain(
            "/portal/do/",
            await reader.PageAsync($"/portal/r{circuit}/peerings/AzurePrivatePeering?fragment=acts"),
            StringComparison.Ordinal
        );
    }

    /// <summary>Who changes IPv4 leaves IPv6 as it is, with its own customer ASN, registry and state.</summary>
    [Fact]
    public async Task IPv6_is_given_and_stays_when_IPv4_is_changed()
    {
        string circuit = await ProvisionedAsync("dual");
        string peering = $"{circuit}/peerings/MicrosoftPeering";
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        (int status, _, string html) = await customer.PressAsync(
            Do("configure-public", circuit),
            ("asn", "65010"),
            ("primary", "192.0.2.16/30"),
            ("secondary", "192.0.2.20/30"),
            ("primary6", "2001:db8:16::/126"),
            ("secondary6", "2001:db8:16::4/126"),
            ("prefixes", "193.10.64.0/20"),
            ("prefixes6", "2001:67c:64::/48"),
            ("registry", "RIPENCC")
        );
        Assert.True(status == 303, html);
        JsonNode six = (await ReadAsync(peering))["ipv6PeeringConfig"]!;
        Assert.Equal("2001:db8:16::/126", six["primaryPeerAddressPrefix"]!.ToString());
        Assert.Equal("2001:67c:64::/48", six["microsoftPeeringConfig"]!["advertisedPublicPrefixes"]![0]!.ToString());
        Assert.Equal("RIPENCC", six["microsoftPeeringConfig"]!["routingRegistryName"]!.ToString());
        Assert.Equal("Enabled", six["state"]!.ToString());

        string domains = await customer.PageAsync($"/portal/r{circuit}?fragment=peerings");
        foreach (string shown in (string[])["192.0.2.16/30", "2001:db8:16::/126", "193.10.64.0/20", "2001:67c:64::/48"])
            Assert.Contains(shown, domains, StringComparison.Ordinal);

        // What differs between the families is asked for twice, and changed alone.
        await ChangeAsync(
            peering,
            p =>
            {
                p["ipv6PeeringConfig"]!["state"] = "Disabled";
                p["ipv6PeeringConfig"]!["microsoftPeeringConfig"]!["routingRegistryName"] = "ARIN";
            }
        );
        IReadOnlyDictionary<string, string> standing = Browser.StandingIn(await customer.PageAsync(Do("configure-public", circuit)));
        Assert.Equal(("2001:db8:16::/126", "2001:67c:64::/48"), (standing["primary6"], standing["prefixes6"]));
        Assert.Equal(("Enabled", "Disabled"), (standing["state"], standing["state6"]));
        (status, _, html) = await customer.PressAsync(Do("configure-public", circuit), ("primary", "192.0.2.24/30"));
        Assert.True(status == 303, html);
        JsonNode after = await ReadAsync(peering);
        Assert.Equal("192.0.2.24/30", after["primaryPeerAddressPrefix"]!.ToString());
        Assert.Equal("Enabled", after["state"]!.ToString());
        Assert.Equal("RIPENCC", after["microsoftPeeringConfig"]!["routingRegistryName"]!.ToString());
        six = after["ipv6PeeringConfig"]!;
        Assert.Equal("2001:db8:16::/126", six["primaryPeerAddressPrefix"]!.ToString());
        Assert.Equal("2001:67c:64::/48", six["microsoftPeeringConfig"]!["advertisedPublicPrefixes"]![0]!.ToString());
        Assert.Equal(("Disabled", "ARIN"), (six["state"]!.ToString(), six["microsoftPeeringConfig"]!["routingRegistryName"]!.ToString()));

        // Emptied, it goes.
        (status, _, html) = await customer.PressAsync(
            Do("configure-public", circuit),
            ("primary6", ""),
            ("secondary6", ""),
            ("prefixes6", "")
        );
        Assert.True(status == 303, html);
        Assert.Null((await ReadAsync(peering))["ipv6PeeringConfig"]);
    }

    /// <summary>A domain without IPv4 is changed without being given any.</summary>
    [Fact]
    public async Task A_domain_of_IPv6_alone_is_changed()
    {
        string circuit = await ProvisionedAsync("six");
        string peering = $"{circuit}/peerings/AzurePrivatePeering";
        (
            await api.Customer.Put(
                $"{peering}?api-version=2024-01-01",
                """
                {"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,
                 "ipv6PeeringConfig":{"primaryPeerAddressPrefix":"fd00:15::/126","secondaryPeerAddressPrefix":"fd00:15::4/126"}}}
                """
            )
        ).Is(201);
        await ReadAsync(peering);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        (int status, _, string html) = await customer.PressAsync(Do("configure", circuit), ("vlan", "107"));
        Assert.True(status == 303, html);
        JsonNode after = await ReadAsync(peering);
        Assert.Equal("107", after["vlanId"]!.ToString());
        Assert.Null(after["primaryPeerAddressPrefix"]);
        Assert.Equal("fd00:15::/126", after["ipv6PeeringConfig"]!["primaryPeerAddressPrefix"]!.ToString());
        Assert.Equal("Enabled", after["ipv6PeeringConfig"]!["state"]!.ToString());
    }

    /// <summary>IPv6 alone is given from the start, and is what the page of its circuit shows.</summary>
    [Fact]
    public async Task A_domain_is_of_IPv6_alone_from_the_start()
    {
        string circuit = await ProvisionedAsync("only-six");
        string peering = $"{circuit}/peerings/AzurePrivatePeering";
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        (int status, _, string html) = await customer.PressAsync(
            Do("configure", circuit),
            ("asn", "65010"),
            ("primary", ""),
            ("secondary", ""),
            ("primary6", "fd00:17::/126"),
            ("secondary6", "fd00:17::4/126")
        );
        Assert.True(status == 303, html);
        JsonNode made = await ReadAsync(peering);
        Assert.Null(made["primaryPeerAddressPrefix"]);
        Assert.Equal("fd00:17::/126", made["ipv6PeeringConfig"]!["primaryPeerAddressPrefix"]!.ToString());
        string domains = await customer.PageAsync($"/portal/r{circuit}?fragment=peerings");
        Assert.Contains("fd00:17::/126", domains, StringComparison.Ordinal);
        Assert.Contains("fd00:17::4/126", domains, StringComparison.Ordinal);
        Assert.Contains("Enabled", domains, StringComparison.Ordinal);
        Assert.DoesNotContain("Disabled", domains, StringComparison.Ordinal);
    }

    /// <summary>The API keeps the IPv4 of a peering that is sent without: who empties it is told so, and nothing is sent.</summary>
    [Fact]
    public async Task IPv4_is_not_emptied_in_silence()
    {
        string circuit = await ProvisionedAsync("keeps-four");
        string peering = $"{circuit}/peerings/AzurePrivatePeering";
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        (int status, _, string html) = await customer.PressAsync(
            Do("configure", circuit),
            ("asn", "65010"),
            ("primary", "192.168.55.16/30"),
            ("secondary", "192.168.55.20/30"),
            ("primary6", "fd00:18::/126"),
            ("secondary6", "fd00:18::4/126")
        );
        Assert.True(status == 303, html);
        string before = (await ReadAsync(peering)).ToJsonString();
        (status, _, html) = await customer.PressAsync(Do("configure", circuit), ("vlan", "108"), ("primary", ""), ("secondary", ""));
        Assert.Equal(400, status);
        Assert.Contains("the IPv4 of a peering stays as long as the peering does", html, StringComparison.Ordinal);
        Assert.Equal(before, (await ReadAsync(peering)).ToJsonString());
    }

    /// <summary>Whom to ask to end what is provisioned, and by which key they know it.</summary>
    [Fact]
    public async Task What_is_provisioned_is_ended_by_its_provider_who_is_named_with_the_key()
    {
        string circuit = await ProvisionedAsync("ending");
        string key = (await api.Customer.Get($"{circuit}?api-version=2024-01-01")).Is(200).Body!["properties"]!["serviceKey"]!.ToString();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        Assert.Contains(
            $"Ask Equinix to deprovision the service key {key}",
            WebUtility.HtmlDecode(await customer.PageAsync(Do("delete", circuit))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_domain_is_disabled_and_stays_so_until_it_is_enabled()
    {
        string circuit = await ProvisionedAsync("off");
        string peering = $"{circuit}/peerings/AzurePrivatePeering";
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        (int status, _, string html) = await customer.PressAsync(
            Do("configure", circuit),
            ("asn", "65010"),
            ("primary", "192.168.35.16/30"),
            ("secondary", "192.168.35.20/30"),
            ("state", "Disabled")
        );
        Assert.True(status == 303, html);
        Assert.Equal("Disabled", (await ReadAsync(peering))["state"]!.ToString());
        string form = await customer.PageAsync(Do("configure", circuit));
        Assert.Contains("causeway circuit peering enable", form, StringComparison.Ordinal);
        await ReadAsync(peering);
        (status, _, html) = await customer.PressAsync(Do("configure", circuit), ("asn", "65011"));
        Assert.True(status == 303, html);
        JsonNode after = await ReadAsync(peering);
        Assert.Equal(("Disabled", "65011"), (after["state"]!.ToString(), after["peerASN"]!.ToString()));
        (status, _, html) = await customer.PressAsync(Do("configure", circuit), ("state", "Enabled"));
        Assert.True(status == 303, html);
        Assert.Equal("Enabled", (await ReadAsync(peering))["state"]!.ToString());
    }

    /// <summary>A key that was typed is in no page, also not in the one that says what else is wrong.</summary>
    [Fact]
    public async Task A_key_that_was_typed_comes_back_in_no_page()
    {
        string circuit = await ProvisionedAsync("secret");
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        (int status, _, string html) = await customer.PressAsync(
            Do("configure", circuit),
            ("asn", "65010"),
            ("primary", "192.168.45.17/30"),
            ("secondary", "192.168.45.20/30"),
            ("key", "VerySecret17")
        );
        Assert.Equal(400, status);
        Assert.Contains("192.168.45.17/30", html, StringComparison.Ordinal);
        Assert.DoesNotContain("VerySecret17", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_is_taken_away_where_there_is_one()
    {
        await api.SomethingAsync();
        string circuit = Circuit(PortalServer.Long);
        string detach = Do("detach-filter", circuit);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        foreach (string page in (string[])[$"/portal/r{circuit}", $"/portal/r{circuit}/peerings/MicrosoftPeering"])
            Assert.DoesNotContain(detach, ActsOf(await customer.PageAsync(page)), StringComparison.Ordinal);
        Assert.Contains("without a route filter", await customer.PageAsync(detach, 409), StringComparison.Ordinal);
        await ReadAsync($"{circuit}/peerings/MicrosoftPeering");
        Assert.Equal(303, (await customer.PressAsync(Do("attach-filter", circuit), ("filter", api.Filter))).Status);
        foreach (string page in (string[])[$"/portal/r{circuit}", $"/portal/r{circuit}/peerings/MicrosoftPeering"])
            Assert.Contains(detach, ActsOf(await customer.PageAsync(page)), StringComparison.Ordinal);
        await ReadAsync($"{circuit}/peerings/MicrosoftPeering");
        (int status, string leads, string html) = await customer.PressAsync(detach);
        Assert.True(status == 303, html);
        Assert.Equal($"/portal/r{circuit}", leads);
        Assert.Null((await ReadAsync($"{circuit}/peerings/MicrosoftPeering"))["routeFilter"]);
        Assert.DoesNotContain(detach, ActsOf(await customer.PageAsync(leads)), StringComparison.Ordinal);
    }

    private async Task ChangeAsync(string peering, Action<JsonNode> change)
    {
        JsonNode body = (await api.Customer.Get($"{peering}?api-version=2024-01-01")).Is(200).Body!;
        change(body["properties"]!);
        (await api.Customer.Put($"{peering}?api-version=2024-01-01", body.ToJsonString())).Is(200);
        await ReadAsync(peering);
    }
}
