namespace Causeway.Arm;

/// <summary>
/// A resource provider's namespace, as data: what all of its types have in common on the wire. Where providers of the real service differ from each other, they
/// differ here.
/// </summary>
/// <param name="Name">Canonical casing, such as <c>Microsoft.Network</c>.</param>
/// <param name="Versions">The api-versions that its types take unless they say otherwise, newest first.</param>
public sealed record ArmNamespace(string Name, IReadOnlyList<string> Versions)
{
    /// <summary>How its errors look, by api-version.</summary>
    public Func<string, ErrorForm> ErrorForm { get; init; } = static _ => Arm.ErrorForm.Plain;

    /// <summary>Whether its own answers name the request to it (<c>x-ms-arm-service-request-id</c>), beside the front door's.</summary>
    public bool NamesRequests { get; init; }

    /// <summary>Whether long-running operations are polled below its locations; ARM itself polls elsewhere.</summary>
    public bool HasOperations { get; init; } = true;

    /// <summary>
    /// Whether an api-version that it does not have is refused as the front door's own (<c>InvalidApiVersionParameter</c>) or as a provider's
    /// (<c>NoRegisteredProviderFound</c>).
    /// </summary>
    public bool IsFrontDoor { get; init; }

    /// <summary>A type of this namespace.</summary>
    /// <param name="path">Below the namespace, such as <c>expressRouteCircuits</c>.</param>
    public ArmType Type(string path) => new(this, path, Versions);

    public override string ToString() => Name;
}
