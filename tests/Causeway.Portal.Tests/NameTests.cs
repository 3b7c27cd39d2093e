using System.Net;
using Causeway.Api.Tests;
using Causeway.Language;

namespace Causeway.Portal.Tests;

/// <summary>Things are called as people call them, in their language; what is gone is not led to.</summary>
public sealed class NameTests(PortalServer api) : IClassFixture<PortalServer>
{
    private string Circuit => $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";

    /// <summary>A letter is taken whatever letters its name has.</summary>
    [Theory]
    [InlineData("LoA (1).pdf", "LoA-1.pdf")]
    [InlineData("C:\\Users\\åsa\\Åäö avtal.PDF", "Aao-avtal.PDF")]
    [InlineData("évil.pdf", "evil.pdf")]
    [InlineData("å.pdf", "a.pdf")]
    [InlineData("Письмо.pdf", "letter.pdf")]
    [InlineData("手紙.pdf", "letter.pdf")]
    [InlineData("../.hidden.txt", "hidden.txt")]
    [InlineData("noext", "noext")]
    public void A_file_is_called_as_the_API_takes_names(string file, string name) => Assert.Equal(name, Pages.Acts.TicketActs.NameOf(file));

    [Fact]
    public async Task Networks_and_exchanges_have_their_own_names()
    {
        await api.SomethingAsync();
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string list = await customer.PageAsync("/portal/peer/peerings");
        Assert.Contains(">AS64500 Meeting</a>", list, StringComparison.Ordinal);
        Assert.DoesNotContain(">meeting</a>", list, StringComparison.Ordinal);
        Assert.Contains("AS64500 Meeting", await customer.PageAsync("/portal/peer/exchanges"), StringComparison.Ordinal);
        string page = await customer.PageAsync($"/portal/r{api.Peering}");
        Assert.Contains(">AS64500 Meeting</a>", page, StringComparison.Ordinal);
        Assert.Contains("AMS-IX", page.Split("data-fragment=\"connections\"")[1].Split("</section>")[0], StringComparison.Ordinal);
        Assert.DoesNotContain(">26<", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_there_is_changed_and_what_has_no_tag_says_so()
    {
        await api.SomethingAsync();
        await api.OrderAsync("untagged");
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string page = await customer.PageAsync($"/portal/r{Circuit}");
        Assert.Contains("Change private peering", page, StringComparison.Ordinal);
        Assert.Contains("Change Microsoft peering", page, StringComparison.Ordinal);
        string form = await customer.PageAsync($"/portal/do/configure?on={Uri.EscapeDataString(Circuit)}");
        Assert.Contains("<h1>Change private peering of", form, StringComparison.Ordinal);
        Assert.Contains("<button class=\"main\">Save</button>", form, StringComparison.Ordinal);
        string untagged = Circuit.Replace(PortalServer.Long, "untagged", StringComparison.Ordinal);
        Assert.Contains("Not allotted yet", await customer.PageAsync($"/portal/r{untagged}"), StringComparison.Ordinal);
        Assert.DoesNotContain("Not allotted yet", page, StringComparison.Ordinal);
    }

    /// <summary>A page of a type that has none of its own calls its members in the language of the page.</summary>
    [Theory]
    [InlineData("sv")]
    [InlineData("nl")]
    public async Task Members_are_called_in_the_language_of_the_page(string language)
    {
        await api.SomethingAsync();
        await api.NetworkWithGatewayAsync($"named-{language}");
        string connection = $"{api.Group}/providers/Microsoft.Network/connections/named-{language}";
        string lines = $$$$"""
            {"location":"westeurope","properties":{"connectionType":"ExpressRoute","virtualNetworkGateway1":{"id":"{{{{api.Gateway(
                $"named-{language}"
            )}}}}"},"peer":{"id":"{{{{Circuit}}}}"}}}
            """;
        (await api.Customer.Put($"{connection}?api-version=2024-01-01", lines)).Is(201);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        HashSet<string> known =
        [
            .. WordFolder
                .Read(typeof(PortalHost).Assembly, "Portal.words")
                .Concat(WordFolder.Read(typeof(Words).Assembly, ""))
                .Select(e => language == "sv" ? e.Swedish : e.Dutch),
        ];
        var unknown = new List<string>();
        foreach (
            string id in (string[])
                [
                    api.Network($"named-{language}"),
                    api.Gateway($"named-{language}"),
                    connection,
                    $"{Circuit}/peerings/AzurePrivatePeering",
                    $"{Circuit}/peerings/MicrosoftPeering",
                    $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peerAsns/contoso",
                    api.Group,
                ]
        )
        {
            string page = await customer.PageAsync($"/portal/r{id}", language: language);
            unknown.AddRange(
                page.Split("<dt>")[1..]
                    .Select(t => WebUtility.HtmlDecode(t.Split("</dt>")[0]))
                    .Where(t => !known.Contains(t))
                    .Select(t => $"{Ids(id)}: {t}")
            );
        }
        Assert.Empty(unknown.Distinct());
        (await api.Customer.Delete($"{connection}?api-version=2024-01-01")).Is(202);

        static string Ids(string id) => id[(id.LastIndexOf('/') + 1)..];
    }

    [Fact]
    public async Task Gateways_are_listed_and_made()
    {
        await api.SomethingAsync();
        await api.NetworkAsync("roomy");
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string page = await customer.PageAsync("/portal/customer/networks");
        Assert.Contains("/portal/do/network\"", page, StringComparison.Ordinal);
        Assert.Contains("/portal/do/gateway\"", page, StringComparison.Ordinal);
        Assert.Equal(
            "/portal/customer/networks",
            await DoAsync(
                customer,
                "gateway",
                ("network", api.Network("roomy")),
                ("name", "by-form"),
                ("sku", "Standard"),
                ("region", "westeurope")
            )
        );
        page = await customer.PageAsync("/portal/customer/networks?fragment=gateways");
        Assert.Contains(">by-form</a>", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"/portal/r{api.Network("roomy")}\"", page, StringComparison.Ordinal);
        // It has one now, and is offered no other.
        Assert.DoesNotContain(api.Network("roomy"), await customer.PageAsync("/portal/do/gateway"), StringComparison.Ordinal);
        await DoAsync(
            customer,
            "network",
            ("group", api.Group),
            ("name", "net-by-form"),
            ("region", "westeurope"),
            ("space", "10.9.0.0/16"),
            ("subnet", "10.9.255.0/27")
        );
        Assert.Contains("net-by-form", await customer.PageAsync("/portal/customer/networks"), StringComparison.Ordinal);
    }

    /// <summary>The journal and the bill know what is gone; they lead to where something is to be seen.</summary>
    [Fact]
    public async Task What_is_gone_is_not_led_to()
    {
        await api.OrderAsync("gone");
        await api.OrderAsync("stays");
        string gone = Circuit.Replace(PortalServer.Long, "gone", StringComparison.Ordinal);
        string stays = Circuit.Replace(PortalServer.Long, "stays", StringComparison.Ordinal);
        (await api.Customer.Delete($"{gone}?api-version=2024-01-01")).Is(202);
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        string usage = await customer.PageAsync("/portal/customer/usage");
        Assert.Contains("gone", usage, StringComparison.Ordinal);
        Assert.DoesNotContain($"href=\"/portal/r{gone}\"", usage, StringComparison.Ordinal);
        Assert.Contains($"href=\"/portal/r{stays}\"", usage, StringComparison.Ordinal);
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        string journal = await @operator.PageAsync("/portal/operator/journal");
        Assert.DoesNotContain($"href=\"/portal/r{gone}\"", journal, StringComparison.Ordinal);
        Assert.Contains($"href=\"/portal/r{stays}\"", journal, StringComparison.Ordinal);
        string alone = $"/portal/operator/journal?of={Uri.EscapeDataString(gone)}";
        Assert.Contains(alone, WebUtility.HtmlDecode(journal), StringComparison.Ordinal);
        string its = await @operator.PageAsync(alone);
        Assert.Contains("deleted by its owner", its, StringComparison.Ordinal);
        Assert.DoesNotContain("stays", its, StringComparison.Ordinal);
    }

    private static async Task<string> DoAsync(Browser browser, string act, params (string, string)[] values)
    {
        string page = await browser.PageAsync($"/portal/do/{act}");
        using HttpResponseMessage answer = await browser.PostAsync(
            $"/portal/do/{act}",
            form: [("form-key", page.Split("name=\"form-key\" value=\"")[1].Split('"')[0]), ("if-match", "absent"), .. values]
        );
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!.ToString();
    }
}
