using System.Net;
using Causeway.Api.Tests;

namespace Causeway.Portal.Tests;

/// <summary>What the API would refuse is not promised: what has to go first is said, and what cannot be chosen is not offered.</summary>
public sealed class PromiseTests(PortalServer api) : IClassFixture<PortalServer>
{
    private string Circuit => $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";

    [Fact]
    public async Task What_is_connected_has_to_go_before_what_carries_it()
    {
        await api.SomethingAsync();
        await api.NetworkWithGatewayAsync("first");
        string connection = $"{api.Group}/providers/Microsoft.Network/connections/first-link";
        string elsewhere = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/elsewhere";
        (await api.Customer.Put($"{elsewhere}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        Assert.Contains(api.Gateway("first"), await FormAsync(customer, "link", Circuit), StringComparison.Ordinal);
        (
            await api.Customer.Put(
                $"{connection}?api-version=2024-01-01",
                $$$$"""
                {"location":"westeurope","properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{{{{api.Gateway(
                    "first"
                )}}}}"},"peer":{"id":"{{{{Circuit}}}}"}}}
                """
            )
        ).Is(201);

        // A network is connected once, so that what is connected already is not offered again.
        string link = await FormAsync(customer, "link", Circuit);
        Assert.DoesNotContain("data-act", link, StringComparison.Ordinal);
        Assert.Contains($"href=\"/portal/r{Circuit}\"", link, StringComparison.Ordinal);
        await FirstAsync(customer, $"{Circuit}/peerings/AzurePrivatePeering", connection);
        await FirstAsync(customer, api.Gateway("first"), connection);
        // The other routing domain carries none, and says what goes along with it.
        string form = await FormAsync(customer, "delete", $"{Circuit}/peerings/MicrosoftPeering");
        Assert.Contains("data-act", form, StringComparison.Ordinal);
        Assert.Contains("193.10.0.0/20", form, StringComparison.Ordinal);

        // A group stays while something of it is with a provider; an empty one goes.
        await FirstAsync(customer, api.Group, Circuit);
        Assert.Contains("data-act", await FormAsync(customer, "delete", elsewhere), StringComparison.Ordinal);

        // What is locked stays while the lock does.
        string hold = $"{elsewhere}/providers/Microsoft.Authorization/locks/hold";
        (await api.Customer.Put($"{hold}?api-version=2020-05-01", """{"properties":{"level":"CanNotDelete"}}""")).Is(201);
        await FirstAsync(customer, elsewhere, hold);
        Assert.Contains("data-act", await FormAsync(customer, "delete", hold), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_is_moved_to_where_it_can_go()
    {
        await api.OrderAsync("moved");
        await api.ProviderMovesAsync("moved", "Provisioning");
        string order = api.Order;
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        Assert.Equal(
            ["Provisioned", "Provisioning", "NotProvisioned", "Deprovisioning"],
            StatesOf(await FormAsync(provider, "move", order))
        );
        await api.ProviderMovesAsync("moved", "Provisioned");
        Assert.Equal(["Provisioned", "Deprovisioning", "NotProvisioned"], StatesOf(await FormAsync(provider, "move", order)));
        await api.ProviderMovesAsync("moved", "Deprovisioning");
        Assert.Equal(["NotProvisioned", "Deprovisioning"], StatesOf(await FormAsync(provider, "move", order)));
        await api.ProviderMovesAsync("moved", "NotProvisioned");
        Assert.Equal(["Provisioning", "Provisioned", "NotProvisioned"], StatesOf(await FormAsync(provider, "move", order)));

        static string[] StatesOf(string form) =>
            [
                .. form.Split("<option value=\"")[1..]
                    .Select(o => o.Split('"')[0])
                    .Where(o => o.EndsWith("ing", StringComparison.Ordinal) || o.EndsWith("ed", StringComparison.Ordinal)),
            ];
    }

    /// <summary>Whoever decides about a peering sees the desk's side of it; after a question it is the peer's turn, after the answer the operator's again.</summary>
    [Fact]
    public async Task A_question_gives_the_turn_to_the_peer()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        string path = $"/portal/r{api.Peering}";
        string page = await @operator.PageAsync(path);
        Assert.Contains("<a href=\"/portal/operator\" aria-current=\"true\">", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/portal/operator/requests\">", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"/portal/peer\" aria-current=\"true\">", await customer.PageAsync(path), StringComparison.Ordinal);
        string asn = $"/portal/r/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peerAsns/contoso";
        Assert.Contains("<a href=\"/portal/operator\" aria-current=\"true\">", await @operator.PageAsync(asn), StringComparison.Ordinal);

        (await api.Operator.Post($"{api.Peering}/ask?api-version=2022-10-01", """{"reason":"Which router is it?"}""")).Is(200);
        foreach (Browser who in (Browser[])[customer, @operator])
        {
            page = WebUtility.HtmlDecode(await who.PageAsync(path));
            Assert.Contains("Who acts next: the peer", page, StringComparison.Ordinal);
            Assert.Contains("The operator asked: Which router is it?", page, StringComparison.Ordinal);
        }
        Assert.Contains("Answer", await @operator.PageAsync("/portal/operator/requests"), StringComparison.Ordinal);
        (await api.Customer.Post($"{api.Peering}/answer?api-version=2022-10-01", """{"reason":"The one in Kista."}""")).Is(200);
        page = await @operator.PageAsync(path);
        Assert.Contains("Who acts next: the operator", page, StringComparison.Ordinal);
        Assert.DoesNotContain("The operator asked:", page, StringComparison.Ordinal);
        // What the peer has to do is said to be the peer's.
        (await api.Operator.Post($"{api.Peering}/approve?api-version=2022-10-01", "{}")).Is(200);
        Assert.Contains("Who acts next: the peer", await @operator.PageAsync(path), StringComparison.Ordinal);
    }

    private static Task<string> FormAsync(Browser browser, string act, string on) =>
        browser.PageAsync($"/portal/do/{act}?on={Uri.EscapeDataString(on)}");

    /// <summary>The form of a delete is none, but says what is first and leads there; and the API does refuse it.</summary>
    private async Task FirstAsync(Browser browser, string on, string leads)
    {
        string form = await FormAsync(browser, "delete", on);
        Assert.DoesNotContain("data-act", form, StringComparison.Ordinal);
        Assert.Contains($"href=\"/portal/r{leads}\"", form, StringComparison.Ordinal);
        string version = on.Contains("/providers/", StringComparison.Ordinal) ? "2024-01-01" : "2021-04-01";
        Answer answer = await api.Customer.Delete($"{on}?api-version={version}");
        Assert.True(answer.Code is 400 or 409, $"{on}: {answer.Code}");
    }
}
