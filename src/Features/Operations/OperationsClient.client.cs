using System.Globalization;
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

    /// <summary>Which resources changed after a position, of those that one may read; as soon as one did, or when the time is over.</summary>
    /// <param name="after">As answered before; null begins now.</param>
    /// <param name="wait">Seconds, 0 to 30.</param>
    public Task<Document<ChangesBody>> ChangesAsync(string? after, int wait, CancellationToken cancellation) =>
        ReadAsync(
            $"{Path}/changes?wait={wait.ToString(CultureInfo.InvariantCulture)}"
                + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}"),
            ChangesContract.Default.ChangesBody,
            cancellation
        );

    /// <summary>Who one is here, and which roles one has.</summary>
    public Task<Document<MeBody>> MeAsync(CancellationToken cancellation) =>
        ReadAsync($"{Path}/me", MeContract.Default.MeBody, cancellation);

    /// <summary>The states of a type of resource, and which leads to which.</summary>
    /// <param name="type">Such as <c>Microsoft.Network/expressRouteCircuits</c>.</param>
    public Task<Document<StateTableBody>> StatesAsync(string type, CancellationToken cancellation) =>
        ReadAsync($"{Path}/stateTables?type={Uri.EscapeDataString(type)}", StateTableContract.Default.StateTableBody, cancellation);

    /// <summary>What happened, oldest first, also to what is gone.</summary>
    /// <param name="resource">Of it and what lies below it; null for everything.</param>
    /// <param name="from">First day or instant, UTC; null for the beginning.</param>
    /// <param name="to">Day or instant it ends before, UTC; null for now.</param>
    /// <param name="latest">Only the latest so many; null for all of the time.</param>
    public Task<IReadOnlyList<Document<JournalEntryBody>>> JournalAsync(
        string? resource,
        string? from,
        string? to,
        long? latest,
        CancellationToken cancellation
    )
    {
        string[] parameters =
        [
            .. new[] { ("resource", resource), ("from", from), ("to", to), ("latest", latest?.ToString(CultureInfo.InvariantCulture)) }
                .Where(p => p.Item2 is not null)
                .Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2!)}"),
        ];
        string query = parameters.Length == 0 ? "" : "?" + string.Join('&', parameters);
        return ListAsync($"{Path}/journal{query}", JournalContract.Default.JournalEntryBody, cancellation);
    }
}

public static class OperationsClientAccess
{
    extension(CausewayClient client)
    {
        public OperationsClient Operations => new(client.Arm);
    }
}
