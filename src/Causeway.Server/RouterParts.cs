using Causeway.Api.Operations;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Identity.Secrets;
using Causeway.Routers;
using Causeway.Routers.Embedded;
using Causeway.Server.Configuration;
using Causeway.Server.Registries;
using Causeway.Workflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Causeway.Server;

/// <summary>The routers' part of the server: drivers, the fleet, and what its readers see.</summary>
internal static class RouterParts
{
    public static IServiceCollection AddRouters(this IServiceCollection services, ServerSettings settings, ISecretProtector secrets)
    {
        services.TryAddSingleton(NodeIdentity.New(settings.Node ?? Environment.MachineName));
        services.TryAddSingleton(settings.Routers);
        var rpki = new EmbeddedRpki();
        services.AddSingleton<Loop>(s => new RouterRpki(s.GetRequiredService<LiveRegistries>(), rpki));
        services.AddSingleton<IRouterDriverFactory>(new EmbeddedRouterFactory(EmbeddedSettings.Default, settings.Clock, rpki));
        foreach (IRouterDriverFactory more in settings.Drivers)
            services.AddSingleton(more);
        services.AddSingleton(s => new RouterFleet(
            s.GetRequiredService<Func<NetworkTopology>>(),
            s.GetServices<IRouterDriverFactory>(),
            s.GetServices<IOnRouters>(),
            s.GetRequiredService<Engine>(),
            text =>
            {
                string clear = secrets.Unprotect(text, SecretPurposes.BgpKey);
                return new Md5Key(clear, secrets.Fingerprint(clear, SecretPurposes.BgpKey));
            },
            s.GetRequiredService<FleetSettings>() with
            {
                // Asked for when it is needed: it asks what asks the routers.
                Observed = instances =>
                {
                    ObservedInstance[] all = [.. instances];
                    s.GetRequiredService<ChangeFeed>().Observed(all);
                    s.GetRequiredService<ChangeNotes>().Observed(all);
                },
            },
            s.GetRequiredService<NodeIdentity>(),
            settings.Clock,
            s.GetRequiredService<ILogger<RouterFleet>>()
        ));
        services.AddSingleton<IRouters>(s => s.GetRequiredService<RouterFleet>());
        services.AddSingleton<IRouterStatus>(s => s.GetRequiredService<RouterFleet>());
        return services;
    }
}
