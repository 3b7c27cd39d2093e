using System.Globalization;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Arm;

/// <summary>Answers one request.</summary>
public delegate ValueTask<ArmResult> ArmHandler(ArmRequest request);

/// <summary>Where the resources of a type live.</summary>
public enum ArmLevel
{
    Group,
    Subscription,
    Tenant,
}

public static class ArmRoutes
{
    /// <summary>
    /// Maps the endpoints of a type. Paths follow from the type's name, permissions from path and verb:
    /// <code>
    /// routes.Arm(Types.Circuit).Put(Put, body).Get(Get, body).Delete(Delete).ListInGroup(List, body).ListInSubscription(List, body);
    /// routes.Arm(Types.Peering).Put(…).Get(…).Delete(…).ListInParent(…).Post("arpTables/{devicePath}", Arp, contract);
    /// </code>
    /// </summary>
    public static ArmTypeRoutes Arm(this IEndpointRouteBuilder routes, ArmType type, ArmLevel level = ArmLevel.Group) =>
        new(routes, type, level);

    /// <summary>
    /// Maps one endpoint on any path. Route values <c>subscription</c>, <c>group</c> and <c>name0</c>, <c>name1</c>… make the id; literals match in any
    /// case.
    /// </summary>
    public static void MapArm(this IEndpointRouteBuilder routes, string pattern, ArmEndpoint endpoint, ArmHandler handler)
    {
        ArmHost host = routes.ServiceProvider.GetRequiredService<ArmHost>();
        host.Register(pattern, endpoint, handler);
        host.Paths.Add(pattern, endpoint.Method);
        routes
            .MapMethods(pattern, [endpoint.Method], http => ArmPipeline.RunAsync(http, host, endpoint, handler))
            .WithMetadata(endpoint)
            .WithDisplayName($"{endpoint.Method} {pattern}");
    }

    /// <summary>The answer for every path that nothing else maps.</summary>
    public static void MapUnknownPaths(this IEndpointRouteBuilder routes)
    {
        ArmHost host = routes.ServiceProvider.GetRequiredService<ArmHost>();
        routes
            .MapFallback("{*path}", http => ArmPipeline.UnknownAsync(http, host))
            .WithMetadata(new OpenEndpoint("nothing is here; asks for a token before saying so"))
            .WithDisplayName("unknown paths");
    }

    /// <summary>Maps an endpoint that needs no token.</summary>
    public static void MapOpen(this IEndpointRouteBuilder routes, string method, string pattern, string why, RequestDelegate handler)
    {
        // What may be read may be asked for: probes of balancers send HEAD.
        string[] methods = method == "GET" ? ["GET", "HEAD"] : [method];
        foreach (string one in methods)
            routes.ServiceProvider.GetRequiredService<ArmHost>().Paths.Add(pattern, one);
        routes.MapMethods(pattern, methods, handler).WithMetadata(new OpenEndpoint(why)).WithDisplayName($"{method} {pattern}");
    }
}

/// <summary>The endpoints of one type; each method maps one and returns this.</summary>
public sealed class ArmTypeRoutes
{
    private readonly IEndpointRouteBuilder _routes;
    private readonly ArmType _type;
    private readonly string _subscription;
    private readonly string _root;

    internal ArmTypeRoutes(IEndpointRouteBuilder routes, ArmType type, ArmLevel level)
    {
        _routes = routes;
        _type = type;
        _subscription = level == ArmLevel.Tenant ? "" : "/subscriptions/{subscription}";
        _root = level == ArmLevel.Group ? _subscription + "/resourceGroups/{group}" : _subscription;
    }

    /// <param name="contract">Of the body and of the answer.</param>
    /// <param name="operation">Whether an operation may go on after the answer.</param>
    public ArmTypeRoutes Put(ArmHandler handler, Func<JsonTypeInfo> contract, bool operation = false)
    {
        var put = ArmContract.CreateOrUpdate(_type, contract, contract);
        return Put(handler, operation ? put.AsOperation() : put);
    }

    /// <summary>A PUT that is not as everywhere.</summary>
    public ArmTypeRoutes Put(ArmHandler handler, ArmContract contract) =>
        Map("PUT", Resource(), "write", ArmTarget.Resource, handler, contract);

    /// <param name="body">Of what is sent: tags.</param>
    public ArmTypeRoutes Patch(ArmHandler handler, Func<JsonTypeInfo> body, Func<JsonTypeInfo> answer) =>
        Map("PATCH", Resource(), "write", ArmTarget.Resource, handler, ArmContract.UpdateTags(_type, body, answer));

    /// <summary>A PATCH of more than tags.</summary>
    public ArmTypeRoutes Patch(ArmHandler handler, ArmContract contract) =>
        Map("PATCH", Resource(), "write", ArmTarget.Resource, handler, contract);

    /// <summary>GET; and HEAD, which says whether GET would find one: 204, or what GET refuses with.</summary>
    public ArmTypeRoutes Get(ArmHandler handler, Func<JsonTypeInfo> answer) =>
        Map("GET", Resource(), "read", ArmTarget.Resource, handler, ArmContract.Get(_type, answer))
            .Map(
                "HEAD",
                Resource(),
                "read",
                ArmTarget.Resource,
                async request => await handler(request) is var result && result is ArmResult.Ok ? new ArmResult.NoContent() : result,
                ArmContract.CheckExistence(_type)
            );

    /// <param name="operation">Whether an operation may go on after the answer.</param>
    public ArmTypeRoutes Delete(ArmHandler handler, bool operation = false)
    {
        var delete = ArmContract.Delete(_type);
        return Map("DELETE", Resource(), "delete", ArmTarget.Resource, handler, operation ? delete.AsOperation() : delete);
    }

    public ArmTypeRoutes ListInGroup(ArmHandler handler, Func<JsonTypeInfo> member) =>
        List(_root, handler, ArmContract.List(_type, "ListByResourceGroup", "resource group", member));

    /// <summary>All of a subscription; for types at tenant level, of the tenant.</summary>
    public ArmTypeRoutes ListInSubscription(ArmHandler handler, Func<JsonTypeInfo> member, params IReadOnlyList<ArmParameter> parameters) =>
        List(
            _subscription,
            handler,
            ArmContract.List(_type, "ListBySubscription", "subscription", member) with
            {
                Parameters = parameters,
            }
        );

    /// <summary>The children of one parent resource.</summary>
    public ArmTypeRoutes ListInParent(ArmHandler handler, Func<JsonTypeInfo> member) =>
        List(_root, handler, ArmContract.List(_type, "List", "parent", member));

    /// <summary>
    /// An action on a resource: <c>POST {id}/{suffix}</c>, needs <c>{type}/{suffix without placeholders}/action</c>. Placeholders are read by
    /// <see cref="ArmRequest.Route"/>.
    /// </summary>
    /// <param name="changes">Whether it changes something, so that a ReadOnly lock and a disabled subscription hold it.</param>
    public ArmTypeRoutes Post(string suffix, ArmHandler handler, ArmContract contract, bool changes = false) =>
        Map("POST", $"{Resource()}/{suffix}", $"{WithoutPlaceholders(suffix)}/action", ArmTarget.Resource, handler, contract, changes);

    /// <summary>Something read below a resource: <c>GET {id}/{suffix}</c>, needs <c>{type}/{suffix without placeholders}/read</c>.</summary>
    public ArmTypeRoutes GetBelow(string suffix, ArmHandler handler, ArmContract contract) =>
        Map("GET", $"{Resource()}/{suffix}", $"{WithoutPlaceholders(suffix)}/read", ArmTarget.Resource, handler, contract);

    private ArmTypeRoutes List(string root, ArmHandler handler, ArmContract contract) =>
        Map("GET", Collection(root), "read", ArmTarget.List, handler, contract);

    private ArmTypeRoutes Map(
        string method,
        string pattern,
        string verb,
        ArmTarget target,
        ArmHandler handler,
        ArmContract contract,
        bool changes = false
    )
    {
        var endpoint = new ArmEndpoint(_type, method, $"{_type.FullName}/{verb}", target) { Contract = contract };
        _routes.MapArm(pattern, changes ? endpoint with { Changes = true } : endpoint, handler);
        return this;
    }

    private string Resource()
    {
        var path = new StringBuilder(_root).Append("/providers/").Append(_type.Namespace);
        for (int i = 0; i < _type.Segments.Count; i++)
            path.Append(CultureInfo.InvariantCulture, $"/{_type.Segments[i]}/{{name{i}}}");
        return path.ToString();
    }

    private string Collection(string root)
    {
        var path = new StringBuilder(root).Append("/providers/").Append(_type.Namespace);
        for (int i = 0; i < _type.Segments.Count - 1; i++)
            path.Append(CultureInfo.InvariantCulture, $"/{_type.Segments[i]}/{{name{i}}}");
        return path.Append('/').Append(_type.Segments[^1]).ToString();
    }

    private static string WithoutPlaceholders(string suffix) => string.Join('/', suffix.Split('/').Where(s => !s.StartsWith('{')));
}
