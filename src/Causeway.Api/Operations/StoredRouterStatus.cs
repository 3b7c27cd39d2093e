using System.Text.Json;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Workflows.Storage;

namespace Causeway.Api.Operations;

/// <summary>
/// The routers from the store alone: leases <c>routers/{pair}</c> say who drives them, observations <c>router/{router}</c> what was seen: their revision is
/// what the router has, and their body's members <c>wanted</c> and <c>problem</c>, where there are any, say what it should have and what is wrong.
/// </summary>
public sealed class StoredRouterStatus(IStore store, Func<NetworkTopology> topology) : IRouterStatus
{
    private const string Leases = "routers/";
    private const string Observations = "router/";

    public async ValueTask<IReadOnlyList<RouterStanding>> AllAsync(CancellationToken cancellation)
    {
        Dictionary<string, Lease> leases = (await store.LeasesAsync(Leases, cancellation)).ToDictionary(
            l => l.Name[Leases.Length..],
            StringComparer.OrdinalIgnoreCase
        );
        var seen = new Dictionary<string, Observation>(StringComparer.OrdinalIgnoreCase);
        string? after = null;
        do
        {
            Page<Observation> page = await store.ObservationsAsync(Observations, after, 1000, cancellation);
            foreach (Observation observation in page.Items)
                // Below a router's own are those of its instances.
                if (observation.Key[Observations.Length..] is var router && !router.Contains('/', StringComparison.Ordinal))
                    seen[router] = observation;
            after = page.After;
        } while (after is not null);

        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (RouterPair pair in topology().PeeringLocations.SelectMany(l => l.Pairs))
            (pairs[pair.Primary.Name], pairs[pair.Secondary.Name]) = (pair.Name, pair.Name);
        return
        [
            .. pairs
                .Keys.Union(seen.Keys, StringComparer.OrdinalIgnoreCase)
                .Order(StringComparer.OrdinalIgnoreCase)
                .Select(router => Standing(router, pairs.GetValueOrDefault(router, router), leases, seen.GetValueOrDefault(router))),
        ];
    }

    private static RouterStanding Standing(string router, string pair, Dictionary<string, Lease> leases, Observation? seen)
    {
        Lease? lease = leases.GetValueOrDefault(pair);
        (string? wanted, string? problem) = seen is null ? (null, null) : Read(seen.Body);
        string? applied = seen?.Revision is { Length: > 0 } revision ? revision : null;
        return new(router, pair, lease?.Holder, lease?.Epoch ?? 0, wanted, applied, seen?.At, problem);
    }

    private static (string? Wanted, string? Problem) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            return (Text(json.RootElement, "wanted"), Text(json.RootElement, "problem"));
        }
        catch (JsonException)
        {
            return (null, "what was observed of it cannot be read");
        }
    }

    private static string? Text(JsonElement body, string member) =>
        body.ValueKind == JsonValueKind.Object
        && body.TryGetProperty(member, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
