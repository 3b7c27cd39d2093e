using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Causeway.Api.InternetPeering;
using Causeway.Api.Kit;
using Causeway.Api.Operations;
using Causeway.Api.Resources;
using Causeway.Arm;
using Causeway.Contracts.Operations;
using Causeway.Domain.Circuits;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Identity;
using Causeway.Identity.Directory;
using Causeway.Identity.Secrets;
using Causeway.Identity.Tls;
using Causeway.Identity.Tokens;
using Causeway.Primitives.Proof;
using Causeway.Registries;
using Causeway.Routers;
using Causeway.Routers.Views;
using Causeway.Server.Configuration;
using Causeway.Server.Connections;
using Causeway.Server.FrontEnds;
using Causeway.Server.Registries;
using Causeway.Server.Telemetry;
using Causeway.Server.Topology;
using Causeway.Storage;
using Causeway.Workflows;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ArmRegion = Causeway.Arm.Region;

namespace Causeway.Server;

/// <summary>
/// The whole server in one object: opens the store, makes what a first start needs, composes every part, takes requests, and runs the background loops
/// until it is disposed. <c>serve</c>, <c>demo</c> and the tests start the same one.
/// </summary>
public sealed class ServerHost : IAsyncDisposable
{
    /// <summary>How long requests that were taken have to be answered when the server stops.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);

    /// <summary>How long each stage of background loops has to end.</summary>
    private static readonly TimeSpan StageWithin = TimeSpan.FromSeconds(10);

    private readonly WebApplication _app;
    private readonly ServerParts _parts;
    private readonly Supervisor _supervisor;

    private ServerHost(WebApplication app, ServerParts parts, string endpoint, string accessFile)
    {
        _app = app;
        _parts = parts;
        Endpoint = endpoint;
        AccessFile = accessFile;
        _supervisor = Services.GetRequiredService<Supervisor>();
        foreach (Loop loop in Services.GetServices<Loop>().Concat(Services.GetRequiredService<RouterFleet>().Loops))
            _supervisor.Start(loop);
    }

    /// <summary>The address clients use, without trailing slash, such as <c>https://localhost:8443</c>.</summary>
    public string Endpoint { get; }

    /// <summary>Path of <c>access.json</c>.</summary>
    public string AccessFile { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>What it runs on, in a line each: which store, which topology. Without credentials.</summary>
    public IReadOnlyList<string> Says =>
        [
            $"store {_parts.StoreDescription.Name}",
            $"topology revision {_parts.Topology.Now.Revision}, from {_parts.Topology.Installed.Resource.Source}: {_parts.Topology.Now.PeeringLocations.Length} locations, {_parts.Topology.Now.PeeringLocations.Sum(l => l.Pairs.Length)} router pairs, {_parts.Topology.Now.ServiceProviders.Length} providers",
        ];

    /// <summary>What the operator should know before relying on it.</summary>
    public IReadOnlyList<string> Warnings => _parts.StoreDescription.Warnings;

    /// <summary>The one in force.</summary>
    public NetworkTopology Topology => _parts.Topology.Now;

    public Installation Installation => _parts.Identity.Installation;

    public Applications Applications => _parts.Applications;

    public X509Certificate2 Authority => _parts.Identity.Authority.Certificate;

    /// <summary>Ends, with the reason, when a background loop cannot go on and the process has to end.</summary>
    public Task<string> Fatal => _supervisor.Fatal;

    /// <summary>Reads again what may have changed on disk: the TLS certificate.</summary>
    /// <returns>What came of it, for people.</returns>
    public string Reload() => _parts.Certificate.Reload();

    /// <exception cref="TopologyException">The topology cannot be used.</exception>
    /// <exception cref="SecretException">The key does not fit the store.</exception>
    public static async Task<ServerHost> StartAsync(ServerSettings settings, CancellationToken cancellation)
    {
        var clock = new SteadyClock(settings.Clock, mayFollow: settings.Clock == TimeProvider.System);
        settings = settings with { Clock = clock };
        ServerParts parts = await ServerParts.OpenAsync(settings);
        // The server is composed while the store is read.
        Task<WebApplication> building = Task.Run(() => Build(Prepare(settings), settings, parts), cancellation);
        try
        {
            await Task.WhenAll(parts.LoadAsync(clock, cancellation), building);
            WebApplication app = await building;
            parts.Topology.LogTo(app.Services.GetRequiredService<ILogger<LiveTopology>>());
            app.Services.GetRequiredService<RouterFleet>().Follow();
            Engine engine = app.Services.GetRequiredService<Engine>();
            await Derivation.BringUpAsync(
                parts.Store,
                app.Services.GetServices<IWorkflow>(),
                app.Services.GetRequiredService<ILogger<Engine>>(),
                isFirstStart: !await IdentityState.HasStartedAsync(parts.Store, cancellation),
                cancellation
            );
            foreach (IBringUp part in app.Services.GetServices<IBringUp>())
                await part.BringUpAsync(cancellation);
            await ArmResources.OpenFirstSubscriptionsAsync(engine, parts.Identity.Installation, settings.Clock, cancellation);
            await parts.Identity.AddFirstPrincipalsAsync(engine, settings.Clock, cancellation);
            await parts.Identity.SigningKeys.Loaded;
            await app.StartAsync(cancellation);
            if (settings.Telemetry.IsOn)
                app.Services.BeginCounters();
            await parts.Certificate.Current;
            string endpoint = settings.PublicEndpoint ?? EndpointOf(app, settings, parts.Certificate);
            string accessFile = await Causeway.Identity.Directory.AccessFile.WriteAsync(
                settings.DataFolder,
                endpoint,
                parts.CaFile,
                parts.Identity.Installation,
                parts.Applications,
                cancellation
            );
            return new ServerHost(app, parts, endpoint, accessFile);
        }
        catch
        {
            if (building.IsCompletedSuccessfully)
                await building.Result.DisposeAsync();
            await parts.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Stops in order: requests that were taken are answered; effects end; what drives routers ends, and gives its leases back; the store is closed last.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        // Who waits for something to change would be waited for.
        Services.GetRequiredService<ChangeFeed>().End();
        Services.GetRequiredService<PortalFrontEnd>().End();
        await Services.GetRequiredService<Drain>().RunAsync(AnswerWithin);
        await _app.StopAsync();
        await _supervisor.StopAllAsync(StageWithin);
        await _app.DisposeAsync();
        await _parts.DisposeAsync();
    }

    private static WebApplicationBuilder Prepare(ServerSettings settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "causeway" });
        builder
            .Logging.SetMinimumLevel(settings.LogLevel)
            // It writes whole URLs, and clients have been seen to put a secret into the query.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning)
            // A request is told in one line (RequestLog); this would add two.
            .AddFilter("Microsoft.AspNetCore.Routing.EndpointMiddleware", LogLevel.Warning)
            // A start that fails is said in one sentence by whoever started it, not in a page of stack trace.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
            .AddConsole(settings.LogFormat);
        builder.WebHost.UseKestrelCore();
        builder.Services.AddSingleton<Drain>();
        builder.Services.Replace(ServiceDescriptor.Singleton<IConnectionListenerFactory, BoundedTransport>());
        builder
            .Services.AddSingleton(
                ConnectionLimits.Of(settings.MostConnections, settings.MostConnectionsPerAddress, ConnectionLimits.Descriptors())
            )
            .AddSingleton<ConnectionGate>();
        builder.Services.AddRoutingCore();
        if (settings.Telemetry.IsOn)
            builder.AddTelemetry(settings.Telemetry);
        return builder;
    }

    private static WebApplication Build(WebApplicationBuilder builder, ServerSettings settings, ServerParts parts)
    {
        builder.WebHost.ConfigureKestrel(kestrel => Configure(kestrel, settings, parts));
        Compose(builder.Services, settings, parts);

        WebApplication app = builder.Build();
        app.Use(app.Services.GetRequiredService<Drain>().ServeAsync);
        app.Use(ConnectionGate.WatchAsync);
        app.Use(new RequestLog(app.Services.GetRequiredService<ILogger<RequestLog>>()).ServeAsync);
        app.Use(CollapseSlashes);
        if (settings.Telemetry.IsOn)
            app.MapMetrics(settings.Telemetry.Metrics);
        var portal = app.Services.GetRequiredService<PortalFrontEnd>();
        app.Use(portal.Remember);
        app.UseRouting();
        portal.Map(app);
        app.Services.GetRequiredService<TopologyEndpoints>().Map(app);
        app.MapFeatures();
        app.MapIdentity();
        return app;
    }

    /// <summary>Every part is named here and nowhere else.</summary>
    private static void Compose(IServiceCollection services, ServerSettings settings, ServerParts parts)
    {
        LiveTopology topology = parts.Topology;
        services
            .AddSingleton(settings.Clock)
            .AddSingleton(parts.Store)
            .AddSingleton(topology)
            .AddSingleton<Func<NetworkTopology>>(() => topology.Now)
            .AddSingleton<TopologyWorkflow>()
            .AddSingleton<IWorkflow>(s => s.GetRequiredService<TopologyWorkflow>())
            .AddSingleton<TopologyEndpoints>()
            .AddArmTypes(TopologyEndpoints.Type)
            .AddSingleton(s => new LiveRegistries(
                topology,
                s.GetRequiredService<Supervisor>(),
                settings.TopologyFile,
                settings.DataFolder,
                settings.Clock,
                s.GetRequiredService<ILogger<LiveRegistries>>()
            ))
            .AddSingleton<IProofs>(s => s.GetRequiredService<LiveRegistries>())
            .AddSingleton<IPeerFilters>(s => s.GetRequiredService<LiveRegistries>())
            .AddSingleton<INetworkDirectory>(s => s.GetRequiredService<LiveRegistries>())
            .AddSingleton<Loop>(s => s.GetRequiredService<LiveRegistries>())
            .AddSingleton<IBringUp>(s => s.GetRequiredService<LiveRegistries>())
            .AddSingleton(_ => new InternetViews(
                () =>
                    RegistryFiles.Views(
                        topology.Now.Registries,
                        RegistryFiles.FolderOf(topology.Installed.Resource.Source, settings.TopologyFile, settings.DataFolder)
                    ),
                settings.Clock
            ))
            .AddSingleton<IInternetPaths>(s => new AllInternetPaths(
                s.GetRequiredService<InternetViews>(),
                new ExchangeViews(() => topology.Now, s.GetRequiredService<IRouters>(), settings.Clock)
            ))
            .AddSingleton<Loop>(s => s.GetRequiredService<InternetViews>())
            .AddSingleton(settings.Circuits)
            .AddSingleton(settings.Peerings)
            .AddSingleton(new PeeringApiPolicy(settings.PeeringApiSubscription))
            .AddSingleton(settings.Circuits.Limits)
            .AddSingleton(NodeIdentity.New(settings.Node ?? Environment.MachineName))
            .AddSingleton<Engine>()
            .AddSingleton(s => new EffectRunner(
                s.GetRequiredService<Engine>(),
                s.GetServices<IEffectHandler>(),
                settings.Clock,
                s.GetRequiredService<ILogger<EffectRunner>>(),
                s.GetRequiredService<NodeIdentity>().Id
            ))
            .AddSingleton<Supervisor>()
            .AddSingleton<PortalFrontEnd>()
            .AddPortalIssuer(settings.PortalSignIn)
            .AddSingleton(topology.Loop)
            .AddSingleton<Loop>(s => new RouterSet(topology, s.GetRequiredService<RouterFleet>(), s.GetRequiredService<Supervisor>()))
            .AddSingleton<Loop>(s => new StoreLoop(parts.Store, s.GetRequiredService<Supervisor>().RetryNow, (SteadyClock)settings.Clock))
            .AddSingleton<Loop>(s => new OperationRetention(
                parts.Store,
                settings.KeepOperations,
                settings.Clock,
                s.GetRequiredService<ILogger<OperationRetention>>()
            ))
            .AddSingleton<Loop>(s => s.GetRequiredService<EffectRunner>())
            .AddSingleton<Loop, WakeUpLoop>()
            .AddArm(
                new ArmOptions
                {
                    MostBodyBytes = settings.MaxBodyBytes,
                    PublicEndpoint = settings.PublicEndpoint,
                    Throttle = settings.Throttle,
                },
                new Regions(() => [.. topology.Now.Regions.Select(r => new ArmRegion(r.Name, r.DisplayName, r.GeopoliticalRegion))])
            )
            .AddSingleton(_ => new OwnAddresses(parts.Hosts, settings.PublicEndpoint))
            .AddIdentity(
                () => parts.Identity,
                parts.Applications,
                parts.Protector,
                new IdentityOptions
                {
                    TokenLifetime = settings.TokenLifetime,
                    Issuers = settings.OidcIssuers,
                    NetworkIssuers = settings.PeeringApiIssuers,
                    SignIn = settings.PortalSignIn,
                }
            );

        services
            .AddRouters(settings, parts.Protector)
            .AddFeatures(settings.Features)
            .AddSingleton(s => new StatusSources(
                s.GetRequiredService<NodeIdentity>(),
                () => parts.StoreDescription,
                () => new TopologyStandingBody { Source = topology.Installed.Resource.Source, Revision = topology.Installed.Revision },
                () =>
                    [
                        .. s.GetRequiredService<LiveRegistries>().Status.Select(Source),
                        .. s.GetRequiredService<InternetViews>().Status.Select(View),
                    ],
                () => s.GetRequiredService<EffectRunner>().GaveUp
            ));
    }

    private static SourceBody View(ViewStatus view) =>
        new()
        {
            Name = view.Name,
            Kind = "view",
            Records = view.Routes,
            AsOf = view.AsOf,
            LastRefresh = view.LastRefresh,
            Problem = view.Problem,
            HoldsBack = false,
        };

    private static SourceBody Source(SourceStatus source) =>
        new()
        {
            Name = source.Name,
            Kind = source.Kind,
            Records = source.Records,
            Aspas = source.Aspas == 0 ? null : source.Aspas,
            Serial = source.Serial,
            AsOf = source.AsOf,
            LastRefresh = source.LastRefresh,
            Missing = source.Missing == 0 ? null : source.Missing,
            Rejected = source.Rejected.Count == 0 ? null : source.Rejected.Values.Sum(),
            HoldsBack = source.HoldsBack,
            Problem = source.Problem,
            ProblemSince = source.ProblemSince,
        };

    private static void Configure(KestrelServerOptions kestrel, ServerSettings settings, ServerParts parts)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        // Our own limit answers 413; this one cuts the connection, which loses the answer on the way to a client that is still sending.
        kestrel.Limits.MaxRequestBodySize = Math.Max(4L * settings.MaxBodyBytes, 64 * 1024);
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        kestrel.Limits.Http2.MaxStreamsPerConnection = 250;
        kestrel.Listen(
            settings.Listen,
            listen =>
            {
                kestrel.ApplicationServices.GetRequiredService<Drain>().Watch(listen);
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(
                    new TlsHandshakeCallbackOptions
                    {
                        HandshakeTimeout = TimeSpan.FromSeconds(5),
                        OnConnection = async _ => new SslServerAuthenticationOptions
                        {
                            ServerCertificateContext = await parts.Certificate.Current,
                            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                        },
                    }
                );
            }
        );
    }

    /// <summary>
    /// Clients that were given an address with a trailing slash ask for <c>//subscriptions</c>, and <c>az resource</c> for <c>providers/Microsoft.Network//virtualNetworks</c>,
    /// where the path of a parent would stand.
    /// </summary>
    private static Task CollapseSlashes(HttpContext http, RequestDelegate next)
    {
        string path = http.Request.Path.Value ?? "";
        if (path.Contains("//", StringComparison.Ordinal))
            http.Request.Path = "/" + string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        return next(http);
    }

    private static IEnumerable<int> PortsOf(IServer server) =>
        server.Features.Get<IServerAddressesFeature>()!.Addresses.Select(a => new Uri(a).Port);

    private static string EndpointOf(WebApplication app, ServerSettings settings, ServerCertificate certificate)
    {
        int port = PortsOf(app.Services.GetRequiredService<IServer>()).First();
        IPAddress bound = settings.Listen.Address;
        string host =
            bound.Equals(IPAddress.Loopback) || bound.Equals(IPAddress.IPv6Loopback) ? "localhost"
            : bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any)
                ? (settings.TlsNames.Count > 0 ? settings.TlsNames[0] : "localhost")
            : bound.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{bound}]"
            : bound.ToString();
        // A name that the certificate is not for would be refused by every client.
        if (!certificate.IsFor(host.Trim('[', ']')) && certificate.Names.FirstOrDefault(n => !n.StartsWith('*')) is { } named)
            host = named;
        return $"https://{host}:{port}";
    }
}
