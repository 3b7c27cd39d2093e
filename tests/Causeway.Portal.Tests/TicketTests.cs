using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Api.Tests;

namespace Causeway.Portal.Tests;

/// <summary>What is asked of the operator by pages alone, with the letter that comes along, and what comes of it.</summary>
public sealed class TicketTests(PortalServer api) : IClassFixture<PortalServer>
{
    [Fact]
    public async Task A_ticket_is_opened_talked_about_given_a_letter_accepted_and_opened_again_by_pages()
    {
        await api.SomethingAsync();
        string about = $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}/peerings/MicrosoftPeering";
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        using Browser @operator = await Browser.SignedInAsync(api, "operator");
        Assert.Contains("/portal/do/ticket", await customer.PageAsync("/portal/customer/tickets"), StringComparison.Ordinal);
        string opened = await DoAsync(
            customer,
            $"/portal/do/ticket?on={Uri.EscapeDataString(about)}",
            ("if-match", "absent"),
            ("about", about),
            ("service", "/providers/Microsoft.Support/services/expressRoute"),
            ("problem", "/providers/Microsoft.Support/services/expressRoute/problemClassifications/advertisedPrefixes"),
            ("title", "By pages"),
            ("description", "We use it since 1999.\nThe letter follows."),
            ("severity", "moderate"),
            ("first", "Ann"),
            ("last", "Berg"),
            ("email", "ann@example.net"),
            ("country", "SWE"),
            ("name", "by-pages")
        );
        string ticket = api.TicketOf("by-pages");
        Assert.Equal($"/portal/r{ticket}", opened);

        // Who acts next leads, and what is asked, said and attached stands there; nothing as the API calls it.
        string page = WebUtility.HtmlDecode(await customer.PageAsync(opened));
        Assert.Contains("Who acts next: the operator", page, StringComparison.Ordinal);
        Assert.Contains("193.10.0.0/20", page, StringComparison.Ordinal);
        Assert.Contains("The letter follows.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("contactDetails.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("technicalTicketDetails", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/portal/do/accept", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/portal/do/reopen", page, StringComparison.Ordinal);

        // The letter: as bytes in, as an attachment out, for the operator too, and for nobody else.
        byte[] letter = [.. "%PDF-1.7 <script>alert(1)</script>"u8, .. Enumerable.Range(0, 3_000_000).Select(i => (byte)i)];
        await AttachAsync(customer, ticket, "My letter (signed).pdf", letter, HttpStatusCode.SeeOther);
        string file = $"/portal/file?on={Uri.EscapeDataString(ticket)}&name=My-letter-signed.pdf";
        string seen = WebUtility.HtmlDecode(await @operator.PageAsync(opened));
        Assert.Contains(file, seen, StringComparison.Ordinal);
        using (HttpResponseMessage got = await @operator.GetAsync(file))
        {
            Assert.Equal(HttpStatusCode.OK, got.StatusCode);
            Assert.Equal("attachment", got.Content.Headers.ContentDisposition!.DispositionType);
            Assert.Equal("application/octet-stream", got.Content.Headers.ContentType!.MediaType);
            Assert.Equal("nosniff", Assert.Single(got.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal(letter, await got.Content.ReadAsByteArrayAsync());
        }
        using (Browser other = await Browser.SignedInAsync(api, "otherCustomer"))
            await other.PageAsync(file, 404);
        await customer.PageAsync($"/portal/file?on={Uri.EscapeDataString(ticket)}&name=..%2F..%2Fx.pdf", 404);
        string kept = await AttachAsync(customer, ticket, "run.exe", letter[..10], HttpStatusCode.BadRequest);
        Assert.Contains("FileTypeNotAllowed", kept, StringComparison.Ordinal);
        await AttachAsync(customer, ticket, "large.pdf", new byte[6 << 20], HttpStatusCode.RequestEntityTooLarge);

        // The operator asks back, and the customer is next; what was said is said once, however often it is pressed.
        string say = $"/portal/do/say?on={Uri.EscapeDataString(ticket)}";
        string form = await @operator.PageAsync(say);
        (string, string)[] said = [("if-match", "absent"), ("subject", "The second page"), ("says", "It is <i>missing</i>.")];
        await SendAsync(@operator, say, form, HttpStatusCode.SeeOther, said);
        string again = await SendAsync(@operator, say, form, HttpStatusCode.PreconditionFailed, said);
        Assert.Contains("This was sent already; it stands on the page.", again, StringComparison.Ordinal);
        Assert.Contains($"href=\"{opened}\"", again, StringComparison.Ordinal);
        Assert.DoesNotContain("choose another name", again, StringComparison.Ordinal);
        page = await customer.PageAsync(opened);
        Assert.Contains("Who acts next: the customer", page, StringComparison.Ordinal);
        Assert.Single(page.Split("It is &lt;i&gt;missing&lt;/i&gt;.").Skip(1));

        // Accepted with a date and a reason, which the customer reads; nothing is offered that a closed ticket does not take.
        await DoAsync(
            @operator,
            $"/portal/do/accept?on={Uri.EscapeDataString(ticket)}",
            ("prefixes", ""),
            ("expires", "2099-01-01"),
            ("reason", "Letter of the holder")
        );
        page = WebUtility.HtmlDecode(await customer.PageAsync(opened));
        Assert.Contains("Letter of the holder", page, StringComparison.Ordinal);
        Assert.Contains("2099-01-01", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/portal/do/say", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/portal/do/attach", page, StringComparison.Ordinal);
        Assert.DoesNotContain("By pages", await @operator.PageAsync("/portal/operator/queue"), StringComparison.Ordinal);
        Assert.Contains("By pages", await @operator.PageAsync("/portal/operator/queue?closed"), StringComparison.Ordinal);
        await DoAsync(customer, $"/portal/do/reopen?on={Uri.EscapeDataString(ticket)}");
        await DoAsync(customer, $"/portal/do/close?on={Uri.EscapeDataString(ticket)}");
        JsonNode after = (await api.Customer.Get($"{ticket}?api-version=2024-04-01")).Is(200).Body!;
        Assert.Equal("Closed", after["properties"]!["status"]!.ToString());
    }

    /// <summary>What the operator asks and decides on a ticket is for who asked: whoever has a link to the circuit's diagnostics is told nothing of it.</summary>
    [Fact]
    public async Task A_shared_page_tells_nothing_that_was_written_on_a_ticket()
    {
        const string Question = "Is the holder bankrupt?";
        const string Why = "The holder phoned, and is angry";
        await api.SomethingAsync();
        // One of its own: what another test had accepted would stand beside what is rejected here.
        await api.OrderAsync("told");
        await api.ProviderMovesAsync("told", "Provisioned");
        string circuit = $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/told";
        (
            await api.Customer.Put(
                $"{circuit}/peerings/MicrosoftPeering?api-version=2024-01-01",
                """
                {"properties":{"peeringType":"MicrosoftPeering","peerASN":65010,"vlanId":101,"primaryPeerAddressPrefix":"192.0.2.16/30","secondaryPeerAddressPrefix":"192.0.2.20/30",
                 "microsoftPeeringConfig":{"advertisedPublicPrefixes":["193.10.32.0/20"],"routingRegistryName":"RIPENCC"}}}
                """
            )
        ).Is(201);
        string ticket = api.TicketOf("private");
        await api.AskAsync(ticket, $"{circuit}/peerings/MicrosoftPeering", "Private");
        string prefixes = $$"""{"prefixes":["193.10.32.0/20"],"expires":"2099-01-01T00:00:00Z","reason":"Letter"}""";
        (await api.Operator.Post($"{ticket}/accept?api-version=2024-04-01", prefixes)).Is(200);
        (await api.Operator.Post($"{ticket}/reject?api-version=2024-04-01", $$"""{"reason":"{{Why}}"}""")).Is(200);
        (await api.Customer.Patch($"{ticket}?api-version=2024-04-01", """{"status":"open"}""")).Is(200);
        (
            await api.Operator.Put(
                $"{ticket}/communications/q?api-version=2024-04-01",
                $$$"""{"properties":{"subject":"{{{Question}}}","body":"Please say."}}"""
            )
        ).Is(200);
        using Browser owner = await Browser.SignedInAsync(api, "customer");
        string own = await owner.PageAsync($"/portal/r{circuit}");
        Assert.Contains(Question, own, StringComparison.Ordinal);
        Assert.Contains(Why, own, StringComparison.Ordinal);
        string form = $"/portal/share?on={Uri.EscapeDataString(circuit)}";
        using HttpResponseMessage made = await owner.PostAsync(
            form,
            form: [("form-key", HiddenOf(await owner.PageAsync(form), "form-key")), ("lasts", "10")]
        );
        string link = $"/portal/shared/{(await made.Content.ReadAsStringAsync()).Split("/portal/shared/")[1].Split('<', '"')[0]}";
        using Browser guest = Browser.Of(api);
        string shown = await guest.PageAsync(link);
        Assert.Contains("193.10.32.0/20", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Question, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Why, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Ticket ", shown, StringComparison.Ordinal);
    }

    /// <summary>Who may only read is offered nothing to press.</summary>
    [Fact]
    public async Task Who_reads_a_ticket_is_offered_nothing_to_do()
    {
        await api.SomethingAsync();
        await api.ReadsAsync("provider");
        using Browser reader = await Browser.SignedInAsync(api, "provider");
        string page = await reader.PageAsync($"/portal/r{api.Ticket}");
        Assert.Contains("193.10.0.0/20", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/portal/do/", page, StringComparison.Ordinal);
    }

    /// <summary>Presses a form's button; what it is given stands beside what the form holds.</summary>
    /// <returns>Where it leads.</returns>
    private static async Task<string> DoAsync(Browser browser, string form, params (string, string)[] values) =>
        await SendAsync(browser, form, await browser.PageAsync(form), HttpStatusCode.SeeOther, values);

    private static async Task<string> SendAsync(
        Browser browser,
        string form,
        string page,
        HttpStatusCode expected,
        params (string, string)[] values
    )
    {
        var all = new List<(string, string)>(values) { ("form-key", HiddenOf(page, "form-key")) };
        if (page.Contains("name=\"communication\"", StringComparison.Ordinal))
            all.Add(("communication", HiddenOf(page, "communication")));
        using HttpResponseMessage answer = await browser.PostAsync(form, form: [.. all]);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{form}: {(int)answer.StatusCode}\n{text}");
        return answer.Headers.Location?.ToString() ?? text;
    }

    private static string HiddenOf(string page, string name) => page.Split($"name=\"{name}\" value=\"")[1].Split('"')[0];

    private static async Task<string> AttachAsync(Browser browser, string ticket, string name, byte[] content, HttpStatusCode expected)
    {
        string form = $"/portal/do/attach?on={Uri.EscapeDataString(ticket)}";
        string page = await browser.PageAsync(form);
        Assert.Contains("enctype=\"multipart/form-data\"", page, StringComparison.Ordinal);
        using var body = new MultipartFormDataContent
        {
            { new StringContent(HiddenOf(page, "form-key")), "form-key" },
            {
                new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue("application/pdf") } },
                "file",
                name
            },
        };
        using HttpResponseMessage answer = await browser.PostAsync(form, body);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{name}: {(int)answer.StatusCode}\n{text}");
        return text;
    }
}
