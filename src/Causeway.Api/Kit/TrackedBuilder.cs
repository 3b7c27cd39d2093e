using Causeway.Arm;
using Causeway.Domain;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Kit;

/// <summary>What a tracked resource has beside its workflow.</summary>
public sealed class TrackedBuilder<T>
    where T : class, ITracked<T>
{
    private readonly IServiceCollection _services;
    private readonly TrackedShape _shape;

    internal TrackedBuilder(IServiceCollection services, ArmType type)
    {
        _services = services;
        _shape = new TrackedShape(type);
        _services
            .AddSingleton<Func<IEndpoints>>(s =>
                () =>
                    new TrackedEndpoints<T>(
                        s.GetRequiredService<Tracked<T>>(),
                        s.GetServices<DatedWire<T>>(),
                        _shape,
                        s.GetRequiredService<Explaining>(),
                        s.GetService<IExplains<T>>()
                    )
            )
            .AddSingleton<Cascade<T>>()
            .AddSingleton<ICascade>(s => s.GetRequiredService<Cascade<T>>());
    }

    /// <summary>How it is read from the body of a PUT and written into answers. This gives it PUT, GET, PATCH, DELETE and its lists.</summary>
    /// <param name="before">The shape is that of api-versions earlier than this one; null is the present shape.</param>
    public TrackedBuilder<T> Wire<TWire>(string? before = null)
        where TWire : class, IWire<T>
    {
        _services.AddSingleton<TWire>().AddSingleton(s => new DatedWire<T>(before, s.GetRequiredService<TWire>()));
        if (before is null)
            _services.AddSingleton<IWire<T>>(s => s.GetRequiredService<TWire>());
        return this;
    }

    /// <summary>It has no list over a whole subscription.</summary>
    public TrackedBuilder<T> InGroupsOnly()
    {
        _shape.IsListedInSubscriptions = false;
        return this;
    }

    /// <summary>Before this api-version a PUT that makes one is answered by 200.</summary>
    public TrackedBuilder<T> CreatedSince(string version)
    {
        _shape.CreatedSince = version;
        return this;
    }

    /// <summary>It has an endpoint <c>explain</c> of its own.</summary>
    public TrackedBuilder<T> ExplainsItself()
    {
        _shape.ExplainsItself = true;
        return this;
    }

    /// <summary>What its <c>explain</c> says beside its state.</summary>
    public TrackedBuilder<T> Explains<TExplains>()
        where TExplains : class, IExplains<T>
    {
        _services.AddSingleton<IExplains<T>, TExplains>();
        return this;
    }

    /// <summary>GET carries the etag in a header too (some types of the real service do, most do not).</summary>
    public TrackedBuilder<T> ETagHeader()
    {
        _shape.HasETagHeader = true;
        return this;
    }

    /// <summary>A PUT is answered as an operation, as every one of Microsoft.Network is, though it has ended by then.</summary>
    public TrackedBuilder<T> EndsAtOnce()
    {
        _shape.EndsAtOnce = true;
        return this;
    }

    /// <summary>When their group goes, all of these go before the first of the others: they use them.</summary>
    public TrackedBuilder<T> GoesBefore<TOther>()
        where TOther : class, ITracked<TOther>
    {
        _services.AddSingleton(new CascadeOrder(typeof(T), typeof(TOther)));
        return this;
    }

    /// <summary>What keeps one from going with its group, and how it goes, where that is not just its deletion.</summary>
    public TrackedBuilder<T> Cascade<TCascade>()
        where TCascade : Cascade<T>
    {
        _services.AddSingleton<Cascade<T>, TCascade>();
        return this;
    }
}

/// <summary>How a type's endpoints look.</summary>
internal sealed class TrackedShape(ArmType type)
{
    public ArmType Type => type;

    public bool IsListedInSubscriptions { get; set; } = true;

    public bool HasETagHeader { get; set; }

    public bool ExplainsItself { get; set; }

    /// <summary>Whether what a PUT asks for is so with its commit, and its operation has ended.</summary>
    public bool EndsAtOnce { get; set; }

    /// <summary>The first api-version that answers 201 to a PUT that makes one; null is every one.</summary>
    public string? CreatedSince { get; set; }
}
