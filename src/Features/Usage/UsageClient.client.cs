using Causeway.Contracts.Usage;

namespace Causeway.Client.Usage;

/// <summary>The meters.</summary>
public sealed class UsageClient(ArmClient arm) : ResourceClient<UsageRecordBody>(arm, "2026-11-01", UsageContract.Default.UsageRecordBody)
{
    /// <param name="from">First day or instant, UTC; null for the first of this month.</param>
    /// <param name="to">Day or instant it ends before, UTC; null for now.</param>
    public Task<IReadOnlyList<Document<UsageRecordBody>>> RecordsAsync(
        string subscription,
        string? from,
        string? to,
        CancellationToken cancellation
    )
    {
        string path = $"{Ids.Subscription(subscription)}/providers/Causeway.Billing/usageRecords?api-version={Version}";
        if (from is not null)
            path += $"&from={Uri.EscapeDataString(from)}";
        if (to is not null)
            path += $"&to={Uri.EscapeDataString(to)}";
        return ListAsync(path, cancellation);
    }
}

public static class UsageClientAccess
{
    extension(CausewayClient client)
    {
        public UsageClient Usage => new(client.Arm);
    }
}
