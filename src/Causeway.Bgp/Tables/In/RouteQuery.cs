using Causeway.Primitives;

namespace Causeway.Bgp.Tables.In;

/// <summary>Which routes to look at. Conditions that are null hold for all.</summary>
public sealed record RouteQuery
{
    /// <summary>Both families when null, IPv4 first.</summary>
    public IpFamily? Family { get; init; }

    public RibPeer? Peer { get; init; }

    /// <summary>Only this prefix.</summary>
    public IpPrefix? Exactly { get; init; }

    /// <summary>This prefix and all inside it.</summary>
    public IpPrefix? Within { get; init; }

    /// <summary>True: accepted routes only; false: refused only.</summary>
    public bool? Accepted { get; init; }

    public RefuseReason? Reason { get; init; }

    /// <summary>Only the Loc-RIB: at most one route per prefix.</summary>
    public bool BestOnly { get; init; }

    /// <summary>Routes per page; a page may exceed it by the routes of one prefix.</summary>
    public int Limit { get; init; } = 1000;
}

/// <summary>A page of routes.</summary>
/// <param name="Next">Hand it in to get the next page; null at the end. Routes that come and go between pages may be missed or seen.</param>
public sealed record RoutePage(IReadOnlyList<RouteView> Routes, string? Next);
