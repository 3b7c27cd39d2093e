using System.Net;

namespace Causeway.Bgp.Transport;

/// <summary>How a session's bytes travel: TCP in life, memory in tests.</summary>
public interface ITransport
{
    /// <exception cref="IOException">The address cannot be listened on; the message says which and why.</exception>
    IListener Listen(IPEndPoint local);

    /// <summary>Opens a connection. That nobody answers is nothing unusual, and no exception.</summary>
    ValueTask<ConnectOutcome> ConnectAsync(ConnectionRequest request, CancellationToken cancel);
}

/// <param name="Connection">Null when there is none.</param>
/// <param name="Failure">Why not, fit for an operator.</param>
public readonly record struct ConnectOutcome(IConnection? Connection, string Failure)
{
    public static ConnectOutcome Connected(IConnection connection) => new(connection, "");

    public static ConnectOutcome Failed(string why) => new(null, why);
}

/// <summary>A connection wanted by us.</summary>
/// <param name="Local">Our address.</param>
/// <param name="Remote">The peer's address and port.</param>
/// <param name="Security">MD5 key and hop limit.</param>
public sealed record ConnectionRequest(IPAddress Local, IPEndPoint Remote, PeerSecurity Security);

/// <summary>What protects a peer's packets: the TCP MD5 key (RFC 2385) and the GTSM hop count (RFC 5082), each may be absent.</summary>
public sealed record PeerSecurity(string? Md5Key, int? TtlSecurityHops)
{
    public static readonly PeerSecurity None = new(null, null);
}

public interface IListener : IAsyncDisposable
{
    IPEndPoint Local { get; }

    ValueTask<IConnection> AcceptAsync(CancellationToken cancel);

    /// <summary>Sets or removes the key expected from a peer; segments without the right signature never reach us.</summary>
    /// <exception cref="IOException">The system refuses the key.</exception>
    void Protect(IPAddress peer, PeerSecurity security);
}

public interface IConnection : IAsyncDisposable
{
    IPEndPoint Local { get; }
    IPEndPoint Remote { get; }

    /// <summary>Applies the hop limit to an accepted connection, once its neighbor is known.</summary>
    void Protect(PeerSecurity security);

    /// <summary>Octets received; 0 when the peer closed.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel);

    /// <exception cref="IOException">The connection broke.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    /// <summary>Says that nothing more will be sent, so that the last octets arrive before the close.</summary>
    void FinishSending();
}
