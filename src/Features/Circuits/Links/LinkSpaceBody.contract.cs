namespace Causeway.Contracts.Circuits;

/// <summary>Where the routers of a circuit connect: <c>…/expressRouteCircuits/{c}/linkSpace</c>. A router that has the whole address space to itself says nothing.</summary>
/// <param name="Primary">Of the first session of each peering; absent where any subnet has a link.</param>
/// <param name="Secondary">Of the second session of each peering; absent where any subnet has a link.</param>
public sealed record LinkSpaceBody(LinkSpaceSideBody? Primary, LinkSpaceSideBody? Secondary);

/// <param name="Within">A session's addresses have to lie in one of these prefixes.</param>
/// <param name="Except">And in none of these.</param>
/// <param name="Free">A few subnets, each a /30, that nobody uses there yet.</param>
public sealed record LinkSpaceSideBody(IReadOnlyList<string> Within, IReadOnlyList<string> Except, IReadOnlyList<string> Free);
