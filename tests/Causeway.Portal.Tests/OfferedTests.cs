using System.Net;
using System.Text.Json.Nodes;
using Causeway.Api.Tests;
using Causeway.Testing;

namespace Causeway.Portal.Tests;

/// <summary>What is offered on a page is what can be done from there, by who looks; and its form begins with where it was opened.</summary>
public sealed class OfferedTests(PortalServer api) : IClassFixture<PortalServer>
{
    private static string Do(string act, string on) => $"/portal/do/{act}?on={Uri.EscapeDataString(on)}";

    private static string In(string act, string within) => $"/portal/do/{act}?in={Uri.EscapeDataString(within)}";

    [Fact]
    public async Task An_answer_is_offered_where_the_operator_has_asked()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        Assert.DoesNotContain(Do("answer", api.Peering), await customer.PageAsync($"/portal/r{api.Peering}"), StringComparison.Ordinal);
        Assert.Contains(
            "without a question of the operator",
            WebUtility.HtmlDecode(await customer.PageAsync(Do("answer", api.Peering), 409)),
            StringComparison.Ordinal
        );
        string page = await customer.PageAsync($"/portal/r{api.Questioned}");
        Assert.Contains($"href=\"{Do("answer", api.Questioned)}\" class=\"main\"", page, StringComparison.Ordinal);
        Assert.Equal(303, (await customer.PressAsync(Do("answer", api.Questioned), ("reason", "Port 7"))).Status);
        Assert.DoesNotContain(
            Do("answer", api.Questioned),
            await customer.PageAsync($"/portal/r{api.Questioned}"),
            StringComparison.Ordinal
        );
        // What the other tests find is as they found it.
        (await api.Operator.Post($"{api.Questioned}/ask?api-version=2022-10-01", """{"reason":"Which port is yours?"}""")).Is(200);
    }

    /// <summary>An order that its customer has withdrawn: the page says that it is gone, once, and nothing is told of it any more.</summary>
    [Fact]
    public async Task Nothing_is_told_of_an_order_that_is_gone()
    {
        await api.SomethingAsync();
        await api.OrderAsync("withdrawn");
        await api.ProviderMovesAsync("withdrawn", "Provisioning");
        string order = api.Order;
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        Assert.Contains(Do("move", order), await provider.PageAsync($"/portal/r{order}"), StringComparison.Ordinal);
        await api.ProviderMovesAsync("withdrawn", "NotProvisioned");
        (await api.Customer.Delete(api.Circuit("withdrawn"))).Is(202);
        await Eventually.Get(
            async () => (await api.Customer.Get(api.Circuit("withdrawn"))).Code,
            code => code == 404,
            "the circuit is gone",
            TimeSpan.FromSeconds(30)
        );
        string page = await provider.PageAsync($"/portal/r{order}", 404);
        Assert.DoesNotContain("/portal/do/move", page, StringComparison.Ordinal);
        Assert.Single(page.Split("role=\"alert\"")[1..]);
        // Neither does the page that was open while it went.
        string parts = await provider.PageAsync($"/portal/r{order}?fragment=explain&fragment=facts&fragment=acts", 404);
        Assert.DoesNotContain("/portal/do/move", parts, StringComparison.Ordinal);
        Assert.Single(parts.Split("role=\"alert\"")[1..]);
    }

    /// <summary>Sharing is asked of the API as who shares: who may read may share, and is offered it; nothing else.</summary>
    [Fact]
    public async Task A_reader_is_offered_to_share_what_they_may_read()
    {
        await api.SomethingAsync();
        await api.ReadsAsync("otherCustomer");
        string circuit = $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";
        string share = $"/portal/share?on={Uri.EscapeDataString(circuit)}";
        using Browser reader = await Browser.SignedInAsync(api, "otherCustomer");
        string acts = await reader.PageAsync($"/portal/r{circuit}?fragment=acts");
        Assert.Contains(share, acts, StringComparison.Ordinal);
        Assert.DoesNotContain("/portal/do/", acts, StringComparison.Ordinal);
        string form = await reader.PageAsync(share);
        using HttpResponseMessage made = await reader.PostAsync(
            share,
            form: [("form-key", form.Split("name=\"form-key\" value=\"")[1].Split('"')[0]), ("lasts", "10")]
        );
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        string link = (await made.Content.ReadAsStringAsync()).Split("id=\"made\"")[0].Split("href=\"")[^1].Split('"')[0];
        using Browser nobody = Browser.Of(api);
        Assert.Contains("part-explain", await nobody.PageAsync(new Uri(link).PathAndQuery), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_begins_with_the_group_and_the_subscription_that_it_was_opened_from()
    {
        await api.SomethingAsync();
        // Another group comes first in the form.
        string other = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/a-first";
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/z-last";
        foreach (string one in (string[])[other, group])
            (await api.Customer.Put($"{one}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string page = await customer.PageAsync($"/portal/r{group}");
        foreach (string act in (string[])["order", "network", "filter", "request"])
        {
            Assert.Contains($"\"{In(act, group)}\"", page, StringComparison.Ordinal);
            string form = await customer.PageAsync(In(act, group));
            Assert.Equal(group, Browser.StandingIn(form)["group"]);
            Assert.Contains($"<a href=\"/portal/r{group}\">Cancel</a>", form, StringComparison.Ordinal);
        }
        Assert.Equal(other, Browser.StandingIn(await customer.PageAsync("/portal/do/order"))["group"]);

        // A network leads to a gateway in it, as long as it has none.
        await api.NetworkAsync("a-net");
        await api.NetworkAsync("z-net");
        Assert.Contains(
            $"\"{In("gateway", api.Network("z-net"))}\"",
            await customer.PageAsync($"/portal/r{api.Network("z-net")}"),
            StringComparison.Ordinal
        );
        Assert.Equal(api.Network("z-net"), Browser.StandingIn(await customer.PageAsync(In("gateway", api.Network("z-net"))))["network"]);

        // A subscription leads to a group in it.
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        foreach (string id in (string[])[api.CustomerSubscription, api.OtherSubscription])
        {
            string subscription = $"/subscriptions/{id}";
            Assert.Contains(
                $"\"{In("group", subscription)}\"",
                await @operator.PageAsync($"/portal/r{subscription}"),
                StringComparison.Ordinal
            );
            Assert.Equal(id, Browser.StandingIn(await @operator.PageAsync(In("group", subscription)))["subscription"]);
        }
    }

    [Fact]
    public async Task A_group_is_deleted_after_it_is_said_what_is_in_it()
    {
        await api.SomethingAsync();
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/full";
        (await api.Customer.Put($"{group}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);
        (
            await api.Customer.Put(
                $"{group}/providers/Microsoft.Network/virtualNetworks/inside?api-version=2024-01-01",
                """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]},"subnets":[]}}"""
            )
        ).Is(201);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        Assert.Contains(
            "What goes along with it: inside (Virtual network).",
            await customer.PageAsync(Do("delete", group)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "inside (Virtueel netwerk)",
            await customer.PageAsync(Do("delete", group), language: "nl"),
            StringComparison.Ordinal
        );
    }

    /// <summary>On the page of an order the turn is the provider's where it is, and said to them; what they do next stands out then only.</summary>
    [Fact]
    public async Task Who_acts_next_on_an_order_is_said_to_both_sides()
    {
        await api.SomethingAsync();
        await api.OrderAsync("turns");
        await api.ProviderMovesAsync("turns", "NotProvisioned");
        string circuit = $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/turns";
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        await TurnAsync("the provider", isProviders: true);
        foreach (
            (string state, string who, bool isProviders) in ((string, string, bool)[])
                [("Provisioning", "the provider", true), ("Provisioned", "the customer", false), ("Deprovisioning", "the provider", true)]
        )
        {
            await api.ProviderMovesAsync("turns", state);
            await TurnAsync(who, isProviders);
        }

        async Task TurnAsync(string who, bool isProviders)
        {
            Assert.Contains(
                $"Who acts next: {who}",
                await customer.PageAsync($"/portal/r{circuit}?fragment=explain"),
                StringComparison.Ordinal
            );
            Assert.Contains(
                $"Who acts next: {(isProviders ? "you" : who)}",
                await provider.PageAsync($"/portal/r{api.Order}?fragment=explain"),
                StringComparison.Ordinal
            );
            string acts = await provider.PageAsync($"/portal/r{api.Order}?fragment=acts");
            Assert.Equal(isProviders, acts.Contains("class=\"main\"", StringComparison.Ordinal));
        }
    }

    /// <summary>LANs at a place are told apart by their prefixes.</summary>
    [Fact]
    public async Task A_request_names_the_LAN()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string form = WebUtility.HtmlDecode(await customer.PageAsync("/portal/do/request"));
        JsonNode facility = (
            await api.Customer.Get(
                $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peeringLocations?kind=Exchange&api-version=2022-10-01"
            )
        )
            .Is(200)
            .Body!["value"]!
            .AsArray()
            .SelectMany(l => l!["properties"]!["exchange"]!["peeringFacilities"]!.AsArray())
            .First(f => f!["peeringDBFacilityId"]!.ToString() == "26")!;
        Assert.Contains(
            $"{facility["exchangeName"]} ({facility["facilityIPv4Prefix"]}",
            form.Split("name=\"exchange\"")[1].Split("</select>")[0],
            StringComparison.Ordinal
        );
        Assert.Contains($"\"lans\":{{\"26\":\"{facility["facilityIPv4Prefix"]}\"", form, StringComparison.Ordinal);
    }
}
