using Causeway.Contracts.Operations;

namespace Causeway.Client.Operations;

/// <summary>What only the operator sees: how the installation does its work.</summary>
public sealed class OperationsClient(ArmClient arm) : ResourceClient<StatusBody>(arm, "2026-11-01", StatusContract.Default.StatusBody)
{
    private const string Path = "/providers/Causeway.Operations";

    public Task<Document<StatusBody>> StatusAsync(CancellationToken cancellation) => GetAsync($"{Path}/status", cancellation);

    /// <summary>What waits or runs, at most a thousand.</summary>
    public Task<IReadOnlyList<Document<EffectBody>>> EffectsAsync(CancellationToken cancellation) =>
        ListAsync($"{Path}/effects", StatusContract.Default.EffectBody, cancellation);
}

public static class OperationsClientAccess
{
    extension(CausewayClient client)
    {
        public OperationsClient Operations => new(client.Arm);
    }
}
