using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.CrossConnections;
using Causeway.Contracts.CrossConnections;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What a connectivity provider does with an order.</summary>
internal static class ProviderActs
{
    public static async Task<Act> MoveAsync(Asked asked, string order)
    {
        Document<CrossConnectionBody> found = await asked.Client.CrossConnections.GetAsync(order, asked.Cancellation);
        CrossConnectionBody body = found.Body;
        // What stands there and is emptied goes: a line that said nothing of it would keep it.
        string notes = string.IsNullOrEmpty(body.Properties.ServiceProviderNotes) ? "[--notes {notes}]" : "--notes {notes:given}";
        return Made.Of(
            asked,
            Side.Provider,
            "move",
            ("order", order),
            "PUT {order}",
            ArmClient.NetworkVersion,
            JsonNode.Parse(
                """{"location":"{location}","properties":{"serviceProviderProvisioningState":"{state}","serviceProviderNotes":"{notes}"}}"""
            ),
            asked.Words["portal move"],
            [
                new(
                    $"causeway provider deprovision complete {{order:name}} {notes} --subscription {{order:subscription}}",
                    ("state", "NotProvisioned")
                ),
                new(
                    $"causeway provider provision start {{order:name}} {notes} --subscription {{order:subscription}}",
                    ("state", "Provisioning")
                ),
                new(
                    $"causeway provider provision complete {{order:name}} {notes} --subscription {{order:subscription}}",
                    ("state", "Provisioned")
                ),
                new(
                    $"causeway provider deprovision start {{order:name}} {notes} --subscription {{order:subscription}}",
                    ("state", "Deprovisioning")
                ),
            ],
            [
                new Field("state", asked.Words["column providerState"], FieldKind.Choice)
                {
                    Choices =
                    [
                        .. From(body.Properties.ServiceProviderProvisioningState)
                            .Select(s => new Choice(
                                s,
                                s == body.Properties.ServiceProviderProvisioningState ? asked.Words["portal as it is", s] : s,
                                []
                            )),
                    ],
                },
                new Field("notes", asked.Words["column providerNotes"], FieldKind.Long)
                {
                    IsOptional = true,
                    Value = body.Properties.ServiceProviderNotes ?? "",
                },
            ]
        ) with
        {
            Given = new Dictionary<string, string> { ["order"] = order, ["location"] = body.Location },
            Title = asked.Words["portal act move", body.Name],
            IfMatch = found.Json["etag"]?.ToString(),
        };
    }

    /// <summary>
    /// Where an order can go from a state, and what is told of it as it is; what is likeliest first. Out of Provisioned nothing leads but the end of it, which nobody should press for being
    /// first.
    /// </summary>
    private static string[] From(string? state) =>
        state switch
        {
            "Provisioning" => ["Provisioned", "Provisioning", "NotProvisioned", "Deprovisioning"],
            "Provisioned" => ["Provisioned", "Deprovisioning", "NotProvisioned"],
            "Deprovisioning" => ["NotProvisioned", "Deprovisioning"],
            _ => ["Provisioning", "Provisioned", "NotProvisioned"],
        };
}
