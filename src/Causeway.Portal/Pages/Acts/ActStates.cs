using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.InternetPeering;
using Causeway.Client.Operations;
using Causeway.Client.Support;
using Causeway.Contracts.Circuits;
using Causeway.Contracts.Support;

namespace Causeway.Portal.Pages.Acts;

/// <summary>In which states a thing is for an act: as the pages offer it, so that a form that nobody is offered is not there either.</summary>
internal static class ActStates
{
    public const string Peerings = "microsoft.peering/peerings";
    public const string Asns = "microsoft.peering/peerasns";
    public const string Tickets = "microsoft.support/supporttickets";

    /// <summary>What is said or decided of a peering, an ASN or a ticket.</summary>
    public static Func<Asked, string, Task<string?>> Of(string act) =>
        (asked, on) =>
            PortalPages.TypeOf(on) switch
            {
                Tickets => OfTicketAsync(asked, on, act),
                Asns => OfAsnAsync(asked, on, act),
                _ => OfPeeringAsync(asked, on, act),
            };

    /// <summary>Of a peering about which the operator has asked nothing, or has been answered, that it is so.</summary>
    public static async Task<string?> WithoutQuestionAsync(Asked asked, string peering) =>
        PeeringPage.IsAsked(
            await asked.Client.Arm.GetAsync(
                $"{peering}/explain",
                InternetPeeringsClient.PeeringVersion,
                CircuitsContract.Default.ExplainBody,
                asked.Cancellation
            )
        )
            ? null
            : asked.Words["portal without question"];

    /// <summary>Of a router that is not drained, that it carries traffic; of one that is, nothing.</summary>
    public static async Task<string?> UndrainedAsync(Asked asked, string router) =>
        await IsDrainedAsync(asked, router) ? null : asked.Words["portal undrained"];

    /// <summary>Of a router that is drained, that it is; of one that is not, nothing.</summary>
    public static async Task<string?> DrainedAsync(Asked asked, string router) =>
        await IsDrainedAsync(asked, router) ? asked.Words["portal drained"] : null;

    private static async Task<bool> IsDrainedAsync(Asked asked, string router) =>
        (await asked.Client.Maintenance.ListAsync(asked.Cancellation)).Any(m => OperatorLists.IsDrained(m.Body, Ids.NameOf(router)));

    /// <summary>Of a circuit whose Microsoft peering has no filter to be taken away, that it has none.</summary>
    public static async Task<string?> WithoutFilterAsync(Asked asked, string circuit)
    {
        JsonNode? peering = await asked.Client.Arm.FindAsync(
            Ids.Peering(circuit, "MicrosoftPeering"),
            ArmClient.NetworkVersion,
            asked.Cancellation
        );
        JsonNode? properties = peering?["properties"];
        return (properties?["routeFilter"] ?? properties?["ipv6PeeringConfig"]?["routeFilter"]) is null
            ? asked.Words["portal without filter"]
            : null;
    }

    private static async Task<string?> OfPeeringAsync(Asked asked, string on, string act)
    {
        string?[] states =
        [
            .. (await asked.Client.InternetPeerings.GetAsync(on, asked.Cancellation)).Body.Connections.Select(c => c.ConnectionState),
        ];
        // Of one that the operator has suspended the wire says only that it is validating.
        return states.Any(s =>
            PeerActs.SaidIn(s).Contains(act) || PeerActs.DecidedIn(s, true).Contains(act) || PeerActs.DecidedIn(s, false).Contains(act)
        )
            ? null
            : string.Join(", ", states.OfType<string>().Distinct());
    }

    private static async Task<string?> OfAsnAsync(Asked asked, string on, string act)
    {
        JsonNode asn = await asked.Client.Arm.GetAsync(on, AnyPage.VersionOf(on), asked.Cancellation);
        string state = asn["properties"]?["validationState"]?.ToString() ?? "";
        return act == "approve" ? (state == "Approved" ? state : null) : (state is "Pending" or "Approved" ? null : state);
    }

    private static async Task<string?> OfTicketAsync(Asked asked, string on, string act)
    {
        SupportTicketProperties ticket = (await asked.Client.Tickets.GetAsync(on, asked.Cancellation)).Body.Properties;
        bool isOpen = ticket.Status == "Open";
        bool fits = act switch
        {
            "reopen" => !isOpen,
            // What was accepted can be accepted otherwise, and taken back.
            "accept" or "reject" => isOpen || ticket.Decisions is [.., { Decision: "Accepted" }],
            _ => isOpen,
        };
        return fits ? null : ticket.Status;
    }
}
