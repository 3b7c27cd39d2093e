using System.Net;
using System.Text.RegularExpressions;
using Causeway.Api.Tests;
using Causeway.Language;
using Causeway.Portal.Pages;
using Causeway.Testing;

namespace Causeway.Portal.Tests;

/// <summary>What holds for every page.</summary>
public sealed partial class PageTests(PortalServer api) : IClassFixture<PortalServer>
{
    private const string Attempt = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";

    public static TheoryData<string, string> Viewers =>
        [
            ("customer", "customer"),
            ("customer", "peer"),
            ("provider", "provider"),
            ("operator", "operator"),
            ("operator", "customer"),
            ("operator", "provider"),
            ("operator", "peer"),
        ];

    [Theory]
    [MemberData(nameof(Viewers))]
    public async Task Every_list_of_every_side_is_a_safe_page_in_every_language(string principal, string side)
    {
        using Browser browser = await Browser.SignedInAsync(api, principal);
        foreach (string list in PortalPages.ListsOf(side))
        foreach (string language in Words.Languages)
        {
            using HttpResponseMessage answer = await browser.GetAsync($"/portal/{side}/{list}", language);
            string page = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{side}/{list}: {(int)answer.StatusCode}\n{page}");
            Assert.Contains($"<html lang=\"{language}\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("class=\"notice bad\"", page, StringComparison.Ordinal);
            Safe(answer, page);
        }
    }

    /// <summary>What would make another request of an act than the one that is shown is no id, and has no page.</summary>
    [Theory]
    [InlineData("/deprovision?x=/acme")]
    [InlineData("/deprovision%3Fx=/acme")]
    [InlineData("/../../../acme")]
    [InlineData("/acme#")]
    [InlineData("//acme")]
    [InlineData("/acme/")]
    public async Task An_act_is_done_on_an_id_and_on_nothing_else(string tail)
    {
        await api.SomethingAsync();
        string asn = $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peerAsns/contoso";
        using Browser browser = await Browser.SignedInAsync(api, "operator");
        await browser.PageAsync($"/portal/do/reject?on={Uri.EscapeDataString(asn)}");
        await browser.PageAsync($"/portal/do/reject?on={Uri.EscapeDataString(asn + tail)}", 404);
    }

    [Fact]
    public async Task A_side_that_is_not_ones_own_is_no_page()
    {
        using Browser customer = await Browser.SignedInAsync(api, "customer");
        await customer.PageAsync("/portal/operator", 404);
        await customer.PageAsync("/portal/operator/journal", 404);
        using Browser provider = await Browser.SignedInAsync(api, "provider");
        await provider.PageAsync("/portal/customer", 404);
    }

    [Fact]
    public async Task A_circuit_has_a_page_that_shows_what_people_wrote_and_runs_none_of_it()
    {
        await api.OrderAsync("shown", $$"""{"owner":{{System.Text.Json.JsonSerializer.Serialize(Attempt)}}}""");
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        using HttpResponseMessage answer = await browser.GetAsync(Path("shown"));
        string page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Safe(answer, page);
        Assert.Contains("onerror=alert(1)", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.Contains("NotProvisioned", page, StringComparison.Ordinal);
        Assert.Contains(
            WebUtility.HtmlEncode(Path("shown")),
            await browser.PageAsync("/portal/customer/circuits"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_the_API_does_not_show_somebody_the_portal_does_not_either()
    {
        await api.OrderAsync("hidden");
        using Browser other = await Browser.SignedInAsync(api, "otherCustomer");
        string page = await other.PageAsync(Path("hidden"), 403);
        Assert.DoesNotContain("Equinix", page, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden</a>", await other.PageAsync("/portal/customer/circuits"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fragment_is_the_same_part_of_the_page()
    {
        await api.OrderAsync("parts");
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        string page = await browser.PageAsync(Path("parts"));
        string facts = await browser.PageAsync(Path("parts") + "?fragment=facts");
        Assert.DoesNotContain("<html", facts, StringComparison.Ordinal);
        Assert.Contains(facts.Trim(), page, StringComparison.Ordinal);
        await browser.PageAsync(Path("parts") + "?fragment=nonsense", 404);
    }

    [Fact]
    public async Task What_is_shared_is_seen_without_signing_in_and_shows_no_key()
    {
        await api.OrderAsync("lent");
        string id = $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/lent";
        string key = (await api.Customer.Get(api.Circuit("lent"))).Is(200).Body!["properties"]!["serviceKey"]!.ToString();
        string form = $"/portal/share?on={Uri.EscapeDataString(id)}";
        using Browser owner = await Browser.SignedInAsync(api, "customer");
        string formKey = (await owner.PageAsync(form)).Split("name=\"form-key\" value=\"")[1].Split('"')[0];
        using HttpResponseMessage made = await owner.PostAsync(form, form: [("form-key", formKey), ("lasts", "10")]);
        string link = new Uri(SharedLink().Match(await made.Content.ReadAsStringAsync()).Value).PathAndQuery;
        using Browser guest = Browser.Of(api);
        string shown = await guest.PageAsync(link);
        Assert.Contains("NotProvisioned", shown, StringComparison.Ordinal);
        Assert.Contains("data-fragment=\"sessions\"", shown, StringComparison.Ordinal);
        Assert.Contains(key, await owner.PageAsync(Path("lent")), StringComparison.Ordinal);
        Assert.DoesNotContain(key, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<form method=\"post\" action=\"/portal/do", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("data-fragment=\"journal\"", shown, StringComparison.Ordinal);
        string explained = await guest.PageAsync($"{link}?fragment=explain");
        Assert.DoesNotContain(key, explained, StringComparison.Ordinal);
        Assert.Contains("…", explained, StringComparison.Ordinal);
        await guest.PageAsync($"{link}?fragment=facts", 404);
        await guest.PageAsync(Path("lent"), 401);
        await guest.PageAsync("/portal/shared/nonsense", 404);
        // Another's circuit is not theirs to share.
        using Browser other = await Browser.SignedInAsync(api, "otherCustomer");
        Assert.DoesNotContain("name=\"lasts\"", await other.PageAsync(form, 403), StringComparison.Ordinal);
        // What the API says to the one who shared it names them, and what they asked for: whoever has the link is told neither when it is gone.
        await api.OrderAsync("lent-and-gone");
        string gone = $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/lent-and-gone";
        string goneForm = $"/portal/share?on={Uri.EscapeDataString(gone)}";
        using HttpResponseMessage lent = await owner.PostAsync(goneForm, form: [("form-key", formKey), ("lasts", "10")]);
        string goneLink = new Uri(SharedLink().Match(await lent.Content.ReadAsStringAsync()).Value).PathAndQuery;
        (await api.Customer.Delete($"{gone}?api-version=2024-01-01")).Is(202);
        string refused = await guest.PageAsync(goneLink, 404);
        Assert.DoesNotContain("/subscriptions/", refused, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("object id", refused, StringComparison.Ordinal);
        await owner.PostAsync("/portal/signout");
        await guest.PageAsync(link, 404);
    }

    [Fact]
    public async Task A_form_does_not_overwrite_what_somebody_else_wrote_meanwhile()
    {
        await api.OrderAsync("two");
        await api.ProviderMovesAsync("two", "Provisioned");
        string circuit = $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/two";
        string form = $"/portal/do/configure?on={Uri.EscapeDataString(circuit)}";
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        string empty = await browser.PageAsync(form);
        await SendAsync(await browser.PageAsync(form), "100", HttpStatusCode.SeeOther);
        // Opened when there was none; and the form that comes back is still of then.
        await SendAsync(await SendAsync(empty, "400", HttpStatusCode.PreconditionFailed), "400", HttpStatusCode.PreconditionFailed);
        // Once the routers have followed, nobody but people writes it.
        await Eventually.Get(
            async () =>
                (await api.Customer.Get(api.Circuit("two"))).Is(200).Body!["properties"]!["peerings"]![0]!["properties"]![
                    "provisioningState"
                ]!.ToString(),
            state => state == "Succeeded",
            "the routers have followed",
            TimeSpan.FromSeconds(30)
        );
        string seen = await browser.PageAsync(form);
        await SendAsync(seen, "200", HttpStatusCode.SeeOther);
        await SendAsync(await SendAsync(seen, "300", HttpStatusCode.PreconditionFailed), "300", HttpStatusCode.PreconditionFailed);
        Assert.Equal(
            "200",
            (await api.Customer.Get(api.Circuit("two"))).Is(200).Body!["properties"]!["peerings"]![0]!["properties"]!["vlanId"]!.ToString()
        );

        async Task<string> SendAsync(string page, string vlan, HttpStatusCode expected)
        {
            string? tag = Tag().Match(page) is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;
            List<(string, string)> values =
            [
                ("form-key", page.Split("name=\"form-key\" value=\"")[1].Split('"')[0]),
                ("asn", "65010"),
                ("vlan", vlan),
                ("primary", "192.168.25.16/30"),
                ("secondary", "192.168.25.20/30"),
            ];
            if (tag is not null)
                values.Add(("if-match", tag));
            using HttpResponseMessage answer = await browser.PostAsync(form, form: [.. values]);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == expected, $"{vlan}: {(int)answer.StatusCode}\n{text}");
            return text;
        }
    }

    /// <summary>A name that is taken is said so; what has it stays as it is.</summary>
    [Fact]
    public async Task A_form_that_makes_something_makes_nothing_of_what_is_there()
    {
        await api.OrderAsync("taken", """{"owner":"ann"}""");
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        string page = await browser.PageAsync("/portal/do/order");
        using HttpResponseMessage answer = await browser.PostAsync(
            "/portal/do/order",
            form:
            [
                ("form-key", page.Split("name=\"form-key\" value=\"")[1].Split('"')[0]),
                ("if-match", "absent"),
                ("group", api.Group),
                ("name", "taken"),
                ("provider", "Equinix"),
                ("location", "Amsterdam"),
                ("bandwidth", "500"),
                ("tier", "Premium"),
                ("family", "UnlimitedData"),
                ("region", "westeurope"),
            ]
        );
        string text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.PreconditionFailed, answer.StatusCode);
        Assert.Contains("There is one of this name already", text, StringComparison.Ordinal);
        Assert.Contains("value=\"taken\"", text, StringComparison.Ordinal);
        System.Text.Json.Nodes.JsonNode circuit = (await api.Customer.Get(api.Circuit("taken"))).Is(200).Body!;
        Assert.Equal("Standard_MeteredData ann", $"{circuit["sku"]!["name"]} {circuit["tags"]!["owner"]}");
    }

    [GeneratedRegex("name=\"if-match\" value=\"([^\"]*)\"")]
    private static partial Regex Tag();

    [Fact]
    public async Task A_table_is_taken_as_a_file()
    {
        await api.OrderAsync("filed");
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        using HttpResponseMessage answer = await browser.GetAsync("/portal/customer/circuits?fragment=circuits&form=csv");
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Contains("\r\nfiled,NotProvisioned,", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await browser.PageAsync("/portal/customer/circuits?fragment=circuits&form=exe", 404);
    }

    [Fact]
    public async Task Resources_groups_and_subscriptions_have_a_page_with_their_states()
    {
        await api.SomethingAsync();
        using Browser browser = await Browser.SignedInAsync(api, "operator");
        string asn = await browser.PageAsync(
            $"/portal/r/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peerAsns/contoso"
        );
        Assert.Contains("class=\"state now wait\"", asn, StringComparison.Ordinal);
        Assert.Contains("data-fragment=\"journal\"", asn, StringComparison.Ordinal);
        await browser.PageAsync($"/portal/r{api.Group}");
        await browser.PageAsync($"/portal/r/subscriptions/{api.CustomerSubscription}");
    }

    [Theory]
    [InlineData("/portal/r")]
    [InlineData("/portal/r/x/providers/y")]
    [InlineData("/portal/customer/nonsense")]
    [InlineData("/portal/nonsense")]
    [InlineData("/portal/r/subscriptions/%2e%2e/providers/Microsoft.Network/expressRouteCircuits")]
    public async Task A_path_that_names_nothing_says_so(string path)
    {
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        await browser.PageAsync(path, 404);
    }

    [Fact]
    public async Task Language_and_colours_are_the_viewers_choice()
    {
        using Browser browser = await Browser.SignedInAsync(api, "customer");
        using HttpResponseMessage chosen = await browser.PostAsync(
            "/portal/look",
            form: [("language", "sv"), ("theme", "dark"), ("back", "/portal/customer/circuits")]
        );
        Assert.Equal("/portal/customer/circuits", chosen.Headers.Location!.ToString());
        string page = await browser.PageAsync("/portal/customer/circuits", language: "nl");
        Assert.Contains("<html lang=\"sv\" data-theme=\"dark\"", page, StringComparison.Ordinal);
        foreach (
            string back in new[]
            {
                "https://elsewhere.example/",
                "//elsewhere.example",
                "/portal/\\elsewhere",
                "/portal//elsewhere",
                "/portal/é",
                "/portal/\r\nX: y",
            }
        )
        {
            using HttpResponseMessage away = await browser.PostAsync("/portal/look", form: [("back", back)]);
            Assert.Equal("/portal/", away.Headers.Location!.ToString());
        }
    }

    private string Path(string circuit) => $"/portal/r{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{circuit}";

    private static void Safe(HttpResponseMessage answer, string page)
    {
        Assert.Equal(SafetyHeaders.ContentSecurityPolicy, Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Empty(Inline().Matches(page).Select(m => m.Value));
        Assert.Empty(Foreign().Matches(page).Select(m => m.Value));
    }

    /// <summary>What a strict policy would not run: scripts in the page, handlers, styles.</summary>
    [GeneratedRegex("""<script(?![^>]* src=")[^>]*>|<[^>"']*\son\w+\s*=|<style|<[^>"']*\sstyle\s*=""", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("https://[^<\\s]*/portal/shared/[\\w-]+")]
    private static partial Regex SharedLink();

    [GeneratedRegex("""(?:src|href|action)="(?!/portal[/"]|\#)[^"]*""", RegexOptions.IgnoreCase)]
    private static partial Regex Foreign();
}
