using Causeway.Arm;
using Causeway.Portal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Causeway.Server.FrontEnds;

/// <summary>The portal under <c>/portal</c>. It is made when the first request for it comes: a start does not wait for it.</summary>
internal sealed class PortalFrontEnd : IDisposable
{
    private readonly Lazy<PortalHost> _portal;
    private RequestDelegate _road = static _ => throw new InvalidOperationException("The road is not built yet.");

    public PortalFrontEnd(IServiceProvider services, ArmOptions options, TimeProvider clock, ILoggerFactory logs) =>
        _portal = new(() =>
            new PortalHost(new InProcess(() => _road, services), options.PublicEndpoint, services.GetService<PortalIssuer>(), clock, logs)
        );

    /// <summary>Remembers what comes after it as the road of requests.</summary>
    public RequestDelegate Remember(RequestDelegate next) => _road = next;

    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (string path in new[] { "/portal", "/portal/{**path}" })
            routes
                .MapMethods(path, ["GET", "POST"], http => _portal.Value.ServeAsync(http))
                .WithMetadata(new OpenEndpoint("the portal: it asks everything of the API, as the viewer"))
                .WithDisplayName($"portal {path}");
        // What a start prints is an address, and people open it.
        routes
            .MapMethods(
                "/",
                ["GET", "HEAD"],
                static http =>
                {
                    http.Response.Redirect("/portal");
                    return Task.CompletedTask;
                }
            )
            .WithMetadata(new OpenEndpoint("leads people to the portal"))
            .WithDisplayName("portal /");
    }

    /// <summary>Whoever listens is let go.</summary>
    public void End()
    {
        if (_portal.IsValueCreated)
            _portal.Value.End();
    }

    public void Dispose()
    {
        if (_portal.IsValueCreated)
            _portal.Value.Dispose();
    }
}
