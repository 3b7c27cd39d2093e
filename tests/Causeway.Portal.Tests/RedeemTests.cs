using System.Net;
using System.Text.Json.Nodes;
using Causeway.Api.Tests;

namespace Causeway.Portal.Tests;

/// <summary>A network is connected to a circuit of another subscription by the key that its owner made; what is wrong with a key is said.</summary>
public sealed class RedeemTests(PortalServer api) : IClassFixture<PortalServer>
{
    [Fact]
    public async Task A_key_of_another_subscriptions_circuit_is_redeemed()
    {
        await api.SomethingAsync();
        string group = $"/subscriptions/{api.OtherSubscription}/resourceGroups/theirs";
        using Browser other = await Browser.SignedInAsync(api, "otherCustomer");
        Assert.Contains("/portal/do/redeem", await other.PageAsync("/portal/customer/networks"), StringComparison.Ordinal);
        Assert.Contains("/portal/do/gateway", await other.PageAsync("/portal/do/redeem"), StringComparison.Ordinal);
        (await api.OtherCustomer.Put($"{group}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);
        foreach (string name in (string[])["net", "net2"])
        {
            (
                await api.OtherCustomer.Put(
                    $"{group}/providers/Microsoft.Network/virtualNetworks/{name}?api-version=2024-01-01",
                    $$$"""
                    {"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.{{{name.Length}}}.0.0/16"]},
                     "subnets":[{"name":"GatewaySubnet","properties":{"addressPrefix":"10.{{{name.Length}}}.255.0/27"}}]}}
                    """
                )
            ).Is(201);
            (
                await api.OtherCustomer.Put(
                    $"{group}/providers/Microsoft.Network/virtualNetworkGateways/{name}?api-version=2024-01-01",
                    $$$$"""
                    {"location":"westeurope","properties":{"gatewayType":"ExpressRoute","sku":{"name":"Standard","tier":"Standard"},
                     "ipConfigurations":[{"name":"default","properties":{"subnet":{"id":"{{{{group}}}}/providers/Microsoft.Network/virtualNetworks/{{{{name}}}}/subnets/GatewaySubnet"}}}]}}
                    """
                )
            ).Is(201);
        }
        string circuit = $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";
        string key = (await api.Customer.Get($"{api.Authorization}?api-version=2024-01-01")).Is(200).Body!["properties"]![
            "authorizationKey"
        ]!.ToString();

        // A key that is none of the circuit's, in the language of who reads it, and not in the page.
        const string Wrong = "11111111-2222-4333-8444-555555555555";
        (int status, _, string html) = await other.PressAsync("/portal/do/redeem", Values("to-theirs", Wrong));
        Assert.Equal(400, status);
        html = WebUtility.HtmlDecode(html);
        Assert.Contains("The key is none of this circuit's", html, StringComparison.Ordinal);
        Assert.Contains("InvalidAuthorizationKey", html, StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, html, StringComparison.Ordinal);

        string made = $"{group}/providers/Microsoft.Network/connections/to-theirs";
        (status, string leads, html) = await other.PressAsync("/portal/do/redeem", Values("to-theirs", key));
        Assert.True(status == 303, html);
        Assert.Equal($"/portal/r{made}", leads);
        JsonNode connection = (await api.OtherCustomer.Get($"{made}?api-version=2024-01-01")).Is(200).Body!;
        Assert.Equal(circuit, connection["properties"]!["peer"]!["id"]!.ToString());
        Assert.DoesNotContain(key, await other.PageAsync(leads), StringComparison.Ordinal);

        (status, _, html) = await other.PressAsync("/portal/do/redeem", [.. Values("again", key), ("gateway", Gateway("net2"))]);
        Assert.Equal(400, status);
        Assert.Contains("The key is in use by another connection", WebUtility.HtmlDecode(html), StringComparison.Ordinal);

        // Who takes the key away is told whose connection goes with it.
        using Browser owner = await Browser.SignedInAsync(api, "customer");
        html = WebUtility.HtmlDecode(await owner.PageAsync($"/portal/do/delete?on={Uri.EscapeDataString(api.Authorization)}"));
        Assert.Contains(
            $"What goes along with it: the connection to-theirs of the subscription {api.OtherSubscription}.",
            html,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("Nothing else goes along", html, StringComparison.Ordinal);

        string Gateway(string name) => $"{group}/providers/Microsoft.Network/virtualNetworkGateways/{name}";
        (string, string)[] Values(string name, string of) =>
            [("circuit", circuit), ("authorization", of), ("name", name), ("gateway", Gateway("net"))];
    }

    /// <summary>What was just made is chosen also where its name is written otherwise in a path; and without a name nothing is sent.</summary>
    [Fact]
    public async Task A_group_of_any_name_is_led_back_with()
    {
        using Browser other = await Browser.SignedInAsync(api, "otherCustomer");
        const string Form = "/portal/do/group?then=%2Fportal%2Fdo%2Fnetwork";
        foreach (string name in (string[])["a", "grp(x)ö"])
        {
            (int status, string leads, string html) = await other.PressAsync(
                Form,
                ("subscription", api.OtherSubscription),
                ("name", name),
                ("region", "westeurope")
            );
            Assert.True(status == 303, html);
            string made = $"/subscriptions/{api.OtherSubscription}/resourceGroups/{name}";
            Assert.Equal($"/portal/do/network?made={Uri.EscapeDataString(made)}", leads);
            Assert.Equal(made, Browser.StandingIn(WebUtility.HtmlDecode(await other.PageAsync(leads)))["group"]);
        }
        (int refused, _, string said) = await other.PressAsync(
            Form,
            ("subscription", api.OtherSubscription),
            ("name", ""),
            ("region", "westeurope")
        );
        Assert.Equal(400, refused);
        Assert.Contains("Missing or wrong: Name", said, StringComparison.Ordinal);
        Assert.DoesNotContain("is not supported", said, StringComparison.Ordinal);
    }
}
