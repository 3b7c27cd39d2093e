using Causeway.Primitives;
using Causeway.Templates.Values;

namespace Causeway.Templates.Evaluation;

/// <summary>What a template can ask of the deployment that it is in, known from the beginning.</summary>
public sealed record DeploymentFacts
{
    /// <summary>The group or the subscription that is deployed to.</summary>
    public required ResourceId Scope { get; init; }

    /// <summary>The deployment's name.</summary>
    public required string Name { get; init; }

    /// <summary>When it began: what <c>utcNow()</c> says.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Where <c>newGuid()</c> comes from.</summary>
    public Func<Guid> NewGuid { get; init; } = Guid.NewGuid;

    /// <summary>What <c>resourceGroup()</c> answers; null in a deployment to a subscription.</summary>
    public Value.Object? ResourceGroup { get; init; }

    /// <summary>What <c>subscription()</c> answers.</summary>
    public Value.Object Subscription { get; init; } = Value.Object.Empty;

    /// <summary>What <c>tenant()</c> answers.</summary>
    public Value.Object Tenant { get; init; } = Value.Object.Empty;

    /// <summary>What <c>deployer()</c> answers: who asked for it.</summary>
    public Value.Object Deployer { get; init; } = Value.Object.Empty;

    /// <summary>What <c>environment()</c> answers.</summary>
    public Value.Object Environment { get; init; } = Value.Object.Empty;

    /// <summary>What <c>deployment()</c> answers.</summary>
    public Value.Object Deployment { get; init; } = Value.Object.Empty;

    /// <summary>What <c>providers(namespace, type)</c> answers; without a type the whole namespace. Null when there is no such thing.</summary>
    public Func<string, string?, Value.Object?> Providers { get; init; } = static (_, _) => null;
}
