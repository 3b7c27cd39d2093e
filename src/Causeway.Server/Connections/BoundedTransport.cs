using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Causeway.Server.Connections;

/// <summary>Kestrel's sockets, of which only as many are accepted as the gate has room for; the others wait in the system's queue.</summary>
internal sealed class BoundedTransport(Drain sockets, ConnectionGate gate) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellation = default) =>
        new Listener(await sockets.BindAsync(endpoint, cancellation), gate);

    private sealed class Listener(IConnectionListener inner, ConnectionGate gate) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellation = default)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _unbound.Token);
            try
            {
                await gate.RoomAsync(either.Token);
            }
            catch (OperationCanceledException) when (_unbound.IsCancellationRequested)
            {
                return null;
            }
            return await inner.AcceptAsync(cancellation) is { } accepted ? gate.Enter(accepted) : null;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellation = default)
        {
            await _unbound.CancelAsync();
            await inner.UnbindAsync(cancellation);
        }

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            _unbound.Dispose();
        }
    }
}
