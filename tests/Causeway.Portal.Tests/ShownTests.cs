using System.Text.Json.Nodes;
using Causeway.Domain.Routers;
using Causeway.Portal.Pages;
using Causeway.Portal.Pages.Acts;
using Causeway.Primitives;

namespace Causeway.Portal.Tests;

/// <summary>How values are shown, without a server.</summary>
public sealed class ShownTests
{
    /// <summary>Only a session that is up is good. Active is the state of one that gets no answer (RFC 4271 §8.2.2).</summary>
    [Theory]
    [InlineData("Established", "good")]
    [InlineData("Active", "wait")]
    [InlineData("Connect", "wait")]
    [InlineData("OpenConfirm", "wait")]
    [InlineData("Idle", "bad")]
    [InlineData("Unknown", "plain")]
    public void A_session_is_good_when_it_is_up(string state, string tone) =>
        Assert.Equal(tone, Cell.Session(Look.WordsIn("en"), state).Tone);

    [Theory]
    [InlineData("Waiting", "good")]
    [InlineData("Running", "good")]
    [InlineData("Failing", "bad")]
    [InlineData("Hung", "bad")]
    public void A_loop_that_waits_is_well(string state, string tone) => Assert.Equal(tone, Cell.Loop(state).Tone);

    [Theory]
    [InlineData("/subscriptions/s", true)]
    [InlineData("/subscriptions/s/resourceGroups/g", true)]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/c", true)]
    [InlineData("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/c/peerings/p", true)]
    [InlineData("/providers/Causeway.Identity/principals/p", true)]
    [InlineData("/", false)]
    [InlineData("/subscriptions/s/resourceGroups", false)]
    [InlineData("/subscriptions/s/providers/Microsoft.Network/expressRouteCircuits", false)]
    public void A_link_leads_to_a_page_or_nowhere(string id, bool leads) => Assert.Equal(leads, Cell.Link(id).Href is not null);

    [Theory]
    [InlineData("192.0.2.0/25", "192.0.2.0/24", true)]
    [InlineData("192.0.2.0/24", "192.0.2.0/24", true)]
    [InlineData("192.0.0.0/16", "192.0.2.0/24", false)]
    [InlineData("2001:db8:1::/48", "2001:db8::/32", true)]
    [InlineData("192.0.2.0/25", "nonsense", false)]
    public void A_prefix_lies_inside_another(string prefix, string outer, bool isWithin) =>
        Assert.Equal(isWithin, LookingGlass.IsWithin(prefix, outer));

    /// <summary>What was refused is said in the viewer's words, and counted by reason.</summary>
    [Theory]
    [InlineData(
        "en",
        "2 × nothing proves the prefix: not declared, no registry object, no accepted ticket (reason 14: NotRegistered); 1 × New (99)"
    )]
    [InlineData(
        "nl",
        "2 × niets bewijst de prefix: niet opgegeven, geen registerobject, geen aangenomen ticket (reden 14: NotRegistered); 1 × New (99)"
    )]
    public void Reasons_are_said_in_words(string language, string said) =>
        Assert.Equal(said, Reasons.Counted(Look.WordsIn(language), "2 NotRegistered (14), 1 New (99)"));

    [Theory]
    [InlineData("do {c:parent}", "do /subscriptions/s/resourceGroups/rg/providers/Microsoft.Network")]
    [InlineData("do \"{c:name} <{none}>\"", "do 'office <NONE>'")]
    [InlineData("do {c:name}", "do office")]
    [InlineData("do {c:group} in {c:subscription}", "do rg in s")]
    [InlineData("do --file {k:file}", "do --file k.txt")]
    [InlineData("do {p:words}", "do 192.0.2.0/24 198.51.100.0/24")]
    [InlineData("do [--note {none}] {none}", "do NONE")]
    public void A_line_takes_what_it_needs_of_a_value(string template, string line) =>
        Assert.Equal(
            line,
            Template.Line(
                template,
                name =>
                    name switch
                    {
                        "c" => "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/office",
                        "k" => "secret",
                        "p" => "192.0.2.0/24, 198.51.100.0/24",
                        _ => "",
                    }
            )
        );

    [Theory]
    [InlineData("""{"properties":{"validationState":"Pending"}}""", "Pending")]
    [InlineData("""{"properties":{"status":"open","actsNext":"operator"}}""", "WithOperator")]
    [InlineData(
        """{"properties":{"exchange":{"connections":[{"connectionState":"Active"},{"connectionState":"Approved"}]}}}""",
        "Active, Approved"
    )]
    [InlineData("""{"properties":{"state":"Elsewhere"}}""", "")]
    [InlineData("""{"properties":{"connectionStatus":"NotConnected"}}""", "")]
    public void A_resource_stands_in_the_states_that_it_names(string resource, string now) =>
        Assert.Equal(
            now,
            string.Join(
                ", ",
                States.NowOf(
                    System.Text.Json.Nodes.JsonNode.Parse(resource)!,
                    ["absent", "Pending", "Approved", "Active", "WithOperator", "Closed"]
                )
            )
        );

    /// <summary>RFC 4180; a name that a spreadsheet would run is text.</summary>
    [Fact]
    public void A_file_of_a_table_is_text()
    {
        var table = new Table(
            "",
            ["a", "b"],
            [
                [Cell.Of("=1+1"), Cell.Number(-2)],
                [Cell.Of("x \"y\", z"), Cell.Of("@a")],
            ],
            ""
        );
        Assert.Equal("a,b\r\n'=1+1,-2\r\n\"x \"\"y\"\", z\",'@a\r\n", System.Text.Encoding.UTF8.GetString(TableForms.Csv(table).AsSpan(3)));
    }

    /// <summary>Of the thousand sessions of an exchange, only those are told of that are not as they were.</summary>
    [Fact]
    public void An_instance_tells_whose_session_changed()
    {
        SessionReport one = Session("one", "192.0.2.1") with { Refused = [new(3, "OwnNetwork", 2)] };
        SessionReport two = Session("two", "192.0.2.2");
        SessionReport gone = Session("gone", "192.0.2.3");
        var before = new InstanceReport("exchange/x", "r", null, [one, two, gone]);
        InstanceReport now = before with
        {
            Sessions =
            [
                one with
                {
                    Refused = [new(3, "OwnNetwork", 2)],
                    BytesIn = 7,
                },
                two with
                {
                    Accepted = 4,
                },
                Session("new", "192.0.2.4"),
            ],
        };
        Assert.Equal(["192.0.2.2", "192.0.2.4", "192.0.2.3"], ObservedInstance.Of(before, now).Peers);
        Assert.Equal(3, ObservedInstance.Of(null, before).Peers.Count);
        Assert.Empty(ObservedInstance.Of(now, now).Peers);
    }

    private static SessionReport Session(string name, string theirs) =>
        new(name, "192.0.2.9", theirs, new Asn(65001), SessionMode.Open, "Established", DateTimeOffset.UnixEpoch);

    /// <summary>Whatever a spreadsheet parts cells by, none of them begins as a formula; numbers stay numbers.</summary>
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("a;=1+1", "\"a;'=1+1\"")]
    [InlineData("a;@x;b", "\"a;'@x;b\"")]
    [InlineData("a\t-1", "\"a\t'-1\"")]
    [InlineData("plain-text", "plain-text")]
    public void No_cell_of_a_file_is_a_formula(string text, string written) =>
        Assert.Equal(
            $"Head\r\n{written}\r\n",
            System.Text.Encoding.UTF8.GetString(
                TableForms
                    .Csv(
                        new Table(
                            "",
                            ["Head"],
                            [
                                [Cell.Of(text)],
                            ],
                            ""
                        )
                    )
                    .AsSpan(System.Text.Encoding.UTF8.Preamble.Length)
            )
        );

    /// <summary>What is there already is sent as it is, whatever it looks like; what a form clears goes.</summary>
    [Fact]
    public void What_stands_in_a_document_is_no_template()
    {
        JsonNode old = JsonNode.Parse("""{"tags":{"note":"{asn}"},"properties":{"asn":1,"other":"{name?}","cleared":7}}""")!;
        JsonNode template = JsonNode.Parse("""{"properties":{"asn":"{asn:number}","cleared":"{cleared:number?}"}}""")!;
        JsonNode? sent = Template.Body(template, name => name == "asn" ? "65010" : "", old);
        Assert.Equal("""{"tags":{"note":"{asn}"},"properties":{"asn":65010,"other":"{name?}"}}""", sent!.ToJsonString());
    }

    [Fact]
    public void A_link_is_looked_at_so_often_in_a_minute()
    {
        var shared = new Sessions.Shared(new Sessions.PortalSession("t", new("o", "o", "here", []), default), "/x", default);
        DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.All(Enumerable.Range(0, Sessions.Shared.MostAMinute), _ => Assert.True(shared.MayAsk(now)));
        Assert.False(shared.MayAsk(now));
        Assert.True(shared.MayAsk(now + TimeSpan.FromMinutes(1)));
    }
}
