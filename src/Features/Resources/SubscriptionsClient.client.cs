using System.Text.Json.Nodes;
using Causeway.Contracts.Resources;

namespace Causeway.Client.Resources;

/// <summary>Subscriptions: anybody lists theirs; opening, renaming and canceling is the operator's.</summary>
public sealed class SubscriptionsClient(ArmClient arm)
    : ResourceClient<SubscriptionBody>(arm, ArmClient.ResourcesVersion, ResourcesContract.Default.SubscriptionBody)
{
    private const string AliasVersion = "2021-10-01";
    private readonly ResourceClient<AliasBody> _aliases = new(arm, AliasVersion, ResourcesContract.Default.AliasBody);

    public Task<IReadOnlyList<Document<SubscriptionBody>>> AllAsync(CancellationToken cancellation) =>
        ListAsync("/subscriptions", cancellation);

    /// <summary>Opens a subscription under an alias; asked again with the same alias, it is the same subscription.</summary>
    public Task<Document<AliasBody>> OpenAsync(string alias, string displayName, CancellationToken cancellation) =>
        _aliases.PutAsync(
            $"/providers/Microsoft.Subscription/aliases/{Uri.EscapeDataString(alias)}",
            new AliasOrderBody(new AliasOrderProperties { DisplayName = displayName, Workload = "Production" }),
            ResourcesContract.Default.AliasOrderBody,
            wait: true,
            cancellation
        );

    public Task RenameAsync(string subscription, string displayName, CancellationToken cancellation) =>
        PostAsync(subscription, "rename", new JsonObject { ["subscriptionName"] = displayName }, cancellation);

    public Task CancelAsync(string subscription, CancellationToken cancellation) => PostAsync(subscription, "cancel", null, cancellation);

    public Task EnableAsync(string subscription, CancellationToken cancellation) => PostAsync(subscription, "enable", null, cancellation);

    private Task<JsonNode?> PostAsync(string subscription, string action, JsonNode? body, CancellationToken cancellation) =>
        Arm.PostAsync($"{Ids.Subscription(subscription)}/providers/Microsoft.Subscription/{action}", AliasVersion, body, cancellation);
}

public static class SubscriptionsClientAccess
{
    extension(CausewayClient client)
    {
        public SubscriptionsClient Subscriptions => new(client.Arm);
    }
}
