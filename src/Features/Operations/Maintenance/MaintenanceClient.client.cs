using System.Text.Json;
using Causeway.Contracts.Operations;

namespace Causeway.Client.Operations;

/// <summary>Work on routers.</summary>
public sealed class MaintenanceClient(ArmClient arm)
    : ResourceClient<MaintenanceBody>(arm, ApiVersion, MaintenanceContract.Default.MaintenanceBody)
{
    public const string ApiVersion = "2026-11-01";

    /// <summary>Under which each router that is worked on stands.</summary>
    public const string Path = "/providers/Causeway.Operations/maintenances";

    /// <summary>The routers that are drained.</summary>
    public Task<IReadOnlyList<Document<MaintenanceBody>>> ListAsync(CancellationToken cancellation) => ListAsync(Path, cancellation);

    /// <param name="reason">For the journal; null for none.</param>
    /// <param name="anyway">Also when a circuit has no other router that carries it.</param>
    public async Task<Document<MaintenanceBody>> DrainAsync(string router, string? reason, bool anyway, CancellationToken cancellation) =>
        Document<MaintenanceBody>.Of(
            await Arm.PostAsync(
                $"{Path}/{Uri.EscapeDataString(router)}/drain",
                Version,
                JsonSerializer.SerializeToNode(
                    new DrainBody { Reason = reason, Anyway = anyway ? true : null },
                    MaintenanceContract.Default.DrainBody
                ),
                cancellation
            ) ?? throw new ClientException("The server answered nothing."),
            MaintenanceContract.Default.MaintenanceBody
        );

    /// <summary>False when it was not drained.</summary>
    public Task<bool> RestoreAsync(string router, CancellationToken cancellation) =>
        DeleteAsync($"{Path}/{Uri.EscapeDataString(router)}", wait: true, cancellation);
}

public static class MaintenanceClientAccess
{
    extension(CausewayClient client)
    {
        public MaintenanceClient Maintenance => new(client.Arm);
    }
}
