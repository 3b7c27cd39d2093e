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
/// What the embedded routers of a process validate origins with (RFC 6811): one table for all of them. Empty until it is set, and whoever sets it decides what is
/// still true of a source that has gone silent.
/// </summary>
public sealed class EmbeddedVrps
{
    private volatile VrpTable _now = VrpTable.Empty;

    public VrpTable Now => _now;

    internal event Action<VrpTable>? Changed;

    /// <summary>
    /// Has every router judge again the routes that the change touches, one router after the other; answers when all have. To be called by one thread at a time.
    /// </summary>
    public void Set(VrpTable vrps)
    {
        _now = vrps;
        Changed?.Invoke(vrps);
    }
}

/// <summary>Makes routers inside this process: driver <c>embedded</c>.</summary>
/// <param name="vrps">Without, no route is RPKI-invalid.</param>
public sealed class EmbeddedRouterFactory(EmbeddedSettings settings, TimeProvider time, EmbeddedVrps? vrps = null) : IRouterDriverFactory
{
    public const string DriverName = "embedded";

    private readonly EmbeddedVrps _vrps = vrps ?? new EmbeddedVrps();

    public string Name => DriverName;

    public IRouterDriver Create(RouterDefinition router, Asn asn) => new EmbeddedRouter(router, asn, settings, _vrps, time);
}
