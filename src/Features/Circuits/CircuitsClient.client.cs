using Causeway.Contracts.Circuits;

namespace Causeway.Client.Circuits;

/// <summary>Circuits as their owner sees them.</summary>
public sealed class CircuitsClient(ArmClient arm)
    : ResourceClient<CircuitBody>(arm, ArmClient.NetworkVersion, CircuitsContract.Default.CircuitBody)
{
    public Task<Document<CircuitBody>> OrderAsync(string circuit, CircuitOrderBody order, bool wait, CancellationToken cancellation) =>
        PutAsync(circuit, order, CircuitsContract.Default.CircuitOrderBody, wait, cancellation);

    /// <summary>Whether it can be used, what is missing, who acts next.</summary>
    public Task<Document<ExplainBody>> ExplainAsync(string circuit, CancellationToken cancellation) =>
        ReadAsync($"{circuit}/explain", CircuitsContract.Default.ExplainBody, cancellation);

    /// <summary>Where its routers connect, and which subnets are free there.</summary>
    public Task<Document<LinkSpaceBody>> LinkSpaceAsync(string circuit, CancellationToken cancellation) =>
        ReadAsync($"{circuit}/linkSpace", CircuitsContract.Default.LinkSpaceBody, cancellation);

    /// <summary>Everything that happened to it, oldest first.</summary>
    public Task<IReadOnlyList<Document<JournalBody>>> JournalAsync(string circuit, CancellationToken cancellation) =>
        ListAsync($"{circuit}/journal", CircuitsContract.Default.JournalBody, cancellation);

    /// <summary>How full the router pairs are; the operator's.</summary>
    public Task<IReadOnlyList<Document<PortLoadBody>>> CapacityAsync(CancellationToken cancellation) =>
        ListAsync("/providers/Causeway.Operations/portLoads?api-version=2026-11-01", PortLoadContract.Default.PortLoadBody, cancellation);

    /// <summary>Prefixes that come over a circuit and over the Internet; the operator's.</summary>
    public Task<IReadOnlyList<Document<AsymmetryBody>>> AsymmetriesAsync(CancellationToken cancellation) =>
        ListAsync(
            "/providers/Causeway.Operations/asymmetries?api-version=2026-11-01",
            CircuitsContract.Default.AsymmetryBody,
            cancellation
        );

    public Task<Document<StatsBody>> StatsAsync(string circuit, CancellationToken cancellation) =>
        ReadAsync($"{circuit}/stats", CircuitsContract.Default.StatsBody, cancellation);
}

public static class CircuitsClientAccess
{
    extension(CausewayClient client)
    {
        public CircuitsClient Circuits => new(client.Arm);
    }
}
