using System.Net;
using Causeway.Hosting;
using Causeway.Primitives;
using Causeway.Registries.Serving.Rtr;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Bench;

/// <summary>An RTR cache for daemons that cannot hold VRPs in their configuration: our own server, in the process that measures.</summary>
internal sealed class BgpBenchCache : IAsyncDisposable
{
    private readonly Supervisor _supervisor = new(TimeProvider.System, NullLogger<Supervisor>.Instance);
    private readonly RtrServer _server;

    public BgpBenchCache(VrpTable vrps)
    {
        _server = new RtrServer(new IPEndPoint(IPAddress.Loopback, 0), new RtrServerOptions(), TimeProvider.System, _supervisor);
        _server.Publish(vrps);
    }

    public IPEndPoint EndPoint => _server.EndPoint;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _supervisor.DisposeAsync();
    }
}
