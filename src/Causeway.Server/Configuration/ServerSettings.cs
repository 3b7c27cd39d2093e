using System.Net;
using Causeway.Api;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Domain.Circuits;
using Causeway.Domain.InternetPeering;
using Causeway.Identity;
using Causeway.Routers;
using Causeway.Server.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Server.Configuration;

/// <summary>What a server is started with. Tests and the demo make one directly; <c>serve</c> reads it (<see cref="SettingsReader"/>).</summary>
public sealed record ServerSettings
{
    /// <summary>Made with mode 0700 when it does not exist.</summary>
    public required string DataFolder { get; init; }

    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 8443);

    /// <summary>Without trailing slash; null is the address requests come in on.</summary>
    public string? PublicEndpoint { get; init; }

    /// <summary>PostgreSQL connection string or SQLite path; null is a SQLite file in the data folder.</summary>
    public string? Database { get; init; }

    public string? TopologyFile { get; init; }

    public int BgpPort { get; init; } = 1790;

    /// <summary>What people call this node; the machine's name unless set. Nothing depends on it.</summary>
    public string? Node { get; init; }

    /// <summary>How routers are driven.</summary>
    public FleetSettings Routers { get; init; } = new();

    /// <summary>Drivers besides those that the server brings.</summary>
    public IReadOnlyList<IRouterDriverFactory> Drivers { get; init; } = [];

    /// <summary>What the server has.</summary>
    public IReadOnlyList<Feature> Features { get; init; } = AllFeatures.List;

    /// <summary>Base64 of 32 bytes; null is the key file.</summary>
    public string? Key { get; init; }

    public (string Certificate, string Key)? Tls { get; init; }

    /// <summary>PEM file of the authority of <see cref="Tls"/>; null is one that clients' systems trust.</summary>
    public string? TlsAuthority { get; init; }

    public IReadOnlyList<string> TlsNames { get; init; } = [];

    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromHours(1);

    public IReadOnlyList<OidcIssuerOptions> OidcIssuers { get; init; } = [];

    /// <summary>Where people sign in to the portal; null for nowhere but by a link.</summary>
    public CodeSignInOptions? PortalSignIn { get; init; }

    /// <summary>Issuers whose tokens say for which networks somebody may speak over the Peering API.</summary>
    public IReadOnlyList<OidcIssuerOptions> PeeringApiIssuers { get; init; } = [];

    /// <summary>The subscription where the peerings of networks stand that sign in so: an id, or a name of the first ones. Null for none.</summary>
    public string? PeeringApiSubscription { get; init; }

    public IReadOnlyList<(string ClientId, string File)> ClientCertificates { get; init; } = [];

    /// <summary>Null is no limit.</summary>
    public ThrottleLimits? Throttle { get; init; }

    /// <summary>Connections at once; null is as many as the process's descriptors allow.</summary>
    public int? MostConnections { get; init; }

    /// <summary>Connections at once from one IPv4 address or IPv6 /64; null is 2,000, or all there may be.</summary>
    public int? MostConnectionsPerAddress { get; init; }

    public int MaxBodyBytes { get; init; } = 1 << 20;

    public CircuitPolicy Circuits { get; init; } = new();

    public PeeringPolicy Peerings { get; init; } = new();

    /// <summary>How long a finished operation can still be polled.</summary>
    public TimeSpan KeepOperations { get; init; } = TimeSpan.FromDays(30);

    public LogFormat LogFormat { get; init; } = LogFormat.Line;

    public TelemetrySettings Telemetry { get; init; } = new();

    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>How long a database that does not answer at the start is waited for.</summary>
    public TimeSpan DatabaseWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Told, in one sentence each, what whoever starts the server should know before there is a log.</summary>
    public Action<string> Say { get; init; } = _ => { };

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
