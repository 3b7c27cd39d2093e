using System.Text.Json;
using Causeway.Identity.Principals;
using Causeway.Identity.Secrets;
using Causeway.Workflows.Storage;

namespace Causeway.Identity.Directory;

/// <summary>Makes the installation at first start. Nodes that start at once agree, because the store keeps only the first.</summary>
public static class Installer
{
    private const string Setting = "identity/installation";

    /// <summary>Names of the principals of a new installation.</summary>
    public static IReadOnlyList<string> PrincipalNames { get; } = ["customer", "otherCustomer", "provider", "operator"];

    private static readonly (string Name, string DisplayName)[] s_subscriptions =
    [
        ("customer", "Customer"),
        ("otherCustomer", "Other customer"),
        ("provider", "Connectivity provider"),
    ];

    public static async Task<Installation> LoadOrCreateAsync(IStore store, ISecretProtector secrets, CancellationToken cancellation)
    {
        byte[] stored =
            await store.GetSettingAsync(Setting, cancellation)
            ?? await store.GetOrAddSettingAsync(
                Setting,
                JsonSerializer.SerializeToUtf8Bytes(Make(secrets), InstallationJson.Default.Installation),
                cancellation
            );
        return JsonSerializer.Deserialize(stored, InstallationJson.Default.Installation)
            ?? throw new JsonException("The stored installation is empty.");
    }

    private static Installation Make(ISecretProtector secrets) =>
        new()
        {
            TenantId = Guid.NewGuid().ToString(),
            TenantName = "Causeway",
            Subscriptions = s_subscriptions.ToDictionary(
                s => s.Name,
                s => new InitialSubscription(Guid.NewGuid().ToString(), s.DisplayName)
            ),
            Principals = PrincipalNames.ToDictionary(
                name => name,
                name =>
                {
                    string clientId = Guid.NewGuid().ToString();
                    string kept = secrets.Protect(ServicePrincipal.NewSecret(), ServicePrincipal.Purpose(clientId));
                    return new Application(name, clientId, Guid.NewGuid().ToString(), kept);
                }
            ),
        };
}
