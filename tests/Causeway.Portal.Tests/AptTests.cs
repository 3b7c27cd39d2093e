using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Api.Tests;
using Causeway.Portal.Pages;

namespace Causeway.Portal.Tests;

/// <summary>An act is for what it is for: things of its types, in states that take it, called by their names; and leads back to where it was begun.</summary>
public sealed partial class AptTests(PortalServer api) : IClassFixture<PortalServer>
{
    private string Circuit => CircuitOf(PortalServer.Long);

    private string CircuitOf(string name) => $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{name}";

    private static string Do(string act, string on) => $"/portal/do/{act}?on={Uri.EscapeDataString(on)}";

    /// <summary>Azure, and the API, take letters of any language and parentheses in names of groups.</summary>
    [Fact]
    public async Task Names_of_groups_are_shown_and_sent_as_they_are()
    {
        string group = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/a(b)ün";
        (await api.Customer.Put($"{group}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string form = WebUtility.HtmlDecode(await customer.PageAsync("/portal/do/order"));
        Assert.Contains($"<option value=\"{group}\"", form, StringComparison.Ordinal);
        Assert.Contains(">a(b)ün (", form, StringComparison.Ordinal);
        Assert.DoesNotContain("%28", form, StringComparison.Ordinal);
        string leads = await DoAsync(
            customer,
            "/portal/do/order",
            ("if-match", "absent"),
            ("group", group),
            ("name", "in-it"),
            ("provider", "Equinix"),
            ("location", "Amsterdam"),
            ("bandwidth", "100"),
            ("tier", "Standard"),
            ("family", "MeteredData"),
            ("region", "westeurope")
        );
        string circuit = $"{group}/providers/Microsoft.Network/expressRouteCircuits/in-it";
        Assert.Equal(circuit, (await api.Customer.Get($"{circuit}?api-version=2024-01-01")).Is(200).Body!["id"]!.ToString());
        Assert.Contains($"/portal/do/resize?on={Uri.EscapeDataString(circuit)}", await customer.PageAsync(leads), StringComparison.Ordinal);
        Assert.Contains(
            $"causeway circuit delete '{circuit}'",
            WebUtility.HtmlDecode(await customer.PageAsync(Do("delete", circuit))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "--resource-group 'a(b)ün'",
            WebUtility.HtmlDecode(await customer.PageAsync(Do("authorize", circuit))),
            StringComparison.Ordinal
        );
        await customer.PageAsync(Do("delete", group));
        // What the API says of a name is said of the name, not of how a path writes it.
        Answer wrong = await api.Customer.Put(
            $"/subscriptions/{api.CustomerSubscription}/resourceGroups/a%2Fb?api-version=2021-04-01",
            """{"location":"westeurope"}"""
        );
        Assert.Contains("'a/b'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_act_is_not_for_is_said_with_a_status_that_fits()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        foreach (
            string path in (string[])
                [
                    Do("rule", Circuit),
                    Do("approve", Circuit),
                    Do("say", Circuit),
                    Do("resize", api.Filter),
                    Do("accept", api.Peering),
                    Do("order", Circuit),
                    Do("ticket", api.Filter),
                    Do("delete", $"{Circuit}/providers/Microsoft.Insights/metrics/x"),
                    "/portal/do/approve",
                    "/portal/do/configure",
                    "/portal/do/delete",
                ]
        )
            Assert.Contains("That cannot be done with this", await @operator.PageAsync(path, 404), StringComparison.Ordinal);
        // Nobody says that they are ready before it is approved, nor opens again what is open.
        string page = WebUtility.HtmlDecode(await customer.PageAsync(Do("ready", api.Peering), 409));
        Assert.Contains("at-ams-ix is PendingApproval", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-act", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/portal/r{api.Peering}\"", page, StringComparison.Ordinal);
        await customer.PageAsync(Do("reopen", api.Ticket), 409);
        // What is not there, or not the viewer's, has no form, and is no success.
        await customer.PageAsync(Do("resize", CircuitOf("nowhere")), 404);
        using Browser other = await Browser.SignedInAsync(api, "otherCustomer");
        await other.PageAsync(Do("resize", Circuit), 403);
    }

    /// <summary>What is chosen when a ticket's form is opened is taken as it stands, whatever it is about.</summary>
    [Fact]
    public async Task A_ticket_offers_what_fits_what_it_is_about()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        const string Prefixes = "/providers/Microsoft.Support/services/expressRoute/problemClassifications/advertisedPrefixes";
        int nth = 0;
        foreach (
            string about in (string[])
                [Circuit, $"{Circuit}/peerings/AzurePrivatePeering", $"{Circuit}/peerings/MicrosoftPeering", api.Peering]
        )
        {
            string path = Do("ticket", about);
            string form = WebUtility.HtmlDecode(await customer.PageAsync(path));
            Assert.Equal(about, ChosenOf(form, "about"));
            bool isOfPrefixes = about.EndsWith("MicrosoftPeering", StringComparison.Ordinal);
            Assert.Equal(isOfPrefixes, ChosenOf(form, "problem") == Prefixes);
            string offered = form.Split($"<option value=\"{Prefixes}\"")[1].Split("</option>")[0];
            Assert.Equal(isOfPrefixes, offered.Split("data-for=\"")[1].Split('"')[0].Split('|').Contains(about));
            await DoAsync(
                customer,
                path,
                ("if-match", "absent"),
                ("about", about),
                ("service", ChosenOf(form, "service")),
                ("problem", ChosenOf(form, "problem")),
                ("title", "As it stands"),
                ("description", "Nothing was chosen."),
                ("severity", ChosenOf(form, "severity")),
                ("first", "Ann"),
                ("last", "Berg"),
                ("email", "ann@example.net"),
                ("country", ChosenOf(form, "country")),
                ("name", $"as-it-stands-{nth++}")
            );
        }
        string swedish = WebUtility.HtmlDecode(await customer.PageAsync("/portal/do/ticket", language: "sv"));
        Assert.DoesNotContain(">highestcriticalimpact<", swedish, StringComparison.Ordinal);
        Assert.Contains("Högst: ", swedish, StringComparison.Ordinal);
        Assert.Contains(">Något annat</option>", swedish, StringComparison.Ordinal);
        Assert.Contains("<option value=\"SWE\" data-region=\"SE\">", swedish, StringComparison.Ordinal);
        Assert.Contains("Som user@example.net", swedish, StringComparison.Ordinal);
    }

    /// <summary>Who has to make something first comes back to the form that they came from, with what was made chosen; however many there are between.</summary>
    [Fact]
    public async Task A_form_that_needs_another_thing_first_is_come_back_to()
    {
        await api.SomethingAsync();
        using Browser other = await Browser.SignedInAsync(api, "otherCustomer");
        string first = WebUtility.HtmlDecode(await other.PageAsync("/portal/do/gateway"));
        Assert.Contains("href=\"/portal/do/network?then=%2Fportal%2Fdo%2Fgateway\"", first, StringComparison.Ordinal);
        string second = WebUtility.HtmlDecode(await other.PageAsync("/portal/do/network?then=%2Fportal%2Fdo%2Fgateway"));
        string group = $"/portal/do/group?then={Uri.EscapeDataString("/portal/do/network?then=%2Fportal%2Fdo%2Fgateway")}";
        Assert.Contains($"href=\"{group}\"", second, StringComparison.Ordinal);
        string leads = await DoAsync(
            other,
            group,
            ("if-match", "absent"),
            ("subscription", api.OtherSubscription),
            ("name", "chain"),
            ("region", "westeurope")
        );
        string made = $"/subscriptions/{api.OtherSubscription}/resourceGroups/chain";
        Assert.Equal($"/portal/do/network?then=%2Fportal%2Fdo%2Fgateway&made={Uri.EscapeDataString(made)}", leads);
        Assert.Equal(made, ChosenOf(WebUtility.HtmlDecode(await other.PageAsync(leads)), "group"));
        leads = await DoAsync(
            other,
            leads,
            ("if-match", "absent"),
            ("group", made),
            ("name", "net"),
            ("region", "westeurope"),
            ("space", "10.1.0.0/16"),
            ("subnet", "10.1.255.0/27")
        );
        string network = $"{made}/providers/Microsoft.Network/virtualNetworks/net";
        Assert.Equal($"/portal/do/gateway?made={Uri.EscapeDataString(network)}", leads);
        string form = WebUtility.HtmlDecode(await other.PageAsync(leads));
        Assert.Equal(network, ChosenOf(form, "network"));
        // Nobody is led anywhere but to a form of ours.
        foreach (
            string elsewhere in (string[])["//evil.example", "https://evil.example/portal/do/x", "/portal/signout", "/portal/do/../signout"]
        )
        {
            string page = await other.PageAsync($"/portal/do/network?then={Uri.EscapeDataString(elsewhere)}");
            Assert.Contains("<form method=\"post\" action=\"/portal/do/network\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain($"href=\"{elsewhere}\"", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_form_has_a_way_back_and_what_takes_something_away_looks_like_that()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        foreach (
            (string path, string back) in ((string, string)[])
                [
                    ("/portal/do/order", "/portal/customer/circuits"),
                    ("/portal/do/asn", "/portal/peer/asns"),
                    (Do("resize", Circuit), $"/portal/r{Circuit}"),
                    (Do("delete", api.Filter), $"/portal/r{api.Filter}"),
                    ("/portal/do/network?then=%2Fportal%2Fdo%2Fgateway", "/portal/do/gateway"),
                    ($"/portal/share?on={Uri.EscapeDataString(Circuit)}", $"/portal/r{Circuit}"),
                ]
        )
            Assert.Contains($"<a href=\"{back}\">Cancel</a>", await customer.PageAsync(path), StringComparison.Ordinal);
        string form = await customer.PageAsync(Do("delete", api.Filter));
        Assert.Contains("<button class=\"danger\">Delete</button>", form, StringComparison.Ordinal);
        Assert.DoesNotContain("<button class=\"main\">", form, StringComparison.Ordinal);
        await api.NetworkAsync("any");
        string page = await customer.PageAsync($"/portal/r{api.Network("any")}");
        Assert.Contains("class=\"danger\"", page.Split("<ul class=\"acts\">")[1].Split("</ul>")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"main\"", page.Split("<ul class=\"acts\">")[1].Split("</ul>")[0], StringComparison.Ordinal);
    }

    /// <summary>What stands out on a page is the next step of who looks; where it is another's turn, or nobody's, nothing does.</summary>
    [Fact]
    public async Task What_stands_out_is_what_who_looks_does_next()
    {
        await api.SomethingAsync();
        await api.OrderAsync("step");
        string circuit = CircuitOf("step");
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        async Task<string?> NextAsync(Browser who, string id) =>
            Standing().Match(await who.PageAsync($"/portal/r{id}?fragment=acts")) is { Success: true } main ? main.Groups[1].Value : null;
        Assert.Null(await NextAsync(customer, circuit));
        await api.ProviderMovesAsync("step", "Provisioned");
        Assert.Equal("configure", await NextAsync(customer, circuit));
        (
            await api.Customer.Put(
                $"{circuit}/peerings/AzurePrivatePeering?api-version=2024-01-01",
                """{"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"192.168.25.16/30","secondaryPeerAddressPrefix":"192.168.25.20/30"}}"""
            )
        ).Is(201);
        // Its sessions have no link, which is the operator's to mend: "Let another subscription connect" is nobody's next step.
        Assert.Null(await NextAsync(@operator, circuit));
        Assert.NotEqual("authorize", await NextAsync(customer, circuit));
        Assert.Equal("approve", await NextAsync(@operator, api.Peering));
        Assert.Null(await NextAsync(customer, api.Peering));
        Assert.Equal("accept", await NextAsync(@operator, api.Ticket));
        Assert.Null(await NextAsync(customer, api.Ticket));
    }

    /// <summary>What is shown as the same by script takes away what the form takes away.</summary>
    [Fact]
    public async Task Notes_that_are_emptied_are_emptied_by_the_line_too()
    {
        await api.OrderAsync("noted");
        await api.ProviderMovesAsync("noted", "Provisioning");
        string order = api.Order;
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        Assert.DoesNotContain("--notes {notes:given}", await provider.PageAsync(Do("move", order)), StringComparison.Ordinal);
        (
            await api.Provider.Put(
                $"{order}?api-version=2024-01-01",
                """{"location":"westeurope","properties":{"serviceProviderProvisioningState":"Provisioning","serviceProviderNotes":"due Tuesday"}}"""
            )
        ).Is(200);
        string form = WebUtility.HtmlDecode(await provider.PageAsync(Do("move", order)));
        string line = form.Split("data-line=\"")[1..]
            .Select(l => l.Split('"')[0])
            .First(l => l.Contains("provision complete", StringComparison.Ordinal));
        string said = Pages.Acts.Template.Line(line, place => place == "order" ? order : "");
        Assert.Contains("--notes '' ", said, StringComparison.Ordinal);
        string[] arguments = [.. said.Split(' ')[1..].Select(a => a == "''" ? "" : a)];
        Assert.Empty(Causeway.Api.Tests.Cli.CliRun.Tree().For(arguments).Parse(arguments).Errors);
    }

    [Fact]
    public async Task A_link_is_made_by_who_may_see_and_for_as_long_as_can_be_chosen()
    {
        await api.SomethingAsync();
        using Browser other = await Browser.SignedInAsync(api, "otherCustomer");
        string share = $"/portal/share?on={Uri.EscapeDataString(Circuit)}";
        Assert.DoesNotContain("name=\"lasts\"", await other.PageAsync(share, 403), StringComparison.Ordinal);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string key = KeyOf(await customer.PageAsync(share));
        foreach (string lasts in (string[])["", "0", "61"])
        {
            using HttpResponseMessage answer = await customer.PostAsync(share, "same-origin", ("form-key", key), ("lasts", lasts));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(
                "how many minutes the link lasts: 10, 30, 60",
                await answer.Content.ReadAsStringAsync(),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task What_is_said_is_whole_and_exact()
    {
        Assert.Equal(("Say something", " in letter"), ActNames.Split("Say something in letter", "letter"));
        await api.SomethingAsync();
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        Assert.Contains(
            "ends as that day begins, at 00:00 UTC",
            await @operator.PageAsync(Do("accept", api.Ticket)),
            StringComparison.Ordinal
        );
    }

    /// <summary>Where a circuit's routers connect is told, with what is free there; what one has is free to nobody else on that router.</summary>
    [Fact]
    public async Task Subnets_that_have_a_link_are_offered()
    {
        await api.SomethingAsync();
        await api.OrderAsync("linked");
        await api.ProviderMovesAsync("linked", "Provisioned");
        string circuit = CircuitOf("linked");
        JsonNode told = (await api.Customer.Get($"{circuit}/linkSpace?api-version=2024-01-01")).Is(200).Body!;
        Assert.Equal("127.0.0.0/8", told["primary"]!["within"]![0]!.ToString());
        string[] Free(JsonNode of, string side) => [.. of[side]!["free"]!.AsArray().Select(f => f!.ToString())];
        Assert.Equal(4, Free(told, "primary").Length);
        Assert.Empty(Free(told, "primary").Intersect(Free(told, "secondary")));
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        Assert.Contains(Free(told, "primary")[0], await customer.PageAsync(Do("configure", circuit)), StringComparison.Ordinal);
        (
            await api.Customer.Put(
                $"{circuit}/peerings/AzurePrivatePeering?api-version=2024-01-01",
                $$$$"""{"properties":{"peeringType":"AzurePrivatePeering","peerASN":65010,"vlanId":100,"primaryPeerAddressPrefix":"{{{{Free(told, "primary")[0]}}}}","secondaryPeerAddressPrefix":"{{{{Free(told, "secondary")[0]}}}}"}}"""
            )
        ).Is(201);
        JsonNode after = (await api.Customer.Get($"{circuit}/linkSpace?api-version=2024-01-01")).Is(200).Body!;
        Assert.Equal(Free(told, "primary")[1..], Free(after, "primary")[..3]);
        (await api.OtherCustomer.Get($"{circuit}/linkSpace?api-version=2024-01-01")).Is(403);
        (await api.Customer.Get($"{CircuitOf("nowhere")}/linkSpace?api-version=2024-01-01")).Is(404);
    }

    /// <summary>What a browser would send of a choice that nobody changed.</summary>
    private static string ChosenOf(string form, string field)
    {
        string options = form.Split($"name=\"{field}\"")[1].Split("</select>")[0];
        return (Selected().Match(options) is { Success: true } chosen ? chosen : Option().Match(options)).Groups[1].Value;
    }

    private static string KeyOf(string page) => page.Split("name=\"form-key\" value=\"")[1].Split('"')[0];

    /// <summary>Presses a form's button, and answers where it leads.</summary>
    private static async Task<string> DoAsync(Browser browser, string path, params (string, string)[] values)
    {
        using HttpResponseMessage answer = await browser.PostAsync(
            path,
            form: [("form-key", KeyOf(await browser.PageAsync(path))), .. values]
        );
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, $"{path}: {(int)answer.StatusCode}\n{text}");
        return answer.Headers.Location!.ToString();
    }

    [GeneratedRegex("<option value=\"([^\"]*)\" selected")]
    private static partial Regex Selected();

    [GeneratedRegex("<option value=\"([^\"]*)\"")]
    private static partial Regex Option();

    [GeneratedRegex("<a href=\"/portal/do/([\\w-]+)[^\"]*\" class=\"main\"")]
    private static partial Regex Standing();
}
