using Causeway.Api.Circuits;
using Causeway.Domain.Circuits;
using Causeway.Primitives;
using Causeway.Primitives.Proof;

namespace Causeway.Api.Tests.Proof;

/// <summary>Which proven block of a subscription holds up a prefix that nothing else proves.</summary>
public sealed class LenderTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ResourceId Own = Circuit("own"),
        Other = Circuit("other");
    private static readonly IpPrefix Prefix = IpPrefix.Parse("193.99.0.0/16");

    [Theory]
    [InlineData("193.99.0.0/16", null, true)] // in its grace: it goes on without a gap
    [InlineData("193.98.0.0/15", null, true)]
    [InlineData("193.99.0.0/17", null, false)] // around a part of it only
    [InlineData("193.98.0.0/15", "193.99.0.0/16", false)] // others hold it
    [InlineData("193.99.0.0/16", "193.98.0.0/15", true)]
    public void What_ends_is_held_by_a_block_around_it(string block, string? othersHold, bool isHeld) =>
        Assert.Equal(isHeld, Lender(Ending, othersHold, new ProvenBlock(IpPrefix.Parse(block), Other, null)) is not null);

    [Fact]
    public void Two_that_stand_on_their_own_do_not_hold_each_other() =>
        Assert.Null(Lender(Ending with { Registry = Ending.Registry! with { Until = null } }, null, new ProvenBlock(Prefix, Other, null)));

    [Fact]
    public void Nobody_holds_itself_and_nothing_that_is_over_holds()
    {
        Assert.Null(Lender(Ending, null, new ProvenBlock(Prefix, Own, null)));
        Assert.Null(Lender(Ending, null, new ProvenBlock(Prefix, Other, At)));
    }

    private static PrefixStanding.Proven Ending { get; } =
        new(At, new RegistryProof(At, EvidenceKind.Irr, ProofReason.RouteObject, []) { Until = At.AddMinutes(1) }, null);

    private static ProvenBlock? Lender(PrefixStanding standing, string? othersHold, ProvenBlock block) =>
        ProofDesk.Lender(Own, new Declared(Prefix, standing), othersHold is null ? null : IpPrefix.Parse(othersHold), [block], At);

    private static ResourceId Circuit(string name) =>
        ResourceId.Of(Guid.Empty.ToString(), "rg", "Microsoft.Network", "expressRouteCircuits", name);
}
