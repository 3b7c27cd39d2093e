using System.Net;
using System.Net.Sockets;
using Causeway.Bgp.Transport;

namespace Causeway.Bgp.Speaker;

/// <summary>
/// The listening sockets of a speaker, one per local address, and their keys. An address that cannot be listened on is tried again, since interfaces come and
/// go: after seconds at first, then after minutes.
/// </summary>
internal sealed class ListenerSet(ITransport transport, TimeProvider clock, Action<IConnection> accepted, Action<string> failed)
    : IAsyncDisposable
{
    private static readonly TimeSpan FirstAgain = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestAgain = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPEndPoint, IListener> _open = [];
    private readonly Dictionary<(IPEndPoint, IPAddress), PeerSecurity> _keys = [];

    // Why each address that is wanted could not be listened on.
    private readonly Dictionary<IPEndPoint, string> _missing = [];
    private HashSet<IPEndPoint> _wanted = [];
    private List<(IPAddress Local, IPAddress Peer, PeerSecurity Security)> _protected = [];
    private TimeSpan _again = FirstAgain;
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
            _wanted = [.. wanted];
            _protected = [.. peers.Where(p => p.Security != PeerSecurity.None)];
            foreach (IPEndPoint gone in _open.Keys.Where(e => !_wanted.Contains(e)).ToList())
            {
                _open.Remove(gone, out IListener? listener);
                _ = listener!.DisposeAsync().AsTask();
            }
            foreach (IPEndPoint gone in _missing.Keys.Where(e => !_wanted.Contains(e)).ToList())
                _missing.Remove(gone);
            _again = FirstAgain;
            OpenMissing();
            ApplyKeys();
        }
    }

    private void OpenMissing()
    {
        foreach (IPEndPoint endpoint in _wanted.Where(e => !_open.ContainsKey(e)))
        {
            try
            {
                IListener listener = transport.Listen(endpoint);
                _open.Add(endpoint, listener);
                _missing.Remove(endpoint);
                _ = Task.Run(() => AcceptLoopAsync(listener));
            }
            catch (IOException e)
            {
                // Said once, not at every attempt.
                bool known = _missing.TryGetValue(endpoint, out string? why) && why == e.Message;
                _missing[endpoint] = e.Message;
                if (!known)
                    failed(e.Message);
            }
        }
        if (_missing.Count == 0)
            return;
        _retry ??= clock.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _retry.Change(_again, Timeout.InfiniteTimeSpan);
        _again = _again * 2 < LongestAgain ? _again * 2 : LongestAgain;
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
        ILookup<IPAddress, IPEndPoint> open = _open.Keys.ToLookup(e => e.Address);
        var wanted = new Dictionary<(IPEndPoint, IPAddress), PeerSecurity>();
        foreach ((IPAddress local, IPAddress peer, PeerSecurity security) in _protected)
        foreach (IPEndPoint endpoint in open[local].Concat(open[AnyOf(local)]))
            wanted[(endpoint, peer)] = security;
        foreach ((IPEndPoint Endpoint, IPAddress Peer) gone in _keys.Keys.Where(k => !wanted.ContainsKey(k)).ToList())
        {
            _keys.Remove(gone);
            if (_open.TryGetValue(gone.Endpoint, out IListener? listener))
                TryProtect(listener, gone.Peer, PeerSecurity.None);
        }
        foreach (((IPEndPoint Endpoint, IPAddress Peer) key, PeerSecurity security) in wanted)
            if (!_keys.TryGetValue(key, out PeerSecurity? present) || present != security)
            {
                _keys[key] = security;
                TryProtect(_open[key.Endpoint], key.Peer, security);
            }
    }

    private static IPAddress AnyOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;

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
