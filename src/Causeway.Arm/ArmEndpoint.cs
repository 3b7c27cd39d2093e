namespace Causeway.Arm;

/// <summary>What a path names.</summary>
public enum ArmTarget
{
    /// <summary>One resource.</summary>
    Resource,

    /// <summary>A collection below a scope; its members may be filtered.</summary>
    List,

    /// <summary>One resource that is on another, or on a group or a subscription (a lock, a role assignment, tags): the request's id is what it is on.</summary>
    Extension,

    /// <summary>Something done at a scope that is not a resource of the type (a location's usages, a provider's registration).</summary>
    Scope,
}

/// <summary>
/// The declaration of one endpoint: what it is about and which permission it needs. Every endpoint of the server carries one, or says that it is open
/// (<see cref="OpenEndpoint"/>); a test walks the table.
/// </summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Action">The permission, such as <c>Microsoft.Network/expressRouteCircuits/read</c>.</param>
public sealed record ArmEndpoint(ArmType Type, string Method, string Action, ArmTarget Target)
{
    /// <summary>
    /// True for what any authenticated caller may ask, such as the list of the subscriptions one may see. <see cref="Action"/> then only names it.
    /// </summary>
    public bool AnyCaller { get; init; }

    /// <summary>
    /// PUT and DELETE: the group has to exist, and for PUT not be going away. False for writes that go elsewhere (tags, the group itself).
    /// </summary>
    public bool NeedsGroup { get; init; } = true;

    /// <summary>Whether it creates or changes something, which a disabled subscription refuses; reading, deleting and what gives it back go on.</summary>
    public bool Changes { get; init; } = Method is "PUT" or "PATCH";

    /// <summary>What it is called, takes and answers. Null only for what has no path of its own.</summary>
    public ArmContract? Contract { get; init; }

    /// <summary>Longest request body in bytes, where it is not that of every other endpoint: files come in larger pieces than questions.</summary>
    public int? MostBodyBytes { get; init; }

    /// <summary>Deepest nesting of a request body, where it is not that of every other endpoint.</summary>
    public int? MostJsonDepth { get; init; }

    /// <summary>Whether bodies may have comments, commas before a closing bracket, and line ends within strings, as people write templates.</summary>
    public bool TakesRelaxedJson { get; init; }

    /// <summary>True when the api-version is not checked: polling URLs must work as given.</summary>
    public bool AnyVersion { get; init; }
}

/// <summary>Marks an endpoint that needs no token: discovery, tokens, health. <paramref name="Why"/> is for the reader of the table.</summary>
public sealed record OpenEndpoint(string Why);
