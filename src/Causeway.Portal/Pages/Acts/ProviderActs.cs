using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.CrossConnections;
using Causeway.Contracts.CrossConnections;
using static Causeway.Portal.Pages.Acts.Values;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What a connectivity provider does with an order.</summary>
internal static class ProviderActs
{
    public static async Task<Act> MoveAsync(Asked asked, string order)
    {
        Document<CrossConnectionBody> found = await asked.Client.CrossConnections.GetAsync(order, asked.Cancellation);
        CrossConnectionBody body = found.Body;
        return new Act(
            "move",
            asked.Words["portal act move", body.Name],
            "PUT",
            "{order}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """{"location":"{location}","properties":{"serviceProviderProvisioningState":"{state}","serviceProviderNotes":"{notes}"}}"""
            ),
            [
                new(
                    "causeway provider deprovision complete {order:name} [--notes {notes}] --subscription {order:subscription}",
                    ("state", "NotProvisioned")
                ),
                new(
                    "causeway provider provision start {order:name} [--notes {notes}] --subscription {order:subscription}",
                    ("state", "Provisioning")
                ),
                new(
                    "causeway provider provision complete {order:name} [--notes {notes}] --subscription {order:subscription}",
                    ("state", "Provisioned")
                ),
                new(
                    "causeway provider deprovision start {order:name} [--notes {notes}] --subscription {order:subscription}",
                    ("state", "Deprovisioning")
                ),
            ]
        )
        {
            On = order,
            IfMatch = found.Json["etag"]?.ToString(),
            Given = new Dictionary<string, string> { ["order"] = order, ["location"] = body.Location },
            Button = asked.Words["portal move"],
            Side = PortalPages.SideOf(asked, Side.Provider),
            Fields =
            [
                new Field("state", asked.Words["column providerState"], FieldKind.Choice)
                {
                    Value = body.Properties.ServiceProviderProvisioningState,
                    Choices = Plain("NotProvisioned", "Provisioning", "Provisioned", "Deprovisioning"),
                },
                new Field("notes", asked.Words["column providerNotes"], FieldKind.Long)
                {
                    IsOptional = true,
                    Value = body.Properties.ServiceProviderNotes ?? "",
                },
            ],
        };
    }
}
