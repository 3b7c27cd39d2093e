using Causeway.Primitives;

namespace Causeway.Domain.Routers;

/// <summary>A route by which the Internet reaches a prefix, as somebody sees it.</summary>
/// <param name="AsPath">As routers print it, nearest ASN first.</param>
/// <param name="Origin">The ASN that originates it; null when the path ends in a set.</param>
/// <param name="SeenAt">Where it is seen: the name of a view, of an exchange.</param>
/// <param name="At">How old what is seen is; null when that is not known.</param>
public sealed record InternetPath(IpPrefix Prefix, string AsPath, Asn? Origin, string SeenAt, DateTimeOffset? At);

/// <summary>What can be seen of the Internet's own table from here.</summary>
public interface IInternetPaths
{
    /// <summary>The routes that lead to addresses of a prefix: to itself, to what it lies in, to what lies in it. Each once a place where it is seen; few.</summary>
    ValueTask<IReadOnlyList<InternetPath>> ToAsync(IpPrefix prefix, CancellationToken cancellation);
}
