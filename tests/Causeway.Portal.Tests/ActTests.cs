using System.Net;
using System.Text.Json.Nodes;
using Causeway.Api.Tests;
using Causeway.Testing;

namespace Causeway.Portal.Tests;

/// <summary>What is offered is what the API would do, as things stand and for who looks; what is missing first is said, and led to.</summary>
public sealed class ActTests(PortalServer api) : IClassFixture<PortalServer>
{
    [Fact]
    public async Task A_peering_says_who_acts_next_and_offers_what_its_state_takes()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        string path = $"/portal/r{api.Peering}";
        string page = await customer.PageAsync(path);
        Assert.Contains("Who acts next: the operator", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"badge wait\">PendingApproval</span>", page, StringComparison.Ordinal);
        // That it is stored is no good news.
        Assert.DoesNotContain("<span class=\"badge good\">Succeeded</span>", page, StringComparison.Ordinal);
        // Nothing was asked, and nothing is answered.
        Assert.Equal(["delete"], Offered(page));
        Assert.Equal(["approve", "ask", "reject"], Offered(await @operator.PageAsync(path)));
        Assert.Contains("PendingApproval", await customer.PageAsync("/portal/peer/peerings"), StringComparison.Ordinal);
        await api.ReadsAsync("provider");
        using Browser reader = await Browser.SignedInAsync(api, "provider");
        Assert.Empty(Offered(await reader.PageAsync(path)));
        Assert.Empty(Offered(await reader.PageAsync($"/portal/r{Circuit(PortalServer.Long)}")));
    }

    [Fact]
    public async Task The_operator_finishes_a_leave_that_the_peer_began()
    {
        await api.SomethingAsync();
        string peering = $"{api.Group}/providers/Microsoft.Peering/peerings/leaves";
        (
            await api.Customer.Put(
                $"{peering}?api-version=2022-10-01",
                $$$$"""
                {"location":"westeurope","sku":{"name":"Basic_Exchange_Free"},"kind":"Exchange","properties":{"peeringLocation":"Amsterdam","exchange":{
                 "peerAsn":{"id":"/subscriptions/{{{{api.CustomerSubscription}}}}/providers/Microsoft.Peering/peerAsns/meeting"},
                 "connections":[{"peeringDBFacilityId":26,"connectionIdentifier":"c1","bgpSession":{"peerSessionIPv4Address":"127.80.0.79","maxPrefixesAdvertisedV4":100}}]}}}
                """
            )
        ).Is(201);
        (await api.Operator.Post($"{peering}/approve?api-version=2022-10-01", "{}")).Is(200);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        await DoAsync(customer, "ready", peering);
        await Eventually.Get(
            async () => await StateAsync(peering),
            state => state == "Validating",
            "the routers have the session",
            TimeSpan.FromSeconds(30)
        );
        string page = await customer.PageAsync($"/portal/r{peering}");
        Assert.Equal(["leave"], Offered(page));
        await DoAsync(customer, "leave", peering);
        Assert.Empty(Offered(await customer.PageAsync($"/portal/r{peering}")));
        Assert.Contains(
            "Who acts next: the operator",
            await customer.PageAsync($"/portal/r{peering}?fragment=explain"),
            StringComparison.Ordinal
        );
        // It comes to the desk, and there it is what stands out.
        Assert.Contains($"/portal/r{peering}", await @operator.PageAsync("/portal/operator/requests"), StringComparison.Ordinal);
        Assert.Equal("deprovision", Offered(await @operator.PageAsync($"/portal/r{peering}"))[0]);
        await DoAsync(@operator, "deprovision", peering, ("reason", ""));
        Assert.Contains(await StateAsync(peering), (string[])["PendingRemove", "gone"]);
    }

    /// <summary>What is asked for too early says what is first, and leads there; nothing is sent.</summary>
    [Fact]
    public async Task What_is_missing_first_is_said_and_led_to()
    {
        await api.SomethingAsync();
        await api.OrderAsync("bare");
        string bare = Circuit("bare");
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string page = await customer.PageAsync($"/portal/r{bare}");
        Assert.Equal(["authorize", "resize", "delete"], Offered(page));
        Assert.DoesNotContain("delete", Offered(await customer.PageAsync($"/portal/r{Circuit(PortalServer.Long)}")));
        await FirstAsync("prefixes", bare, "/portal/do/configure-public");
        await FirstAsync("attach-filter", bare, "/portal/do/configure-public");
        await FirstAsync("link", bare, $"/portal/r{bare}");
        await FirstAsync("link", Circuit(PortalServer.Long), "/portal/do/gateway");
        await api.NetworkWithGatewayAsync("apps");
        Assert.Contains(
            "data-act",
            await customer.PageAsync($"/portal/do/link?on={Uri.EscapeDataString(Circuit(PortalServer.Long))}"),
            StringComparison.Ordinal
        );
        await FirstAsync("delete", api.Network("apps"), $"/portal/r{api.Gateway("apps")}");
        await FirstAsync("delete", Circuit(PortalServer.Long), $"/portal/r{Circuit(PortalServer.Long)}");
        using Browser other = await Browser.SignedInAsync(api, "otherCustomer");
        Assert.Contains("/portal/do/asn", await NoFormAsync(other, "/portal/do/request"), StringComparison.Ordinal);
        Assert.Contains("/portal/do/group", await NoFormAsync(other, "/portal/do/order"), StringComparison.Ordinal);

        async Task FirstAsync(string act, string on, string leads) =>
            Assert.Contains(
                $"href=\"{leads}",
                await NoFormAsync(customer, $"/portal/do/{act}?on={Uri.EscapeDataString(on)}"),
                StringComparison.Ordinal
            );

        static async Task<string> NoFormAsync(Browser browser, string path)
        {
            string form = await browser.PageAsync(path);
            Assert.DoesNotContain("data-act", form, StringComparison.Ordinal);
            return form;
        }
    }

    [Fact]
    public async Task A_circuit_is_widened_and_deleted_with_what_it_has()
    {
        await api.OrderAsync("short-lived");
        string circuit = Circuit("short-lived");
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        await DoAsync(customer, "resize", circuit, ("bandwidth", "500"));
        JsonNode after = (await api.Customer.Get(api.Circuit("short-lived"))).Is(200).Body!;
        Assert.Equal("500", after["properties"]!["serviceProviderProperties"]!["bandwidthInMbps"]!.ToString());
        string form = await customer.PageAsync($"/portal/do/resize?on={Uri.EscapeDataString(circuit)}");
        Assert.DoesNotContain("value=\"200\"", form, StringComparison.Ordinal);

        // Another subscription is let in; its key is shown to who asks for it, and goes with the circuit.
        string made = await DoAsync(customer, "authorize", circuit, ("name", "theirs"), ("if-match", "absent"));
        Assert.Equal($"/portal/r{circuit}/authorizations/theirs", made);
        string key = (await api.Customer.Get($"{circuit}/authorizations/theirs?api-version=2024-01-01")).Is(200).Body!["properties"]![
            "authorizationKey"
        ]!.ToString();
        Assert.DoesNotContain(key, await customer.PageAsync($"/portal/r{circuit}"), StringComparison.Ordinal);
        Assert.DoesNotContain(key, await customer.PageAsync(made), StringComparison.Ordinal);
        Assert.Contains(key, await customer.PageAsync($"{made}?key"), StringComparison.Ordinal);
        Assert.Contains(
            "theirs",
            await customer.PageAsync($"/portal/do/delete?on={Uri.EscapeDataString(circuit)}"),
            StringComparison.Ordinal
        );
        Assert.Equal($"/portal/r{circuit}", await DoAsync(customer, "delete", $"{circuit}/authorizations/theirs"));
        (await api.Customer.Get($"{circuit}/authorizations/theirs?api-version=2024-01-01")).Is(404);
        Assert.Equal("/portal/customer/circuits", await DoAsync(customer, "delete", circuit));
        (await api.Customer.Get(api.Circuit("short-lived"))).Is(404);
    }

    [Fact]
    public async Task Services_are_chosen_by_a_filter()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string made = await DoAsync(
            customer,
            "filter",
            "",
            ("if-match", "absent"),
            ("group", api.Group),
            ("name", "chosen"),
            ("region", "westeurope"),
            ("communities", "12076:5010")
        );
        string filter = $"{api.Group}/providers/Microsoft.Network/routeFilters/chosen";
        Assert.Equal($"/portal/r{filter}", made);
        string page = await customer.PageAsync(made);
        Assert.Contains("12076:5010", page, StringComparison.Ordinal);
        await DoAsync(customer, "rule", filter, ("communities", "12076:5020\n12076:5010"));
        await DoAsync(customer, "attach-filter", Circuit(PortalServer.Long), ("filter", filter));
        page = await customer.PageAsync(made);
        Assert.Contains("12076:5020", page, StringComparison.Ordinal);
        Assert.Contains(PortalServer.Long, page, StringComparison.Ordinal);
        // What is used cannot go, and says by what.
        string form = await customer.PageAsync($"/portal/do/delete?on={Uri.EscapeDataString(filter)}");
        Assert.Contains(PortalServer.Long, form, StringComparison.Ordinal);
        Assert.DoesNotContain("data-act", form, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ports_places_and_roles_are_listed()
    {
        await api.SomethingAsync();
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        Assert.Contains("Amsterdam", await provider.PageAsync("/portal/provider/ports"), StringComparison.Ordinal);
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        Assert.Contains("Equinix", await @operator.PageAsync("/portal/operator/locations"), StringComparison.Ordinal);
        string principals = await @operator.PageAsync("/portal/operator/principals");
        Assert.Contains("Operator of the network: everywhere", principals, StringComparison.Ordinal);
        Assert.Contains("Connectivity provider: ", principals, StringComparison.Ordinal);
    }

    /// <summary>A page of a type that has none of its own: what people look for as facts, everything as JSON, and no key anywhere.</summary>
    [Fact]
    public async Task Anything_has_its_facts_in_words_and_the_rest_folded()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string network = api.Network("facts");
        (
            await api.Customer.Put(
                $"{network}?api-version=2024-01-01",
                """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.1.0.0/16"]},"subnets":[{"name":"web","properties":{"addressPrefix":"10.1.0.0/24"}}]}}"""
            )
        ).Is(201);
        string page = await customer.PageAsync($"/portal/r{network}");
        string facts = page.Split("<dl class=\"facts\">")[1].Split("</dl>")[0];
        Assert.Contains("10.1.0.0/16", facts, StringComparison.Ordinal);
        Assert.Contains("web", facts, StringComparison.Ordinal);
        Assert.DoesNotContain("esource guid", facts, StringComparison.Ordinal);
        Assert.Contains("resourceGuid", page, StringComparison.Ordinal);
        Assert.Equal(["delete"], Offered(page));
        string peering = await customer.PageAsync($"/portal/r{Circuit(PortalServer.Long)}/peerings/MicrosoftPeering");
        Assert.Contains("MicrosoftPeering", peering, StringComparison.Ordinal);
    }

    /// <summary>What a peering declares is changed by a form, and the journal says what came and what went.</summary>
    [Fact]
    public async Task The_journal_tells_which_prefixes_came_and_went()
    {
        await api.SomethingAsync();
        string circuit = Circuit(PortalServer.Long);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string form = await customer.PageAsync($"/portal/do/prefixes?on={Uri.EscapeDataString(circuit)}");
        string tag = WebUtility.HtmlDecode(form.Split("name=\"if-match\" value=\"")[1].Split('"')[0]);
        await DoAsync(customer, "prefixes", circuit, ("prefixes", "193.10.16.0/20"), ("if-match", tag));
        string page = WebUtility.HtmlDecode(await customer.PageAsync($"/portal/r{circuit}?fragment=journal"));
        Assert.Contains("prefixes +193.10.16.0/20 -193.10.0.0/20", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_prefix_is_said_so()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        foreach (string of in (string[])[Circuit(PortalServer.Long), api.Peering])
        {
            string page = await customer.PageAsync($"/portal/r{of}?routes=refused&prefix=192.0.2.0%2F33");
            Assert.Contains("is not a prefix", page, StringComparison.Ordinal);
            Assert.Contains("#part-routes\" class=\"ask\"", page, StringComparison.Ordinal);
        }
    }

    private string Circuit(string name) => $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{name}";

    private async Task<string> StateAsync(string peering)
    {
        Answer answer = await api.Customer.Get($"{peering}?api-version=2022-10-01");
        return answer.Code == 404
            ? "gone"
            : answer.Is(200).Body!["properties"]!["exchange"]!["connections"]![0]!["connectionState"]!.ToString();
    }

    /// <summary>The acts that a page offers, in its order.</summary>
    private static string[] Offered(string page) =>
        [
            .. page.Split("<ul class=\"acts\">")
                .Skip(1)
                .SelectMany(a => a.Split("</ul>")[0].Split("/portal/do/").Skip(1))
                .Select(a => a.Split('?', '"')[0]),
        ];

    /// <summary>Presses a form's button.</summary>
    /// <returns>Where it leads.</returns>
    private static async Task<string> DoAsync(Browser browser, string act, string on, params (string, string)[] values)
    {
        string form = on.Length == 0 ? $"/portal/do/{act}" : $"/portal/do/{act}?on={Uri.EscapeDataString(on)}";
        string page = await browser.PageAsync(form);
        Assert.Contains("name=\"form-key\"", page, StringComparison.Ordinal);
        using HttpResponseMessage answer = await browser.PostAsync(
            form,
            form: [("form-key", page.Split("name=\"form-key\" value=\"")[1].Split('"')[0]), .. values]
        );
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, $"{form}: {(int)answer.StatusCode}\n{text}");
        return answer.Headers.Location!.ToString();
    }
}
