using Causeway.Hosting;
using Causeway.Primitives;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Arm;

/// <summary>
/// What the conventions work with; one per server. Endpoints are mapped while keys, principals and groups are still being read: who may do what is asked
/// for with the first request.
/// </summary>
public sealed class ArmHost(
    ArmOptions options,
    ArmTypes types,
    Lazy<IAuthenticator> authenticator,
    Lazy<IAuthorizer> authorizer,
    Lazy<IArmScopes> scopes,
    Lazy<IArmLocks> locks,
    TimeProvider clock,
    IEnumerable<KnownMembers> members,
    ILogger<ArmHost> log
)
{
    public ArmOptions Options => options;

    public ArmTypes Types => types;

    public IAuthenticator Authenticator => authenticator.Value;

    public IAuthorizer Authorizer => authorizer.Value;

    public IArmScopes Scopes => scopes.Value;

    public IArmLocks Locks => locks.Value;

    public TimeProvider Clock => clock;

    internal ILogger Log => log;

    /// <summary>What bodies may hold, by what the features have registered.</summary>
    internal IReadOnlyList<KnownMembers> Members { get; } = [.. members];

    /// <summary>Requests that fail of one cause, such as a database that is away, are not a line each.</summary>
    internal Repeats Failures { get; } = new(clock);

    private readonly Dictionary<(string Method, string Type), (ArmEndpoint Endpoint, ArmHandler Handler)> _handlers = [];

    private readonly Dictionary<string, (ArmEndpoint Endpoint, ArmHandler Handler)> _actions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Of resources that are on others, by what they are on as well: <see cref="ArmPath.PatternOf"/>.</summary>
    private readonly Dictionary<(string Method, string Type, string Scope), (ArmEndpoint Endpoint, ArmHandler Handler)> _extensions = [];

    /// <summary>Remembers the handler of a resource's own path or action, for requests that one endpoint makes of another.</summary>
    internal void Register(string pattern, ArmEndpoint endpoint, ArmHandler handler)
    {
        if (endpoint.Target == ArmTarget.Extension)
            _extensions.TryAdd(
                (endpoint.Method, endpoint.Type.FullName, pattern[..pattern.LastIndexOf("/providers/", StringComparison.Ordinal)]),
                (endpoint, handler)
            );
        if (endpoint.Target == ArmTarget.Resource && HttpMethods.IsPost(endpoint.Method))
            _actions.TryAdd(endpoint.Action, (endpoint, handler));
        else if (endpoint.Target == ArmTarget.Resource)
            _handlers.TryAdd((endpoint.Method, endpoint.Type.FullName), (endpoint, handler));
    }

    /// <param name="id">A resource of the type.</param>
    internal (ArmEndpoint Endpoint, ArmHandler Handler)? FindHandler(string method, ArmType type, ResourceId id) =>
        _handlers.TryGetValue((method, type.FullName), out var found) ? found
        : ArmPath.PatternOf(id.Scope) is { } scope && _extensions.TryGetValue((method, type.FullName, scope), out found) ? found
        : null;

    /// <summary>The paths that are mapped.</summary>
    internal MappedPaths Paths { get; } = new();

    /// <summary>Whether a method is mapped at a resource's own path.</summary>
    internal bool IsMapped(string method, ResourceId id) => Paths.MethodsOf(id.Text).Contains(method, StringComparer.OrdinalIgnoreCase);

    internal Throttle? Throttle { get; } = options.Throttle is { } limits ? new Throttle(limits, clock) : null;

    /// <summary>
    /// The public base address: as configured, else as the request came in. Clients register one address and expect every URL to continue it.
    /// </summary>
    public string BaseOf(HttpRequest request) => Options.BaseOf(request);

    /// <summary>
    /// Asks without HTTP: the method of a resource's own path, as a caller who is known, along the road of every request (api-version, permission, rate,
    /// registration, group), with the same answers. Unlike over HTTP, what is not expected is thrown.
    /// </summary>
    public async ValueTask<ArmResult> AskAsync(InnerCall call)
    {
        if (Types.Find(call.Id.Type) is not { } type)
            return ArmErrors.InvalidResourceType(call.Id.Type, call.Query("api-version") ?? "");
        (ArmEndpoint Endpoint, ArmHandler Handler)? handler =
            call.Action is null ? FindHandler(call.Method, type, call.Id)
            : _actions.TryGetValue($"{type.FullName}/{call.Action}/action", out var action) ? action
            : null;
        if (handler is not { } found)
            return ArmErrors.MethodNotAllowed(call.Method, call.Id.Text);
        call.IsOfExtension = found.Endpoint.Target == ArmTarget.Extension;
        if (call.IsOfExtension && !type.Name.IsMatch(call.Id.Name))
            return ArmErrors.InvalidName(type, call.Id.Name);
        // A type is written where its path is: at a subscription what is of one, in a group what is of groups. Who asks without a path could write it anywhere.
        if (call.Action is null && call.Method != "GET" && !IsMapped(call.Method, call.Id))
            return ArmErrors.MethodNotAllowed(call.Method, call.Id.Text);
        using var request = new ArmRequest(call, found.Endpoint, this)
        {
            Caller = call.Caller,
            CorrelationId = ArmPipeline.CorrelationIdOf(call),
            Preconditions = call.Preconditions,
        };
        return await ArmPipeline.PrepareAsync(request, call.IsPermitted) ?? await found.Handler(request);
    }
}
