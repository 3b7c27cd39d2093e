using Causeway.Arm;
using Causeway.Domain;
using Causeway.Domain.Routers;
using Causeway.Domain.Topology;
using Causeway.Hosting;
using Causeway.Workflows;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Kit;

/// <summary>
/// A feature: some resource types with all that belongs to them. Its folder holds it, and the list of features names it; nothing else has to know of it.
/// </summary>
public abstract class Feature
{
    /// <summary>What its resources stand on in a topology: the topology is opened before the server is made.</summary>
    public virtual IEnumerable<IOnTopology> OnTopology => [];

    /// <summary>Says what the feature has.</summary>
    protected internal abstract void Define(FeatureBuilder f);
}

/// <summary>What maps endpoints: one class per subject, made by the server with what it needs.</summary>
public interface IEndpoints
{
    void Map(IEndpointRouteBuilder routes);
}

/// <summary>
/// What a newer program does once with what an older one stored, before requests are taken: at each start, so repeating must do nothing.
/// </summary>
public interface IBringUp
{
    Task BringUpAsync(CancellationToken cancellation);
}

/// <summary>Collects what a feature has.</summary>
public sealed class FeatureBuilder(IServiceCollection services)
{
    /// <summary>For what the feature's classes need beside each other.</summary>
    public IServiceCollection Services => services;

    /// <summary>Types whose endpoints are mapped by <see cref="Endpoints"/>, or that stand in provider lists only.</summary>
    public FeatureBuilder Types(params ReadOnlySpan<ArmType> types)
    {
        services.AddArmTypes(types);
        return this;
    }

    /// <summary>A tracked resource with its workflow; the builder says how it looks on the wire and when it goes with its group.</summary>
    public TrackedBuilder<T> Tracked<T, TWorkflow>(ArmType type)
        where T : class, ITracked<T>
        where TWorkflow : TrackedWorkflow<T>
    {
        Workflow<TWorkflow>().Types(type);
        services
            .AddSingleton<TrackedWorkflow<T>>(s => s.GetRequiredService<TWorkflow>())
            .AddSingleton(s => new Tracked<T>(s.GetRequiredService<Engine>(), s.GetRequiredService<TWorkflow>()));
        return new TrackedBuilder<T>(services, type);
    }

    /// <summary>A workflow without the shape of a tracked resource.</summary>
    public FeatureBuilder Workflow<TWorkflow>()
        where TWorkflow : class, IWorkflow
    {
        services.AddSingleton<TWorkflow>().AddSingleton<IWorkflow>(s => s.GetRequiredService<TWorkflow>());
        return this;
    }

    /// <summary>Does one kind of effect.</summary>
    public FeatureBuilder Effect<THandler>()
        where THandler : class, IEffectHandler
    {
        services.AddSingleton<THandler>().AddSingleton<IEffectHandler>(s => s.GetRequiredService<THandler>());
        return this;
    }

    /// <summary>What the type has on routers.</summary>
    public FeatureBuilder OnRouters<TOnRouters>()
        where TOnRouters : class, IOnRouters
    {
        services.AddSingleton<IOnRouters, TOnRouters>();
        return this;
    }

    /// <summary>What has to be done once at the start, before requests are taken.</summary>
    public FeatureBuilder BringsUp<TBringUp>()
        where TBringUp : class, IBringUp
    {
        services.AddSingleton<IBringUp, TBringUp>();
        return this;
    }

    /// <summary>Endpoints beside those that every tracked resource has.</summary>
    public FeatureBuilder Endpoints<TEndpoints>()
        where TEndpoints : class, IEndpoints
    {
        services.AddSingleton<TEndpoints>().AddSingleton<Func<IEndpoints>>(s => s.GetRequiredService<TEndpoints>);
        return this;
    }
}

public static class FeatureServices
{
    /// <summary>Adds features, in the order in which their endpoints are to be mapped.</summary>
    public static IServiceCollection AddFeatures(this IServiceCollection services, IEnumerable<Feature> features)
    {
        services
            .AddSingleton<Cascades>()
            .AddSingleton<Explaining>()
            .AddSingleton<Durations>()
            .AddSingleton<Loop>(s => s.GetRequiredService<Durations>());
        var builder = new FeatureBuilder(services);
        foreach (Feature feature in features)
            feature.Define(builder);
        return services;
    }

    /// <summary>Maps the endpoints of every feature, and the answer for paths that nobody maps.</summary>
    public static void MapFeatures(this IEndpointRouteBuilder routes)
    {
        // Each is made when it is its turn: some need what is still being read while the others are mapped.
        foreach (Func<IEndpoints> endpoints in routes.ServiceProvider.GetServices<Func<IEndpoints>>())
            endpoints().Map(routes);
        routes.MapUnknownPaths();
    }
}
