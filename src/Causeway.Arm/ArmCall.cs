using Causeway.Primitives;
using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>
/// What was asked, wherever it came from: over HTTP (<see cref="HttpCall"/>), or by another request or an effect on somebody's behalf
/// (<see cref="InnerCall"/>). Handlers and conventions see nothing else, so that both take the same road.
/// </summary>
public abstract class ArmCall
{
    /// <summary>HTTP method, upper case.</summary>
    public abstract string Method { get; }

    /// <summary>As it was asked for, encoded.</summary>
    public abstract string Path { get; }

    /// <summary>Query parameters, decoded, in the order given.</summary>
    public abstract IEnumerable<KeyValuePair<string, string>> Parameters { get; }

    /// <summary>A segment of the path by its name in the route; null when the route has none of that name.</summary>
    public abstract string? Route(string name);

    /// <summary>A query parameter by its name in any case; null when it was not given.</summary>
    public abstract string? Query(string name);

    /// <summary>A header; null when it was not given.</summary>
    public abstract string? Header(string name);

    /// <summary>The server's address as the caller knows it, without a trailing slash.</summary>
    public abstract string Base { get; }

    /// <summary>Fires when nobody waits for the answer any more.</summary>
    public abstract CancellationToken Aborted { get; }

    /// <exception cref="BadHttpRequestException">413, or a connection that broke off.</exception>
    internal abstract ValueTask<ReadOnlyMemory<byte>> BodyAsync(int most);
}

/// <summary>A call over HTTP.</summary>
internal sealed class HttpCall(HttpContext http, ArmOptions options) : ArmCall
{
    public override string Method => http.Request.Method;

    public override string Path => http.Request.Path.ToUriComponent();

    public override IEnumerable<KeyValuePair<string, string>> Parameters =>
        http.Request.Query.SelectMany(p => p.Value.Select(v => KeyValuePair.Create(p.Key, v ?? "")));

    public override string? Route(string name) => http.Request.RouteValues[name] as string;

    public override string? Query(string name) => http.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public override string? Header(string name) => http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    public override string Base => options.BaseOf(http.Request);

    public override CancellationToken Aborted => http.RequestAborted;

    internal override ValueTask<ReadOnlyMemory<byte>> BodyAsync(int most) => RequestBody.ReadAsync(http.Request, most);
}

/// <summary>
/// A call of one resource's own path without HTTP, as a caller who is known: what a template deployment or a tags operation asks of other resources. It takes the
/// road of every request from the api-version on (<see cref="ArmHost.AskAsync"/>).
/// </summary>
/// <param name="method">Upper case.</param>
/// <param name="id">The resource, types in any casing.</param>
public sealed class InnerCall(string method, ResourceId id, string apiVersion, Principal caller, string endpoint, CancellationToken aborted)
    : ArmCall
{
    private readonly string? _group = id.ResourceGroup;

    public ResourceId Id => id;

    public Principal Caller => caller;

    /// <summary>Of POST: the action on the resource, such as <c>listKeys</c>.</summary>
    public string? Action { get; init; }

    /// <summary>The request's body; empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The correlation id of what asks; null makes one.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What has to be so for it to happen; beside what <c>If-Match</c> could say.</summary>
    public Preconditions Preconditions { get; init; } = Preconditions.None;

    /// <summary>True when whoever asks has judged already that the caller may have this done (tags of a resource need the permission for tags only).</summary>
    public bool IsPermitted { get; init; }

    /// <summary>Whether the resource is on another, whose path is what routes are of.</summary>
    internal bool IsOfExtension { get; set; }

    /// <summary>True when it is asked on the way of a request that has been counted already.</summary>
    public bool IsPart { get; init; }

    public override string Method => method;

    public override string Path => id.Text;

    public override IEnumerable<KeyValuePair<string, string>> Parameters => [KeyValuePair.Create("api-version", apiVersion)];

    public override string? Route(string name) =>
        name switch
        {
            "subscription" => id.Subscription,
            "group" => _group,
            _ when IsOfExtension => OnScope(name),
            ['n', 'a', 'm', 'e', >= '0' and <= '9' and var digit] when digit - '0' < id.Names.Count => id.Names[digit - '0'],
            _ => null,
        };

    private string? OnScope(string name) =>
        (name, id.Scope) switch
        {
            ("name", _) => id.Name,
            ("ns", { } scope) => scope.Provider,
            ("type", { } scope) => scope.TypeSegments.ElementAtOrDefault(0),
            ("resource", { } scope) => scope.Names.ElementAtOrDefault(0),
            ("childType", { } scope) => scope.TypeSegments.ElementAtOrDefault(1),
            ("child", { } scope) => scope.Names.ElementAtOrDefault(1),
            _ => null,
        };

    public override string? Query(string name) => name.Equals("api-version", StringComparison.OrdinalIgnoreCase) ? apiVersion : null;

    public override string? Header(string name) =>
        name.Equals("x-ms-correlation-request-id", StringComparison.OrdinalIgnoreCase) ? CorrelationId : null;

    public override string Base => endpoint;

    public override CancellationToken Aborted => aborted;

    internal override ValueTask<ReadOnlyMemory<byte>> BodyAsync(int most) => new(Body);
}
