using Causeway.Primitives;
using Causeway.Primitives.Proof;
using Causeway.Registries.Rpki;

namespace Causeway.Registries.Tests.Rpki;

/// <summary>Upstream paths by ASPA (draft-ietf-sidrops-aspa-verification §6.1). 1 is a customer of 2 and 3, 2 of 3, 4 of nobody.</summary>
public sealed class PathTests
{
    private static readonly RpkiView s_view = RpkiView.Build(
        [Source("one", new Aspa(new Asn(1), [new Asn(2)]), new Aspa(new Asn(2), [new Asn(3)])), Source("two", Of(1, 3), Of(4, 0))],
        Slurm.None,
        stale: false
    );

    private static Aspa Of(uint customer, uint provider) => new(new Asn(customer), [new Asn(provider)]);

    private static RpkiSource Source(string name, params Aspa[] aspas) =>
        new(name, "file", VrpTable.Empty, DateTimeOffset.UnixEpoch) { Aspas = aspas };

    [Theory]
    [InlineData("1", PathValidity.Valid)]
    [InlineData("2 1", PathValidity.Valid)]
    [InlineData("3 2 1", PathValidity.Valid)]
    [InlineData("3 3 2 2 2 1 1", PathValidity.Valid)] // prepended
    [InlineData("3 1", PathValidity.Valid)] // another source says so
    [InlineData("9", PathValidity.Valid)] // nobody was on the way
    [InlineData("9 3 2 1", PathValidity.Unknown)] // 3 says nothing
    [InlineData("1 2", PathValidity.Invalid)] // 2 has 1 as no provider: a leak downwards and up again
    [InlineData("9 1 2", PathValidity.Invalid)]
    [InlineData("1 2 9", PathValidity.Invalid)] // what 9 does not say does not excuse 2
    [InlineData("3 4", PathValidity.Invalid)] // AS0: has no provider at all
    [InlineData("", PathValidity.Invalid)]
    public void A_path_goes_upwards_only(string path, PathValidity validity) =>
        Assert.Equal(
            validity,
            s_view.JudgePath([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => new Asn(uint.Parse(a, null)))]).Validity
        );

    [Fact]
    public void Who_gave_a_route_to_whom_is_named() =>
        Assert.Equal(new PathVerdict(PathValidity.Invalid, new Asn(2), new Asn(1)), s_view.JudgePath([new Asn(1), new Asn(2)]));
}
