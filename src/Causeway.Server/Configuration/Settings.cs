namespace Causeway.Server.Configuration;

/// <summary>The table of all settings; docs and help are made from it.</summary>
public static class Settings
{
    public static Setting Config { get; } = new("config", "YAML file with any of these settings.");
    public static Setting Data { get; } = new("data", "Folder for the database, keys and certificates.", "./data");
    public static Setting Listen { get; } =
        new("listen", "Address and port to take requests on; port 0 chooses a free one.", "127.0.0.1:8443");
    public static Setting PublicEndpoint { get; } =
        new("publicEndpoint", "Address that clients use, such as https://causeway.example.net, when it is not the one they connect to.");
    public static Setting Database { get; } =
        new(
            "database",
            "Path of a SQLite file (a file in the data folder when not given), or PostgreSQL: Host=db1,db2;Username=..., postgresql://user@db1,db2/name or host=db1 dbname=... With a password, better in CAUSEWAY_DATABASE or databaseFile: everybody on the machine can read a command line.",
            MayHoldSecret: true
        );
    public static Setting DatabaseFile { get; } =
        new("databaseFile", "File that holds what 'database' would, for a connection string with a password.");
    public static Setting DatabaseWaitSeconds { get; } =
        new("database.waitSeconds", "Seconds to wait for a database that does not answer when the server starts, 0 to 86400.", "60");
    public static Setting Topology { get; } =
        new("topology", "YAML file of locations, routers, providers; a small embedded one when not given.");
    public static Setting BgpPort { get; } = new("bgpPort", "TCP port of embedded routers' BGP sessions.", "1790");
    public static Setting Node { get; } =
        new("node", "Name of this node among those on one database; machine and data folder when not given.");
    public static Setting Key { get; } =
        new(
            "key",
            "Base64 of the 32 bytes that encrypt secrets at rest; the file 'key' in the data folder when not given.",
            IsSecret: true
        );
    public static Setting TlsCertificate { get; } =
        new("tls.certificate", "PEM file of the server's certificate and its chain; a local CA's when not given.");
    public static Setting TlsKey { get; } = new("tls.key", "PEM file of the key of tls.certificate.");
    public static Setting TlsCa { get; } =
        new(
            "tls.ca",
            "PEM file of the authority that clients shall trust for tls.certificate; when not given, those that their systems trust."
        );
    public static Setting TlsNames { get; } =
        new("tls.names", "Host names and addresses beside localhost that the local certificate is for, separated by ';'.");
    public static Setting TokenLifetimeMinutes { get; } =
        new("tokenLifetimeMinutes", "How long tokens of the embedded issuer are valid, 10 to 1440.", "60");
    public static Setting OidcIssuers { get; } =
        new(
            "oidcIssuers",
            "OpenID Connect issuers whose tokens are accepted, each as ISSUER=AUDIENCE, separated by ';'; both exactly as its tokens say them."
        );
    public static Setting OidcSubjectClaims { get; } =
        new(
            "oidcSubjectClaims",
            "The claim that says who somebody is, where it is not sub, each as ISSUER=CLAIM, separated by ';'; such as oid for Microsoft Entra ID."
        );
    public static Setting OidcLoopbackHttp { get; } =
        new("oidcLoopbackHttp", "Whether an issuer may be reached over plain http on the loopback; for tests.", "false");
    public static Setting PortalSignIn { get; } =
        new(
            "portal.signIn",
            "Where people sign in to the portal, as ISSUER=CLIENT_ID: one of oidcIssuers, and what the portal is called there. It comes back to /portal/signin/back."
        );
    public static Setting PortalScope { get; } =
        new(
            "portal.scope",
            "What the portal asks that issuer for, separated by spaces; with a scope of this server's API where the issuer gives its audience to nothing else.",
            "openid profile"
        );
    public static Setting PortalClientSecret { get; } =
        new("portal.clientSecret", "Secret of the portal at that issuer; none where it is a public client.", IsSecret: true);
    public static Setting ClientCertificates { get; } =
        new("clientCertificates", "Certificates that clients may sign in with, each as CLIENT_ID=PEM_FILE, separated by ';'.");
    public static Setting Throttle { get; } =
        new("throttle.enabled", "Whether requests per subscription and principal are limited.", "true");
    public static Setting ThrottleReads { get; } = new("throttle.readsPerHour", "Reads per hour.", "12000");
    public static Setting ThrottleWrites { get; } = new("throttle.writesPerHour", "Writes per hour.", "1200");
    public static Setting ThrottleDeletes { get; } = new("throttle.deletesPerHour", "Deletes per hour.", "15000");
    public static Setting ConnectionsMost { get; } =
        new("connections.most", "Connections at once; 0 is as many as the limit of open files leaves room for.", "0");
    public static Setting ConnectionsPerAddress { get; } =
        new("connections.perAddress", "Connections at once from one IPv4 address or IPv6 /64; 0 is 2000, or all there may be.", "0");
    public static Setting MaxBodyBytes { get; } = new("maxBodyBytes", "Longest request body in bytes, 1024 to 67108864.", "1048576");
    public static Setting RoutingBeforeProvisioned { get; } =
        new(
            "circuits.routingBeforeProvisioned",
            "refuse: routing is configured on provisioned circuits only; accept: it is stored and goes to the routers once provisioned.",
            "refuse"
        );
    public static Setting PublicPeering { get; } =
        new("circuits.publicPeering", "allow: new public peerings may be made; refuse: as Azure does since 2024.", "allow");
    public static Setting ProviderRouting { get; } =
        new(
            "circuits.providerRouting",
            "layer3: only providers that work at layer 3 configure peerings through their cross connections; all: every provider, as on Azure.",
            "layer3"
        );
    public static Setting CircuitsPerSubscription { get; } =
        new("circuits.perSubscription", "Circuits per subscription; 0 is no limit.", "50");
    public static Setting CircuitsPerRegion { get; } =
        new("circuits.perRegion", "Circuits per region and subscription; 0 is no limit.", "10");
    public static Setting PeeringApiIssuers { get; } =
        new(
            "peeringApi.issuers",
            "OpenID Connect issuers, such as PeeringDB, whose tokens say for which networks somebody may ask for peerings, each as ISSUER=AUDIENCE, separated by ';'."
        );
    public static Setting PeeringApiSubscription { get; } =
        new(
            "peeringApi.subscription",
            "The subscription where the peerings of those networks stand: its id, or customer, otherCustomer or provider."
        );
    public static Setting PeeringsValidateWithinHours { get; } =
        new(
            "peerings.validateWithinHours",
            "Hours from the peer's word until what still waits of its checks counts as failed, 1 to 8760.",
            "24"
        );
    public static Setting PeeringsMostProven { get; } =
        new(
            "peerings.mostProven",
            "Most prefixes that are proven for one peer, 1 to 1000000; an as-set that holds more is not taken, and what was proven before stays.",
            "50000"
        );
    public static Setting OperationsKeepDays { get; } =
        new(
            "operations.keepDays",
            "Days for which a finished operation can still be polled, 1 to 36500; the journal is kept for ever.",
            "30"
        );
    public static Setting LogLevel { get; } = new("logLevel", "trace, debug, information, warning, error or none.", "warning");

    public static Setting LogFormat { get; } =
        new("logFormat", "line: a line for each log entry; json: a JSON object each, with the trace that it belongs to.", "line");
    public static Setting TelemetryCollector { get; } =
        new(
            "telemetry.collector",
            "Address of an OpenTelemetry collector that traces, metrics and logs are sent to by OTLP, such as http://localhost:4318; the standard OTEL_* environment variables count as well."
        );
    public static Setting TelemetryMetrics { get; } =
        new(
            "telemetry.metrics",
            "Who may read /metrics (Prometheus): off, nobody; local, whoever connects from this machine; reader, who may read the operator's status.",
            "off"
        );

    public static IReadOnlyList<Setting> All { get; } =
    [
        Config,
        Data,
        Listen,
        PublicEndpoint,
        Database,
        DatabaseFile,
        DatabaseWaitSeconds,
        Topology,
        BgpPort,
        Node,
        Key,
        TlsCertificate,
        TlsKey,
        TlsCa,
        TlsNames,
        TokenLifetimeMinutes,
        OidcIssuers,
        OidcSubjectClaims,
        OidcLoopbackHttp,
        PortalSignIn,
        PortalScope,
        PortalClientSecret,
        PeeringApiIssuers,
        PeeringApiSubscription,
        ClientCertificates,
        Throttle,
        ThrottleReads,
        ThrottleWrites,
        ThrottleDeletes,
        ConnectionsMost,
        ConnectionsPerAddress,
        MaxBodyBytes,
        RoutingBeforeProvisioned,
        PublicPeering,
        ProviderRouting,
        CircuitsPerSubscription,
        CircuitsPerRegion,
        PeeringsValidateWithinHours,
        PeeringsMostProven,
        OperationsKeepDays,
        LogLevel,
        LogFormat,
        TelemetryCollector,
        TelemetryMetrics,
    ];
}
