using System.Net;
using Causeway.Primitives;
using Causeway.Registries.Rpki.Rtr;

namespace Causeway.Bench;

/// <summary>An RTR cache for daemons that cannot hold VRPs in their configuration: our own server, in the process that measures.</summary>
internal sealed class BgpBenchCache : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RtrServer _server = new(new IPEndPoint(IPAddress.Loopback, 0), new RtrServerOptions(), TimeProvider.System);

    public BgpBenchCache(VrpTable vrps) => _server.Publish(vrps);

    public IPEndPoint EndPoint => _server.EndPoint;

    /// <summary>Waits until the daemon has connected; what it then does with the VRPs is its own work, which ends when it uses no CPU any more.</summary>
    public async Task AskedAsync(BgpProcess daemon, CancellationToken cancel)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (_server.Status.Clients == 0)
        {
            if (!daemon.Runs || TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new IOException("it never asked the RTR cache");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
