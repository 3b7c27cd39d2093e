using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Primitives;

namespace Causeway.Routers.Embedded;

/// <summary>Timers of embedded routers.</summary>
/// <param name="HoldTime">Proposed hold time; Azure's side uses 180 s (azure-behaviour h).</param>
/// <param name="ConnectRetry">Base of connect-retry.</param>
/// <param name="MaxPrefixRestart">How long a session rests after too many prefixes before it tries again.</param>
public sealed record EmbeddedSettings(TimeSpan HoldTime, TimeSpan ConnectRetry, TimeSpan MaxPrefixRestart)
{
    /// <summary>How long peers keep a router's routes while the process restarts (RFC 4724), 1–4,095 s; a session's own option comes first.</summary>
    public TimeSpan RestartTime { get; init; } = TimeSpan.FromSeconds(120);

    public static readonly EmbeddedSettings Default = new(TimeSpan.FromSeconds(180), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60));
}

/// <summary>
/// What the embedded routers of a process judge routes by: origins by VRPs (RFC 6811), paths by ASPAs (draft-ietf-sidrops-aspa-verification), one table of each for
/// all of them. Empty until they are set, and whoever sets them decides what is still true of a source that has gone silent.
/// </summary>
public sealed class EmbeddedRpki
{
    private volatile VrpTable _vrps = VrpTable.Empty;
    private volatile AspaTable _aspas = AspaTable.Empty;

    public VrpTable Vrps => _vrps;

    public AspaTable Aspas => _aspas;

    internal event Action? Changed;

    /// <summary>
    /// Has every router judge again the routes that the change touches, one router after the other; answers when all have. To be called by one thread at a time.
    /// </summary>
    public void Set(VrpTable vrps, AspaTable aspas)
    {
        _vrps = vrps;
        _aspas = aspas;
        Changed?.Invoke();
    }
}

/// <summary>Makes routers inside this process: driver <c>embedded</c>.</summary>
/// <param name="rpki">Without, no route is RPKI-invalid, nor any path ASPA-invalid.</param>
public sealed class EmbeddedRouterFactory(EmbeddedSettings settings, TimeProvider time, EmbeddedRpki? rpki = null) : IRouterDriverFactory
{
    public const string DriverName = "embedded";

    private readonly EmbeddedRpki _rpki = rpki ?? new EmbeddedRpki();

    public string Name => DriverName;

    public IRouterDriver Create(RouterDefinition router, Asn asn) => new EmbeddedRouter(router, asn, settings, _rpki, time);
}
