using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Portal.Pages.Acts;

namespace Causeway.Portal.Pages;

/// <summary>A resource that has no page of its own: everything the API shows of it, member by member.</summary>
internal static class AnyPage
{
    public static Page Of(Asked asked, string id)
    {
        string lower = id.ToLowerInvariant();
        Side own =
            lower.Contains("/microsoft.peering/", StringComparison.Ordinal) ? Side.Peer
            : lower.StartsWith("/providers/", StringComparison.Ordinal) ? Side.Operator
            : Side.Customer;
        Lazy<Task<JsonNode>> read = new(() => asked.Client.Arm.GetAsync(id, VersionOf(id), asked.Cancellation));
        return new Page(
            Ids.NameOf(id),
            PortalPages.SideOf(asked, own),
            [
                new Fragment("facts", [id], async () => Show.Facts(new Facts([.. Members(await read.Value, "")]))),
                Lists.Acts(
                    lower.Contains("/microsoft.peering/peerasns/", StringComparison.Ordinal)
                        ? PeeringPage.Decisions(asked, id, "approve", "reject")
                        : []
                ),
                States.Fragment(asked, id, () => read.Value, () => Journal.WaysAsync(asked, id)),
                .. Journal.OfOperator(asked, id),
            ]
        );
    }

    /// <summary>The version that Causeway's own clients speak of each provider.</summary>
    private static string VersionOf(string id) =>
        PortalPages.TypeOf(id)!.Split('/')[0] switch
        {
            "microsoft.resources" => ArmClient.ResourcesVersion,
            "microsoft.network" => ArmClient.NetworkVersion,
            "microsoft.peering" => Client.InternetPeering.InternetPeeringsClient.PeeringVersion,
            "microsoft.support" => TicketActs.Version,
            "microsoft.authorization" => "2022-04-01",
            _ => Client.Identity.PrincipalsClient.ApiVersion,
        };

    private static IEnumerable<(string, Cell)> Members(JsonNode? node, string name)
    {
        switch (node)
        {
            case JsonObject members:
                foreach ((string member, JsonNode? value) in members)
                foreach ((string, Cell) below in Members(value, name.Length == 0 || name == "properties" ? member : $"{name}.{member}"))
                    yield return below;
                break;
            case JsonArray { Count: > 0 } list:
                for (int i = 0; i < list.Count; i++)
                    foreach ((string, Cell) below in Members(list[i], $"{name}[{i}]"))
                        yield return below;
                break;
            case JsonValue value:
                string text = value.ToString();
                yield return (name, name.EndsWith("tate", StringComparison.Ordinal) ? Cell.State(text) : Cell.Of(text));
                break;
        }
    }
}
