using System.Net;

namespace Causeway.Registries.Whois;

/// <summary>Where the whois port listens and what one client may cost.</summary>
public sealed record WhoisOptions
{
    public required IPEndPoint Listen { get; init; }

    /// <summary>Connections at the same time; more are told so and closed.</summary>
    public int MaxConnections { get; init; } = 500;

    /// <summary>Connections at the same time from one address.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 50;

    /// <summary>Queries worked on at the same time; others wait their turn.</summary>
    public int MaxRunning { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Bytes of one query. bgpq4 stays below 256 except for long source lists.</summary>
    public int MaxQuery { get; init; } = 4096;

    /// <summary>Bytes of one answer. IRRd's largest are about 20 MB.</summary>
    public int MaxAnswer { get; init; } = 64 << 20;

    /// <summary>Bytes of answers that wait to be read, of all connections together; beyond it queries are told to try again later.</summary>
    public long MaxPending { get; init; } = 256L << 20;

    /// <summary>How long 64 KiB of an answer may take to be taken by the client.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Silence after which a connection is closed; a client may set 1 to 1000 s by <c>!t</c>.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
