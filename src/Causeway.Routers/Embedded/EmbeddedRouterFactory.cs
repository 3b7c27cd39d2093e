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

/// <summary>Makes routers inside this process: driver <c>embedded</c>.</summary>
public sealed class EmbeddedRouterFactory(EmbeddedSettings settings, TimeProvider time) : IRouterDriverFactory
{
    public const string DriverName = "embedded";

    public string Name => DriverName;

    public IRouterDriver Create(RouterDefinition router, Asn asn) => new EmbeddedRouter(router, asn, settings, time);
}
