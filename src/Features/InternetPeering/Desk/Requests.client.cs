using System.Text.Json.Nodes;
using Causeway.Contracts.InternetPeering;

namespace Causeway.Client.InternetPeering;

/// <summary>The operator's queue of what peers have asked for.</summary>
public sealed class PeerRequestsClient(ArmClient arm)
{
    private const string Path = "/providers/Causeway.Operations/requests";
    private const string Version = "2026-11-01";

    /// <summary>All that waits for a decision, of all subscriptions.</summary>
    public Task<IReadOnlyList<Document<PeerRequestBody>>> ListAsync(CancellationToken cancellation) => ListAsync(Path, cancellation);

    /// <summary>The one of a peering or a peer's ASN, by its id, whether or not it waits for anything.</summary>
    public async Task<Document<PeerRequestBody>> OfAsync(string resource, CancellationToken cancellation) =>
        (await ListAsync($"{Path}?resource={Uri.EscapeDataString(resource)}", cancellation))[0];

    private async Task<IReadOnlyList<Document<PeerRequestBody>>> ListAsync(string path, CancellationToken cancellation)
    {
        var requests = new List<Document<PeerRequestBody>>();
        await foreach (JsonNode json in arm.ListAsync(path, Version, cancellation))
            requests.Add(Document<PeerRequestBody>.Of(json, DeskContract.Default.PeerRequestBody));
        return requests;
    }
}

public static class PeerRequestsAccess
{
    extension(CausewayClient client)
    {
        public PeerRequestsClient PeerRequests => new(client.Arm);
    }
}
