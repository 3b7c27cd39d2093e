using System.Text;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.InternetPeering;
using Causeway.Language;
using Causeway.Portal.Components;
using Causeway.Portal.Pages;
using Causeway.Portal.Pages.Acts;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Portal.Tests;

/// <summary>What pages say in the words of who reads them, without a server.</summary>
public sealed class SaidTests
{
    private static readonly Words s_swedish = Look.WordsIn("sv");

    [Theory]
    [InlineData("en", "1\u202f234.5")]
    [InlineData("sv", "1\u202f234,5")]
    [InlineData("nl", "1\u202f234,5")]
    public void Parts_of_one_stand_behind_the_mark_of_the_language_and_programs_read_theirs(string language, string shown)
    {
        var table = new Table(
            "",
            ["Hours", "Cost"],
            [
                [Cell.Amount(Look.WordsIn(language), 1234.5m), Cell.Amount(Look.WordsIn(language), 0.5m, "0.00", "EUR")],
            ],
            ""
        );
        Assert.Equal(shown, table.Rows[0][0].Text);
        Assert.Equal(language == "en" ? "0.50 EUR" : "0,50 EUR", table.Rows[0][1].Text);
        Assert.EndsWith("Hours,Cost\r\n1234.5,0.50 EUR\r\n", Encoding.UTF8.GetString(TableForms.Csv(table)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_says_in_which_zone_its_instants_are()
    {
        var table = new Table(
            "",
            ["When", "What"],
            [
                [Cell.Time(DateTimeOffset.UnixEpoch), Cell.Of("x")],
            ],
            ""
        );
        Assert.Contains(
            "When (UTC),What\r\n1970-01-01 00:00:00Z,x",
            Encoding.UTF8.GetString(TableForms.Csv(table)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_session_that_is_tried_is_said_in_whole_sentences()
    {
        string said = CircuitPage.Said(
            s_swedish,
            Finding(
                "SessionDown",
                "customer",
                ("side", "primary"),
                ("peering", "AzurePrivatePeering"),
                ("neighbor", "192.0.2.1"),
                ("asn", "65010"),
                ("state", "Active")
            )
        );
        Assert.StartsWith(
            "Sessionen primär i AzurePrivatePeering till 192.0.2.1 (AS65010) är på väg upp (BGP Active): ",
            said,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void What_a_ticket_is_about_and_how_much_hangs_on_it_is_said_in_the_language()
    {
        const string Problems = "/providers/Microsoft.Support/services/expressRoute/problemClassifications/";
        Assert.Equal(
            "Var leverantörens ansvar slutar",
            TicketActs.NameOf(s_swedish, Problems + "demarcation", "Where the provider's responsibility ends")
        );
        Assert.Equal("Ingen trafik, eller för lite", TicketActs.NameOf(s_swedish, Problems + "connectivity", "No traffic"));
        Assert.Equal("Of the operator's own", TicketActs.NameOf(s_swedish, Problems + "own", "Of the operator's own"));
        Assert.StartsWith("Måttlig", TicketActs.SeverityOf(s_swedish, "Moderate"), StringComparison.Ordinal);
        Assert.StartsWith("Högst", TicketActs.SeverityOf(s_swedish, "highestcriticalimpact"), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_are_called_in_words_and_keep_what_the_API_calls_them()
    {
        Cell circuit = TypeNames.Cell(s_swedish, "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/c");
        Assert.Equal(("Krets", "expressRouteCircuits"), (circuit.Text, circuit.Whole));
        Assert.Equal("unheardOf", TypeNames.Cell(s_swedish, "/subscriptions/s/resourceGroups/g/providers/X.Y/unheardOf/u").Text);
    }

    [Theory]
    [InlineData("NotProvisioned", "provider")]
    [InlineData("Provisioning", "provider")]
    [InlineData("Provisioned", null)]
    [InlineData("NoPrivatePeering", "provider")]
    [InlineData("NoPrivatePeering", "customer")]
    [InlineData("NoNetworks", "customer")]
    public void An_order_says_to_its_provider_what_is_theirs_to_do(string code, string? actsNext)
    {
        FindingBody finding = Finding(code, actsNext, ("provider", "Equinix"), ("serviceKey", "k"));
        foreach (string language in Words.Languages)
        {
            string said = OrderPage.SaidToProvider(Look.WordsIn(language), finding);
            Assert.NotEqual(CircuitPage.Said(Look.WordsIn(language), finding), said);
            // Who reads it is not spoken of.
            Assert.DoesNotContain("Equinix", said, StringComparison.Ordinal);
        }
        Assert.Equal(
            actsNext == "customer",
            OrderPage.SaidToProvider(Look.WordsIn("en"), finding).StartsWith("The customer has", StringComparison.Ordinal)
                && code != "NotProvisioned"
        );
    }

    [Fact]
    public void A_connection_that_the_operator_holds_back_is_said_to_be_suspended()
    {
        ExchangeConnectionBody[] connections = [Connection("c1", "Validating"), Connection("c2", "Active")];
        var explained = new ExplainBody(
            false,
            "",
            "operator",
            null,
            [Finding("DenyAll", "operator", ("connection", "c1"), ("state", "Validating"), ("why", "because"))],
            []
        );
        HashSet<string> suspended = PeeringPage.SuspendedOf(explained);
        Cell both = PeeringPage.StateOf(Look.WordsIn("en"), connections, suspended);
        Assert.Equal(("Suspended, Active", "bad"), (both.Text, both.Tone));
        Assert.Equal("Active", PeeringPage.StateOf(Look.WordsIn("en"), connections[1..], suspended).Text);
        // Under DENY ALL until its checks pass it is validating indeed.
        ExplainBody validating = explained with
        {
            Findings = [explained.Findings[0] with { ActsNext = "peer" }],
        };
        Assert.Equal("Validating, Active", PeeringPage.StateOf(Look.WordsIn("en"), connections, PeeringPage.SuspendedOf(validating)).Text);
    }

    [Fact]
    public void An_ASN_that_the_operator_refused_is_rejected()
    {
        Assert.Equal(("Avslaget", "bad"), (AsnPage.StateOf(s_swedish, "Failed").Text, AsnPage.StateOf(s_swedish, "Failed").Tone));
        Assert.Equal("Pending", AsnPage.StateOf(s_swedish, "Pending").Text);
    }

    /// <summary>What the server says in its own words inside a sentence of the page is marked as English, and nothing else of it.</summary>
    [Fact]
    public async Task Words_of_the_server_inside_a_sentence_are_marked_as_English()
    {
        const string Says = "8.8.4.0/24 from AS15169 is not <registered>";
        FindingBody failed = Finding("CheckFailed", "peer", ("check", "Registered"), ("connection", "port-1"), ("says", Says));
        string page = await ExplainedAsync("sv", failed);
        // In the verdict and in the list.
        Assert.Equal(3, page.Split("<span lang=\"en\">8.8.4.0/24 from AS15169 is not &lt;registered&gt;</span>").Length);
        Assert.DoesNotContain("lang=", await ExplainedAsync("en", failed), StringComparison.Ordinal);
    }

    /// <summary>The banner of a page, of findings of which the first says who acts next.</summary>
    private static async Task<string> ExplainedAsync(string language, params FindingBody[] findings)
    {
        await using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (
                await renderer.RenderComponentAsync<Explained>(
                    ParameterView.FromDictionary(
                        new Dictionary<string, object?>
                        {
                            [nameof(Explained.Words)] = Look.WordsIn(language),
                            [nameof(Explained.Name)] = "peering",
                            [nameof(Explained.Body)] = new ExplainBody(false, "", findings[0].ActsNext, null, findings, []),
                        }
                    )
                )
            ).ToHtmlString()
        );
    }

    private static ExchangeConnectionBody Connection(string identifier, string state) =>
        new() { ConnectionIdentifier = identifier, ConnectionState = state };

    private static FindingBody Finding(string code, string? actsNext, params (string Name, string Value)[] values) =>
        new(code, "blocking", code, actsNext, null, [.. values.Select(v => v.Value)], values.ToDictionary(v => v.Name, v => v.Value));
}
