using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Causeway.Arm;

public static class ArmServices
{
    /// <summary>Adds the conventions. Needs an <see cref="IAuthenticator"/>, an <see cref="IAuthorizer"/>, an <see cref="IArmScopes"/> and an <see cref="IArmLocks"/> from others.</summary>
    public static IServiceCollection AddArm(this IServiceCollection services, ArmOptions options, Regions regions)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddSingleton(options)
            .AddSingleton(regions)
            .AddSingleton<ArmTypes>()
            .AddSingleton(s => new Lazy<IAuthenticator>(s.GetRequiredService<IAuthenticator>))
            .AddSingleton(s => new Lazy<IAuthorizer>(s.GetRequiredService<IAuthorizer>))
            .AddSingleton(s => new Lazy<IArmScopes>(s.GetRequiredService<IArmScopes>))
            .AddSingleton(s => new Lazy<IArmLocks>(s.GetRequiredService<IArmLocks>))
            .AddSingleton<ArmHost>();
    }

    /// <summary>Registers resource types; every type that has endpoints, and those that stand in provider lists only.</summary>
    public static IServiceCollection AddArmTypes(this IServiceCollection services, params ReadOnlySpan<ArmType> types)
    {
        foreach (ArmType type in types)
            services.AddSingleton(type);
        return services;
    }
}
