using System.Text.Json.Nodes;
using Causeway.Contracts.Identity;

namespace Causeway.Client.Identity;

/// <summary>Who may sign in; the operator's. A secret is in the answer of create and rotate, and in no other.</summary>
public sealed class PrincipalsClient(ArmClient arm) : ResourceClient<PrincipalBody>(arm, ApiVersion, IdentityContract.Default.PrincipalBody)
{
    public const string ApiVersion = "2026-11-01";

    private const string All = "/providers/Causeway.Identity/principals";

    public static string PathOf(string name) => $"{All}/{Uri.EscapeDataString(name)}";

    public Task<IReadOnlyList<Document<PrincipalBody>>> AllAsync(CancellationToken cancellation) => ListAsync(All, cancellation);

    public Task<Document<PrincipalBody>> CreateAsync(string name, CancellationToken cancellation) =>
        PutAsync(PathOf(name), new JsonObject(), wait: true, cancellation);

    /// <param name="keepOldForHours">How long the old secret goes on working; 0 for not at all.</param>
    public Task<Document<PrincipalBody>> RotateAsync(string name, int keepOldForHours, CancellationToken cancellation) =>
        PostAsync(name, "rotate", new JsonObject { ["keepOldForHours"] = keepOldForHours }, cancellation);

    public Task<Document<PrincipalBody>> EnableAsync(string name, CancellationToken cancellation) =>
        PostAsync(name, "enable", null, cancellation);

    public Task<Document<PrincipalBody>> DisableAsync(string name, CancellationToken cancellation) =>
        PostAsync(name, "disable", null, cancellation);

    private async Task<Document<PrincipalBody>> PostAsync(string name, string action, JsonNode? body, CancellationToken cancellation) =>
        Document<PrincipalBody>.Of(
            await Arm.PostAsync($"{PathOf(name)}/{action}", Version, body, cancellation)
                ?? throw new ClientException("The server answered nothing."),
            IdentityContract.Default.PrincipalBody
        );
}

public static class PrincipalsClientAccess
{
    extension(CausewayClient client)
    {
        public PrincipalsClient Principals => new(client.Arm);
    }
}
