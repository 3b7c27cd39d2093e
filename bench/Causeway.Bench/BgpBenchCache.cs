using System.Net;
using Causeway.Primitives;
using Causeway.Registries.Serving.Rtr;

namespace Causeway.Bench;

/// <summary>An RTR cache for daemons that cannot hold VRPs in their configuration: our own server, in the process that measures.</summary>
internal sealed class BgpBenchCache : IAsyncDisposable
{
    private readonly RtrServer _server = new(new IPEndPoint(IPAddress.Loopback, 0), new RtrServerOptions(), TimeProvider.System);

    public BgpBenchCache(VrpTable vrps) => _server.Publish(vrps);

    public IPEndPoint EndPoint => _server.EndPoint;

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
