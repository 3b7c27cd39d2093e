using System.CommandLine;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Causeway.Api.Tests;
using Causeway.Api.Tests.Cli;
using Causeway.Portal.Pages;
using Causeway.Portal.Pages.Acts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Portal.Tests;

/// <summary>What a form prints as the same act by script is what the command line takes.</summary>
public sealed partial class CommandTests(PortalServer api) : IClassFixture<PortalServer>
{
    /// <summary>What people type into fields.</summary>
    private static readonly Dictionary<string, string> Typed = new()
    {
        ["asn"] = "65001",
        ["vlan"] = "100",
        ["primary"] = "192.168.15.16/30",
        ["secondary"] = "192.168.15.20/30",
        ["primary6"] = "2001:db8:15::/126",
        ["secondary6"] = "2001:db8:15::4/126",
        ["prefixes6"] = "2001:db8:100::/48",
        ["authorization"] = "2b0d3a5c-1111-4222-8333-444455556666",
        ["key"] = "abc123",
        ["prefixes"] = "192.0.2.0/24, 198.51.100.0/24",
        ["customerAsn"] = "65002",
        ["registry"] = "RIPENCC",
        ["weight"] = "10",
        ["bandwidth"] = "100",
        ["exchange"] = "26",
        ["maxV4"] = "100",
        ["maxV6"] = "100",
        ["v4"] = "192.0.2.7",
        ["v6"] = "2001:db8::7",
        ["expires"] = "2027-11-01",
        ["tier"] = "Premium",
        ["family"] = "UnlimitedData",
        ["reason"] = "It's not \"ours\" yet",
        ["notes"] = "due Tuesday",
        ["name"] = "office",
        ["space"] = "10.1.0.0/16, 10.2.0.0/16",
        ["subnet"] = "10.1.255.0/27",
        ["sku"] = "Standard",
        ["region"] = "westeurope",
        ["first"] = "Ann",
        ["last"] = "O'Neil",
        ["email"] = "ann@example.net",
        ["severity"] = "minimal",
        ["country"] = "SWE",
        ["communities"] = "12076:5010, 12076:5020",
    };

    [Fact]
    public async Task Every_printed_command_is_one_that_the_command_line_takes()
    {
        await api.SomethingAsync();
        await api.OrderAsync("bare");
        await api.NetworkWithGatewayAsync("apps");
        // Of one that is attached it can be asked how it is taken away; of one that is not, how it is deleted.
        string attached = api.Filter.Replace("/services", "/attached", StringComparison.Ordinal);
        (await api.Customer.Put($"{attached}?api-version=2024-01-01", """{"location":"westeurope","properties":{"rules":[]}}""")).Is(201);
        using (Browser owner = await Browser.SignedInAsync(api, "customer"))
            await owner.PressAsync(
                AllActs.PathOf("attach-filter", $"{api.Group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}"),
                ("filter", attached)
            );
        string group = api.Group;
        // What can be deleted: nothing of it is with a provider.
        string empty = $"/subscriptions/{api.CustomerSubscription}/resourceGroups/empty";
        (await api.Customer.Put($"{empty}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(201);
        await api.NetworkAsync("without");
        string circuit = $"{group}/providers/Microsoft.Network/expressRouteCircuits/{PortalServer.Long}";
        string peering = $"{group}/providers/Microsoft.Peering/peerings/p";
        string ticket = api.Ticket;
        var on = new Dictionary<string, string[]>
        {
            ["configure"] = [circuit],
            ["configure-public"] = [circuit],
            ["prefixes"] = [circuit],
            ["link"] = [circuit],
            ["move"] = [api.Order],
            ["ready"] = [peering],
            ["retry"] = [peering],
            ["answer"] = [peering],
            ["leave"] = [peering],
            ["approve"] = [peering],
            ["reject"] = [peering, ticket],
            ["ask"] = [peering],
            ["resize"] = [circuit],
            ["authorize"] = [circuit],
            ["attach-filter"] = [circuit],
            ["detach-filter"] = [circuit],
            ["rule"] = [api.Filter],
            ["delete"] =
            [
                circuit.Replace(PortalServer.Long, "bare", StringComparison.Ordinal),
                api.Gateway("apps"),
                $"{circuit}/peerings/MicrosoftPeering",
                api.Authorization,
                api.Filter,
                empty,
                api.Peering,
                $"/subscriptions/{api.CustomerSubscription}/providers/Microsoft.Peering/peerAsns/contoso",
                "/providers/Causeway.Identity/principals/otherCustomer",
                (await api.Operator.Get("/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01")).Is(200).Body![
                    "value"
                ]![0]!["id"]!.ToString(),
            ],
            ["deprovision"] = [peering],
            ["drain"] = ["/providers/Causeway.Operations/maintenances/ams-1-primary"],
            ["restore"] = ["/providers/Causeway.Operations/maintenances/ams-1-primary"],
            ["suspend"] = [peering],
            ["resume"] = [peering],
            ["accept"] = [ticket],
            ["say"] = [ticket],
            ["attach"] = [ticket],
            ["close"] = [ticket],
            ["reopen"] = [ticket],
        };
        int lines = 0;
        foreach (string name in AllActs.Names)
        foreach (string subject in on.GetValueOrDefault(name) ?? [""])
        {
            string[] templates;
            // What is for a state that nothing here is in is asked of the act itself: its page would say that it is not the time.
            if (AllActs.Of(name).NotIn is not null && name is not ("accept" or "attach" or "detach-filter"))
                templates = [.. (await AllActs.Of(name).Make(Nobody, subject)).AllCommands.Select(c => c.Line)];
            else
            {
                using Browser browser = await Browser.SignedInAsync(api, name == "move" ? "provider" : "operator");
                string page = await browser.PageAsync(AllActs.PathOf(name, subject));
                templates = [.. Line().Matches(page).Select(m => WebUtility.HtmlDecode(m.Groups[1].Value))];
            }
            Assert.True(templates.Length > 0, $"{name} of {subject} has no lines");
            Assert.Contains(templates, t => t.StartsWith("az ", StringComparison.Ordinal));
            // With everything that can be given, and with nothing that need not be.
            foreach (bool all in new[] { true, false })
            foreach (string template in templates.Where(t => t.StartsWith("causeway ", StringComparison.Ordinal)))
            {
                string line = Template.Line(
                    template,
                    place =>
                        place is "circuit" or "order" or "on" ? subject
                        : place is "filter" ? api.Filter
                        : place is "group" ? group
                        : place is "about"
                            ? (template.Contains("--circuit", StringComparison.Ordinal) ? $"{circuit}/peerings/MicrosoftPeering" : peering)
                        : place is "network" ? api.Network("without")
                        : place is "gateway" ? $"{group}/providers/Microsoft.Network/virtualNetworkGateways/gw"
                        : !all && template.Contains($"{{{place}}}]", StringComparison.Ordinal) ? ""
                        : Typed.GetValueOrDefault(place, "text")
                );
                string[] arguments = [.. Split(line).Skip(1)];
                ParseResult parsed = CliRun.Tree().For(arguments).Parse(arguments);
                Assert.True(parsed.Errors.Count == 0, $"{name}: {line}: {string.Join(' ', parsed.Errors.Select(e => e.Message))}");
                lines++;
            }
        }
        Assert.True(lines > 20, $"{lines} lines");
    }

    /// <summary>Who asks for an act that asks the API for nothing.</summary>
    private static Asked Nobody =>
        new(
            new Look(Look.WordsIn("en"), "auto", "/portal/", null),
            null!,
            new Viewer([], []),
            new DefaultHttpContext(),
            TimeProvider.System,
            CancellationToken.None
        );

    /// <summary>As a shell does.</summary>
    private static List<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool isQuoted = false;
        for (int i = 0; i < line.Length; i++)
            if (line[i] == '\'')
                isQuoted = !isQuoted;
            else if (line[i] == '\\' && !isQuoted)
                word.Append(line[++i]);
            else if (line[i] == ' ' && !isQuoted)
            {
                words.Add(word.ToString());
                word.Clear();
            }
            else
                word.Append(line[i]);
        words.Add(word.ToString());
        return words;
    }

    [GeneratedRegex("data-line=\"([^\"]*)\"")]
    private static partial Regex Line();
}
