using System.Net;

namespace Causeway.Registries.Serving.Whois;

/// <summary>Where the whois port listens and what one client may cost.</summary>
public sealed record WhoisOptions
{
    public required IPEndPoint Listen { get; init; }

    /// <summary>Connections at the same time; more are told so and closed.</summary>
    public int MaxConnections { get; init; } = 500;

    /// <summary>Connections at the same time from one address, or one IPv6 /64: one client.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 50;

    /// <summary>Queries worked on at the same time; clients take turns at them, and none has the last of them: one for each processor and one more.</summary>
    public int MaxRunning { get; init; } = Environment.ProcessorCount + 1;

    /// <summary>Bytes of one query. bgpq4 stays below 256 except for long source lists.</summary>
    public int MaxQuery { get; init; } = 4096;

    /// <summary>Bytes of one answer. IRRd's largest are about 20 MB.</summary>
    public int MaxAnswer { get; init; } = 64 << 20;

    /// <summary>Bytes of answers that wait to be read, of all connections together; beyond it queries are told to try again later.</summary>
    public long MaxPending { get; init; } = 256L << 20;

    /// <summary>The share of <see cref="MaxPending"/> that one client may have.</summary>
    public long MaxPendingPerClient { get; init; } = 64L << 20;

    /// <summary>How long one query may be worked on, its turn come. The largest real ones take well under a second.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How fast an answer must be taken on the whole, in bytes a second, besides <see cref="WriteTimeout"/>.</summary>
    public int MinReadRate { get; init; } = 32 << 10;

    /// <summary>How long 64 KiB of an answer may take to be taken by the client.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Silence after which a connection is closed; a client may set 1 to 1000 s by <c>!t</c>.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
