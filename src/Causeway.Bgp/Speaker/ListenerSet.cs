using System.Net;
using Causeway.Bgp.Transport;

namespace Causeway.Bgp.Speaker;

/// <summary>The listening sockets of a speaker and their keys. An address that cannot be listened on is tried again, since interfaces come and go.</summary>
internal sealed class ListenerSet(ITransport transport, TimeProvider clock, Action<IConnection> accepted, Action<string> failed)
    : IAsyncDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPEndPoint, IListener> _open = [];
    private readonly Dictionary<(IPEndPoint, IPAddress), PeerSecurity> _keys = [];
    private List<IPEndPoint> _wanted = [];
    private List<(IPAddress Local, IPAddress Peer, PeerSecurity Security)> _peers = [];
    private readonly CancellationTokenSource _end = new();
    private ITimer? _retry;

    /// <summary>The addresses that are listened on now.</summary>
    public IReadOnlyList<IPEndPoint> Open
    {
        get
        {
            lock (_gate)
                return [.. _open.Values.Select(l => l.Local)];
        }
    }

    public void Apply(IEnumerable<IPEndPoint> wanted, IEnumerable<(IPAddress Local, IPAddress Peer, PeerSecurity Security)> peers)
    {
        lock (_gate)
        {
            _wanted = [.. wanted.Distinct()];
            _peers = [.. peers];
            foreach (IPEndPoint gone in _open.Keys.Except(_wanted).ToList())
            {
                _open.Remove(gone, out IListener? listener);
                _ = listener!.DisposeAsync().AsTask();
                foreach ((IPEndPoint, IPAddress) key in _keys.Keys.Where(k => k.Item1.Equals(gone)).ToList())
                    _keys.Remove(key);
            }
            OpenMissing();
            ApplyKeys();
        }
    }

    private void OpenMissing()
    {
        bool missing = false;
        foreach (IPEndPoint endpoint in _wanted.Where(e => !_open.ContainsKey(e)))
        {
            try
            {
                IListener listener = transport.Listen(endpoint);
                _open.Add(endpoint, listener);
                _ = Task.Run(() => AcceptLoopAsync(listener));
            }
            catch (IOException e)
            {
                missing = true;
                failed(e.Message);
            }
        }
        if (missing)
        {
            _retry ??= clock.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _retry.Change(Again, Timeout.InfiniteTimeSpan);
        }
    }

    private void Retry()
    {
        lock (_gate)
        {
            if (_end.IsCancellationRequested)
                return;
            OpenMissing();
            ApplyKeys();
        }
    }

    private void ApplyKeys()
    {
        foreach ((IPEndPoint endpoint, IListener listener) in _open)
        {
            Dictionary<IPAddress, PeerSecurity> wanted = [];
            foreach ((IPAddress local, IPAddress peer, PeerSecurity security) in _peers)
                if (security != PeerSecurity.None && (endpoint.Address.Equals(local) || IsAny(endpoint.Address)))
                    wanted[peer] = security;
            foreach (
                (IPEndPoint, IPAddress Peer) gone in _keys
                    .Keys.Where(k => k.Item1.Equals(endpoint) && !wanted.ContainsKey(k.Item2))
                    .ToList()
            )
            {
                _keys.Remove(gone);
                TryProtect(listener, gone.Peer, PeerSecurity.None);
            }
            foreach ((IPAddress peer, PeerSecurity security) in wanted)
                if (!_keys.TryGetValue((endpoint, peer), out PeerSecurity? present) || present != security)
                {
                    _keys[(endpoint, peer)] = security;
                    TryProtect(listener, peer, security);
                }
        }
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private void TryProtect(IListener listener, IPAddress peer, PeerSecurity security)
    {
        try
        {
            listener.Protect(peer, security);
        }
        catch (IOException e)
        {
            failed(e.Message);
        }
    }

    private async Task AcceptLoopAsync(IListener listener)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                accepted(await listener.AcceptAsync(_end.Token));
            }
            catch (IOException e)
            {
                if (!IsOpen(listener))
                    return;
                // Such as too many open files: the next attempt waits a moment instead of spinning.
                failed($"cannot accept on {listener.Local}: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100), clock, CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private bool IsOpen(IListener listener)
    {
        lock (_gate)
            return _open.ContainsValue(listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        List<IListener> all;
        lock (_gate)
        {
            all = [.. _open.Values];
            _open.Clear();
            _wanted = [];
            _retry?.Dispose();
        }
        foreach (IListener listener in all)
            await listener.DisposeAsync();
    }
}
