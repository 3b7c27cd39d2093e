using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Contracts.Resources;

namespace Causeway.Client.Resources;

/// <summary>Template deployments to a group or a subscription.</summary>
public sealed class DeploymentsClient(ArmClient arm)
    : ResourceClient<DeploymentBody>(arm, ArmClient.ResourcesVersion, DeploymentsContract.Default.DeploymentBody)
{
    /// <param name="scope">The path of a group or a subscription.</param>
    public static string PathOf(string scope, string name) => $"{ListOf(scope)}/{Uri.EscapeDataString(name)}";

    /// <param name="scope">The path of a group or a subscription.</param>
    public static string ListOf(string scope) => $"{scope}/providers/Microsoft.Resources/deployments";

    /// <summary>Deploys; with <paramref name="wait"/> until everything is there.</summary>
    public Task<Document<DeploymentBody>> DeployAsync(string path, DeploymentRequestBody body, bool wait, CancellationToken cancellation) =>
        PutAsync(path, body, DeploymentsContract.Default.DeploymentRequestBody, wait, cancellation);

    /// <summary>What would be deployed, if it can be.</summary>
    public async Task<Document<DeploymentBody>> ValidateAsync(string path, DeploymentRequestBody body, CancellationToken cancellation) =>
        Document<DeploymentBody>.Of(await PostAsync($"{path}/validate", body, cancellation), DeploymentsContract.Default.DeploymentBody);

    /// <summary>What deploying it would change.</summary>
    public async Task<IReadOnlyList<Document<WhatIfChange>>> WhatIfAsync(
        string path,
        DeploymentRequestBody body,
        CancellationToken cancellation
    ) =>
        [
            .. ((await PostAsync($"{path}/whatIf", body, cancellation))["properties"]?["changes"] as JsonArray ?? [])
                .OfType<JsonNode>()
                .Select(c => Document<WhatIfChange>.Of(c, DeploymentsContract.Default.WhatIfChange)),
        ];

    public Task CancelAsync(string path, CancellationToken cancellation) => Arm.PostAsync($"{path}/cancel", Version, null, cancellation);

    /// <summary>The template, as it was sent.</summary>
    public async Task<JsonNode> TemplateAsync(string path, CancellationToken cancellation) =>
        (await Arm.PostAsync($"{path}/exportTemplate", Version, null, cancellation))?["template"]
        ?? throw new ClientException("The server answered no template.");

    /// <summary>What became of each resource.</summary>
    public Task<IReadOnlyList<Document<DeploymentOperationBody>>> OperationsAsync(string path, CancellationToken cancellation) =>
        ListAsync($"{path}/operations", DeploymentsContract.Default.DeploymentOperationBody, cancellation);

    private async Task<JsonNode> PostAsync(string path, DeploymentRequestBody body, CancellationToken cancellation) =>
        await Arm.PostAsync(
            path,
            Version,
            JsonSerializer.SerializeToNode(body, DeploymentsContract.Default.DeploymentRequestBody),
            cancellation
        ) ?? throw new ClientException("The server answered nothing.");
}

public static class DeploymentsAccess
{
    extension(CausewayClient client)
    {
        /// <summary>Template deployments.</summary>
        public DeploymentsClient Deployments => new(client.Arm);
    }
}
