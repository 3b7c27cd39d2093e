using Causeway.Api.Tests;

namespace Causeway.Portal.Tests;

/// <summary>A server with a little on every side.</summary>
public sealed class PortalServer : SqliteApi
{
    public string Group => $"/subscriptions/{CustomerSubscription}/resourceGroups/rg";

    public string Circuit(string name) => $"{Group}/providers/Microsoft.Network/expressRouteCircuits/{name}?api-version=2024-01-01";

    /// <summary>Orders a circuit as the customer.</summary>
    public async Task OrderAsync(string name, string tags = "{}")
    {
        (await Customer.Put($"{Group}?api-version=2021-04-01", """{"location":"westeurope"}""")).Is(await GroupStatusAsync());
        (
            await Customer.Put(
                Circuit(name),
                $$$$"""
                {"location":"westeurope","tags":{{{{tags}}}},"sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},
                 "properties":{"serviceProviderProperties":{"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":100}}}
                """
            )
        ).Is(201);
    }

    private bool _hasGroup;

    private Task<int> GroupStatusAsync()
    {
        int status = _hasGroup ? 200 : 201;
        _hasGroup = true;
        return Task.FromResult(status);
    }
}
